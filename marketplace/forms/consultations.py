"""What people type when they ask about a need, and when they say what they heard."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CheckboxesField, DateTimeField, Form, Keyed, TextField, Versioned
from core.forms.base import VersionField
from marketplace.drafts import ReplyWords, RoundWords, ThemeWords
from marketplace.forms.fields import LineField
from marketplace.forms.rows import RowsForm
from marketplace.models import ConsultationReply, ConsultationRound, SpeaksAs
from marketplace.models.consultations import MOST_QUESTIONS

AUDIENCE = [
    (SpeaksAs.PROVIDER.value, _("Providers: charities, companies and others that deliver services")),
    (SpeaksAs.PRACTITIONER.value, _("Practitioners: probation staff who work with people")),
    (
        SpeaksAs.LIVED_EXPERIENCE.value,
        _("Lived-experience groups: people who have been on probation, and their families"),
    ),
]


class RoundFields(RowsForm):
    """Whom, until when, and from one to ten questions."""

    most = MOST_QUESTIONS
    fewest_shown = 3

    intro = TextField(
        rows=4,
        max_length=3000,
        required=False,
        label=_("What is it about?"),
        help_text=_("A few plain sentences: what you think of doing, and what you do not know."),
    )
    audience = CheckboxesField(
        choices=AUDIENCE,
        label=_("Whom do you ask?"),
        error_messages={"required": _("Choose whom you ask.")},
    )
    opens_at = DateTimeField(
        required=False, label=_("Opening time"), help_text=_("Leave empty to open as soon as it is published.")
    )
    closes_at = DateTimeField(
        label=_("Closing time"),
        help_text=_("Small organisations need two weeks or more. For example, 4 3 2027 and 12 noon."),
    )

    def row_fields(self, number: int) -> dict[str, forms.Field]:
        """One question."""
        return {
            "question": LineField(
                max_length=500,
                label=_("Question %(n)s") % {"n": number},
                error_messages={"required": _("Ask at least one question.")},
            )
        }

    def clean(self) -> dict[str, Any]:
        """It closes after it opens."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        opens_at, closes_at = typed.get("opens_at"), typed.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", _("Choose a closing time after the opening time."))
        return typed

    def words(self) -> RoundWords:
        """What was typed, for the service."""
        typed, asked = self.cleaned_data, self.cleaned_data["audience"]
        return RoundWords(
            questions=[row["question"] for row in self.filled_rows()],
            opens_at=typed["opens_at"],
            closes_at=typed["closes_at"],
            intro=typed["intro"].strip(),
            asks_providers=SpeaksAs.PROVIDER in asked,
            asks_practitioners=SpeaksAs.PRACTITIONER in asked,
            asks_lived_experience=SpeaksAs.LIVED_EXPERIENCE in asked,
        )


class RoundDraftForm(RoundFields, Keyed):
    """For a new round."""


class RoundEditForm(RoundFields, Versioned):
    """For a draft."""


def round_of(consultation: ConsultationRound) -> dict[str, Any]:
    """What the form shows."""
    names = ("version", "intro", "opens_at", "closes_at")
    audience = [value for value, _label in AUDIENCE if consultation.asks(value)]
    return {**{name: getattr(consultation, name) for name in names}, "audience": audience}


def questions_of(consultation: ConsultationRound) -> list[dict[str, str]]:
    """Its questions as the form shows them."""
    return [{"question": question.text} for question in consultation.questions.all()]


# --- What was heard ----------------------------------------------------------------------------------


class ReplyForm(RowsForm, Versioned):
    """What was heard, what was changed, and themes."""

    most = 12

    # Nought: nobody has begun it yet.
    version = VersionField(min_value=0, max_value=2_147_483_647)
    what_we_heard = TextField(
        rows=7,
        max_length=10_000,
        label=_("What we heard"),
        help_text=_("In plain words, what people told you. Say also what surprised you, and if nobody answered."),
    )
    what_we_changed = TextField(
        rows=7,
        max_length=10_000,
        label=_("What we changed"),
        help_text=_("What is different because of it. If nothing is, say why."),
    )

    def row_fields(self, number: int) -> dict[str, forms.Field]:
        """One theme and what is said to it."""
        return {
            "theme": LineField(max_length=300, required=False, label=_("What people said")),
            "response": TextField(rows=2, max_length=2000, required=False, label=_("What you say to it")),
        }

    def clean(self) -> dict[str, Any]:
        """An answer without what it answers makes no sense."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        for number in range(1, self.count + 1):
            if (typed.get(f"response_{number}") or "").strip() and not typed.get(f"theme_{number}"):
                self.add_error(f"theme_{number}", _("Say what people said, or empty the box beneath."))
        return typed

    def words(self) -> ReplyWords:
        """What was typed, for the service."""
        themes = [ThemeWords(row["theme"], (row["response"] or "").strip()) for row in self.filled_rows()]
        return ReplyWords(self.cleaned_data["what_we_heard"], self.cleaned_data["what_we_changed"], themes)


def reply_of(reply: ConsultationReply | None) -> dict[str, Any]:
    """What the form shows; version nought begins one."""
    if reply is None:
        return {"version": 0}
    return {name: getattr(reply, name) for name in ("version", "what_we_heard", "what_we_changed")}


def themes_of(reply: ConsultationReply | None) -> list[dict[str, str]]:
    """Its themes as the form shows them."""
    return [{"theme": each.theme, "response": each.response} for each in reply.themes.all()] if reply else []


class SureForm(Form):
    """Nothing to fill in: the button is the answer."""
