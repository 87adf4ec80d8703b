"""What follows from awards: alliances, signed, and their results."""

import datetime
from collections.abc import Iterator
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from alliances.models import Alliance, AllianceMember, Outcome, Result
from alliances.quarters import quarter_end_before
from alliances.queries.wording import written
from alliances.states import AllianceStatus
from core.fingerprints import fingerprint
from core.roles import OrganisationKind
from demo.scale import words
from demo.scale.chance import pick
from demo.scale.fates import DAY
from demo.scale.houses import Ground
from demo.scale.rows import Kind, batches, key, number_of, rows_of, write
from marketplace.models import Award, Opportunity, Route

Now = datetime.datetime

# An award is turned into an agreement within weeks; those of the last days still wait for it.
DAYS_TO_SET_UP = 20
DAYS_TO_SIGN = 45
QUARTERS_KEPT = 4


def form_alliances(ground: Ground, wanted: int | None, now: Now) -> int:
    """There are `wanted` alliances (one for every award by that route, if none is said); gives the new."""
    there = rows_of(Alliance, Kind.ALLIANCE).count()
    awards = _awards_to_turn(now).values_list("pk", flat=True)
    numbers = list(awards if wanted is None else awards[: max(0, wanted - there)])
    for batch in batches(numbers):
        _form(ground, batch, now)
    return len(numbers)


def _awards_to_turn(now: Now) -> QuerySet[Award]:
    made = rows_of(Opportunity, Kind.OPPORTUNITY).filter(route=Route.ALLIANCE).order_by()
    waiting = Award.objects.filter(alliance__isnull=True, awarded_at__lt=now - DAYS_TO_SET_UP * DAY)
    return waiting.filter(lot__opportunity__in=made).order_by("pk")


@transaction.atomic
def _form(ground: Ground, awards: list[int], now: Now) -> None:
    rows = (
        Award.objects.filter(pk__in=awards)
        .select_related("bid", "lot__opportunity__organisation")
        .prefetch_related("bid__members__organisation", "lot__opportunity__outcomes")
        .order_by("pk")
    )
    alliances = write(Alliance, (_alliance(award) for award in rows))
    parties = {alliance.pk: _parties(alliance) for alliance in alliances}
    aims = {alliance.pk: _aims(alliance) for alliance in alliances}
    signatures: list[AllianceMember] = []
    for alliance in alliances:
        signatures += _signed(ground, alliance, parties[alliance.pk], aims[alliance.pk], now)
    write(AllianceMember, signatures)
    outcomes = write(Outcome, (aim for found in aims.values() for aim in found))
    write(Result, (result for outcome in outcomes for result in _results(ground, outcome, now)))


def _alliance(award: Award) -> Alliance:
    """A draft at first: its text can be written once it has a number."""
    opportunity = award.lot.opportunity
    assert opportunity.starts_on is not None
    assert opportunity.ends_on is not None
    return Alliance(
        form_key=key(Kind.ALLIANCE, number_of(opportunity.form_key)),
        award=award,
        organisation=opportunity.organisation,
        name=opportunity.title,
        purpose=words.WHY[pick(award.pk, 100, len(words.WHY))],
        principles=words.PRINCIPLES,
        budget_pence=award.lot.value_pence,
        starts_on=opportunity.starts_on,
        ends_on=opportunity.ends_on,
        created_at=award.awarded_at,
        created_by_id=opportunity.created_by_id,
        updated_by_id=opportunity.created_by_id,
    )


def _parties(alliance: Alliance) -> list[AllianceMember]:
    """In the order in which the model lists them: the commissioner, then providers by their share."""
    providers = [
        AllianceMember(
            alliance=alliance, organisation=place.organisation, share_bps=place.share_bps, part=place.part
        )
        for place in alliance.award.bid.members.all()  # type: ignore[union-attr]  # each is made from one
    ]
    providers.sort(key=lambda place: (-place.share_bps, place.organisation.name))
    return [AllianceMember(alliance=alliance, organisation=alliance.organisation), *providers]


def _aims(alliance: Alliance) -> list[Outcome]:
    shared = alliance.award.lot.opportunity.outcomes.all()  # type: ignore[union-attr]  # each is made from one
    return [
        Outcome(
            alliance=alliance,
            number=aim.number,
            indicator=aim.indicator,
            unit=aim.unit,
            baseline=aim.baseline,
            target=aim.target,
            weight_bps=aim.weight_bps,
        )
        for aim in shared
    ]


def _signed(
    ground: Ground, alliance: Alliance, parties: list[AllianceMember], aims: list[Outcome], now: Now
) -> list[AllianceMember]:
    """The parties, with their signatures where it has come to that; the text is frozen as asking for them does."""
    # The words read both through the alliance; neither is in the database yet.
    alliance._prefetched_objects_cache = {"members": parties, "outcomes": aims}  # type: ignore[attr-defined]  # Django's own
    text = written(alliance)
    alliance._prefetched_objects_cache = {}  # type: ignore[attr-defined]  # Django's own
    awarded_at = alliance.award.awarded_at  # type: ignore[union-attr]  # each is made from one
    active = awarded_at < now - DAYS_TO_SIGN * DAY
    signed_at = awarded_at + DAYS_TO_SIGN * DAY
    state = AllianceStatus.SIGNING
    if active:
        state = AllianceStatus.ENDED if alliance.ends_on < now.date() else AllianceStatus.ACTIVE
    Alliance.objects.filter(pk=alliance.pk).update(
        status=state,
        agreed_text=text,
        agreed_sha256=fingerprint(text),
        activated_at=signed_at if active else None,
        updated_at=signed_at if active else awarded_at,
    )
    for party in parties if active else []:
        provider = party.organisation.kind == OrganisationKind.PROVIDER
        party.signed_at, party.signed_sha256 = signed_at, fingerprint(text)
        party.signed_as = "Chief executive" if provider else "Regional probation director"
        party.signed_by_id = ground.signers[party.organisation_id]
    return parties


def _results(ground: Ground, outcome: Outcome, now: Now) -> Iterator[Result]:
    """The last quarters of its term that are over and counted; one in eight is late with the latest."""
    alliance = outcome.alliance
    if alliance.award.awarded_at >= now - DAYS_TO_SIGN * DAY:  # type: ignore[union-attr]  # each is made from one
        return
    latest = quarter_end_before(min(now.date(), alliance.ends_on + DAY))
    for back in range(QUARTERS_KEPT):
        if latest < alliance.starts_on:
            return
        if back or pick(alliance.pk, 101, 8):
            way = outcome.target - outcome.baseline
            share = Decimal(100 - back * 15 - pick(alliance.pk, 102, 30)) / 100
            yield Result(
                outcome=outcome,
                period_end=latest,
                actual=round(outcome.baseline + way * share, 2),
                source="Case records, counted by the lead",
                recorded_by_id=alliance.created_by_id,
            )
        latest = quarter_end_before(latest)
