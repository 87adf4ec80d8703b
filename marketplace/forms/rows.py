"""A form with the same few boxes several times over: figures, criteria, outcomes."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from core.forms import Form

FieldMaker = Callable[[], forms.Field]


class RowsField(forms.Field):
    """How many rows the page showed. The form reads it itself; what is no such number changes nothing."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> None:
        """Nothing is wrong with it."""


class RowsForm(Form):
    """Rows of boxes named `<name>_<number>`, from 1. A row left empty is left out.

    A row with anything in it must have all it needs; the first must have something. One more row is shown
    for the asking, without script: a button called `more` sends the page and gets it back with a row more.
    """

    MORE: ClassVar[str] = "more"
    fewest_shown: ClassVar[int] = 2
    most: ClassVar[int] = 6

    rows = RowsField(required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        files: Any = None,
        *,
        initial: Mapping[str, Any] | None = None,
        written: Iterable[Mapping[str, Any]] = (),
        **kwargs: Any,
    ) -> None:
        written = list(written)
        initial = {**self._initial_of(written), **(initial or {})}
        super().__init__(data, files, initial=initial, **kwargs)
        self.count = self._count(len(written))
        self.initial["rows"] = self.count
        for number in range(1, self.count + 1):
            self._add_row(number)

    def row_fields(self, number: int) -> dict[str, forms.Field]:
        """The boxes of a row, by name."""
        raise NotImplementedError

    @classmethod
    def with_one_more(cls, data: QueryDict, **kwargs: Any) -> "RowsForm":
        """The page as it was sent, with a row more and nothing judged yet."""
        form = cls(data, **kwargs)
        typed = {name: form.typed(name) for name in form.fields}
        fresh = cls(initial=typed, written=[{}] * min(form.count + 1, cls.most), **kwargs)
        fresh.initial["rows"] = fresh.count
        return fresh

    def typed(self, name: str) -> Any:
        """What was sent for a field, as it was sent."""
        field = self.fields[name]
        return field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))

    @property
    def can_grow(self) -> bool:
        """Whether a row more may be asked for."""
        return self.count < self.most

    def bound_rows(self) -> list[list[forms.BoundField]]:
        """The boxes of each row, for the page."""
        return [[self[name] for name in names.values()] for names in self._names()]

    def filled_rows(self) -> list[dict[str, Any]]:
        """What was written in each row that has anything in it, by field."""
        rows = [{name: self.cleaned_data.get(key) for name, key in names.items()} for names in self._names()]
        return [row for row in rows if any(value not in (None, "") for value in row.values())]

    def _names(self) -> list[dict[str, str]]:
        return [
            {name: f"{name}_{number}" for name in self.row_fields(number)} for number in range(1, self.count + 1)
        ]

    def _add_row(self, number: int) -> None:
        made = self.row_fields(number)
        wanted = number == 1 or any(self._sent(f"{name}_{number}") for name in made)
        for name, field in made.items():
            field.required = field.required and wanted
            self.fields[f"{name}_{number}"] = field

    def _sent(self, key: str) -> bool:
        if self.is_bound:
            return bool(str(self.data.get(self.add_prefix(key), "")).strip())
        return self.initial.get(key) not in (None, "")

    def _count(self, written: int) -> int:
        shown = max(written, self.fewest_shown)
        if self.is_bound:
            sent = str(self.data.get(self.add_prefix("rows"), ""))
            shown = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) <= 3 else shown
        return min(max(shown, self.fewest_shown), self.most)

    def _initial_of(self, written: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        return {
            f"{name}_{number}": value for number, row in enumerate(written, start=1) for name, value in row.items()
        }
