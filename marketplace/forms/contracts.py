"""What is typed about a contract: its words and days, its money by year, contacts, documents, and its end."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import CheckboxesField, DateField, Form, Keyed, MoneyField, SelectField, TextField, Versioned
from core.models import Area, Organisation
from core.uploads import DocumentField
from marketplace.contract_values import REVIEWS, year_label
from marketplace.forms.fields import LineField
from marketplace.forms.filters import Choices, FilterForm
from marketplace.states import ContractPhase

REVIEW_CHOICES = [
    ("0", gettext_lazy("No reviews")),
    *zip(
        map(str, REVIEWS),
        (
            gettext_lazy("Every 3 months"),
            gettext_lazy("Every 6 months"),
            gettext_lazy("Once a year"),
        ),
        strict=True,
    ),
]


class ContractFields(Form):
    """The words and days that the commissioning body writes; the rest comes from the award."""

    title = LineField(
        label=gettext_lazy("Title"),
        max_length=150,
        error_messages={"required": gettext_lazy("Give the contract a title.")},
    )
    terms = TextField(
        label=gettext_lazy("Terms"),
        max_length=20_000,
        rows=18,
        help_text=gettext_lazy(
            "A paragraph for each thing that has to be clear. These are to begin from: talk them through with the "
            "provider, then keep, change or replace them. Longer conditions can be added as a document."
        ),
        error_messages={"required": gettext_lazy("Write down the terms.")},
    )
    starts_on = DateField(label=gettext_lazy("First day"))
    ends_on = DateField(label=gettext_lazy("Last day"))
    break_on = DateField(
        label=gettext_lazy("Break date"),
        required=False,
        help_text=gettext_lazy("A day on which either side may end it early. Leave empty for none."),
    )
    review_months = SelectField(label=gettext_lazy("How often do you review it?"), choices=REVIEW_CHOICES)

    def clean_review_months(self) -> int:
        """Months between reviews."""
        return int(self.cleaned_data["review_months"])

    def clean(self) -> dict[str, Any]:
        """Days come in order."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        first, last, pause = (values.get(name) for name in ("starts_on", "ends_on", "break_on"))
        if first and last and last <= first:
            self.add_error("ends_on", _("The last day must come after the first."))
        elif first and last and pause and not first < pause < last:
            self.add_error("break_on", _("The break date must lie between the first and the last day."))
        return values


class NewContractForm(ContractFields, Keyed):
    """Makes a contract; other commissioners named with the need may sign it, too."""

    def __init__(self, *args: Any, beside: Iterable[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._beside = {str(each.pk): each for each in beside}
        if self._beside:
            self.fields["beside"] = CheckboxesField(
                label=_("Who else commissions it?"),
                choices=[(number, each.name) for number, each in self._beside.items()],
                required=False,
                help_text=_("They are named with the need, and will be asked to sign."),
            )

    def clean_beside(self) -> list[Organisation]:
        """The organisations that were ticked."""
        return [self._beside[number] for number in self.cleaned_data["beside"]]


class ContractForm(ContractFields, Versioned):
    """Changes a draft."""


class YearsForm(Versioned):
    """What the contract is worth in each financial year of its term."""

    def __init__(self, *args: Any, years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._years = list(years)
        for year in self._years:
            self.fields[f"year_{year}"] = MoneyField(
                label=_("April %(first)d to March %(last)d") % {"first": year, "last": year + 1},
                error_messages={"required": _("Enter the value of %(year)s.") % {"year": year_label(year)}},
            )

    def years(self) -> dict[int, int]:
        """Financial year -> pence."""
        return {year: self.cleaned_data[f"year_{year}"] for year in self._years}


class AskContractSignaturesForm(Versioned):
    """Carries which version of the draft was read."""


class TakeBackForm(Form):
    """Says why a text comes back from signing."""

    reason = TextField(
        label=gettext_lazy("What has to change, and why"),
        max_length=1000,
        rows=4,
        help_text=gettext_lazy("Everybody who was asked to sign is sent these words."),
        error_messages={"required": gettext_lazy("Say what has to change, so that those who signed know why.")},
    )


class TerminateForm(Form):
    """Says why a contract ends before its last day."""

    reason = TextField(
        label=gettext_lazy("Why does the contract end?"),
        max_length=2000,
        rows=5,
        help_text=gettext_lazy("Every party is sent these words."),
        error_messages={"required": gettext_lazy("Say why the contract ends, so that everybody in it knows.")},
    )


class ContactsForm(Versioned):
    """Whom to ask, and which areas are covered."""

    contact_name = LineField(label=gettext_lazy("Who to ask"), max_length=120)
    contact_email = forms.EmailField(
        label=gettext_lazy("Their email address"),
        error_messages={"invalid": gettext_lazy("Enter an email address, like name@example.org.")},
    )

    def __init__(self, *args: Any, areas: Iterable[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._areas = {str(area.pk): area for area in areas}
        self.fields["coverage"] = CheckboxesField(
            label=_("Areas it covers"),
            choices=[(number, str(area)) for number, area in self._areas.items()],
            error_messages={"required": _("Choose at least one area that the contract covers.")},
        )

    def clean_coverage(self) -> list[Area]:
        """The areas that were ticked."""
        return [self._areas[number] for number in self.cleaned_data["coverage"]]


class ContractDocumentForm(Form):
    """A file that goes with the contract."""

    document = DocumentField(label=gettext_lazy("Document"))


class ContractFilters(FilterForm):
    """For the list of contracts."""

    OWN = "own"

    def __init__(self, asked: QueryDict, *, has_own: bool) -> None:
        self._has_own = has_own
        super().__init__(asked, None)  # type: ignore[arg-type]  # no rows of reference data are offered
        self.fields["q"].help_text = _("In the title, or the name of a commissioner or provider.")

    def lists(self) -> dict[str, Choices]:
        """What it is today, and for the people of a party whose it is."""
        seen = (
            list(ContractPhase)
            if self._has_own
            else [ContractPhase.ACTIVE, ContractPhase.ENDED, ContractPhase.TERMINATED]
        )
        found: dict[str, Choices] = {"state": [("", _("Any")), *((phase.value, phase.label) for phase in seen)]}
        if self._has_own:
            found["whose"] = [("", _("Everybody’s")), (self.OWN, _("Your organisation’s"))]
        return found

    def labels(self) -> dict[str, Any]:
        """Their names."""
        return {"state": _("State"), "whose": _("Whose")}
