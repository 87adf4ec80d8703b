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
from marketplace.queries.covers import covers_to_accept, covers_to_sign
from providers.checks import check_named


def cover_sections(user: User, organisation: Organisation) -> list[Section]:
    """What others ask this organisation to stand behind, and offer it; nothing where nobody does."""
    if not organisation.is_provider or not holds(user, P.BID_CONSENT, organisation):
        return []
    today, url = timezone.localdate(), reverse("cover-list")
    asked = [
        _task(cover, _("Stand behind %(name)s?") % {"name": cover.member.name})
        for cover in covers_to_sign(organisation, on=today)[:ASKED]
    ]
    offered = [
        _task(cover, _("Let %(name)s stand behind you?") % {"name": cover.sponsor.name})
        for cover in covers_to_accept(organisation, on=today)[:ASKED]
    ]
    sections = ((_("Covers you are asked for"), asked), (_("Covers you are offered"), offered))
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
