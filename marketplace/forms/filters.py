"""What narrows the public lists. A value that is not offered narrows nothing, so any address opens."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.cache import cache
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.display import Chip
from core.forms import Form, SelectField
from core.forms.drawn import DrawnOnce
from core.forms.text import clean_text
from core.models import Area, Cohort
from core.queries.places import area_numbered, regions
from marketplace.models import Route
from marketplace.queries.areas import areas_of_place
from marketplace.queries.categories import categories
from marketplace.queries.opportunities import Show
from marketplace.states import NeedStatus, SignalStatus

LONGEST_TEXT = 200
Choices = list[tuple[str, Any]]


@dataclass(frozen=True)
class Options:
    """The rows that filters offer."""

    regions: tuple[tuple[str, str], ...]
    categories: tuple[tuple[str, str], ...]
    place: Area | None = None

    @classmethod
    def offered(cls, asked: str = "") -> "Options":
        """Every region and kind. `asked` may be the number of a place that is no region: it is offered, too."""
        # Reference data, read once a minute.
        rows = cache.get_or_set("marketplace.filters", cls._rows, 60) or cls._rows()
        is_offered = asked in dict(rows[0])
        return cls(rows[0], rows[1], None if is_offered else area_numbered(asked))

    @staticmethod
    def _rows() -> tuple[tuple[tuple[str, str], ...], ...]:
        return tuple(
            tuple((str(pk), name) for pk, name in rows.values_list("pk", "name"))
            for rows in (regions(), categories())
        )

    def areas(self) -> Choices:
        """The place asked for, if it is no region, and the regions."""
        place = [(str(self.place.pk), str(self.place))] if self.place else []
        return [("", _("All regions")), *place, *self.regions]


class FilterForm(DrawnOnce, Form):
    """Text and lists, all optional; `defaults` hold where the address says nothing."""

    defaults: dict[str, str] = {}

    q = forms.CharField(
        required=False,
        label=_("Words"),
        help_text=_("In the title or the text."),
        widget=forms.TextInput(attrs={"type": "search", "maxlength": LONGEST_TEXT}),
    )

    def __init__(self, asked: QueryDict, options: "Options | SignalOptions") -> None:
        self.options: Any = options
        super().__init__()
        for name, choices in self.lists().items():
            self.fields[name] = SelectField(choices=choices, required=False, label=self.labels()[name])
        self.initial = {name: self._taken(name, asked) for name in self.fields}

    def lists(self) -> dict[str, Choices]:
        """The lists to choose from."""
        raise NotImplementedError

    def labels(self) -> dict[str, Any]:
        """What each list is called."""
        raise NotImplementedError

    def _taken(self, name: str, asked: QueryDict) -> str:
        value = asked.get(name)
        if value is None:
            return self.defaults.get(name, "")
        value = clean_text(value).strip()
        if name == "q":
            return value[:LONGEST_TEXT]
        offered = {key for key, _label in self.lists()[name]}
        return value if value in offered else self.defaults.get(name, "")

    def value(self, name: str) -> str:
        """What holds for a filter; "" for none."""
        return str(self.initial[name])

    def number(self, name: str) -> int | None:
        """What holds, as the number of a row."""
        return int(self.value(name)) if self.value(name) else None

    def areas(self) -> int | list[int] | None:
        """The region that holds, or the areas of the place that does."""
        place = self.options.place
        if place is not None and self.value("region") == str(place.pk):
            return areas_of_place(place)
        return self.number("region")

    def parameters(self, **other: str) -> dict[str, str]:
        """The address that gives this list, with `other` in place of what holds; defaults are left out."""
        held = {**{name: self.value(name) for name in self.fields}, **other}
        return {name: value for name, value in held.items() if value != self.defaults.get(name, "")}

    def to_follow(self) -> dict[str, str]:
        """The area and the kind in force, as the page that follows them is asked for them."""
        held = {"area": self.value("region"), "category": self.value("category")}
        return {name: value for name, value in held.items() if value}

    def chips(self, address: Any) -> list[Chip]:
        """The filters in force. `address` makes a URL from parameters."""
        found = []
        for name, field in self.fields.items():
            value = self.value(name)
            if value and name != "sort" and value != self.widest(name):
                label = f"“{value}”" if name == "q" else dict(field.choices)[value]  # type: ignore[attr-defined]  # lists
                found.append(Chip(label, address(self.parameters(**{name: self.widest(name)}))))
        return found

    def widest(self, name: str) -> str:
        """The value with which the filter narrows nothing."""
        return ""


class NeedFilters(FilterForm):
    """For the list of needs."""

    def lists(self) -> dict[str, Choices]:
        """Region, kind and status."""
        public = [(status.value, status.label) for status in NeedStatus if status != NeedStatus.DRAFT]
        return {
            "region": self.options.areas(),
            "category": [("", _("All kinds")), *self.options.categories],
            "status": [("", _("Any")), *public],
        }

    def labels(self) -> dict[str, Any]:
        """Their names."""
        return {"region": _("Region"), "category": _("Kind of need"), "status": _("Status")}


@dataclass(frozen=True)
class SignalOptions:
    """The rows that the filters of signals offer, read once for a page."""

    areas: tuple[tuple[str, str], ...]
    categories: tuple[tuple[str, str], ...]
    cohorts: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, areas: Iterable[Area], cohorts: Iterable[Cohort]) -> "SignalOptions":
        """From the rows themselves, and every kind of need."""
        found = (tuple((str(row.pk), row.name) for row in rows) for rows in (areas, cohorts))
        own, groups = found
        return cls(own, Options.offered().categories, groups)


class SignalFilters(FilterForm):
    """For a body's list of signals."""

    MOST, SHARED = "most", "shared"
    defaults = {"status": SignalStatus.OPEN.value}

    def __init__(self, asked: QueryDict, options: SignalOptions) -> None:
        super().__init__(asked, options)
        self.fields["q"].help_text = _("In what was said.")

    def lists(self) -> dict[str, Choices]:
        """Area, kind, group, status, whose, and order."""
        kept = [(status.value, status.label) for status in SignalStatus if status != SignalStatus.WITHDRAWN]
        return {
            "area": [("", _("All areas")), *self.options.areas],
            "category": [("", _("All kinds")), *self.options.categories],
            "cohort": [("", _("Everyone")), *self.options.cohorts],
            "status": [*kept, ("any", _("Any"))],
            "whose": [("", _("Your own")), (self.SHARED, _("Shared by other bodies"))],
            "sort": [("", _("Newest first")), (self.MOST, _("Most people first"))],
        }

    def labels(self) -> dict[str, Any]:
        """Their names."""
        return {
            "area": _("Area"),
            "category": _("Kind of need"),
            "cohort": _("Group of people"),
            "status": _("Status"),
            "whose": _("Whose"),
            "sort": _("Sorted by"),
        }

    def widest(self, name: str) -> str:
        """Any status is widest."""
        return "any" if name == "status" else ""

    @property
    def status(self) -> str:
        """The status asked for; "" for any."""
        return "" if self.value("status") == "any" else self.value("status")


class OpportunityFilters(FilterForm):
    """For the list of opportunities."""

    defaults = {"status": Show.OPEN.value}

    def lists(self) -> dict[str, Choices]:
        """Region, kind, route, status and order."""
        sorts = [("", _("Closing date")), ("newest", _("Newest first")), ("best", _("Best match of the words"))]
        return {
            "region": self.options.areas(),
            "category": [("", _("All kinds")), *self.options.categories],
            "route": [("", _("All routes")), *((route.value, route.label.capitalize()) for route in Route)],
            "status": [(show.value, show.label) for show in Show],
            "sort": sorts,
        }

    def labels(self) -> dict[str, Any]:
        """Their names."""
        return {
            "region": _("Region"),
            "category": _("Kind of need"),
            "route": _("Route"),
            "status": _("Status"),
            "sort": _("Sorted by"),
        }

    def widest(self, name: str) -> str:
        """Any status is widest."""
        return Show.ANY.value if name == "status" else ""

    def __init__(self, asked: QueryDict, options: Options) -> None:
        super().__init__(asked, options)
        # What is open and what is past share no closing order that helps anybody.
        if self.show == Show.ANY and not self.value("sort"):
            self.initial["sort"] = "newest"

    @property
    def show(self) -> Show:
        """The part of the list asked for."""
        return Show(self.value("status"))
