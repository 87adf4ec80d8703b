"""What people choose to follow, and how often they are told."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.forms import Form, ModelSelectField, RadioField
from core.models import Cohort, NeedCategory
from marketplace.forms.fields import AreaField
from marketplace.models import Frequency

NARROWING = ("area", "category", "cohort")


class FrequencyForm(Form):
    """How often somebody is told."""

    frequency = RadioField(
        label=_("How often do you want to be told?"),
        choices=[
            (Frequency.WEEKLY.value, _("Once a week, on Monday morning")),
            (Frequency.DAILY.value, _("Every day on which there is something new, at seven in the morning")),
        ],
        initial=Frequency.WEEKLY.value,
    )


class FollowForm(FrequencyForm):
    """Where, what kind of need and for whom; each left empty means any."""

    area = AreaField(
        required=False,
        label=_("Where"),
        help_text=_("A region includes its delivery units. Leave empty for anywhere."),
    )
    category = ModelSelectField(
        NeedCategory.objects.order_by("name"), required=False, label=_("Kind of need"), empty_label=_("Any kind")
    )
    cohort = ModelSelectField(
        Cohort.objects.order_by("name"),
        required=False,
        label=_("For whom"),
        empty_label=_("Anybody"),
        help_text=_("With a group chosen you hear only of what names that group."),
    )

    field_order = (*NARROWING, "frequency")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["area"]
        field.use(None)
        field.choices = [("", _("Anywhere")), *field.choices[1:]]


def asked_for(query: QueryDict) -> dict[str, str]:
    """What the address of the form proposes; the form itself drops what is not offered."""
    found = {name: query.get(name, "") for name in NARROWING}
    return {
        name: value for name, value in found.items() if value.isascii() and value.isdecimal() and len(value) < 18
    }
