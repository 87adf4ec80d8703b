"""What people type when they keep up a published need."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.forms import Form, IntegerField, RadioField, SelectField, TextField, Versioned
from core.forms.base import VersionField
from core.models import Body, Organisation
from marketplace.drafts import Correction, Figure, PrincipleWords
from marketplace.forms.fields import LineField, WebAddressField
from marketplace.forms.need_parts import ScaleForm
from marketplace.forms.needs import LARGEST_GROUP
from marketplace.models import Need, PrincipleMark, Standing
from marketplace.queries.need_care import bodies_near, other_commissioners

REASON = 2000


class PrincipleForm(Versioned):
    """How a need stands by one principle."""

    # Nought: nobody has said anything yet.
    version = VersionField(min_value=0, max_value=2_147_483_647)

    standing = RadioField(
        label=_("How does it stand?"),
        error_messages={"required": _("Choose how it stands.")},
    )
    text = TextField(
        rows=4,
        max_length=2000,
        label=_("How, or why"),
        help_text=_("What was done, what is still to be done and by when, or why it does not matter here."),
        error_messages={"required": _("Say how, or why.")},
    )
    link = WebAddressField(
        required=False,
        label=_("Where it can be seen"),
        help_text=_("The address of a page or a document, if there is one."),
        error_messages={"invalid": _("Enter a web address, like https://www.example.org/report.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["standing"]
        field.choices = [(value, str(label).capitalize()) for value, label in Standing.choices]

    def words(self) -> PrincipleWords:
        """What was typed."""
        typed = self.cleaned_data
        return PrincipleWords(typed["standing"], typed["text"], typed["link"] or "")


def principle_of(mark: PrincipleMark | None) -> dict[str, Any]:
    """What the form shows."""
    if mark is None:
        return {"version": 0}
    return {name: getattr(mark, name) for name in ("version", "standing", "text", "link")}


class FigureForm(Form):
    """One figure more."""

    figure = LineField(
        max_length=300,
        label=_("Figure"),
        help_text=_("Like “42% of cases had sufficient help with housing”."),
    )
    source = LineField(
        max_length=300,
        label=_("Where it comes from"),
        help_text=_("A report, a data set, a survey of practitioners."),
        error_messages={"required": _("Enter where the figure comes from.")},
    )
    period = LineField(
        max_length=60, required=False, label=_("Period"), help_text=_("Like “April 2025 to March 2026”.")
    )
    link = WebAddressField(
        required=False,
        label=_("Link"),
        error_messages={"invalid": _("Enter a web address, like https://www.example.org/report.")},
    )

    def words(self) -> Figure:
        """What was typed."""
        return Figure(**{name: value or "" for name, value in self.cleaned_data.items()})


class PartnerForm(Form):
    """Somebody who may put something in."""

    who = SelectField(
        label=_("Who"),
        help_text=_(
            "Bodies that act where the need is come first, then commissioning bodies with an account here."
        ),
        error_messages={"required": _("Choose who it is.")},
    )
    note = TextField(
        rows=3,
        max_length=1000,
        label=_("What they may bring"),
        help_text=_("Money, staff, a building, and how firm it is. Everybody can read it."),
    )

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies, houses = list(bodies_near(need)), list(other_commissioners(need))
        self.offered: dict[str, Body | Organisation] = {f"body:{each.pk}": each for each in bodies}
        self.offered |= {f"organisation:{each.pk}": each for each in houses}
        field: Any = self.fields["who"]
        field.choices = [
            (_("Bodies that act there"), [(f"body:{each.pk}", each.name) for each in bodies]),
            (_("Commissioning bodies here"), [(f"organisation:{each.pk}", each.name) for each in houses]),
        ]

    def chosen(self) -> Body | Organisation:
        """Who was chosen."""
        return self.offered[self.cleaned_data["who"]]


class CorrectionForm(ScaleForm):
    """What a published need should have said, and what was wrong."""

    title = LineField(max_length=150, label=_("Title"))
    summary = TextField(rows=8, max_length=6000, label=_("What is missing"))
    people_affected = IntegerField(min_value=1, max_value=LARGEST_GROUP, label=_("People affected in a year"))
    what_good_is = TextField(rows=4, max_length=3000, required=False, label=_("What good would look like"))
    reason = TextField(
        rows=3,
        max_length=REASON,
        label=_("What was wrong?"),
        help_text=_("Everybody can read it, with what the need said before."),
        error_messages={"required": _("Say what was wrong.")},
    )
    field_order = ["title", "summary", "people_affected", "people_of", "urgency", "urgency_reason", "what_good_is"]

    def clean(self) -> dict[str, Any]:
        """The numbers are held against each other as typed, not as they stood."""
        self.affected = self.cleaned_data.get("people_affected") or 0
        return super().clean()

    def correction(self) -> Correction:
        """What was typed."""
        typed = self.cleaned_data
        names = ("title", "people_affected", "people_of", "urgency")
        texts = {name: typed[name].strip() for name in ("summary", "urgency_reason", "what_good_is")}
        return Correction(**{name: typed[name] for name in names}, **texts)


def correction_of(need: Need) -> dict[str, Any]:
    """What the form shows."""
    names = (
        "version",
        "title",
        "summary",
        "people_affected",
        "people_of",
        "urgency",
        "urgency_reason",
        "what_good_is",
    )
    return {name: getattr(need, name) for name in names}
