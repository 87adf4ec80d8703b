"""Which alliances and awards there are, and who may see them."""

import datetime
from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value
from django.utils import timezone

from alliances.models import Alliance, AllianceMember, Outcome
from alliances.queries.outcomes import with_latest
from alliances.states import AllianceStatus
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import organisations_where, reads_everything
from marketplace.models import Award, Contract, Opportunity
from marketplace.queries.contract_work import COLUMNS
from marketplace.states import Stage

# Signed by all, and so open to everyone for good, whatever becomes of the alliance. Asked by this column rather
# than by status, the newest are read in their own order and not collected by status first.
PUBLIC = Q(activated_at__isnull=False)
ALLIANCE_KIND = "alliance"
A_YEAR = datetime.timedelta(days=366)


def public_alliances() -> QuerySet[Alliance]:
    """Every alliance that all its members have signed."""
    return Alliance.objects.filter(PUBLIC)


def alliances_visible_to(user: User | AnonymousUser) -> QuerySet[Alliance]:
    """Signed ones for everyone; the rest for its members' people; everything for an auditor."""
    if reads_everything(user):
        return Alliance.objects.all()
    own = organisations_where(user, P.ALLIANCE_READ)
    if not own:
        return public_alliances()
    place = AllianceMember.objects.filter(alliance=OuterRef("pk"), organisation__in=own)
    return Alliance.objects.filter(PUBLIC | Exists(place))


def alliances_serving(areas: Collection[int]) -> QuerySet[Alliance]:
    """Alliances signed by all that came from opportunities for one of these areas."""
    return public_alliances().filter(award__area__in=areas)


def with_everything(alliances: QuerySet[Alliance]) -> QuerySet[Alliance]:
    """What the page of one alliance shows; the same few queries for two members and for ten."""
    return alliances.select_related(
        "organisation", "updated_by", "award__lot__opportunity__area", "award__lot__opportunity__category"
    ).prefetch_related(*_parts())


def for_list(alliances: QuerySet[Alliance]) -> QuerySet[Alliance]:
    """Only what a line of the list shows, in three queries."""
    members = AllianceMember.objects.select_related("organisation")
    return (
        alliances.select_related("award__lot__opportunity__area")
        .only("name", "status", "award__lot__opportunity__area__name")
        .prefetch_related(
            Prefetch("members", members.only("alliance", "organisation__name")),
            Prefetch("outcomes", with_latest(Outcome.objects.all())),
        )
    )


def drafts_of(organisation: Organisation) -> QuerySet[Alliance]:
    """The agreements the body has begun and not yet sent out to be signed, the oldest first."""
    return organisation.alliances_held.filter(status=AllianceStatus.DRAFT).order_by("created_at", "id")


def places_to_sign(organisation: Organisation) -> QuerySet[AllianceMember, dict[str, Any]]:
    """The alliances that wait for this organisation's signature, as rows like those of contracts that wait."""
    waiting = organisation.alliance_places.filter(alliance__status=AllianceStatus.SIGNING, signed_at__isnull=True)
    rows = waiting.annotate(
        kind=Value(ALLIANCE_KIND, output_field=CharField()),
        place=F("pk"),
        agreement=F("alliance"),
        title=F("alliance__name"),
        step=Value("", output_field=CharField()),
    )
    found: QuerySet[AllianceMember, dict[str, Any]] = rows.order_by().values(*COLUMNS)
    return found


def alliances_from(opportunities: Iterable[Opportunity], user: User | AnonymousUser) -> QuerySet[Alliance]:
    """Those made from the awards of these opportunities that the person may see."""
    made = alliances_visible_to(user).filter(award__lot__opportunity__in=opportunities)
    return made.only("name", "activated_at").order_by("award__lot__number")


def awards_in_sight(user: User | AnonymousUser) -> QuerySet[Award]:
    """Awards of the bodies whose commissioning the person reads, with what an alliance is made of."""
    awards = Award.objects.select_related("lot__opportunity__organisation", "lot__opportunity__area", "bid")
    if reads_everything(user):
        return awards
    return awards.filter(lot__opportunity__organisation__in=organisations_where(user, P.COMMISSIONING_READ))


def awards_to_put_down(organisation: Organisation) -> QuerySet[Award]:
    """The body's awards of the last year from which neither an alliance nor a contract has been made.

    The last to close first: one stretch of an index. What nobody set up in a year waits for nobody.
    """
    # Not "alliance is null": of an outer join PostgreSQL expects one row to be left, and begins at the wrong end.
    alliance = Alliance.objects.filter(award=OuterRef("pk"))
    contract = Contract.objects.filter(award=OuterRef("pk"))
    return (
        Award.objects.filter(
            ~Exists(alliance),
            ~Exists(contract),
            lot__opportunity__organisation=organisation,
            lot__opportunity__stage=Stage.AWARDED,
            lot__opportunity__closes_at__gte=timezone.now() - A_YEAR,
        )
        .select_related("lot__opportunity", "bid__organisation")
        .only("lot__opportunity__title", "lot__opportunity__route", "bid__organisation__name")
        .order_by("-lot__opportunity__closes_at", "-lot__opportunity_id", "lot__number")
    )


def _parts() -> tuple[Prefetch[Any], Prefetch[Any]]:
    return (
        Prefetch("members", AllianceMember.objects.select_related("organisation", "signed_by")),
        Prefetch("outcomes", with_latest(Outcome.objects.all())),
    )
