"""The five steps of an evaluation as a task list: where each stands and, for this person, where it is done."""

import datetime
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.display import Step
from core.models import User
from core.templatetags.accord import when
from marketplace.models import Opportunity, PanelMember
from marketplace.policies.awards import may_agree_scores, may_award, may_see_ranking
from marketplace.policies.evaluation import may_change_panel, may_open_bids, may_score
from marketplace.queries.awards import unagreed
from marketplace.queries.evaluation import SMALLEST_PANEL
from marketplace.states import OpportunityStatus as Status

DONE, TO_DO, WAITS = ("good", "info", "plain")


def steps_of(
    user: User, opportunity: Opportunity, at: datetime.datetime, *, panel: Sequence[PanelMember], answers: int
) -> list[Step]:
    """Panel, opening, scores, agreement, decision. `answers` is how many each member has to score."""
    return [
        _panel(user, opportunity, panel),
        _opening(user, opportunity, at),
        _scores(user, opportunity, panel, answers),
        _agreement(user, opportunity, answers),
        _decision(user, opportunity),
    ]


def _url(name: str, opportunity: Opportunity) -> str:
    return reverse(name, args=[opportunity.pk])


def _panel(user: User, opportunity: Opportunity, panel: Sequence[PanelMember]) -> Step:
    chair = next((seat.user.name for seat in panel if seat.is_chair), "")
    people = ngettext("%(n)d person.", "%(n)d people.", len(panel)) % {"n": len(panel)}
    chaired = _("%(name)s chairs.") % {"name": chair} if chair else _("Nobody chairs yet.")
    complete = bool(chair) and len(panel) >= SMALLEST_PANEL
    return Step(
        _("Appoint the panel"),
        url=_url("panel-edit", opportunity) if may_change_panel(user, opportunity) else "",
        hint=f"{people} {chaired}" if panel else _("At least two people who may score, one of them as chair."),
        tag=_("done") if complete else _("to do"),
        tone=DONE if complete else TO_DO,
    )


def _opening(user: User, opportunity: Opportunity, at: datetime.datetime) -> Step:
    title = _("Open the bids")
    if opportunity.opened_at is not None:
        hint = _("Opened on %(time)s.") % {"time": when(opportunity.opened_at)}
        return Step(title, hint=hint, tag=_("done"), tone=DONE)
    verdict = may_open_bids(user, opportunity, at=at)
    first = opportunity.opening_confirmed_by
    hint = _("Two people confirm, one after the other.")
    if first is not None:
        hint = _("%(name)s has confirmed; a second person has to confirm too.") % {"name": first.name}
    elif not verdict and verdict.right:
        hint = str(verdict.reason)
    return Step(
        title,
        url=_url("opening-confirm", opportunity) if verdict else "",
        hint=hint,
        tag=_("to do") if verdict else _("waiting"),
        tone=TO_DO if verdict else WAITS,
    )


def _scores(user: User, opportunity: Opportunity, panel: Sequence[PanelMember], answers: int) -> Step:
    title = _("Score the bids")
    locked = sum(seat.locked_at is not None for seat in panel)
    hint = _("%(locked)d of %(people)d have locked their scores.") % {"locked": locked, "people": len(panel)}
    if opportunity.opened_at is None:
        return Step(title, hint=_("Each member scores alone, unseen by the others."), tag=_("waiting"), tone=WAITS)
    if opportunity.status != Status.EVALUATION:
        return Step(title, hint=hint, tag=_("done"), tone=DONE)
    if not may_score(user, opportunity):
        return Step(title, hint=hint, tag=_("in progress"), tone=TO_DO)
    own = next(seat.scored for seat in panel if seat.user_id == user.pk)  # type: ignore[attr-defined]  # annotated
    return Step(
        title,
        url="#bids" if own < answers else _url("score-lock", opportunity),
        hint=_("You have scored %(own)d of %(answers)d answers. %(rest)s")
        % {"own": own, "answers": answers, "rest": hint},
        tag=_("to do") if own < answers else _("ready to lock"),
        tone=TO_DO,
    )


def _agreement(user: User, opportunity: Opportunity, answers: int) -> Step:
    title = _("Agree the scores")
    if opportunity.status in (Status.OPEN, Status.EVALUATION):
        hint = _("The chair records what the panel agrees, once everyone has locked their scores.")
        return Step(title, hint=hint, tag=_("waiting"), tone=WAITS)
    left = unagreed(opportunity)
    hint = _("%(done)d of %(answers)d answers agreed.") % {"done": answers - left, "answers": answers}
    mine = left and may_agree_scores(user, opportunity)
    return Step(
        title,
        url=_url("moderation-list", opportunity),
        hint=hint,
        tag=(_("to do") if mine else _("in progress")) if left else _("done"),
        tone=TO_DO if left else DONE,
    )


def _decision(user: User, opportunity: Opportunity) -> Step:
    title = _("Decide")
    readable = may_see_ranking(user, opportunity)
    url = _url("award-choose", opportunity) if readable else ""
    if opportunity.status == Status.AWARDED:
        return Step(title, url=url, hint=_("Awarded; every bidder was told."), tag=_("done"), tone=DONE)
    if opportunity.status == Status.UNSUCCESSFUL:
        return Step(title, url=url, hint=_("Ended without an award."), tag=_("done"), tone=DONE)
    verdict = may_award(user, opportunity)
    hint = _("The director awards, and every bidder is told with reasons.")
    return Step(
        title,
        url=url if opportunity.status == Status.MODERATION else "",
        hint=hint if verdict or not verdict.right else str(verdict.reason),
        tag=_("to do") if verdict else _("waiting"),
        tone=TO_DO if verdict else WAITS,
    )
