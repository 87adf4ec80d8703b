"""A member is replaced after the deadline: proposed by the lead, agreed to by both, taken back or declined."""

import datetime
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, notices
from core.access import Refused, Stale, require
from core.models import Organisation, User
from core.permissions import Permission as P
from marketplace import seal
from marketplace.models import Bid, Replacement
from marketplace.models.replacements import LIVE_REPLACEMENTS
from marketplace.policies.evaluation import is_reason
from marketplace.policies.replacements import (
    may_come_in,
    may_decline_replacement,
    may_leave_bid,
    may_propose_replacement,
    may_state_for_leaver,
    may_take_back_replacement,
    may_take_place,
)
from marketplace.queries.bids import OPENED
from marketplace.queries.evaluation import panel_of
from marketplace.queries.replacements import key_of, terms_for
from marketplace.services.bid_consents import people
from marketplace.services.locks import locked_bid, locked_opportunity
from marketplace.states import REPLACEMENT, BidStatus, ReplacementStatus
from providers.services.profiles import freeze_profile

# --- The lead ----------------------------------------------------------------------------------------


@transaction.atomic
def propose_replacement(
    *,
    by: User,
    bid: Bid,
    leaving: Organisation,
    coming: Organisation,
    reason: str,
    form_key: uuid.UUID,
    arrived_at: datetime.datetime,
) -> Replacement:
    """`coming` and `leaving` are asked, in sealed words, whether the one takes the place of the other.

    Nothing in the bid changes. Sent twice with one `form_key` it is one proposal.
    """
    locked_opportunity(bid.opportunity_id)
    bid = locked_bid(bid)
    if made := Replacement.objects.filter(form_key=form_key).first():
        return _same(made, bid, by)
    require(may_propose_replacement(by, bid, at=arrived_at).and_then(may_take_place(bid, leaving, coming)))
    require(is_reason(reason))
    terms = terms_for(bid, leaving, coming, reason)
    content = seal.canonical(terms)
    replacement = Replacement.objects.create(
        form_key=form_key,
        bid=bid,
        leaving=leaving,
        coming=coming,
        content_sha256=terms["content_sha256"],
        sealed_terms=seal.seal(content, key_of(bid)),
        terms_sha256=seal.fingerprint(content),
        proposed_at=timezone.now(),
        proposed_by=by,
    )
    tell("marketplace/replacement_asked", replacement, people(P.BID_CONSENT, [leaving, coming]), by=by)
    record("replacement.propose", replacement, by)
    return replacement


def _same(made: Replacement, bid: Bid, by: User) -> Replacement:
    if (made.bid_id, made.proposed_by_id) == (bid.pk, by.pk):
        return made
    raise Refused(_("This form was sent before. Open the page again and start afresh."))


@transaction.atomic
def state_for_leaver(
    *, by: User, replacement: Replacement, statement: str, arrived_at: datetime.datetime
) -> Replacement:
    """The lead says, sealed, why the member that leaves cannot be asked; it is told and may still say no."""
    replacement = locked(replacement)
    require(may_state_for_leaver(by, replacement, at=arrived_at).and_then(is_reason(statement)))
    words = seal.canonical({"replacement": replacement.pk, "statement": statement})
    _save(
        replacement,
        sealed_statement=seal.seal(words, key_of(replacement.bid)),
        stated_at=timezone.now(),
        stated_by=by,
    )
    tell("marketplace/replacement_stated", replacement, people(P.BID_CONSENT, [replacement.leaving]), by=by)
    return _answered("replacement.state", replacement, by)


@transaction.atomic
def take_back_replacement(*, by: User, replacement: Replacement) -> Replacement:
    """Nobody is asked any more; those who were, and a panel that knew of it, are told."""
    replacement = locked(replacement)
    require(may_take_back_replacement(by, replacement))
    REPLACEMENT.apply(replacement, "take_back", decided_at=timezone.now(), decided_by=by)
    _tell_that_it_ended("take_back", replacement, by)
    record("replacement.take_back", replacement, by)
    return replacement


# --- The two organisations ---------------------------------------------------------------------------


@transaction.atomic
def agree_to_come_in(
    *, by: User, replacement: Replacement, terms_sha256: str, arrived_at: datetime.datetime
) -> Replacement:
    """The organisation takes on what these words say, known by their fingerprint; its profile is frozen.

    Stale if the words are others.
    """
    replacement = locked(replacement)
    require(may_come_in(by, replacement, at=arrived_at))
    if terms_sha256 != replacement.terms_sha256:
        raise Stale(_("These are not the words you read. Open the page again before you agree."))
    snapshot = (
        freeze_profile(organisation=replacement.coming) if hasattr(replacement.coming, "registration") else None
    )
    _save(replacement, agreed_at=timezone.now(), agreed_by=by, snapshot=snapshot)
    return _answered("replacement.come_in", replacement, by, after={"sha256": terms_sha256})


@transaction.atomic
def agree_to_leave(*, by: User, replacement: Replacement, arrived_at: datetime.datetime) -> Replacement:
    """The member leaves if the panel accepts who comes in its place."""
    replacement = locked(replacement)
    require(may_leave_bid(by, replacement, at=arrived_at))
    _save(replacement, left_at=timezone.now(), left_by=by)
    return _answered("replacement.leave", replacement, by)


@transaction.atomic
def decline_replacement(*, by: User, replacement: Replacement) -> Replacement:
    """One of the two says no, before or after it had agreed: the bid stays as it is, and everybody is told."""
    replacement = locked(replacement)
    require(may_decline_replacement(by, replacement))
    REPLACEMENT.apply(replacement, "decline", decided_at=timezone.now(), decided_by=by)
    _tell_that_it_ended("decline", replacement, by)
    record("replacement.decline", replacement, by)
    return replacement


def _answered(
    action: str, replacement: Replacement, by: User, *, after: dict[str, object] | None = None
) -> Replacement:
    """It goes to the panel once the newcomer has agreed and the other has too, or the lead has spoken for it.

    A member that agrees to leave after the lead has spoken for it adds its own word, and nothing else changes.
    """
    left = replacement.left_at or replacement.stated_at
    goes_on = bool(replacement.status == ReplacementStatus.PROPOSED and replacement.agreed_at and left)
    if goes_on:
        REPLACEMENT.apply(replacement, "agree")
        tell(REPLACEMENT.step("agree").notice, replacement, everyone_in(replacement), by=by)
        if replacement.bid.status in OPENED:
            tell_panel(replacement)
    record(action, replacement, by, after=after)
    if goes_on:
        record("replacement.agree", replacement, by)
    return replacement


# --- What follows ------------------------------------------------------------------------------------


def replacements_follow(bids: Iterable[Bid], *, by: User) -> list[Replacement]:
    """Part of every end of held bids: what was proposed in those that wait for no decision has lapsed."""
    ended = [bid for bid in bids if bid.status not in (BidStatus.SUBMITTED, BidStatus.OPENED, BidStatus.EVALUATED)]
    return lapse_replacements(ended, by=by)


def lapse_replacements(bids: Iterable[Bid], *, by: User) -> list[Replacement]:
    """What was proposed in these bids of a held opportunity has lapsed, and everybody in them is told."""
    rows = Replacement.objects.filter(bid__in=[bid.pk for bid in bids], status__in=LIVE_REPLACEMENTS)
    found = list(rows.select_related("bid__opportunity", "bid__organisation", "leaving", "coming").order_by("pk"))
    for replacement in found:
        REPLACEMENT.apply(replacement, "lapse", decided_at=timezone.now(), decided_by=by)
        tell(REPLACEMENT.step("lapse").notice, replacement, everyone_in(replacement))
        record("replacement.lapse", replacement, by)
    return found


def tell_panel_what_waits(bids: Iterable[int]) -> None:
    """Part of opening: the panel hears which of the opened bids have a member to be replaced."""
    rows = Replacement.objects.filter(bid__in=list(bids), status=REPLACEMENT.step("agree").target)
    for replacement in rows.select_related("bid__opportunity", "leaving", "coming").order_by("pk"):
        tell_panel(replacement)


# --- Holding, telling, recording ---------------------------------------------------------------------


def locked(replacement: Replacement) -> Replacement:
    """The replacement as it stands, with its opportunity and its bid held: parents before the child."""
    opportunity = locked_opportunity(replacement.bid.opportunity_id)
    bid = locked_bid(replacement.bid)
    bid.opportunity = opportunity
    found = Replacement.objects.select_related("leaving", "coming").get(pk=replacement.pk)
    found.bid = bid
    return found


def _save(replacement: Replacement, **fields: object) -> None:
    Replacement.objects.filter(pk=replacement.pk).update(**fields)
    for name, value in fields.items():
        setattr(replacement, name, value)


def _tell_that_it_ended(action: str, replacement: Replacement, by: User) -> None:
    """Everybody in the bid and both organisations; the panel too, if it knows of the bid."""
    kind = REPLACEMENT.step(action).notice
    tell(kind, replacement, everyone_in(replacement), by=by)
    if replacement.bid.status in OPENED:
        opportunity = replacement.bid.opportunity
        panel = [seat.user for seat in panel_of(opportunity)]
        url = reverse("evaluation-detail", args=[opportunity.pk])
        notices.send(kind, to=panel, context={**_named(replacement), "by": by}, url=url)


def everyone_in(replacement: Replacement) -> list[User]:
    """The people who read bids in each member of the bid, and in the two organisations."""
    members = [place.organisation for place in replacement.bid.members.select_related("organisation")]
    return people(P.BID_READ, dict.fromkeys([*members, replacement.leaving, replacement.coming]))


def tell_panel(replacement: Replacement) -> None:
    """The panel hears that it decides; only once the bids are open."""
    panel = [seat.user for seat in panel_of(replacement.bid.opportunity)]
    tell("marketplace/replacement_to_decide", replacement, panel)


def tell(kind: str, replacement: Replacement, to: Iterable[User], **context: object) -> None:
    """A notice about the replacement, with its names, to people who may know of it."""
    url = reverse("replacement-detail", args=[replacement.pk])
    notices.send(kind, to=to, context={**_named(replacement), **context}, url=url)


def _named(replacement: Replacement) -> dict[str, object]:
    bid = replacement.bid
    return {"replacement": replacement, "bid": bid, "leaving": replacement.leaving, "coming": replacement.coming}


def record(
    action: str,
    replacement: Replacement,
    by: User,
    *,
    organisation: Organisation | None = None,
    reason: str = "",
    obj: Model | None = None,
    after: dict[str, object] | None = None,
) -> None:
    """An event that names neither the bid nor an organisation: others read it before the bids are opened."""
    told = {"status": replacement.status, **(after or {})}
    audit.record(action, by=by, obj=obj or replacement, organisation=organisation, after=told, reason=reason)
