"""Covers that wait for a signature, on the work page."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Organisation, User
from core.money import pounds
from core.permissions import Permission as P
from core.policies import holds
from core.work import ASKED, Section, Task
from marketplace.models import Cover
from marketplace.queries.covers import covers_to_answer
from marketplace.states import CoverStatus
from providers.checks import check_named


def cover_sections(user: User, organisation: Organisation) -> list[Section]:
    """What others ask this organisation to stand behind, and offer it; nothing where nobody does."""
    if not organisation.is_provider or not holds(user, P.BID_CONSENT, organisation):
        return []
    today, url = timezone.localdate(), reverse("cover-list")
    # Both sorts in one query: the page of somebody's work asks no more than it has to.
    covers = list(covers_to_answer(organisation, on=today)[: 2 * ASKED])
    asked = [
        _task(cover, _("Stand behind %(name)s?") % {"name": cover.member.name})
        for cover in covers
        if cover.status == CoverStatus.PROPOSED
    ]
    offered = [
        _task(cover, _("Let %(name)s stand behind you?") % {"name": cover.sponsor.name})
        for cover in covers
        if cover.status == CoverStatus.OFFERED
    ]
    sections = ((_("Covers you are asked for"), asked[:ASKED]), (_("Covers you are offered"), offered[:ASKED]))
    return [Section(title, tasks, url=url, url_label=_("All covers")) for title, tasks in sections if tasks]


def _task(cover: Cover, title: str) -> Task:
    words = {
        "check": check_named(cover.check_code).name,
        "limit": pounds(cover.limit_pence),
        "title": cover.bid.opportunity.title,
    }
    return Task(
        title=title,
        url=reverse("cover-detail", args=[cover.pk]),
        hint=_("%(check)s, up to %(limit)s, in the bid for “%(title)s”.") % words,
        tag=_("to answer"),
        tone="warn",
    )
