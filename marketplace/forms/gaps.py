"""What narrows the table of gaps, and which of its cells a draft may begin from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.models import Cohort, NeedCategory
from marketplace.forms.filters import Choices, FilterForm
from marketplace.gaps import Measure
from marketplace.quarters import Quarter, quarter_from_code

MEASURES = {
    Measure.SUFFICIENT: _("Enough delivered"),
    Measure.AVAILABLE: _("Help available"),
    Measure.DEMAND: _("Cases"),
    Measure.PROVIDERS: _("Providers"),
    Measure.MONEY: _("Money committed"),
    Measure.ALL: _("Everything"),
}


@dataclass(frozen=True)
class GapOptions:
    """The rows that the filters offer, read once for a page; the latest quarter first."""

    quarters: tuple[Quarter, ...]
    cohorts: tuple[tuple[str, str], ...]
    categories: tuple[tuple[str, str], ...]

    @classmethod
    def of(
        cls, quarters: Iterable[Quarter], cohorts: Iterable[Cohort], categories: Iterable[NeedCategory]
    ) -> "GapOptions":
        """From the rows themselves."""
        return cls(
            tuple(quarters),
            tuple((cohort.code, cohort.name) for cohort in cohorts),
            tuple((category.code, category.name) for category in categories),
        )


class GapFilters(FilterForm):
    """Quarter, group of people, measure and kind of need."""

    q = None  # type: ignore[assignment]  # Django's way of taking a field of the parent away
    defaults = {"measure": Measure.SUFFICIENT.value}

    def __init__(self, asked: QueryDict, options: GapOptions) -> None:
        super().__init__(asked, options)  # type: ignore[arg-type]  # what lists() below reads

    def lists(self) -> dict[str, Choices]:
        """What each may be."""
        quarters = [(quarter.code, quarter.label) for quarter in self.options.quarters[1:]]
        latest = self.options.quarters[0].label if self.options.quarters else _("None yet")
        return {
            "measure": [(measure.value, label) for measure, label in MEASURES.items()],
            "period": [("", latest), *quarters],
            "cohort": [("", _("Everyone")), *self.options.cohorts],
            "category": [("", _("All kinds")), *self.options.categories],
        }

    def labels(self) -> dict[str, Any]:
        """Their names."""
        return {
            "measure": _("What is shown"),
            "period": _("Quarter"),
            "cohort": _("Group of people"),
            "category": _("Kind of need"),
        }

    def widest(self, name: str) -> str:
        """The usual measure is what a table shows if nobody asks."""
        return self.defaults.get(name, "")

    @property
    def measure(self) -> Measure:
        """What is asked for."""
        return Measure(self.value("measure"))

    @property
    def quarter(self) -> Quarter | None:
        """The quarter asked for, or the latest; none where there are no figures."""
        asked = quarter_from_code(self.value("period"))
        return asked or (self.options.quarters[0] if self.options.quarters else None)
