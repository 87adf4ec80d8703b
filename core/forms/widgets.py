"""The boxes people type into. Each has a template of its own in templates/forms/widgets."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MoneyInput(forms.TextInput):
    """A text box after a pound sign."""

    template_name = "forms/widgets/money.html"


class PercentInput(forms.TextInput):
    """A text box before a percent sign."""

    template_name = "forms/widgets/percent.html"


class WordLimitedTextarea(forms.Textarea):
    """A text area that knows how many words fit; the count appears where scripts run."""

    template_name = "forms/widgets/word_limited.html"


class Select(forms.Select):
    """One of many, in a list that opens; begins with nothing chosen, so that nobody sends the first by mistake."""

    template_name = "forms/widgets/select.html"

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """Puts an empty choice first unless there is one."""
        groups = super().optgroups(name, value, attrs)
        if any(option["value"] in ("", None) for _group, options, _index in groups for option in options):
            return groups
        empty = self.create_option(name, "", str(_("Choose one")), not any(value), 0, attrs=attrs)
        return [(None, [empty], 0), *groups]


class _Explained:
    """Choices that may carry a line of explanation each: `hints` is {value: text}."""

    hints: dict[str, Any] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds the explanation and ties it to the choice."""
        option = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc]  # of the widget behind
        option["hint"] = self.hints.get(str(value), "")
        if option["hint"] and option["attrs"].get("id"):
            option["attrs"]["aria-describedby"] = f"{option['attrs']['id']}_hint"
        return option


class RadioSelect(_Explained, forms.RadioSelect):
    """One of a few, all in sight."""

    template_name = "forms/widgets/options.html"


class CheckboxSelectMultiple(_Explained, forms.CheckboxSelectMultiple):
    """Any of several, all in sight."""

    template_name = "forms/widgets/options.html"


class FoldedCheckboxes(CheckboxSelectMultiple):
    """Any of very many, in groups that open; a group with something ticked is open. `choices` come in groups."""

    template_name = "forms/widgets/folded_options.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds how many are ticked in each group."""
        context = super().get_context(name, value, attrs)
        context["widget"]["folds"] = [
            {"title": title, "options": options, "ticked": sum(option["selected"] for option in options)}
            for title, options, _index in context["widget"]["optgroups"]
        ]
        return context


class PartsInput(forms.MultiWidget):
    """Several small boxes, each with its own label, that make one value."""

    template_name = "forms/widgets/parts.html"
    use_fieldset = True
    parts: dict[str, tuple[Any, int]] = {}
    keyboard = {"day": {"inputmode": "numeric"}, "year": {"inputmode": "numeric"}}

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            name: forms.TextInput(
                attrs={"size": size, "class": f"part part--{name}", **self.keyboard.get(name, {})}
            )
            for name, (_label, size) in self.parts.items()
        }
        super().__init__(boxes, attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the labels of the boxes."""
        context = super().get_context(name, value, attrs)
        for box, (label, _size) in zip(context["widget"]["subwidgets"], self.parts.values(), strict=True):
            box["label"] = label
        return context


class DateInput(PartsInput):
    """Day, month and year in boxes of their own: nothing to pick from, nothing to get the order wrong."""

    parts = {"day": (_("Day"), 2), "month": (_("Month"), 10), "year": (_("Year"), 4)}

    def decompress(self, value: datetime.date | None) -> list[Any]:
        """The three parts of a date."""
        return [value.day, value.month, value.year] if value else ["", "", ""]


class DateTimeInput(PartsInput):
    """A date and a time of day."""

    parts = {**DateInput.parts, "time": (_("Time"), 8)}

    def decompress(self, value: datetime.datetime | None) -> list[Any]:
        """The four parts of a moment, as clocks in London show it."""
        if not value:
            return ["", "", "", ""]
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        hour = local.hour % 12 or 12
        half = "am" if local.hour < 12 else "pm"
        return [local.day, local.month, local.year, f"{hour}:{local.minute:02}{half}"]
