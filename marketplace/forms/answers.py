"""What people type when they are asked about a need."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import Form, Keyed, RadioField, TextField, Versioned
from core.held import NAMELESS, NAMELESS_FIELD
from marketplace.drafts import Capacity
from marketplace.forms.fields import LineField
from marketplace.models import ConsultationAnswer, RoundQuestion, SpeaksAs

WITH_NAME = "named"
LONGEST_ANSWER = 5000
LONGEST_CODE = 60


class TextsForm(Form):
    """A box for each question; at least one must say something."""

    def __init__(self, *args: Any, questions: Sequence[RoundQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = [question.number for question in questions]
        for question in questions:
            self.fields[f"text_{question.number}"] = TextField(
                rows=5, max_length=LONGEST_ANSWER, required=False, label=question.text
            )

    def clean(self) -> dict[str, Any]:
        """Somebody who says nothing has not answered."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        boxes = [f"text_{number}" for number in self.numbers]
        if not any((typed.get(box) or "").strip() for box in boxes) and not any(
            box in self.errors for box in boxes
        ):
            raise ValidationError(_("Answer at least one question."))
        return typed

    def texts(self) -> dict[int, str]:
        """What was said, by the number of the question."""
        return {number: self.cleaned_data[f"text_{number}"] or "" for number in self.numbers}


class AnswerForm(TextsForm, Keyed):
    """A first answer: as what, with a name or without, and the words."""

    speaks_as = RadioField(
        label=gettext_lazy("You answer"),
        error_messages={"required": gettext_lazy("Choose as what you answer.")},
    )
    group_name = LineField(
        max_length=150,
        required=False,
        label=gettext_lazy("Name of the group"),
        help_text=gettext_lazy("If you speak for a lived-experience group and answer with your name."),
    )

    def __init__(self, *args: Any, capacities: Sequence[Capacity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.capacities = {_key(each): each for each in capacities}
        choices: Any = self.fields["speaks_as"]
        choices.choices = [(key, _in_words(each)) for key, each in self.capacities.items()]
        if not any(each.speaks_as == SpeaksAs.LIVED_EXPERIENCE for each in capacities):
            del self.fields["group_name"]
        # Last, below the questions: people decide about their name when they know what they have said.
        self.fields[NAMELESS_FIELD] = RadioField(
            choices=[(WITH_NAME, _("With your name")), (NAMELESS, _("Without your name"))],
            hints={
                WITH_NAME: _("Those who run the consultation see who you are and for whom you speak."),
                NAMELESS: _("Nobody can see who you are, and nothing is kept that could tell. You get a code."),
            },
            label=_("How do you want to answer?"),
            error_messages={"required": _("Choose whether you answer with your name.")},
        )

    @property
    def is_nameless(self) -> bool:
        """Whether the person answers without their name."""
        return bool(self.cleaned_data[NAMELESS_FIELD] == NAMELESS)

    def capacity(self) -> Capacity:
        """As what they answer."""
        chosen = self.capacities[self.cleaned_data["speaks_as"]]
        group = self.cleaned_data.get("group_name") or "" if chosen.speaks_as == SpeaksAs.LIVED_EXPERIENCE else ""
        return Capacity(chosen.speaks_as, chosen.organisation, group)


def _key(capacity: Capacity) -> str:
    return f"{capacity.speaks_as}:{capacity.organisation.pk}" if capacity.organisation else capacity.speaks_as


def _in_words(capacity: Capacity) -> str:
    words = {
        SpeaksAs.PROVIDER: _("For %(organisation)s, a provider"),
        SpeaksAs.PRACTITIONER: _("As a practitioner of %(organisation)s"),
        SpeaksAs.LIVED_EXPERIENCE: _("For a lived-experience group, or from your own experience"),
    }[SpeaksAs(capacity.speaks_as)]
    return words % {"organisation": capacity.organisation}


class AnswerEditForm(TextsForm, Versioned):
    """An answer with a name, changed."""


class CodeField(forms.CharField):
    """The code that was shown once."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Your code"))
        super().__init__(max_length=LONGEST_CODE, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No browser keeps it or corrects it."""
        hidden = widget.is_hidden
        return (
            {"autocomplete": "off"}
            if hidden
            else {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        )


class CodeForm(Form):
    """The way to an answer without a name."""

    code = CodeField(help_text=gettext_lazy("Four groups of four letters and digits, like K7QD-2MZA-W5XC-3HTE."))


class CodedAnswerForm(TextsForm, Versioned):
    """An answer without a name, changed."""

    code = CodeField(widget=forms.HiddenInput(attrs={"id": False}))


def texts_of(answer: ConsultationAnswer, questions: Sequence[RoundQuestion]) -> dict[str, Any]:
    """What the form shows of an answer."""
    numbers = {question.pk: question.number for question in questions}
    said = {f"text_{numbers[text.question_id]}": text.text for text in answer.texts.all()}
    return {"version": answer.version, **said}
