"""For which lot partners are sought, and how much of it you could carry."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.forms import Form, MoneyField, SelectField
from core.money import pounds
from marketplace.models import Lot, Opportunity


class PartnerSearchForm(Form):
    """Sent by GET; nothing has to be said."""

    lot = SelectField(label=_("For which lot?"), required=False)
    most = MoneyField(
        label=_("How much could you carry in a year?"),
        required=False,
        help_text=_("The part of the money you could deliver and answer for. Nobody else sees it."),
    )

    def __init__(self, asked: QueryDict, *, opportunity: Opportunity, most_pence: int | None) -> None:
        initial = {"most": most_pence}
        super().__init__(asked if "most" in asked else None, initial=initial)
        self.most_pence = most_pence
        self.lots = {str(lot.number): lot for lot in opportunity.lots.all()}
        self._asked = asked.get("lot", "")
        field: Any = self.fields["lot"]
        field.choices = [(key, f"{lot.title}, {pounds(lot.value_pence)}") for key, lot in self.lots.items()]
        self.initial["lot"] = self._asked if self._asked in self.lots else next(iter(self.lots), "")
        if len(self.lots) < 2:
            del self.fields["lot"]

    def lot_sought(self) -> Lot | None:
        """The lot asked for, else the first."""
        return self.lots.get(self._asked) or next(iter(self.lots.values()), None)

    def pence_sought(self) -> int:
        """What was typed, if it can be read, else what the notice says, else nought."""
        typed = self.cleaned_data.get("most") if self.is_bound and self.is_valid() else None
        return typed if typed is not None else self.most_pence or 0
