"""What people type about the parts of a need beyond its first page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import IntegerField, ModelCheckboxesField, RadioField, TextField, Versioned
from core.forms.widgets import FoldedCheckboxes
from core.models import Area, DesiredOutcome, NeedCategory
from marketplace.drafts import Scale, Scope, WhatGoodIs
from marketplace.forms.needs import LARGEST_GROUP
from marketplace.models import Need, Urgency
from marketplace.queries.areas import areas_by_group
from marketplace.queries.categories import categories

URGENCY_HINTS = {
    Urgency.THREE_MONTHS: _("People come to harm, or a service ends, before anything slower could help."),
    Urgency.NO_DATE: _("It matters, and no particular day decides."),
}


class ScopeForm(Versioned):
    """Where else, and what other kinds of need; the main ones stand on the first page and are not offered."""

    areas = forms.MultipleChoiceField(
        widget=FoldedCheckboxes,
        required=False,
        label=_("Other areas"),
        help_text=_(
            "Open a group and tick. The main area is always counted; leave all empty if it is the only one."
        ),
    )
    categories = ModelCheckboxesField(
        NeedCategory.objects.none(),
        required=False,
        label=_("Other kinds of need"),
        help_text=_("Tick what somebody should also find this under. Few is best."),
    )

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas: Any = self.fields["areas"]
        areas.choices = _offered_once(areas_by_group(need.organisation), besides=need.area_id)
        kinds: Any = self.fields["categories"]
        kinds.queryset = categories().exclude(pk=need.category_id)

    def scope(self) -> Scope:
        """What was ticked."""
        numbers = [int(number) for number in self.cleaned_data["areas"]]
        return Scope(list(Area.objects.filter(pk__in=numbers)), list(self.cleaned_data["categories"]))


def _offered_once(
    groups: list[tuple[str, list[tuple[int, str]]]], *, besides: int
) -> list[tuple[str, list[tuple[str, str]]]]:
    """The groups with each area only where it comes first: a box ticked twice could not be unticked once."""
    seen = {besides}
    found = []
    for title, areas in groups:
        fresh = [(str(pk), name) for pk, name in areas if pk not in seen]
        seen |= {pk for pk, _name in areas}
        if fresh:
            found.append((title, fresh))
    return found


class ScaleForm(Versioned):
    """Out of how many, by when and why."""

    people_of = IntegerField(
        min_value=1,
        max_value=LARGEST_GROUP,
        required=False,
        label=_("Out of how many people in a year"),
        help_text=_("Like all women on probation in these areas. Leave empty if nobody knows."),
    )
    urgency = RadioField(
        choices=Urgency.choices,
        hints={urgency.value: text for urgency, text in URGENCY_HINTS.items()},
        label=_("By when should something be there?"),
        error_messages={"required": _("Choose by when something should be there.")},
    )
    urgency_reason = TextField(
        rows=3,
        max_length=1000,
        required=False,
        label=_("Why by then?"),
        help_text=_(
            "Needed unless there is no date. Like “The grant that pays the only night shelter ends in March”."
        ),
    )

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.affected = need.people_affected
        choices: Any = self.fields["urgency"]
        choices.choices = [(value, str(label).capitalize()) for value, label in Urgency.choices]

    def clean(self) -> dict[str, Any]:
        """The two rules that tie the boxes together, said beside the box that can be mended."""
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        total, urgency = typed.get("people_of"), typed.get("urgency")
        if total is not None and total < self.affected:
            smallest = {"n": f"{self.affected:,}"}
            self.add_error("people_of", _("Enter %(n)s or more: that is how many are affected.") % smallest)
        reason = typed.get("urgency_reason")
        if urgency and urgency != Urgency.NO_DATE and reason is not None and not reason.strip():
            self.add_error("urgency_reason", _("Say why it should be there by then."))
        return typed

    def scale(self) -> Scale:
        """What was typed."""
        typed = self.cleaned_data
        return Scale(typed["people_of"], typed["urgency"], typed["urgency_reason"].strip())


class WhatGoodIsForm(Versioned):
    """What would be true for people."""

    outcomes = ModelCheckboxesField(
        DesiredOutcome.objects.none(),
        required=False,
        label=_("Desired outcomes"),
        help_text=_("From the published list for these kinds of need."),
    )
    what_good_is = TextField(
        rows=5,
        max_length=3000,
        required=False,
        label=_("In your own words"),
        help_text=_(
            "What a person on probation would say is different. Like “I have one key and one name to call”."
        ),
    )

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["outcomes"]
        kinds = [kind.pk for kind in need.categories.all()]
        field.queryset = DesiredOutcome.objects.filter(category__in=kinds).order_by("category__name", "text")

    def good(self) -> WhatGoodIs:
        """What was chosen and typed."""
        return WhatGoodIs(list(self.cleaned_data["outcomes"]), self.cleaned_data["what_good_is"].strip())


def scope_of(need: Need) -> dict[str, Any]:
    """What the form shows."""
    return {
        "version": need.version,
        "areas": [str(area.pk) for area in need.areas.all()],
        "categories": [kind.pk for kind in need.categories.all()],
    }


def scale_of(need: Need) -> dict[str, Any]:
    """What the form shows."""
    names = ("version", "people_of", "urgency", "urgency_reason")
    return {name: getattr(need, name) for name in names}


def what_good_is_of(need: Need) -> dict[str, Any]:
    """What the form shows."""
    return {
        "version": need.version,
        "outcomes": [outcome.pk for outcome in need.desired_outcomes.all()],
        "what_good_is": need.what_good_is,
    }
