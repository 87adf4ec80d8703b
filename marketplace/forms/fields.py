"""Boxes that several pages of needs and opportunities share."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from core.forms import SelectField
from core.models import Area, Organisation
from marketplace.queries.areas import areas_by_group


class LineField(forms.CharField):
    """One line of text: line breaks become spaces."""

    def to_python(self, value: Any) -> str:
        """The words with single spaces between them."""
        return " ".join((super().to_python(value) or "").split())

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength: a browser that cuts a pasted text short loses its end without a word."""
        return {}


class AreaField(SelectField):
    """Any area, the body's own first. Give `use(organisation)` before it is shown."""

    def use(self, organisation: Organisation | None) -> None:
        """Offers the areas, in groups."""
        self.choices = [("", _("Choose one")), *areas_by_group(organisation)]

    def clean(self, value: Any) -> Any:
        """The area."""
        number = super().clean(value)
        return Area.objects.get(pk=number) if number else None


class WebAddressField(forms.URLField):
    """An http or https address; without one it is taken for https."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", max_length=200, **kwargs)
