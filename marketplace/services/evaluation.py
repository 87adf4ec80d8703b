"""The panel, the opening of the bids, and scoring. Every act first holds the opportunity, so they come in turn."""

import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, notices
from core.access import Refused, Stale, refused, require
from core.models import User
from core.templatetags.accord import clock
from marketplace.models import Bid, Criterion, Opportunity, PanelMember, Score
from marketplace.policies.evaluation import (
    are_points,
    is_reason,
    may_appoint,
    may_lock_scores,
    may_make_chair,
    may_open_bids,
    may_remove,
    may_score,
    may_unlock_scores,
)
from marketplace.queries.bids import OPENED
from marketplace.queries.evaluation import bids_handed_in, panel_of
from marketplace.services.bids import restore_words
from marketplace.services.locks import locked_opportunity
from marketplace.services.replacements import tell_panel_what_waits
from marketplace.states import BID, OPPORTUNITY, OpportunityStatus

# --- the panel


@transaction.atomic
def appoint_to_panel(*, opportunity: Opportunity, person: User, is_chair: bool = False, by: User) -> PanelMember:
    """`person` sits on the panel and is told; as chair, they take over from whoever chaired."""
    opportunity = locked_opportunity(opportunity)
    require(may_appoint(by, opportunity, person))
    if is_chair:
        _nobody_chairs(opportunity)
    seat = PanelMember.objects.create(opportunity=opportunity, user=person, is_chair=is_chair)
    _tell(opportunity, "panel_appointed", [person], is_chair=is_chair)
    after = {"person": person.pk, "name": person.name, "chair": is_chair}
    _record("panel.appoint", opportunity, by, after=after)
    return seat


@transaction.atomic
def make_chair(*, seat: PanelMember, by: User) -> PanelMember:
    """The member chairs the panel from now on; whoever chaired stays on it."""
    seat = _held(seat)
    require(may_make_chair(by, seat))
    if seat.is_chair:
        return seat
    _nobody_chairs(seat.opportunity)
    PanelMember.objects.filter(pk=seat.pk).update(is_chair=True)
    seat.is_chair = True
    _tell(seat.opportunity, "panel_appointed", [seat.user], is_chair=True)
    _record("panel.chair", seat.opportunity, by, after={"person": seat.user_id, "name": seat.user.name})
    return seat


def _nobody_chairs(opportunity: Opportunity) -> None:
    opportunity.panel.filter(is_chair=True).update(is_chair=False)


@transaction.atomic
def remove_from_panel(*, seat: PanelMember, reason: str = "", by: User) -> None:
    """The person is off the panel. Once they have scored, that takes a reason, and what they wrote is kept.

    If everybody left has locked their scores, moderation begins.
    """
    seat = _held(seat)
    opportunity = seat.opportunity
    require(may_remove(by, seat))
    before = {"person": seat.user_id, "name": seat.user.name, "chair": seat.is_chair}
    if seat.scores.exists():
        require(is_reason(reason))
        gone = {"stood_down_at": timezone.now(), "stood_down_by": by, "stood_down_reason": reason[:500]}
        PanelMember.objects.filter(pk=seat.pk).update(**gone)
    else:
        seat.delete()
    began = _moderation_begins_if_all_locked(opportunity)
    _record("panel.remove", opportunity, by, before=before, reason=reason)
    _record_moderation(opportunity, began=began)


def _held(seat: PanelMember) -> PanelMember:
    """The seat as it is now, behind the lock of its opportunity."""
    opportunity = locked_opportunity(seat.opportunity_id)
    found = PanelMember.objects.select_related("user").filter(pk=seat.pk).first()
    if found is None:
        raise Refused(_("%(name)s has left the panel.") % {"name": seat.user.name})
    found.opportunity = opportunity
    return found


# --- opening


@transaction.atomic
def confirm_opening(*, opportunity: Opportunity, arrived_at: datetime.datetime, by: User) -> Opportunity:
    """The first to confirm is noted; with the second, another person, every bid handed in is opened.

    Drafts that were never handed in stay closed. Refused before the closing time by `arrived_at`.
    """
    opportunity = locked_opportunity(opportunity)
    require(may_open_bids(by, opportunity, at=arrived_at))
    if opportunity.opening_confirmed_by_id is None:
        confirmed = {"opening_confirmed_at": arrived_at, "opening_confirmed_by": by}
        Opportunity.objects.filter(pk=opportunity.pk).update(**confirmed)
        opportunity.opening_confirmed_at, opportunity.opening_confirmed_by = arrived_at, by
        _record("opening.confirm", opportunity, by)
        return opportunity
    opened = _open_all(opportunity, arrived_at)
    OPPORTUNITY.apply(opportunity, "open_bids", opened_at=arrived_at, opened_by=by)
    _tell(opportunity, "bids_opened", [seat.user for seat in panel_of(opportunity)], count=len(opened))
    tell_panel_what_waits(opened)
    _record("bids.open", opportunity, by, after={"bids": opened})
    return opportunity


def _open_all(opportunity: Opportunity, at: datetime.datetime) -> list[int]:
    bids = list(bids_handed_in(opportunity).select_for_update(no_key=True).order_by("pk"))
    for bid in bids:
        BID.apply(bid, "open")
        restore_words(bid, opened_at=at)
    return [bid.pk for bid in bids]


# --- scoring


@transaction.atomic
def save_score(*, bid: Bid, criterion: Criterion, points: int, reason: str, version: int, by: User) -> Score:
    """The member's points (0 to 5) and reason for one answer are kept; saving again replaces them.

    `version` is the one this save makes: 1 for the first, one more each time. Stale if another window has
    made it already with something else; the same sent twice is kept once. The record of events says that an
    answer was scored, never how: others read it before moderation.
    """
    opportunity = locked_opportunity(bid.opportunity_id)
    require(may_score(by, opportunity))
    require(are_points(points).and_then(is_reason(reason)))
    _belongs(bid, criterion, opportunity)
    seat = panel_of(opportunity).get(user=by)
    score = Score.objects.filter(bid=bid, criterion=criterion, panel_member=seat).first()
    fields = {"points": points, "reason": reason, "scored_at": timezone.now(), "version": version}
    if score is None:
        score = Score.objects.create(bid=bid, criterion=criterion, panel_member=seat, **{**fields, "version": 1})
    elif (score.points, score.reason) == (points, reason):
        return score
    elif score.version != version - 1:
        raise Stale(
            _("You saved this score in another window at %(time)s. What you see below is not saved yet.")
            % {"time": clock(score.scored_at)}
        )
    else:
        Score.objects.filter(pk=score.pk).update(**fields)
        score.refresh_from_db()
    audit.record(
        "score.save", by=by, obj=bid, organisation=opportunity.organisation, after={"criterion": criterion.number}
    )
    return score


def _belongs(bid: Bid, criterion: Criterion, opportunity: Opportunity) -> None:
    if criterion.opportunity_id != opportunity.pk or bid.status not in OPENED:
        require(refused(_("This answer is not one of those to be scored.")))


@transaction.atomic
def lock_scores(*, opportunity: Opportunity, by: User) -> Opportunity:
    """The member's scores change no more; when the last member locks, moderation begins and the chair is told."""
    opportunity = locked_opportunity(opportunity)
    require(may_lock_scores(by, opportunity))
    panel_of(opportunity).filter(user=by).update(locked_at=timezone.now())
    began = _moderation_begins_if_all_locked(opportunity)
    _record("score.lock", opportunity, by)
    _record_moderation(opportunity, began=began)
    return opportunity


@transaction.atomic
def unlock_scores(*, seat: PanelMember, reason: str, by: User) -> PanelMember:
    """The member can change their scores again, and is told why."""
    seat = _held(seat)
    require(may_unlock_scores(by, seat).and_then(is_reason(reason)))
    PanelMember.objects.filter(pk=seat.pk).update(locked_at=None)
    seat.locked_at = None
    _tell(seat.opportunity, "scores_unlocked", [seat.user], by=by, reason=reason)
    after = {"person": seat.user_id, "name": seat.user.name}
    _record("score.unlock", seat.opportunity, by, after=after, reason=reason)
    return seat


def _moderation_begins_if_all_locked(opportunity: Opportunity) -> bool:
    if opportunity.status != OpportunityStatus.EVALUATION:
        return False
    seats = list(panel_of(opportunity))
    if not seats or any(seat.locked_at is None for seat in seats):
        return False
    OPPORTUNITY.apply(opportunity, "moderate")
    _tell(opportunity, "scores_complete", [seat.user for seat in seats if seat.is_chair])
    return True


def _record_moderation(opportunity: Opportunity, *, began: bool) -> None:
    if began:
        _record("opportunity.moderate", opportunity, None)


# --- telling and recording


def _tell(opportunity: Opportunity, name: str, people: list[User], **context: object) -> None:
    url = reverse("evaluation-detail", args=[opportunity.pk])
    notices.send(f"marketplace/{name}", to=people, context={"opportunity": opportunity, **context}, url=url)


def _record(action: str, opportunity: Opportunity, by: User | None, **details: Any) -> None:
    audit.record(action, by=by, obj=opportunity, organisation=opportunity.organisation, **details)
