"""Fields that take what people type and say plainly what is wrong with it.

In their sentences {label} becomes the label of the field (core.forms.base).
"""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy, ngettext_lazy

from core.forms.text import count_words
from core.forms.widgets import (
    CheckboxSelectMultiple,
    MoneyInput,
    PercentInput,
    RadioSelect,
    Select,
    WordLimitedTextarea,
)
from core.money import percent, pounds

_GROUPED = r"\d{1,3}(?:,\d{3})+|\d+"
_WHOLE = re.compile(rf"(?:{_GROUPED})")
_DECIMAL = re.compile(rf"(?:{_GROUPED})?(?:\.\d*)?")
_SPACES = re.compile(r"\s+")
LARGEST_WHOLE = 2_147_483_647
LARGEST_PENCE = 100_000_000_000
# Longer than any number we take; keeps a page full of digits from being read as one.
LONGEST_NUMBER = 30
# 18 digits always fit the 64 bits that a row's number has.
LONGEST_ROW_NUMBER = 18


def _bare(value: Any, sign: str = "") -> str:
    """What was typed without spaces and the `sign` before or after it, and with an ordinary minus."""
    text = _SPACES.sub("", str(value)).replace("−", "-")
    minus, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    return minus + text.removeprefix(sign).removesuffix(sign)


class _HundredthsField(forms.Field):
    """A number of at most two decimals, kept as a whole number of hundredths."""

    sign = ""

    def __init__(self, *, smallest: int, largest: int, **kwargs: Any) -> None:
        self.smallest, self.largest = smallest, largest
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Asks phones for the keyboard with digits and a point."""
        return {"inputmode": "decimal", "class": "short", "spellcheck": "false"}

    def shown(self, hundredths: int) -> str:
        """How a limit reads in a sentence."""
        raise NotImplementedError

    def to_python(self, value: Any) -> int | None:
        """Hundredths, or none for an empty box."""
        if value in self.empty_values:
            return None
        text = _bare(value, self.sign)
        if not _DECIMAL.fullmatch(text.removeprefix("-")) or not any(letter.isdecimal() for letter in text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if text.startswith("-") or len(text) > LONGEST_NUMBER:
            raise self._out_of_range()
        number = Decimal(text.replace(",", "")) * 100
        if number != int(number):
            raise ValidationError(self.error_messages["decimals"], code="decimals")
        return int(number)

    def validate(self, value: int | None) -> None:
        """Keeps to the limits."""
        super().validate(value)
        if value is not None and not self.smallest <= value <= self.largest:
            raise self._out_of_range()

    def _out_of_range(self) -> ValidationError:
        limits = {"smallest": self.shown(self.smallest), "largest": self.shown(self.largest)}
        return ValidationError(self.error_messages["range"], code="range", params=limits)


class MoneyField(_HundredthsField):
    """Pounds in a box, whole pence in cleaned_data. "£1,250", "1250.5" and "1 250.50" are all taken.

    `min_pence` and `max_pence` are the limits (nought and £1,000 million unless given). An initial value
    is pence too. Keep it in a model field that holds more than 32 bits.
    """

    widget = MoneyInput
    sign = "£"
    default_error_messages = {
        "invalid": gettext_lazy("{label} must be an amount in pounds, like 1,250 or 1,250.50."),
        "decimals": gettext_lazy("{label} must have no more than two digits of pence."),
        "range": gettext_lazy("{label} must be from %(smallest)s to %(largest)s."),
    }

    def __init__(self, *, min_pence: int = 0, max_pence: int = LARGEST_PENCE, **kwargs: Any) -> None:
        super().__init__(smallest=min_pence, largest=max_pence, **kwargs)

    def shown(self, hundredths: int) -> str:
        """£1,250"""
        return pounds(hundredths)

    def prepare_value(self, value: Any) -> Any:
        """Pence as pounds; what was typed stays as it was typed."""
        return pounds(value).replace("£", "") if isinstance(value, int) else value


class PercentField(_HundredthsField):
    """Percent in a box, basis points in cleaned_data: "12.5%" is 1,250. Nought to 100% unless told."""

    widget = PercentInput
    sign = "%"
    default_error_messages = {
        "invalid": gettext_lazy("{label} must be a percentage, like 40 or 12.5."),
        "decimals": gettext_lazy("{label} must have no more than two digits after the point."),
        "range": gettext_lazy("{label} must be from %(smallest)s to %(largest)s."),
    }

    def __init__(self, *, min_bps: int = 0, max_bps: int = 10_000, **kwargs: Any) -> None:
        super().__init__(smallest=min_bps, largest=max_bps, **kwargs)

    def shown(self, hundredths: int) -> str:
        """12.5%"""
        return percent(hundredths)

    def prepare_value(self, value: Any) -> Any:
        """Basis points as percent; what was typed stays as it was typed."""
        return percent(value).rstrip("%") if isinstance(value, int) else value


class IntegerField(forms.IntegerField):
    """A whole number; "12,000" and "12 000" are taken. Nought to 2,147,483,647 unless told."""

    widget = forms.TextInput
    default_error_messages = {"invalid": gettext_lazy("{label} must be a whole number, like 40 or 1,200.")}

    def __init__(self, *, min_value: int = 0, max_value: int = LARGEST_WHOLE, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Asks phones for the keyboard with digits."""
        return {} if widget.is_hidden else {"inputmode": "numeric", "class": "short", "spellcheck": "false"}

    def to_python(self, value: Any) -> int | None:
        """The number, or none for an empty box."""
        if value in self.empty_values or isinstance(value, int):
            return super().to_python(value)
        text = _bare(value)
        if not _WHOLE.fullmatch(text.removeprefix("-")):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        # A number too long to read is as much out of range as the largest one that is.
        return int(text[:LONGEST_NUMBER].replace(",", ""))


class TextField(forms.CharField):
    """A few lines of text; `rows` high."""

    def __init__(self, *, rows: int = 5, max_length: int = 5000, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength: a browser that cuts a pasted text short loses its end without a word."""
        return {}


class WordLimitedTextField(forms.CharField):
    """Text of at most `max_words` words, counted by core.forms.text.count_words and said in the hint."""

    widget = WordLimitedTextarea
    letters_a_word = 20
    default_error_messages = {
        "max_words": gettext_lazy("{label} must be %(limit)s words or fewer. It has %(words)s."),
    }

    def __init__(self, *, max_words: int, rows: int = 8, help_text: Any = "", **kwargs: Any) -> None:
        self.max_words = max_words
        limit = ngettext_lazy("Up to %(count)d word.", "Up to %(count)d words.", "count") % {"count": max_words}
        kwargs.setdefault("widget", WordLimitedTextarea(attrs={"rows": rows, "data-max-words": max_words}))
        kwargs.setdefault("max_length", max_words * self.letters_a_word)
        super().__init__(help_text=format_lazy("{} {}", help_text, limit) if help_text else limit, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength: a browser that cuts a pasted text short loses its end without a word."""
        return {}

    def validate(self, value: str) -> None:
        """Counts the words."""
        super().validate(value)
        words = count_words(value)
        if words > self.max_words:
            numbers = {"limit": f"{self.max_words:,}", "words": f"{words:,}"}
            raise ValidationError(self.error_messages["max_words"], code="max_words", params=numbers)


class SelectField(forms.ChoiceField):
    """One of many, in a list that opens; begins with nothing chosen."""

    widget = Select


class RadioField(forms.ChoiceField):
    """One of a few, all in sight; `hints` explains a choice: {value: text}."""

    def __init__(self, *, choices: Any = (), hints: dict[str, Any] | None = None, **kwargs: Any) -> None:
        widget = RadioSelect()
        widget.hints = hints or {}
        super().__init__(choices=choices, widget=widget, **kwargs)


class CheckboxesField(forms.MultipleChoiceField):
    """Any of several, all in sight; `hints` explains a choice: {value: text}."""

    def __init__(self, *, choices: Any = (), hints: dict[str, Any] | None = None, **kwargs: Any) -> None:
        widget = CheckboxSelectMultiple()
        widget.hints = hints or {}
        super().__init__(choices=choices, widget=widget, **kwargs)


class ModelSelectField(forms.ModelChoiceField):
    """One row of a queryset, in a list that opens."""

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        kwargs.setdefault("empty_label", gettext_lazy("Choose one"))
        super().__init__(queryset, **kwargs)


class ModelRadioField(forms.ModelChoiceField):
    """One row of a short queryset, all in sight."""

    widget = RadioSelect

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        super().__init__(queryset, blank=True, **kwargs)


class ModelCheckboxesField(forms.ModelMultipleChoiceField):
    """Any rows of a short queryset, all in sight."""

    widget = CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        """The rows; a number longer than any row has is one that is not offered, for no database looks it up."""
        for number in value if isinstance(value, list | tuple) else ():
            if len(str(number)) > LONGEST_ROW_NUMBER:
                raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)
