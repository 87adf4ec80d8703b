"""What people type about signals."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.forms import (
    CheckboxesField,
    Form,
    Keyed,
    ModelSelectField,
    RadioField,
    SelectField,
    TextField,
    WordLimitedTextField,
)
from core.forms.widgets import FoldedCheckboxes
from core.models import Cohort, NeedCategory, Organisation
from core.personal import refusal_of
from marketplace.drafts import SignalWords
from marketplace.forms.fields import AreaField
from marketplace.models import Need, Signal
from marketplace.models.signals import MOST_WORDS
from marketplace.queries.categories import categories

MOST_NEEDS = 100


class SignalForm(Keyed):
    """What is missing, where and for whom: four boxes, two of them remembered or optional."""

    text = WordLimitedTextField(
        max_words=MOST_WORDS,
        rows=4,
        label=_("What is missing?"),
        help_text=_("Write nothing about any one person: no names, dates of birth or numbers."),
        error_messages={"required": _("Say what is missing.")},
    )
    category = SelectField(label=_("Kind of need"), error_messages={"required": _("Choose the kind of need.")})
    area = AreaField(label=_("Where"), error_messages={"required": _("Choose where it is missing.")})
    cohorts = forms.MultipleChoiceField(
        widget=FoldedCheckboxes,
        required=False,
        label=_("For whom"),
        help_text=_("Leave closed if it is everyone on probation."),
    )

    def __init__(self, *args: Any, organisation: Organisation | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area: Any = self.fields["area"]
        area.use(organisation)
        self.kinds: dict[str, NeedCategory] = {str(kind.pk): kind for kind in categories()}
        field: Any = self.fields["category"]
        field.choices = [("", _("Choose one")), *((number, kind.name) for number, kind in self.kinds.items())]
        self.groups: dict[str, Cohort] = {str(each.pk): each for each in Cohort.objects.order_by("name")}
        groups: Any = self.fields["cohorts"]
        groups.choices = [(_("Only for some"), [(number, each.name) for number, each in self.groups.items()])]

    def clean_text(self) -> str:
        """Nothing that tells who somebody is."""
        text: str = self.cleaned_data["text"].strip()
        if refusal := refusal_of(text, today=timezone.localdate()):
            raise ValidationError(refusal)
        return text

    def words(self) -> SignalWords:
        """What was typed, for the service."""
        return SignalWords(
            text=self.cleaned_data["text"],
            area=self.cleaned_data["area"],
            category=self.kinds[self.cleaned_data["category"]],
            cohorts=[self.groups[number] for number in self.cleaned_data["cohorts"]],
        )


class SupportForm(Form):
    """Where somebody sees the same, and about whom, if they care to say."""

    area = AreaField(required=False, label=_("Where you see it"))
    cohort = ModelSelectField(
        Cohort.objects.order_by("name"),
        required=False,
        label=_("For whom"),
        empty_label=_("Everyone on probation"),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area: Any = self.fields["area"]
        area.use(organisation)


class MergeForm(Form):
    """Which other signal says the same, and which of the two stays."""

    THIS, OTHER = "this", "other"

    other = RadioField(
        label=_("Which one says the same?"),
        error_messages={
            "required": _("Choose the signal that says the same."),
            "invalid_choice": _("That signal was answered, joined or set aside meanwhile. Choose another."),
        },
    )
    stays = RadioField(
        label=_("Which of the two stays?"),
        choices=[(OTHER, _("The one chosen above")), (THIS, _("This one"))],
        initial=OTHER,
        help_text=_("The words of the one that stays are shown. You can take them apart again."),
    )

    def __init__(self, *args: Any, candidates: Sequence[Signal], hints: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = {str(signal.pk): signal for signal in candidates}
        field: Any = self.fields["other"]
        field.choices = [(number, signal.text) for number, signal in self.candidates.items()]
        field.widget.hints = hints

    def pair(self, signal: Signal) -> dict[str, Signal]:
        """Which stays and which goes, for the service."""
        other = self.candidates[self.cleaned_data["other"]]
        is_other = self.cleaned_data["stays"] == self.OTHER
        return {"stays": other, "goes": signal} if is_other else {"stays": signal, "goes": other}


class AnswerForm(Form):
    """What was done, and perhaps the need it became."""

    reply = TextField(
        rows=4,
        max_length=2000,
        label=_("What was done"),
        help_text=_("Everybody who said so is told."),
        error_messages={"required": _("Say what was done.")},
    )
    became = ModelSelectField(
        Need.objects.none(),
        required=False,
        label=_("The need it became"),
        empty_label=_("None"),
        help_text=_("It is linked to that need as evidence."),
    )

    def __init__(self, *args: Any, needs: Sequence[Need], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["became"]
        field.queryset = Need.objects.filter(pk__in=[need.pk for need in needs]).order_by("-updated_at", "-id")


class SetAsideForm(Form):
    """Why a signal is set aside, and whether its words have to go."""

    reason = TextField(
        rows=4,
        max_length=2000,
        label=_("Why is it set aside?"),
        help_text=_("Everybody who said so is told."),
        error_messages={"required": _("Say why it is set aside.")},
    )
    erase = forms.BooleanField(
        required=False,
        label=_("Erase its words, because they tell of one person"),
        help_text=_("They are gone for good, for everybody."),
    )


class LinkForm(Form):
    """Signals that say what a need says."""

    signals = CheckboxesField(
        label=_("Signals to link"),
        error_messages={
            "required": _("Choose at least one signal, or go back."),
            "invalid_choice": _("One of these signals can no longer be linked. Look at the list again."),
        },
    )

    def __init__(self, *args: Any, candidates: Sequence[Signal], hints: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = {str(signal.pk): signal for signal in candidates}
        field: Any = self.fields["signals"]
        field.choices = [(number, signal.text) for number, signal in self.candidates.items()]
        field.widget.hints = hints

    def chosen(self) -> list[Signal]:
        """The signals themselves."""
        return [self.candidates[number] for number in self.cleaned_data["signals"]]
