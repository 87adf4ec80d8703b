"""What people type about needs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import IntegerField, Keyed, ModelCheckboxesField, RadioField, TextField, Versioned
from core.models import Cohort, NeedCategory, Organisation
from marketplace.drafts import Figure, NeedWords
from marketplace.forms.fields import AreaField, LineField, WebAddressField
from marketplace.forms.rows import RowsForm
from marketplace.models import Need
from marketplace.queries.categories import categories, sufficiency_of

LARGEST_GROUP = 1_000_000


class NeedFields(RowsForm):
    """Everything about a need; the rows are its figures."""

    most = 8

    title = LineField(
        max_length=150,
        label=_("Title"),
        help_text=_("What is missing and for whom, like “Settled housing for women leaving custody”."),
    )
    summary = TextField(
        rows=8,
        max_length=6000,
        label=_("What is missing"),
        help_text=_(
            "Say it as you would to somebody who could help: what people need, what there is, what is not."
        ),
    )
    area = AreaField(label=_("Where"), error_messages={"required": _("Choose where the need is.")})
    category = RadioField(
        label=_("Kind of need"), help_text=_("The published figure stands beside each kind that has one.")
    )
    cohorts = ModelCheckboxesField(
        Cohort.objects.order_by("name"),
        required=False,
        label=_("Who it concerns"),
        help_text=_("Leave empty if it concerns everyone on probation."),
    )
    people_affected = IntegerField(
        min_value=1,
        max_value=LARGEST_GROUP,
        label=_("People affected in a year"),
        help_text=_("A number: your best count or estimate."),
        error_messages={"required": _("Enter how many people it affects in a year.")},
    )

    def __init__(self, *args: Any, organisation: Organisation | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area: Any = self.fields["area"]
        area.use(organisation)
        kinds = list(categories())
        field: Any = self.fields["category"]
        field.choices = [(str(kind.pk), kind.name) for kind in kinds]
        field.widget.hints = {str(kind.pk): sufficiency_of(kind) for kind in kinds}
        self.kinds: dict[str, NeedCategory] = {str(kind.pk): kind for kind in kinds}

    def row_fields(self, number: int) -> dict[str, forms.Field]:
        """A figure, where it comes from, and perhaps for when and where to read it."""
        return {
            "figure": LineField(
                max_length=300,
                label=_("Figure"),
                help_text=_("Like “42% of cases had sufficient help with housing”.") if number == 1 else "",
            ),
            "source": LineField(
                max_length=300,
                label=_("Where it comes from"),
                help_text=_("A report, a data set, a survey of practitioners.") if number == 1 else "",
                error_messages={"required": _("Enter where the figure comes from.")},
            ),
            "period": LineField(
                max_length=60,
                required=False,
                label=_("Period"),
                help_text=_("Like “April 2025 to March 2026”.") if number == 1 else "",
            ),
            "link": WebAddressField(
                required=False,
                label=_("Link"),
                error_messages={"invalid": _("Enter a web address, like https://www.example.org/report.")},
            ),
        }

    def clean_category(self) -> NeedCategory:
        """The kind itself."""
        return self.kinds[self.cleaned_data["category"]]

    def words(self) -> NeedWords:
        """What was typed, for the service."""
        names = ("title", "summary", "area", "category", "people_affected")
        return NeedWords(
            **{name: self.cleaned_data[name] for name in names},
            cohorts=list(self.cleaned_data["cohorts"]),
            evidence=[Figure(**{name: value or "" for name, value in row.items()}) for row in self.filled_rows()],
        )


class NeedDraftForm(NeedFields, Keyed):
    """For a new need."""


class NeedEditForm(NeedFields, Versioned):
    """For a draft."""


def initial_of(need: Need) -> dict[str, Any]:
    """The row as the form shows it."""
    return {
        "version": need.version,
        "title": need.title,
        "summary": need.summary,
        "area": str(need.area_id),
        "category": str(need.category_id),
        "cohorts": [cohort.pk for cohort in need.cohorts.all()],
        "people_affected": need.people_affected,
    }


def written_of(need: Need) -> list[dict[str, str]]:
    """Its figures as the form shows them."""
    names = ("figure", "source", "period", "link")
    return [{name: getattr(figure, name) for name in names} for figure in need.evidence.all()]
