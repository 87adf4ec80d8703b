"""Covers that wait for a sponsor's signature, on the work page."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Organisation, User
from core.money import pounds
from core.permissions import Permission as P
from core.policies import holds
from core.work import ASKED, Section, Task
from marketplace.queries.covers import covers_to_sign
from providers.checks import check_named


def cover_sections(user: User, organisation: Organisation) -> list[Section]:
    """What others ask this organisation to stand behind; nothing where nobody asks."""
    if not organisation.is_provider or not holds(user, P.BID_CONSENT, organisation):
        return []
    tasks = [
        Task(
            title=_("Stand behind %(name)s?") % {"name": cover.member.name},
            url=reverse("cover-detail", args=[cover.pk]),
            hint=_("%(check)s, up to %(limit)s, in the bid for “%(title)s”.")
            % {
                "check": check_named(cover.check_code).name,
                "limit": pounds(cover.limit_pence),
                "title": cover.bid.opportunity.title,
            },
            tag=_("to answer"),
            tone="warn",
        )
        for cover in covers_to_sign(organisation, on=timezone.localdate())[:ASKED]
    ]
    url = reverse("cover-list")
    return [Section(_("Covers you are asked for"), tasks, url=url, url_label=_("All covers"))] if tasks else []
