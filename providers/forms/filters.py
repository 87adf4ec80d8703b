"""Lists of providers and of notices are narrowed by the same things: words, place, need, group of people."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.cache import cache
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.display import Chip
from core.forms import Form, SelectField
from core.forms.drawn import DrawnOnce
from core.forms.text import clean_text
from core.models import Area, Cohort, NeedCategory
from core.queries.places import area_numbered
from providers.queries.registration import areas_by_region

LONGEST_TEXT = 200
Pairs = tuple[tuple[str, str], ...]


class BoardFilterForm(DrawnOnce, Form):
    """Words, place, need, group of people and order; a value that is not offered narrows nothing."""

    SORTS: Mapping[str, Any] = {}

    q = forms.CharField(
        required=False,
        label=gettext_lazy("Words"),
        help_text=gettext_lazy("In the name or the text."),
        widget=forms.TextInput(attrs={"type": "search", "maxlength": LONGEST_TEXT}),
    )
    area = SelectField(label=gettext_lazy("Works in"), required=False)
    need = SelectField(label=gettext_lazy("Helps with"), required=False)
    cohort = SelectField(label=gettext_lazy("Mainly for"), required=False)
    sort = SelectField(label=gettext_lazy("Sorted by"), required=False)

    def __init__(self, asked: QueryDict) -> None:
        super().__init__()
        places, needs, groups = offered()
        wanted = clean_text(asked.get("area", "")).strip()
        self.place = area_numbered(wanted)
        self.names: dict[str, dict[str, str]] = {
            "area": {number: name for _region, rows in places for number, name in rows},
            "need": dict(needs),
            "cohort": dict(groups),
            "sort": {str(key): str(label) for key, label in self.SORTS.items()},
        }
        self._offer(places, needs, groups)
        self.initial = {name: self._taken(name, asked) for name in self.fields}

    def _offer(self, places: tuple[tuple[str, Pairs], ...], needs: Pairs, groups: Pairs) -> None:
        choices: dict[str, list[Any]] = {
            "area": [("", _("Anywhere"))],
            "need": [("", _("Any need")), *needs],
            "cohort": [("", _("Everyone")), *groups],
            "sort": list(self.names["sort"].items()),
        }
        if self.place and str(self.place.pk) not in self.names["area"]:
            self.names["area"][str(self.place.pk)] = str(self.place)
            choices["area"].append((str(self.place.pk), str(self.place)))
        for region, rows in places:
            (whole, _name), *parts = rows
            choices["area"].append((region, [(whole, _("All of %(region)s") % {"region": region}), *parts]))
        for name, listed in choices.items():
            self.fields[name].choices = listed  # type: ignore[attr-defined]  # they are select fields

    def _taken(self, name: str, asked: QueryDict) -> str:
        value = clean_text(asked.get(name, "")).strip()
        if name == "q":
            return value[:LONGEST_TEXT]
        first = next(iter(self.names["sort"]), "") if name == "sort" else ""
        return value if value in self.names[name] else first

    def value(self, name: str) -> str:
        """What holds for a filter; "" for none."""
        return str(self.initial[name])

    def number(self, name: str) -> int | None:
        """What holds, as the number of a row."""
        return int(self.value(name)) if self.value(name) else None

    @property
    def found(self) -> dict[str, Any]:
        """What the list is narrowed by."""
        return {
            "text": self.value("q"),
            "area": self.place if self.value("area") else None,
            "category": self.number("need"),
            "cohort": self.number("cohort"),
        }

    def parameters(self, **other: str) -> dict[str, str]:
        """The address that gives this list, with `other` in place of what holds; what is usual is left out."""
        held = {**{name: self.value(name) for name in self.fields}, **other}
        usual = next(iter(self.names["sort"]), "")
        return {name: value for name, value in held.items() if value and (name, value) != ("sort", usual)}

    def chips(self, address: Callable[[dict[str, str]], str]) -> list[Chip]:
        """The filters in force; `address` makes a URL from parameters."""
        found = []
        for name in ("q", "area", "need", "cohort"):
            if value := self.value(name):
                label = f"“{value}”" if name == "q" else self.names[name][value]
                found.append(Chip(label, address(self.parameters(**{name: ""}))))
        return found


def offered() -> tuple[tuple[tuple[str, Pairs], ...], Pairs, Pairs]:
    """Regions with their areas, the region itself first; needs; groups of people. Read once a minute."""
    rows: tuple[Any, Any, Any] = cache.get_or_set("providers.filters", _rows, 60) or _rows()
    return rows


def _rows() -> tuple[tuple[tuple[str, Pairs], ...], Pairs, Pairs]:
    def pairs(areas: list[Area]) -> Pairs:
        return tuple((str(area.pk), area.name) for area in areas)

    needs, groups = (
        tuple((str(pk), name) for pk, name in model.objects.order_by("name").values_list("pk", "name"))
        for model in (NeedCategory, Cohort)
    )
    places = tuple((region.name, pairs([region, *units])) for region, units in areas_by_region())
    return places, needs, groups
