"""What is typed about a result."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from core.charts import plain
from core.forms import DateField, Keyed, TextField

_FIGURE = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?", re.ASCII)
_SPACES = re.compile(r"\s+")
_TOO_LARGE = gettext_lazy("Enter a figure with no more than ten digits before the point.")


class FigureField(forms.DecimalField):
    """A figure of an outcome: "55", "1,250.5", "55%" and "−3" are taken; at most two decimals."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "short", "spellcheck": "false"})
    default_error_messages = {
        "invalid": gettext_lazy("Enter a figure, like 55, 12.5 or 1,250."),
        "max_digits": _TOO_LARGE,
        "max_whole_digits": _TOO_LARGE,
        "max_decimal_places": gettext_lazy("Enter a figure with no more than two digits after the point."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # stubs: Django's own does it too
        """The figure, or none for an empty box."""
        if value in self.empty_values or isinstance(value, Decimal):
            return super().to_python(value)
        text = _SPACES.sub("", str(value)).replace("−", "-").removesuffix("%")
        if not _FIGURE.fullmatch(text) or not any(letter.isdecimal() for letter in text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text.replace(",", ""))

    def prepare_value(self, value: Any) -> Any:
        """A figure without needless noughts; what was typed stays as it was typed."""
        return plain(value) if isinstance(value, Decimal) else value


class ResultForm(Keyed):
    """One figure for one period, with where it comes from."""

    period_end = DateField(
        label=gettext_lazy("Last day of the period"),
        help_text=gettext_lazy("Usually the end of a quarter, like 30 9 2026."),
        error_messages={"required": gettext_lazy("Enter the last day of the period.")},
    )
    actual = FigureField(
        label=gettext_lazy("Result"), error_messages={"required": gettext_lazy("Enter the result.")}
    )
    source = forms.CharField(
        label=gettext_lazy("Where the figure comes from"),
        max_length=300,
        help_text=gettext_lazy("So that anyone could find it again, like “case records of both charities”."),
        error_messages={"required": gettext_lazy("Say where the figure comes from.")},
    )
    note = TextField(
        label=gettext_lazy("Comment"),
        max_length=2000,
        rows=4,
        required=False,
        help_text=gettext_lazy("What one should know to read the figure. Anyone can see it: name no person."),
    )

    def measured_in(self, unit: str) -> None:
        """The unit stands beside the box."""
        self.fields["actual"].help_text = gettext_lazy("Measured in: %(unit)s") % {"unit": unit}


class CorrectionForm(ResultForm):
    """Another figure in the place of one that was wrong."""

    reason = TextField(
        label=gettext_lazy("Why it is corrected"),
        max_length=1000,
        rows=3,
        help_text=gettext_lazy("Stands beside both figures. Anyone can see it: name no person."),
        error_messages={"required": gettext_lazy("Say why the result is corrected.")},
    )
