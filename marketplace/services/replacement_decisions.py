"""The panel looks again at a bid in which a member is to be replaced: ties declared, accepted or refused."""

from django.db import transaction
from django.utils import timezone

from core.access import require
from core.models import User
from marketplace.models import Replacement, ReplacementDeclaration
from marketplace.policies.evaluation import is_reason
from marketplace.policies.replacements import may_accept_replacement, may_declare_tie, may_refuse_replacement
from marketplace.queries.bids import live_consents
from marketplace.queries.evaluation import panel_of
from marketplace.services.covers import covers_follow
from marketplace.services.replacements import everyone_in, locked, record, tell
from marketplace.states import REPLACEMENT


@transaction.atomic
def declare_tie(*, by: User, replacement: Replacement, is_free: bool) -> ReplacementDeclaration:
    """The panel member has said whether they have a tie with whoever comes in; the last word counts."""
    replacement = locked(replacement)
    require(may_declare_tie(by, replacement))
    seat = panel_of(replacement.bid.opportunity).get(user=by)
    said, _made = ReplacementDeclaration.objects.update_or_create(
        replacement=replacement,
        panel_member=seat,
        defaults={"is_free": is_free, "declared_at": timezone.now()},
    )
    if not is_free:
        panel = [each.user for each in panel_of(replacement.bid.opportunity) if each.is_chair]
        tell("marketplace/replacement_tie", replacement, panel, by=by)
    _record("replacement.declare", replacement, by, after={"is_free": is_free})
    return said


@transaction.atomic
def accept_replacement(*, by: User, replacement: Replacement, reason: str) -> Replacement:
    """The newcomer stands in the bid with the share and part of whoever left; the sealed bid stays as it was.

    Covers fall, for others are in the bid now. What whoever left had agreed to is over. Everybody is told.
    """
    replacement = locked(replacement)
    require(may_accept_replacement(by, replacement).and_then(is_reason(reason)))
    bid = replacement.bid
    place = bid.members.get(organisation=replacement.leaving)
    REPLACEMENT.apply(
        replacement,
        "accept",
        decided_at=timezone.now(),
        decided_by=by,
        reason=reason,
        snapshot_left=place.snapshot,
    )
    bid.members.filter(pk=place.pk).update(organisation=replacement.coming, snapshot=replacement.snapshot)
    live_consents(bid).filter(organisation=replacement.leaving).update(lapsed_at=timezone.now())
    covers_follow(bid, by=by)
    _tell_decision("accept", replacement, by)
    _record("replacement.accept", replacement, by, reason=reason)
    return replacement


@transaction.atomic
def refuse_replacement(*, by: User, replacement: Replacement, reason: str) -> Replacement:
    """The bid stays as it was handed in, with the same members; everybody is told why."""
    replacement = locked(replacement)
    require(may_refuse_replacement(by, replacement).and_then(is_reason(reason)))
    REPLACEMENT.apply(replacement, "refuse", decided_at=timezone.now(), decided_by=by, reason=reason)
    _tell_decision("refuse", replacement, by)
    _record("replacement.refuse", replacement, by, reason=reason)
    return replacement


def _tell_decision(action: str, replacement: Replacement, by: User) -> None:
    panel = [seat.user for seat in panel_of(replacement.bid.opportunity)]
    tell(REPLACEMENT.step(action).notice, replacement, [*everyone_in(replacement), *panel], by=by)


def _record(
    action: str, replacement: Replacement, by: User, *, reason: str = "", after: dict[str, object] | None = None
) -> None:
    """Once the bids are open, the event names the bid and both organisations."""
    named = {"replacement": replacement.pk, "leaving": replacement.leaving_id, "coming": replacement.coming_id}
    record(
        action,
        replacement,
        by,
        organisation=replacement.bid.opportunity.organisation,
        obj=replacement.bid,
        reason=reason,
        after={**named, **(after or {})},
    )
