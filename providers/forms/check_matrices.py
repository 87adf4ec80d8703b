"""What the service administrator writes about a version of the checks."""

from typing import Any

from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import (
    DateField,
    Form,
    IntegerField,
    Keyed,
    MoneyField,
    PercentField,
    SelectField,
    TextField,
    Versioned,
)
from providers.checks import Check
from providers.checks.check import band_titles
from providers.matrix import BANDS, Cell, How, Matrix, cell_problems, edge_problems

MOST_MINUTES = 1000
MOST_COUNT = 20


class StartForm(Keyed):
    """Begins a draft."""


class EdgesForm(Versioned):
    """Where the lower four bands end."""

    t0 = MoneyField(min_pence=1, label=gettext_lazy("The first band ends at"))
    t1 = MoneyField(min_pence=1, label=gettext_lazy("The second band ends at"))
    t2 = MoneyField(min_pence=1, label=gettext_lazy("The third band ends at"))
    t3 = MoneyField(min_pence=1, label=gettext_lazy("The fourth band ends at"))

    @property
    def edges(self) -> tuple[int, ...]:
        """The ends in pence, lowest first."""
        return tuple(self.cleaned_data[f"t{place}"] for place in range(len(BANDS) - 1))

    def clean(self) -> dict[str, Any]:
        """Each above the one before it."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            for place, sentence in edge_problems(self.edges).items():
                self.add_error(f"t{place}", sentence)
        return cleaned


class CheckEditForm(Versioned):
    """One check: a cell for each band, and minutes for each way in which it can be made."""

    def __init__(self, *args: Any, check: Check, matrix: Matrix, **kwargs: Any) -> None:
        initial = {**_initial(check, matrix), **kwargs.pop("initial", {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.checked = check
        self.titles = band_titles(matrix)
        for band, title in enumerate(self.titles):
            self._add_band(band, title)
        for how in asked_ways(check):
            self.fields[f"minutes_{how}"] = IntegerField(
                min_value=1,
                max_value=MOST_MINUTES,
                label=_("%(how)s: minutes") % {"how": str(how.label).capitalize()},
            )

    def _add_band(self, band: int, title: str) -> None:
        check = self.checked
        ways = [(how.value, how.label) for how in check.ways]
        self.fields[f"how_{band}"] = SelectField(choices=ways, label=_("%(band)s: how") % {"band": title})
        if check.condition:
            words = {"band": title, "condition": check.condition}
            self.fields[f"otherwise_{band}"] = SelectField(
                choices=[("", _("the same")), *ways], required=False, label=_("%(band)s, %(condition)s") % words
            )
        if check.takes_share:
            self.fields[f"share_{band}"] = PercentField(
                min_bps=1, required=False, label=_("%(band)s: part of the income that is small") % {"band": title}
            )
        if check.takes_amount:
            self.fields[f"amount_{band}"] = MoneyField(
                min_pence=1, required=False, label=_("%(band)s: amount") % {"band": title}
            )
        if check.takes_count:
            self.fields[f"count_{band}"] = IntegerField(
                min_value=1, max_value=MOST_COUNT, required=False, label=_("%(band)s: how many") % {"band": title}
            )

    @property
    def bands(self) -> list[tuple[str, list[BoundField]]]:
        """Each band with its boxes, for the page to draw one after the other."""
        return [
            (title, [self[name] for name in self.fields if name.endswith(f"_{band}")])
            for band, title in enumerate(self.titles)
        ]

    @property
    def minute_boxes(self) -> list[BoundField]:
        """The boxes for minutes."""
        return [self[name] for name in self.fields if name.startswith("minutes_")]

    def cell(self, band: int) -> Cell:
        """What was typed for a band; what is not asked names nothing."""
        typed = self.cleaned_data
        how = How(typed[f"how_{band}"])
        if how is How.NOT_ASKED:
            return Cell(how)
        otherwise = typed.get(f"otherwise_{band}")
        return Cell(
            how=how,
            otherwise=How(otherwise) if otherwise else None,
            amount_pence=typed.get(f"amount_{band}"),
            count=typed.get(f"count_{band}"),
            share_bps=typed.get(f"share_{band}"),
        )

    @property
    def cells(self) -> list[Cell]:
        """One for each band, lowest first."""
        return [self.cell(band) for band in range(len(BANDS))]

    @property
    def minutes(self) -> dict[How, int]:
        """Minutes for each way."""
        return {how: self.cleaned_data[f"minutes_{how}"] for how in asked_ways(self.checked)}

    def clean(self) -> dict[str, Any]:
        """Nothing is left out of what is asked, and a higher band never asks less."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        for band, cell in enumerate(self.cells):
            self._miss(band, cell)
        if not self.errors:
            for band, sentence in cell_problems(self.cells).items():
                self.add_error(f"how_{band}", sentence)
        return cleaned

    def _miss(self, band: int, cell: Cell) -> None:
        check = self.checked
        if cell.how is How.NOT_ASKED:
            return
        if check.takes_amount and cell.amount_pence is None:
            self.add_error(f"amount_{band}", _("Enter the amount, or choose “not asked”."))
        if check.takes_count and cell.count is None and self._is_counted(cell):
            self.add_error(f"count_{band}", _("Enter how many, or choose another way."))
        if check.takes_share and cell.share_bps is None:
            self.add_error(f"share_{band}", _("Enter the part of the income, like 50."))

    def _is_counted(self, cell: Cell) -> bool:
        """Whether this way of making the check needs a number: years of accounts only where accounts are shown."""
        return cell.how is How.EVIDENCE or self.checked.code != "accounts"


def _initial(check: Check, matrix: Matrix) -> dict[str, Any]:
    values: dict[str, Any] = {f"minutes_{how}": matrix.minutes.get((check.code, how)) for how in asked_ways(check)}
    for band in range(len(BANDS)):
        cell = matrix.cell(check.code, band)
        values |= {
            f"how_{band}": cell.how.value,
            f"otherwise_{band}": cell.otherwise.value if cell.otherwise else "",
            f"amount_{band}": cell.amount_pence,
            f"count_{band}": cell.count,
            f"share_{band}": cell.share_bps,
        }
    return values


def asked_ways(check: Check) -> list[How]:
    """The ways in which the check costs somebody time."""
    return [how for how in check.ways if how is not How.NOT_ASKED]


class PublishForm(Versioned):
    """From which day the draft is in force, and why."""

    effective_from = DateField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy("Today or later. What was published before keeps the checks of its own day."),
        error_messages={"required": gettext_lazy("Enter the day from which it is in force.")},
    )
    reason = TextField(
        rows=4,
        max_length=2000,
        label=gettext_lazy("Why the checks change"),
        help_text=gettext_lazy("Everybody can read it."),
        error_messages={"required": gettext_lazy("Say why the checks change.")},
    )


class WithdrawForm(Form):
    """Why a version will not come into force."""

    reason = TextField(
        rows=4,
        max_length=2000,
        label=gettext_lazy("Why it is withdrawn"),
        error_messages={"required": gettext_lazy("Say why it is withdrawn.")},
    )
