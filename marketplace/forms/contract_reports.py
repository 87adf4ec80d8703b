"""What is typed about a quarter of a contract."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import MoneyField, TextField, Versioned
from core.forms.base import VersionField
from core.forms.fields import SelectField
from marketplace.quarters import Quarter


class ReportForm(Versioned):
    """The quarter, what was delivered in it, and what has been paid so far."""

    delivered = TextField(
        label=gettext_lazy("What was delivered?"),
        max_length=3000,
        rows=8,
        help_text=gettext_lazy("A few lines: how many people, what went well, what did not. No names of people."),
        error_messages={"required": gettext_lazy("Say in a few lines what was delivered.")},
    )
    paid_pence = MoneyField(
        label=gettext_lazy("Paid so far"),
        help_text=gettext_lazy("All that has been paid since the first day, VAT included."),
    )
    # Nought for a quarter without a report.
    version = VersionField(min_value=0, max_value=2_147_483_647)

    def __init__(self, *args: Any, quarters: Iterable[Quarter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._quarters = {quarter.code: quarter for quarter in quarters}
        choices = [(code, quarter.label) for code, quarter in self._quarters.items()]
        self.fields = {"quarter": SelectField(label=_("Quarter"), choices=choices), **self.fields}

    def clean_quarter(self) -> Quarter:
        """The quarter that was chosen."""
        found = self._quarters.get(self.cleaned_data["quarter"])
        if found is None:
            raise ValidationError(_("Choose a quarter."))
        return found


class SeenForm(Versioned):
    """A word to the provider, if any."""

    note = TextField(
        label=gettext_lazy("A word on it"),
        max_length=1000,
        rows=3,
        required=False,
        help_text=gettext_lazy("You may leave this empty. The provider is told that you have read the report."),
    )
