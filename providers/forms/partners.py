"""What is said in a notice for partners, until when, and what narrows the board."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import Form, Keyed, ModelCheckboxesField, MoneyField, TextField, Versioned
from core.forms.dates import DateField
from core.forms.widgets import FoldedCheckboxes
from core.models import Area, Cohort, NeedCategory
from providers.forms.filters import BoardFilterForm
from providers.models import PartnerNotice, Registration
from providers.partner_terms import NoticeTerms, last_day_of
from providers.policies.partners import can_show_until, latest_day
from providers.queries.partners import Sort
from providers.queries.registration import areas_by_region, areas_to_choose

LONGEST = 2000
# Offered to begin with: long enough to be found, short enough to be true.
FIRST_OFFERED_DAYS = 182


class AreasField(forms.ModelMultipleChoiceField):
    """Regions and their parts, folded by region; a part of a region that is ticked whole is left out."""

    widget = FoldedCheckboxes

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Area.objects.none(), **kwargs)

    def offer(self) -> None:
        """Reads what there is to choose from."""
        self.queryset = areas_to_choose()
        self.by_region = areas_by_region()
        self.choices = [
            (
                region.name,
                [(region.pk, _("All of %(region)s") % {"region": region.name})]
                + [(unit.pk, unit.name) for unit in units],
            )
            for region, units in self.by_region
        ]

    def clean(self, value: Any) -> Any:
        """The areas."""
        if any(len(str(number)) > 18 for number in value or ()):
            raise ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": ""}
            )
        ticked = {area.pk: area for area in super().clean(value)}
        for region, units in self.by_region:
            if region.pk in ticked:
                for unit in units:
                    ticked.pop(unit.pk, None)
        return list(ticked.values())


class _Until(Form):
    """To which day it is shown."""

    last_day = DateField(
        label=gettext_lazy("Show it until"),
        error_messages={"required": gettext_lazy("Enter the last day on which it is to be shown.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        latest = latest_day(timezone.localdate())
        self.fields["last_day"].help_text = _(
            "Like %(example)s, which is the latest. You can renew it or take it down at any time."
        ) % {"example": f"{latest.day} {latest.month} {latest.year}"}

    def clean_last_day(self) -> datetime.date:
        """A day from today on and not too far off, unless it is the one the notice has."""
        last_day: datetime.date = self.cleaned_data["last_day"]
        verdict = can_show_until(last_day, timezone.localdate())
        if not verdict and last_day != self.initial.get("kept_day"):
            raise ValidationError(str(verdict.reason), code="range")
        return last_day


class _Notice(_Until):
    """Everything a notice says."""

    offers = TextField(
        rows=4,
        max_length=LONGEST,
        label=gettext_lazy("What do you bring?"),
        help_text=gettext_lazy(
            "For example: “Two mentors in Gwynedd who speak Welsh, and a kitchen people like.”"
        ),
        error_messages={"required": gettext_lazy("Say what you would bring.")},
    )
    seeks = TextField(
        rows=4,
        max_length=LONGEST,
        label=gettext_lazy("What do you look for?"),
        help_text=gettext_lazy("For example: “Somebody with housing who can lead and keep the books.”"),
        error_messages={"required": gettext_lazy("Say what you look for in a partner.")},
    )
    areas = AreasField(
        label=gettext_lazy("Where would you work together?"),
        help_text=gettext_lazy("Filled in from your registration. Open a region to change it."),
        error_messages={"required": gettext_lazy("Tick at least one region, or a part of one.")},
    )
    categories = ModelCheckboxesField(
        queryset=NeedCategory.objects.order_by("name"),
        label=gettext_lazy("Which needs could you meet?"),
        error_messages={"required": gettext_lazy("Tick at least one need.")},
    )
    cohorts = ModelCheckboxesField(
        queryset=Cohort.objects.order_by("name"),
        label=gettext_lazy("Mainly for some of these groups?"),
        help_text=gettext_lazy("Leave all of them empty if it is for everyone."),
        required=False,
    )
    most_pence_a_year = MoneyField(
        min_pence=1_00,
        label=gettext_lazy("The most money you could carry in a year"),
        help_text=gettext_lazy("How large a part of a contract or grant you could deliver and answer for."),
    )
    field_order = ["offers", "seeks", "areas", "categories", "cohorts", "most_pence_a_year", "last_day"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["areas"].offer()  # type: ignore[attr-defined]  # it is the field above

    def terms(self) -> NoticeTerms:
        """What was typed."""
        typed = self.cleaned_data
        return NoticeTerms(
            offers=typed["offers"],
            seeks=typed["seeks"],
            areas=tuple(typed["areas"]),
            categories=tuple(typed["categories"]),
            cohorts=tuple(typed["cohorts"]),
            most_pence_a_year=typed["most_pence_a_year"],
            last_day=typed["last_day"],
        )


class PostNoticeForm(_Notice, Keyed):
    """A new notice, filled in from the registration; `organisation` is whose, whatever another tab switches to."""

    # Text that the view looks up among their own; what names none of them counts as left out.
    organisation = forms.CharField(widget=forms.HiddenInput, required=False)


class ChangeNoticeForm(_Notice, Versioned):
    """A notice that is there."""


class RenewForm(_Until):
    """To which day it is shown again."""


def initial_from(registration: Registration, today: datetime.date) -> dict[str, Any]:
    """What an empty notice begins with."""
    return {
        "areas": [area.pk for area in registration.areas.all()],
        "categories": [category.pk for category in registration.categories.all()],
        "cohorts": [cohort.pk for cohort in registration.cohorts.all()],
        "last_day": today + datetime.timedelta(days=FIRST_OFFERED_DAYS),
    }


def initial_of(notice: PartnerNotice) -> dict[str, Any]:
    """What the form of a notice that is there begins with."""
    return {
        "version": notice.version,
        "offers": notice.offers,
        "seeks": notice.seeks,
        "areas": [area.pk for area in notice.areas.all()],
        "categories": [category.pk for category in notice.categories.all()],
        "cohorts": [cohort.pk for cohort in notice.cohorts.all()],
        "most_pence_a_year": notice.most_pence_a_year,
        "last_day": last_day_of(notice),
        "kept_day": last_day_of(notice),
    }


class PartnerFilterForm(BoardFilterForm):
    """What narrows the board and how it is sorted."""

    SORTS = {
        Sort.NEWEST: gettext_lazy("Newest first"),
        Sort.NAME: gettext_lazy("Name"),
        Sort.MONEY: gettext_lazy("Most money first"),
    }
