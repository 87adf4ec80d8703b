"""What providers have shown, what of it counts, and what waits to be looked at."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from core.models import Organisation, User
from core.models.places import AreaBelonging, BodyRole
from core.permissions import Permission as P
from core.policies import holds_anywhere, reads_everything
from core.queries.people import roles_by_organisation
from core.queries.places import held_on
from core.states import MembershipStatus
from providers.models import Evidence, Registration
from providers.queries.directory import providers_listed
from providers.states import EvidenceStatus as Status

Person = User | AnonymousUser
OLDEST_FIRST = ("given_at", "id")
# What commissioners may read: what counts, counted, or waits; not what a provider took back.
SHOWN_TO_COMMISSIONERS = (Status.GIVEN, Status.VERIFIED, Status.REFUSED)


class Standing(StrEnum):
    """Where an organisation stands with one check, on a day."""

    VERIFIED = "verified"
    GIVEN = "given"
    EXPIRED = "expired"
    REFUSED = "refused"


@dataclass(frozen=True)
class Shown:
    """What an organisation has shown for one check: what counts for it, and what waits to replace that."""

    standing: Standing
    evidence: Evidence
    waiting: Evidence | None = None


def evidence_visible_to(user: Person) -> QuerySet[Evidence]:
    """The person's own organisations'; for those who verify what has not been taken back; all for an auditor."""
    rows = Evidence.objects.select_related("organisation", "document", "given_by", "decided_by", "decided_for")
    if reads_everything(user):
        return rows
    wanted = Q(organisation__in=list(roles_by_organisation(user)))
    if holds_anywhere(user, P.EVIDENCE_VERIFY):
        wanted |= Q(status__in=SHOWN_TO_COMMISSIONERS)
    return rows.filter(wanted)


def documents_for_verifying(user: User) -> Q | None:
    """The documents that people who verify may open: those of evidence they see. For core's list of readers."""
    if not holds_anywhere(user, P.EVIDENCE_VERIFY):
        return None
    shown = Evidence.objects.filter(status__in=SHOWN_TO_COMMISSIONERS, document__isnull=False)
    return Q(pk__in=shown.values("document"))


# --- what counts -------------------------------------------------------------------------------------


def evidence_of(organisation: Organisation, check_code: str = "") -> QuerySet[Evidence]:
    """All the organisation ever showed, the latest first; of one check if named."""
    rows = Evidence.objects.filter(organisation=organisation).order_by("-id")
    rows = rows.select_related("organisation", "document", "given_by", "decided_by", "decided_for")
    return rows.filter(check_code=check_code) if check_code else rows


def shown_by(
    organisations: Iterable[Organisation | int], *, on: datetime.date | None = None
) -> dict[int, dict[str, Shown]]:
    """Number of each organisation -> code of the check -> where it stands on the day (today); one query."""
    day = on or timezone.localdate()
    numbers = [each if isinstance(each, int) else each.pk for each in organisations]
    found: dict[int, dict[str, list[Evidence]]] = {number: {} for number in numbers}
    rows = Evidence.objects.filter(organisation__in=numbers, status__in=SHOWN_TO_COMMISSIONERS)
    for row in rows.select_related("document", "decided_by", "decided_for").order_by("-id"):
        found[row.organisation_id].setdefault(row.check_code, []).append(row)
    return {
        number: {code: standing_of(rows, day) for code, rows in by_code.items()}
        for number, by_code in found.items()
    }


def standing_of(rows: Collection[Evidence], day: datetime.date) -> Shown:
    """What of the rows of one check, latest first and at least one, counts on the day.

    Something verified counts until it runs out, also while something newer waits or was refused: whoever
    replaces what is good does not stand worse for it.
    """
    waiting = next((row for row in rows if row.status == Status.GIVEN), None)
    holding = next((row for row in rows if row.holds_on(day)), None)
    if holding:
        return Shown(Standing.VERIFIED, holding, waiting)
    if waiting:
        return Shown(Standing.GIVEN, waiting)
    latest = next(iter(rows))
    return Shown(Standing.REFUSED if latest.status == Status.REFUSED else Standing.EXPIRED, latest)


# --- the queue ---------------------------------------------------------------------------------------
# It is made from evidence alone. Who bids for what is secret until bids are opened, and what a provider shows
# is shown for every bid to come; so nothing here asks for bids, opportunities or consortia, and must not.


def waiting_evidence(
    *, check_code: str = "", areas: Collection[int] | None = None, text: str = ""
) -> QuerySet[Evidence]:
    """What waits to be looked at, for the commissioners' queue; order it by OLDEST_FIRST.

    `areas` are numbers of areas that the provider must serve (none: anywhere), `text` is words of its name or
    work, or a number in a register.
    """
    rows = Evidence.objects.filter(status=Status.GIVEN).select_related("organisation")
    if check_code:
        rows = rows.filter(check_code=check_code)
    if areas is not None:
        served = Registration.areas.through.objects.filter(
            registration__organisation=OuterRef("organisation"), area__in=list(areas)
        )
        rows = rows.filter(Exists(served))
    if text:
        rows = rows.filter(organisation__in=providers_listed(text=text).order_by().values("organisation"))
    return rows


def areas_around(organisation: Organisation, day: datetime.date) -> set[int]:
    """Numbers of the areas a commissioning body acts over, of what lies in them and above them."""
    if organisation.body_id is None:
        return set()
    own = (
        BodyRole.objects.filter(held_on(day), body=organisation.body_id).order_by().values_list("area", flat=True)
    )
    links = AreaBelonging.objects.filter(held_on(day)).order_by()
    inside = links.filter(parent__in=own).values_list("child", flat=True)
    above = links.filter(child__in=own).values_list("parent", flat=True)
    return set(own.union(inside, above))


def works_for(user: User, organisation: Organisation | int) -> bool:
    """Whether the person belongs to the organisation or has asked to."""
    places = user.memberships.filter(organisation=organisation)
    return places.filter(status__in=[MembershipStatus.ACTIVE, MembershipStatus.REQUESTED]).exists()
