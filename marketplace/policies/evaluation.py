"""Who may appoint, open and score, and when."""

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import ALLOWED, Verdict, denied, refused
from core.forms.text import count_words
from core.models import User
from core.permissions import Permission as P
from core.policies import has_right, holds
from core.templatetags.accord import when
from marketplace.models import Opportunity, PanelMember
from marketplace.queries.evaluation import (
    SMALLEST_PANEL,
    bids_handed_in,
    conflicts_of,
    seat_of,
    seats_of,
    unscored_by,
)
from marketplace.queries.replacements import tie_of, undeclared_by
from marketplace.scales import HIGHEST_POINTS
from marketplace.states import OpportunityStatus as Status
from marketplace.states import Phase

FEWEST_WORDS = 3
LONGEST_REASON = 3000


def is_reason(text: str) -> Verdict:
    """Whether `text` says something: at least three words, at most 3,000 characters."""
    if count_words(text) < FEWEST_WORDS:
        sentence = _("Give the reason in at least %(fewest)d words.")
        return refused(sentence % {"fewest": FEWEST_WORDS})
    if len(text) > LONGEST_REASON:
        return refused(_("Shorten the reason to %(most)s characters or fewer.") % {"most": f"{LONGEST_REASON:,}"})
    return ALLOWED


def are_points(points: int) -> Verdict:
    """Whether `points` are on the published scale."""
    if 0 <= points <= HIGHEST_POINTS:
        return ALLOWED
    return refused(_("Points are whole numbers from 0 to %(highest)d.") % {"highest": HIGHEST_POINTS})


def is_free_of_conflict(people: Iterable[int], opportunity: Opportunity) -> Verdict:
    """Whether none of `people` (numbers of users) belongs to an organisation that handed in a bid here."""
    conflict = conflicts_of(people, opportunity).first()
    if conflict is None:
        return ALLOWED
    sentence = _("%(name)s belongs to %(organisation)s, which bids here, so somebody else has to do this.")
    return refused(sentence % {"name": conflict.user.name, "organisation": conflict.organisation.name})


def has_declared(seat: PanelMember) -> Verdict:
    """Whether the panel member has said that they have no tie with any organisation that is to come into a bid."""
    if waiting := undeclared_by(seat):
        sentence = _(
            "%(coming)s is to take the place of %(leaving)s in a bid. Say first whether you have a tie with "
            "%(coming)s: the page of the evaluation asks you."
        )
        return refused(sentence % {"coming": waiting.coming.name, "leaving": waiting.leaving.name})
    if tied := tie_of(seat):
        sentence = _(
            "You said that you have a tie with %(name)s, which is to come into a bid. Somebody else has to do "
            "this, unless the panel refuses the change."
        )
        return refused(sentence % {"name": tied.coming.name})
    return ALLOWED


# --- the panel


def may_change_panel(user: User, opportunity: Opportunity) -> Verdict:
    """Whether the panel may still be changed at all: until everyone has locked their scores."""
    right = has_right(user, P.PANEL_APPOINT, opportunity.organisation_id)
    if not right or opportunity.status in (Status.OPEN, Status.EVALUATION):
        return right
    if opportunity.status in (Status.DRAFT, Status.IN_REVIEW):
        return refused(_("The panel is appointed once the opportunity is published."))
    return refused(_("Scoring is over, so nobody can join or leave the panel."))


def may_appoint(user: User, opportunity: Opportunity, person: User) -> Verdict:
    """Whether `person` may join the panel: of the body, with the right to score, and no part in a bid.

    Who bids is nobody's business before the bids are opened, so until then it is not looked at here; opening
    looks again.
    """
    verdict = may_change_panel(user, opportunity)
    if not verdict:
        return verdict
    name = {"name": person.name}
    if not holds(person, P.SCORE_GIVE, opportunity.organisation_id):
        return refused(_("%(name)s has no role that scores bids in this body.") % name)
    earlier = opportunity.panel.filter(user=person).first()
    if earlier is not None and earlier.stood_down_at is None:
        return refused(_("%(name)s is on the panel already.") % name)
    if earlier is not None:
        return refused(_("%(name)s was stood down from this panel and cannot join it again.") % name)
    if opportunity.status == Status.EVALUATION:
        return is_free_of_conflict([person.pk], opportunity)
    return ALLOWED


def may_remove(user: User, seat: PanelMember) -> Verdict:
    """Whether the member may leave the panel; once bids are opened, two must stay and the chair among them."""
    opportunity = seat.opportunity
    verdict = may_change_panel(user, opportunity)
    if not verdict:
        return verdict
    if seat.stood_down_at is not None:
        return refused(_("%(name)s has left the panel already.") % {"name": seat.user.name})
    if opportunity.status == Status.EVALUATION:
        if seat.is_chair:
            return refused(_("Make somebody else the chair first."))
        if len(seats_of(opportunity)) <= SMALLEST_PANEL:
            return refused(_("A panel has at least two people. Appoint somebody else first."))
    return ALLOWED


def may_make_chair(user: User, seat: PanelMember) -> Verdict:
    """Whether the member may become the chair: at any time before the decision."""
    right = has_right(user, P.PANEL_APPOINT, seat.opportunity.organisation_id)
    if not right:
        return right
    if seat.opportunity.status not in (Status.OPEN, Status.EVALUATION, Status.MODERATION):
        return refused(_("The decision has been made, so the chair can no longer change."))
    if seat.stood_down_at is not None:
        return refused(_("%(name)s has left the panel.") % {"name": seat.user.name})
    return ALLOWED


def is_complete(opportunity: Opportunity) -> Verdict:
    """Whether the panel can work: at least two people, one of whom chairs, and none with a part in a bid."""
    seats = seats_of(opportunity)
    if len(seats) < SMALLEST_PANEL or not any(seat.is_chair for seat in seats):
        return refused(_("Appoint a panel of at least two people first, one of them as chair."))
    return is_free_of_conflict([seat.user_id for seat in seats], opportunity)


# --- opening


def may_open_bids(user: User, opportunity: Opportunity, *, at: datetime.datetime) -> Verdict:
    """Whether the person may confirm at `at` that the bids be opened; two people do, one after the other."""
    right = has_right(user, P.BIDS_OPEN, opportunity.organisation_id)
    verdict = right.and_then(_is_closed(opportunity, at))
    if not verdict:
        return verdict
    if opportunity.opening_confirmed_by_id == user.pk:
        return refused(_("You have confirmed. A second person who may open bids has to confirm too."))
    if not bids_handed_in(opportunity).exists():
        return refused(_("No bid was handed in, so there is none to open. End this without an award instead."))
    return is_free_of_conflict([user.pk], opportunity).and_then(is_complete(opportunity))


def _is_closed(opportunity: Opportunity, at: datetime.datetime) -> Verdict:
    phase = opportunity.phase_at(at)
    if phase == Phase.CLOSED:
        return ALLOWED
    if phase in (Phase.OPEN, Phase.SCHEDULED):
        sentence = _("The bids stay sealed until bidding closes, on %(time)s.")
        return refused(sentence % {"time": when(opportunity.closes_at)})
    if opportunity.opened_at is not None:
        return refused(_("The bids were opened on %(time)s.") % {"time": when(opportunity.opened_at)})
    return refused(_("This opportunity has no bids to open."))


# --- scoring


def may_score(user: User, opportunity: Opportunity) -> Verdict:
    """Whether the person may score bids here now: on the panel, bids open, own scores not locked."""
    seat = seat_of(user, opportunity)
    if seat is None:
        return denied(_("Only the people on the panel score these bids."))
    right = has_right(user, P.SCORE_GIVE, opportunity.organisation_id)
    verdict = right.and_then(_is_scoring(opportunity))
    if not verdict:
        return verdict
    if seat.locked_at is not None:
        sentence = _("You locked your scores on %(time)s. The chair can unlock them while others still score.")
        return refused(sentence % {"time": when(seat.locked_at)})
    return is_free_of_conflict([user.pk], opportunity).and_then(has_declared(seat))


def _is_scoring(opportunity: Opportunity) -> Verdict:
    if opportunity.status == Status.EVALUATION:
        return ALLOWED
    if opportunity.status in (Status.DRAFT, Status.IN_REVIEW, Status.OPEN):
        return refused(_("The bids have not been opened yet."))
    return refused(_("Scoring is over."))


def may_lock_scores(user: User, opportunity: Opportunity) -> Verdict:
    """Whether the member may lock their scores: every answer has one."""
    verdict = may_score(user, opportunity)
    seat = seat_of(user, opportunity)
    if not verdict or seat is None:
        return verdict
    left = unscored_by(seat)
    if left:
        sentence = ngettext(
            "You have %(left)d answer left to score.", "You have %(left)d answers left to score.", left
        )
        return refused(sentence % {"left": left})
    return ALLOWED


def may_unlock_scores(user: User, seat: PanelMember) -> Verdict:
    """Whether the member's scores may be unlocked: by the chair or whoever appoints, before all have locked."""
    opportunity = seat.opportunity
    own = seat_of(user, opportunity)
    chairs = own is not None and own.is_chair and holds(user, P.SCORE_GIVE, opportunity.organisation_id)
    if not chairs and not holds(user, P.PANEL_APPOINT, opportunity.organisation_id):
        return denied(_("Only the chair, or somebody who appoints the panel, can unlock scores."))
    if opportunity.status != Status.EVALUATION:
        return refused(_("All scores are locked and the panel is agreeing them, so none can be unlocked."))
    if seat.stood_down_at is not None or seat.locked_at is None:
        return refused(_("%(name)s has not locked their scores.") % {"name": seat.user.name})
    return ALLOWED
