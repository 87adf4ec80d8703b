"""Kinds of need and the figure published about each."""

import re

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.models import DesiredOutcome, NeedCategory

INSPECTORATE = "HM Inspectorate of Probation"


def categories() -> QuerySet[NeedCategory]:
    """Every kind of need, by name."""
    return NeedCategory.objects.order_by("name")


def desired_outcomes_of(category: NeedCategory | int) -> QuerySet[DesiredOutcome]:
    """What should be true once such a need has been met."""
    return DesiredOutcome.objects.filter(category=category).order_by("text")


def source_of_sufficiency(category: NeedCategory) -> str:
    """Where the share of sufficient cases was published, in full."""
    parts = (part.strip().partition(": ") for part in category.source.split(";"))
    return next((source for subject, _colon, source in parts if subject == "Sufficiency"), category.source)


def sufficiency_of(category: NeedCategory) -> str:
    """ "42% sufficient nationally (HMIP 2024)"; empty where nobody published a figure."""
    if category.sufficient_pct is None:
        return ""
    return _("%(share)s%% sufficient nationally (%(source)s)") % {
        "share": category.sufficient_pct,
        "source": _in_short(source_of_sufficiency(category)),
    }


def _in_short(source: str) -> str:
    year = re.search(r"\b(?:19|20)\d\d\b", source)
    return f"HMIP {year[0]}" if year and source.startswith(INSPECTORATE) else source
