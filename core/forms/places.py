"""What narrows the list of places, the day a place is looked at, and files of places."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.display import Chip
from core.forms.base import Form, Keyed
from core.forms.dates import DateField
from core.forms.fields import RadioField, SelectField
from core.forms.text import clean_text
from core.models.place_imports import MOST_BYTES, PlaceFile
from core.models.places import Area, AreaKind

LONGEST_TEXT = 200
ALL_DAYS = "all"


class PlaceFilters(Form):
    """Words, kind, days, letter and the area it lies in. What is not offered narrows nothing."""

    q = forms.CharField(
        required=False,
        label=_("Name or code"),
        help_text=_("The beginning of a word is enough."),
        widget=forms.TextInput(attrs={"type": "search", "maxlength": LONGEST_TEXT}),
    )
    kind = SelectField(required=False, label=_("Kind of place"), choices=[("", _("All kinds")), *AreaKind.choices])
    days = SelectField(
        required=False,
        label=_("When"),
        choices=[("", _("Places of today")), (ALL_DAYS, _("Former and future ones too"))],
    )

    def __init__(self, asked: QueryDict) -> None:
        super().__init__()
        self.initial = {name: self._taken(name, asked) for name in self.fields}
        self.letter = clean_text(asked.get("letter", "")).strip()[:1].upper()
        # The area whose page a reader came from, once the view has found it.
        self.within: Area | None = None

    def _taken(self, name: str, asked: QueryDict) -> str:
        value = clean_text(asked.get(name, "")).strip()[:LONGEST_TEXT]
        choices = getattr(self.fields[name], "choices", None)
        return value if choices is None or value in {key for key, _label in choices} else ""

    def value(self, name: str) -> str:
        """What holds for a filter; "" for none."""
        return str(self.initial[name])

    def parameters(self, **other: str) -> dict[str, str]:
        """The address that gives this list, with `other` in place of what holds."""
        held = {**{name: self.value(name) for name in self.fields}, "letter": self.letter}
        held["within"] = str(self.within.pk) if self.within else ""
        return {name: value for name, value in {**held, **other}.items() if value}

    def chips(self, address: Any) -> list[Chip]:
        """The filters in force. `address` makes a URL from parameters."""
        shown: dict[str, Any] = {"q": f"“{self.value('q')}”" if self.value("q") else ""}
        for name in ("kind", "days"):
            labels = dict(self.fields[name].choices)  # type: ignore[attr-defined]  # of a list to choose from
            shown[name] = labels[self.value(name)] if self.value(name) else ""
        shown["letter"] = _("Begins with %(letter)s") % {"letter": self.letter} if self.letter else ""
        shown["within"] = _("In %(area)s") % {"area": self.within.name} if self.within else ""
        return [Chip(label, address(self.parameters(**{name: ""}))) for name, label in shown.items() if label]


class DayForm(Form):
    """The day on which somebody wants to know who acted there; sent by GET."""

    on = DateField(label=_("Bodies on another day"), required=False)


class PlaceFileForm(Keyed):
    """A file of areas, overlaps, bodies or roles."""

    holds = RadioField(
        label=_("What is in the file?"),
        choices=PlaceFile.choices,
        hints={
            PlaceFile.AREAS.value: _("Councils, care board areas, towns and the like: one line for each."),
            PlaceFile.OVERLAPS.value: _("Which area lies in which, and how much of it. Areas come first."),
            PlaceFile.BODIES.value: _("Councils, boards, forces: who acts, without saying where."),
            PlaceFile.ROLES.value: _("Which body does what for which area, and between which days."),
        },
    )
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("As a spreadsheet saves it, up to 50,000 rows and 10 MB. The first line names the columns."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
        error_messages={
            "empty": _("This file is empty. Choose another."),
            "invalid": _("Choose a file and send it again."),
            "missing": _("Choose a file and send it again."),
        },
    )

    def clean_file(self) -> Any:
        """Small enough to be read at once."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 10 MB. Split it into several files."))
        return file


class FingerprintForm(Form):
    """What a person saw before they confirmed."""

    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)
