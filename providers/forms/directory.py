"""What narrows the public list of providers."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import Form, ModelSelectField, SelectField
from core.forms.drawn import DrawnOnce
from core.models import Area, NeedCategory
from providers.queries.directory import Order
from providers.queries.registration import areas_by_region


class ProviderFilterForm(DrawnOnce, Form):
    """Text, place and need; sent by GET."""

    q = forms.CharField(
        label=gettext_lazy("Name, number or work"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    area = SelectField(label=gettext_lazy("Works in"), required=False)
    need = ModelSelectField(
        queryset=NeedCategory.objects.order_by("name"),
        label=gettext_lazy("Helps with"),
        required=False,
        empty_label=gettext_lazy("Any need"),
    )

    sort = SelectField(
        label=gettext_lazy("Sorted by"),
        required=False,
        choices=[
            (Order.NAME.value, gettext_lazy("Name")),
            (Order.NEWEST.value, gettext_lazy("Newest first")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.areas: dict[str, Area] = {}
        choices: list[Any] = [("", _("Anywhere"))]
        for region, units in areas_by_region():
            self.areas |= {str(area.pk): area for area in (region, *units)}
            parts = [(str(unit.pk), unit.name) for unit in units]
            choices.append(
                (region.name, [(str(region.pk), _("All of %(region)s") % {"region": region.name}), *parts])
            )
        self.fields["area"].choices = choices  # type: ignore[attr-defined]  # it is a select field

    @property
    def order(self) -> Order:
        """In which order; by name unless something else that makes sense was sent."""
        asked = self.data.get("sort", "") if self.is_bound else ""
        return Order(asked) if asked in set(Order) else Order.NAME

    @property
    def found(self) -> dict[str, Any]:
        """What providers_found takes: everything sent that makes sense."""
        if not self.is_bound:
            return {}
        self.is_valid()
        cleaned = self.cleaned_data
        return {
            "text": cleaned.get("q", ""),
            "area": self.areas.get(cleaned.get("area", "")),
            "category": cleaned.get("need"),
        }
