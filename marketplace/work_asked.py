"""What others ask of an organisation in their bids, on the work page: covers, places to take or to leave."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Organisation, User
from core.money import pounds
from core.permissions import Permission as P
from core.policies import holds
from core.work import ASKED, Section, Task
from marketplace.queries.asked import COME, COVER, OFFER, AskedOf, asked_of
from providers.checks import check_named


def asked_sections(user: User, organisation: Organisation) -> list[Section]:
    """What this organisation is asked to stand behind, offered, asked to come into or to leave; else nothing."""
    if not organisation.is_provider or not holds(user, P.BID_CONSENT, organisation):
        return []
    asked = asked_of(organisation, on=timezone.localdate(), at_most=ASKED)
    wanted = [_cover(each, _("Stand behind %(name)s?")) for each in asked if each.kind == COVER]
    offered = [_cover(each, _("Let %(name)s stand behind you?")) for each in asked if each.kind == OFFER]
    places = [_place(each) for each in asked if each.kind not in (COVER, OFFER)]
    url, label = reverse("cover-list"), _("All covers")
    sections = [
        Section(_("Covers you are asked for"), wanted[:ASKED], url=url, url_label=label),
        Section(_("Covers you are offered"), offered[:ASKED], url=url, url_label=label),
        Section(_("Places in submitted bids"), places),
    ]
    return [section for section in sections if section.tasks]


def _cover(asked: AskedOf, title: str) -> Task:
    return Task(
        title=title % {"name": asked.name},
        url=reverse("cover-detail", args=[asked.number]),
        hint=_("%(check)s, up to %(limit)s, in the bid for “%(title)s”.")
        % {"check": check_named(asked.check).name, "limit": pounds(asked.limit_pence), "title": asked.title},
        tag=_("to answer"),
        tone="warn",
    )


def _place(asked: AskedOf) -> Task:
    return Task(
        title=_("Come into a joint bid?") if asked.kind == COME else _("Leave a joint bid?"),
        url=reverse("replacement-detail", args=[asked.number]),
        hint=_("%(coming)s in the place of %(leaving)s, in the bid for “%(title)s”.")
        % {"coming": asked.coming, "leaving": asked.name, "title": asked.title},
        tag=_("to answer"),
        tone="warn",
    )
