"""What is typed about a change to a contract."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DateField, Form, Keyed, MoneyField, RadioField, TextField, Versioned
from core.forms.base import VersionField
from marketplace.contract_values import year_label
from marketplace.forms.fields import LineField
from marketplace.models import ContractParty


class VariationForm(Keyed):
    """Why, and how the contract is to read: the money of each year, the last day, the terms."""

    title = LineField(
        label=gettext_lazy("What changes, in a few words"),
        max_length=150,
        help_text=gettext_lazy("For example: A third town from April."),
    )
    reason = TextField(
        label=gettext_lazy("Why?"),
        max_length=3000,
        rows=5,
        error_messages={"required": gettext_lazy("Say why the contract should change.")},
    )
    ends_on = DateField(label=gettext_lazy("Last day"))
    terms = TextField(
        label=gettext_lazy("Terms"),
        max_length=20_000,
        rows=14,
        help_text=gettext_lazy("As they stand now. Change what is to change; the others see the difference."),
        error_messages={"required": gettext_lazy("Write down the terms.")},
    )
    # The number of the last variation when the page was opened.
    based_on = VersionField(min_value=0, max_value=32_767)

    def __init__(self, *args: Any, years: Iterable[int], parties: Iterable[ContractParty], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._years, self._parties = list(years), {str(party.pk): party for party in parties}
        money = {f"year_{year}": self._money(year, first=year == self._years[0]) for year in self._years}
        own = {name: self.fields[name] for name in ("title", "reason")}
        rest = {name: field for name, field in self.fields.items() if name not in own}
        self.fields = {**self._whom(), **own, **money, **rest}

    def _whom(self) -> dict[str, forms.Field]:
        if len(self._parties) < 2:
            return {}
        choices = [(number, party.organisation.name) for number, party in self._parties.items()]
        return {"party": RadioField(label=_("For whom do you propose it?"), choices=choices)}

    def _money(self, year: int, *, first: bool) -> forms.Field:
        hint = _("What each financial year is worth after the change, VAT included.") if first else ""
        return MoneyField(
            label=_("Value of %(year)s") % {"year": year_label(year)},
            help_text=hint,
            error_messages={"required": _("Enter the value of %(year)s.") % {"year": year_label(year)}},
        )

    def years(self) -> dict[int, int]:
        """Financial year -> pence after the change."""
        return {year: self.cleaned_data[f"year_{year}"] for year in self._years}

    def party(self) -> ContractParty:
        """For whom it is proposed."""
        chosen = self.cleaned_data.get("party") or next(iter(self._parties))
        return self._parties[chosen]

    def accept_basis(self, number: int) -> None:
        """After the person was told that the contract changed: sent once more, it is upon the new one."""
        data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict, or a dict in a test
        data[self.add_prefix("based_on")] = str(number)
        self.data = data


class AgreeForm(Versioned):
    """Carries which reading was agreed to."""


class CloseVariationForm(Form):
    """Says why a variation is refused or withdrawn."""

    reason = TextField(
        label=gettext_lazy("Why?"),
        max_length=1000,
        rows=4,
        help_text=gettext_lazy("Everybody in the contract is sent these words."),
        error_messages={"required": gettext_lazy("Say why, so that the others understand.")},
    )


class ChangeNoticeForm(Form):
    """Where the published notice is."""

    reference = LineField(
        label=gettext_lazy("Number or address of the published notice"),
        max_length=200,
        help_text=gettext_lazy("As the public service that published it gave it to you."),
    )
