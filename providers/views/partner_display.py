"""Notices for partners as plain values for the components."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.display import Row, Text
from core.money import pounds
from core.templatetags.accord import day
from providers.models import PartnerNotice
from providers.partner_terms import last_day_of
from providers.states import PartnerNoticeStatus

MOST_NAMES = 4


@dataclass(frozen=True)
class NoticeLine:
    """A line of the board."""

    name: str
    url: str
    seeks: str
    facts: list[Row]


def line_of(notice: PartnerNotice) -> NoticeLine:
    """What the board shows of a notice."""
    facts = [
        Row(_("Brings"), _short(notice.offers)),
        Row(_("Works in"), names_of(notice.areas.all())),
        Row(_("Helps with"), names_of(notice.categories.all())),
        Row(_("Mainly for"), names_of(notice.cohorts.all())),
        Row(_("Could carry"), a_year(notice.most_pence_a_year)),
    ]
    return NoticeLine(
        name=notice.listed_name,
        url=reverse("partner-notice", args=[notice.pk]),
        seeks=notice.seeks,
        facts=[fact for fact in facts if fact.value],
    )


def facts_of(notice: PartnerNotice) -> list[Row]:
    """What stands beside the text of one notice."""
    facts = [
        Row(_("Works in"), names_of(notice.areas.all(), at_most=100)),
        Row(_("Helps with"), names_of(notice.categories.all(), at_most=100)),
        Row(_("Mainly for"), names_of(notice.cohorts.all(), at_most=100) or _("everyone")),
        Row(_("Could carry"), _("up to %(money)s") % {"money": a_year(notice.most_pence_a_year)}),
        Row(_("Posted"), day(notice.posted_at)),
        Row(_("Shown until"), day(last_day_of(notice))),
    ]
    return [fact for fact in facts if fact.value]


def state_of(notice: PartnerNotice, at: Any) -> tuple[Text, str]:
    """Where it stands in a word, and the tone of the word."""
    if notice.is_shown_at(at):
        return _("on the board"), "good"
    if notice.status == PartnerNoticeStatus.LIVE:
        return _("has run out"), "warn"
    return _("taken down"), "plain"


def a_year(pence: int) -> str:
    """£30,000 a year"""
    return _("%(money)s a year") % {"money": pounds(pence)}


def names_of(rows: Iterable[Any], at_most: int = MOST_NAMES) -> str:
    """The names in order, the last of many as a number."""
    names = sorted(row.name for row in rows)
    if len(names) <= at_most:
        return ", ".join(names)
    more = len(names) - at_most + 1
    sentence = ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more)
    return sentence % {"names": ", ".join(names[: at_most - 1]), "count": more}


def _short(text: str, letters: int = 160) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= letters else plain[:letters].rsplit(" ", 1)[0] + " …"
