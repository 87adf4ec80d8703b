"""Claims that wait: for an owner to answer, for the service administrator to decide, and one's own."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import holds
from core.templatetags.accord import day
from core.work import ASKED, Section, Task
from providers.models import Claim
from providers.queries.claims import claims_to_decide, open_claims_around, open_claims_of


def claims_waiting(user: User, organisation: Organisation) -> list[Section]:
    """What this person has to decide for the organisation, and what they claim themself; one query."""
    if holds(user, P.CLAIM_DECIDE, organisation):
        return _for_administrator()
    # Who acts for a commissioning body cannot claim a provider.
    if not organisation.is_provider:
        return []
    owns = holds(user, P.MEMBERS_MANAGE, organisation)
    rows = list(open_claims_around(user, organisation if owns else None, timezone.now())[: 2 * ASKED])
    theirs = [_answer(claim) for claim in rows if claim.claimant_id != user.pk]
    sections = [Section(_("Claims to your organisation"), theirs[:ASKED]), _own(user, rows)]
    return [section for section in sections if section.tasks]


def own_claims(user: User) -> list[Section]:
    """The same for somebody who acts for no organisation: what they claim."""
    section = _own(user, list(open_claims_of(user)[:ASKED]))
    return [section] if section.tasks else []


def _for_administrator() -> list[Section]:
    rows = claims_to_decide(timezone.now())[:ASKED]
    tasks = [_task(claim, _("Made on %(day)s") % {"day": day(claim.made_at)}) for claim in rows]
    return [Section(_("Claims to decide"), tasks, reverse("claim-list"), _("All claims"))] if tasks else []


def _answer(claim: Claim) -> Task:
    until = {"day": day(claim.owners_until)}
    return _task(claim, _("Answer by %(day)s. After that the service administrator decides.") % until)


def _task(claim: Claim, hint: str) -> Task:
    names = {"person": claim.claimant, "name": claim.organisation}
    return Task(
        title=_("%(person)s claims %(name)s") % names,
        url=reverse("claim-detail", args=[claim.pk]),
        hint=hint,
        tag=_("to decide"),
        tone="warn",
    )


def _own(user: User, rows: list[Claim]) -> Section:
    tasks = [
        Task(
            title=_("You claim %(name)s") % {"name": claim.organisation},
            url=reverse("claim-detail", args=[claim.pk]),
            hint=_("Made on %(day)s") % {"day": day(claim.made_at)},
            tag=_("waiting"),
        )
        for claim in rows
        if claim.claimant_id == user.pk
    ]
    return Section(_("Your claims"), tasks[:ASKED])
