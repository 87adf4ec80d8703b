"""What a provider shows for a check, and what those who look at it say."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.display import Chip
from core.forms import DateField, Form, Keyed, MoneyField, SelectField, TextField
from core.uploads import DocumentField
from core.uploads.field import WHAT_IT_TAKES
from providers.checks.registry import check_named
from providers.evidence_kinds import KINDS, Answer, Asked, EvidenceKind, Told
from providers.models.evidence import LONGEST_DETAILS, LONGEST_REASON

LONGEST_LINE = 200
EVERYWHERE = "everywhere"


class EvidenceForm(Keyed):
    """The boxes of one check, then the file: `EvidenceForm(..., kind=KINDS[code])`."""

    def __init__(self, *args: Any, kind: EvidenceKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name, answer in kind.answers.items():
            self.fields[name] = _box(name, answer)
        # The file comes last: of a file far too large nothing is read, nor of what comes after it.
        if kind.document is not Asked.NO:
            must = kind.document is Asked.MUST
            self.fields["file"] = DocumentField(label=_("Document"), help_text=WHAT_IT_TAKES, required=must)

    def clean(self) -> dict[str, Any]:
        """Days in order and still ahead; and a file that was right has to be chosen again after all."""
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("valid_from"), cleaned.get("valid_until")
        if end and end < timezone.localdate():
            ran_out = date_format(end, "j F Y")
            sentence = _("This ran out on %(day)s. Give the one that holds now.") % {"day": ran_out}
            self.add_error("valid_until", sentence)
        elif start and end and start > end:
            self.add_error("valid_until", _("It cannot end before it begins. Check the two days."))
        if self.errors and cleaned.get("file"):
            self.add_error("file", _("Choose the file once more: a browser does not keep it for you."))
        return cleaned

    @property
    def told(self) -> Told:
        """What give_evidence takes, once the form is clean."""
        answers = {name: self.cleaned_data[name] for name in self.kind.answers}
        return Told(self.cleaned_data.get("file"), answers)


def _box(name: str, answer: Answer) -> forms.Field:
    told: dict[str, Any] = {
        "label": answer.label,
        "help_text": answer.hint,
        "required": answer.asked is Asked.MUST,
    }
    if name == "amount_pence":
        return MoneyField(**told)
    if name in ("valid_from", "valid_until"):
        return DateField(**told)
    if name == "details":
        return TextField(rows=3, max_length=LONGEST_DETAILS, **told)
    return forms.CharField(max_length=LONGEST_LINE, **told)


REASONS = (
    gettext_lazy("The document does not show the name of the organisation."),
    gettext_lazy("The document has run out. Please send the one that holds now."),
    gettext_lazy("It cannot be read. A sharper photo, or the file itself, would do."),
    gettext_lazy("It is insured for less than the work asks."),
    gettext_lazy("It is not the document that is asked for."),
)


class RefusalForm(Form):
    """Why something does not serve."""

    template = SelectField(
        label=gettext_lazy("A usual reason"),
        help_text=gettext_lazy("Choose one, write your own below, or both."),
        required=False,
    )
    reason = TextField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy("The provider reads this. Say what is wrong and what would do instead."),
        rows=4,
        max_length=LONGEST_REASON - 200,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("None of these")), *((str(place), text) for place, text in enumerate(REASONS))]
        self.fields["template"].choices = choices  # type: ignore[attr-defined]  # it has choices

    def clean(self) -> dict[str, Any]:
        """A reason of one sort or the other."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("template") and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why, so that the provider knows what to send instead."))
        return cleaned

    @property
    def whole_reason(self) -> str:
        """Both, one after the other."""
        chosen = self.cleaned_data.get("template", "")
        parts = [str(REASONS[int(chosen)])] if chosen else []
        return "\n".join([*parts, *filter(None, [self.cleaned_data.get("reason", "").strip()])])


class UndoForm(Form):
    """Why a decision was a mistake."""

    reason = TextField(
        label=gettext_lazy("What was the mistake?"),
        help_text=gettext_lazy("The provider reads this, for example “I opened the wrong file”."),
        rows=3,
        max_length=LONGEST_REASON,
    )


class QueueFilters(Form):
    """Which check, where the provider works, and who it is; sent by GET. What is not offered narrows nothing."""

    q = forms.CharField(
        label=gettext_lazy("Provider"),
        help_text=gettext_lazy("Name, or number in a register."),
        max_length=LONGEST_LINE,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    check = SelectField(label=gettext_lazy("For which check"), required=False)
    where = SelectField(
        label=gettext_lazy("Whose"),
        required=False,
        choices=[
            ("", gettext_lazy("Providers that work in our area")),
            (EVERYWHERE, gettext_lazy("Providers everywhere")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(code, check_named(code).name) for code in KINDS]
        self.fields["check"].choices = [("", _("All checks")), *named]  # type: ignore[attr-defined]  # as above

    def value(self, name: str) -> str:
        """What holds for a filter; "" for none, and for what is not offered."""
        if not self.is_bound:
            return ""
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))

    @property
    def is_everywhere(self) -> bool:
        """Whether providers far away are asked for too."""
        return self.value("where") == EVERYWHERE

    def chips(self, address: Any) -> list[Chip]:
        """The filters in force; `address` makes a URL without the named one."""
        check = self.value("check")
        shown = {
            "q": f"“{self.value('q')}”" if self.value("q") else "",
            "check": check_named(check).name if check else "",
            "where": _("Everywhere") if self.is_everywhere else "",
        }
        return [Chip(label, address(name)) for name, label in shown.items() if label]
