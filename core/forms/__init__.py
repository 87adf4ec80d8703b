"""Forms, built one way everywhere. Fields are in core.forms.fields and core.forms.dates."""

from core.forms.base import Form, Keyed, Plain, Renderer, Versioned, submitted
from core.forms.dates import DateField, DateTimeField
from core.forms.fields import (
    CheckboxesField,
    IntegerField,
    ModelCheckboxesField,
    ModelRadioField,
    ModelSelectField,
    MoneyField,
    PercentField,
    RadioField,
    SelectField,
    TextField,
    WordLimitedTextField,
)
from core.forms.text import clean_text, count_words

__all__ = [
    "CheckboxesField",
    "DateField",
    "DateTimeField",
    "Form",
    "IntegerField",
    "Keyed",
    "ModelCheckboxesField",
    "ModelRadioField",
    "ModelSelectField",
    "MoneyField",
    "PercentField",
    "Plain",
    "RadioField",
    "Renderer",
    "SelectField",
    "TextField",
    "Versioned",
    "WordLimitedTextField",
    "clean_text",
    "count_words",
    "submitted",
]
