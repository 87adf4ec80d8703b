"""Pages on which bids are scored, alone, and then agreed by the panel."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import Refused, Stale
from core.display import Crumb
from core.entry import entry, holders_of
from core.forms import submitted
from core.permissions import Permission as P
from core.views.requests import SignedIn
from marketplace.forms.evaluation import AgreedForm, PointsForm, ScoreForm, UnlockForm
from marketplace.models import AgreedScore, Bid, Criterion, Opportunity, Score
from marketplace.policies.awards import may_agree_scores
from marketplace.policies.evaluation import may_lock_scores, may_score, may_unlock_scores
from marketplace.queries.awards import Answer, moderated_bids, next_unagreed
from marketplace.queries.evaluation import (
    Cell,
    answers_to_score,
    bids_in_evaluation,
    next_unscored,
    scores_visible_to,
    seat_of,
    seats_of,
)
from marketplace.services.awards import agree_score
from marketplace.services.evaluation import lock_scores, save_score, unlock_scores
from marketplace.states import OpportunityStatus
from marketplace.views.evaluation import (
    crumbs_to,
    done_or_not,
    evaluation_or_404,
    evaluators,
    seat_or_404,
    with_right,
)


def _answer_or_404(request: SignedIn, pk: int, number: int) -> tuple[Bid, Criterion]:
    bid = get_object_or_404(bids_in_evaluation(request.user), pk=pk)
    criterion = next((each for each in bid.opportunity.criteria.all() if each.number == number), None)
    if criterion is None:
        raise Http404
    return bid, criterion


def _about(bid: Bid, criterion: Criterion) -> dict[str, Any]:
    """What both pages of one answer show."""
    return {
        "section": "opportunities",
        "bid": bid,
        "criterion": criterion,
        "answer": bid.answers.filter(criterion=criterion).first(),
        "opportunity": bid.opportunity,
    }


def _initial(score: Score | AgreedScore | None) -> dict[str, Any]:
    """What the form begins with; `version` is the one that saving makes."""
    if score is None:
        return {"version": 1}
    return {"version": score.version + 1, "points": score.points, "reason": score.reason}


def _told(form: PointsForm, refusal: Refused, score: Score | AgreedScore | None) -> None:
    """The form says why it was not saved; after a Stale, sending it once more counts."""
    form.add_error(None, refusal.reason)
    if isinstance(refusal, Stale) and score is not None:
        form.accept_version(score.version + 1)


# --- scoring, alone


@entry(holders_of(P.SCORE_GIVE))
def score_edit(request: SignedIn, pk: int, number: int) -> HttpResponse:
    """One answer with its guidance and the scale; takes the person's own points and reason."""
    bid, criterion = _answer_or_404(request, pk, number)
    opportunity = bid.opportunity
    verdict = with_right(may_score(request.user, opportunity))
    seat = seat_of(request.user, opportunity)
    if seat is None:
        raise Http404
    saved = seat.scores.filter(bid=bid, criterion=criterion).first()
    form = submitted(ScoreForm, request, initial=_initial(saved))
    if request.method == "POST" and form.is_valid():
        try:
            save_score(bid=bid, criterion=criterion, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            saved = seat.scores.filter(bid=bid, criterion=criterion).first()
            _told(form, refusal, saved)
        else:
            return _on_to_next(request, next_unscored(seat, bid, criterion), opportunity)
    context = {
        **_about(bid, criterion),
        "title": criterion.question,
        "crumbs": crumbs_to(opportunity),
        "tabs": [
            Crumb(
                _("Question %(number)d") % {"number": each.number},
                reverse("score-edit", args=[bid.pk, each.number]),
                current=each.pk == criterion.pk,
            )
            for each in opportunity.criteria.all()
        ],
        "verdict": verdict,
        "form": form,
        "saved": saved,
        "done": seat.scores.count(),
        "answers": answers_to_score(opportunity),
    }
    return render(request, "marketplace/score_edit.html", context, status=422 if form.errors else 200)


def _on_to_next(request: SignedIn, following: Cell | None, opportunity: Opportunity) -> HttpResponse:
    if following is None:
        messages.success(request, _("Saved. You have scored every answer: read through them, then lock them."))
        return redirect("evaluation-detail", pk=opportunity.pk)
    messages.success(request, _("Saved. This is the next answer to score."))
    return redirect("score-edit", pk=following.bid.pk, number=following.criterion.number)


@entry(holders_of(P.SCORE_GIVE))
def score_lock(request: SignedIn, pk: int) -> HttpResponse:
    """Asks before the person's scores are locked."""
    opportunity = evaluation_or_404(request, pk)
    verdict = with_right(may_lock_scores(request.user, opportunity))
    if request.method == "POST":
        return done_or_not(
            request,
            lambda: lock_scores(opportunity=opportunity, by=request.user),
            _("Your scores are locked."),
            reverse("evaluation-detail", args=[pk]),
        )
    context = {
        "title": _("Lock your scores"),
        "section": "opportunities",
        "crumbs": crumbs_to(opportunity),
        "opportunity": opportunity,
        "verdict": verdict,
    }
    return render(request, "marketplace/score_lock.html", context)


@entry(holders_of(P.PANEL_APPOINT, P.SCORE_GIVE))
def score_unlock(request: SignedIn, pk: int, seat: int) -> HttpResponse:
    """Asks why a member's scores are to be unlocked, and unlocks them."""
    found = seat_or_404(request, pk, seat)
    verdict = with_right(may_unlock_scores(request.user, found))
    form = submitted(UnlockForm, request)
    if request.method == "POST" and form.is_valid():
        return done_or_not(
            request,
            lambda: unlock_scores(seat=found, reason=form.cleaned_data["reason"], by=request.user),
            _("%(name)s can change their scores again and has been told.") % {"name": found.user.name},
            reverse("evaluation-detail", args=[pk]),
        )
    context = {
        "title": _("Unlock the scores of %(name)s") % {"name": found.user.name},
        "section": "opportunities",
        "crumbs": crumbs_to(found.opportunity),
        "opportunity": found.opportunity,
        "verdict": verdict,
        "form": form,
    }
    return render(request, "marketplace/score_unlock.html", context, status=422 if form.errors else 200)


# --- agreeing, together


@entry(evaluators)
def moderation_list(request: SignedIn, pk: int) -> HttpResponse:
    """Every answer with each member's points, how far apart they are, and what was agreed."""
    opportunity = evaluation_or_404(request, pk)
    if opportunity.status in (OpportunityStatus.OPEN, OpportunityStatus.EVALUATION):
        messages.info(request, _("The panel agrees its scores once every member has locked theirs."))
        return redirect("evaluation-detail", pk=pk)
    panel = seats_of(opportunity)
    bids = moderated_bids(opportunity, scores_visible_to(request.user, opportunity), panel)
    context = {
        "title": _("Agree the scores"),
        "section": "opportunities",
        "crumbs": crumbs_to(opportunity),
        "opportunity": opportunity,
        "panel": panel,
        "bids": bids,
        "left": sum(bid.left for bid in bids),
        "may_agree": may_agree_scores(request.user, opportunity),
    }
    return render(request, "marketplace/moderation_list.html", context)


@entry(evaluators)
def moderation_edit(request: SignedIn, pk: int, number: int) -> HttpResponse:
    """One answer with every member's points and reason; takes what the panel agreed, from the chair."""
    bid, criterion = _answer_or_404(request, pk, number)
    opportunity = bid.opportunity
    if opportunity.status in (OpportunityStatus.OPEN, OpportunityStatus.EVALUATION):
        return redirect("moderation-list", pk=opportunity.pk)
    answer = _moderated(request, bid, criterion)
    form = submitted(AgreedForm, request, initial=_initial(answer.agreed) | _unanimous(answer))
    verdict = may_agree_scores(request.user, opportunity)
    if request.method == "POST":
        with_right(verdict)
        if form.is_valid():
            try:
                agree_score(bid=bid, criterion=criterion, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                answer = _moderated(request, bid, criterion)
                _told(form, refusal, answer.agreed)
            else:
                return _on_to_agree(request, bid, criterion)
    context = {
        **_about(bid, criterion),
        "title": criterion.question,
        "crumbs": [
            *crumbs_to(opportunity),
            Crumb(_("Agree the scores"), reverse("moderation-list", args=[opportunity.pk])),
        ],
        "verdict": verdict,
        "form": form,
        "moderated": answer,
        "saved": answer.agreed,
    }
    return render(request, "marketplace/moderation_edit.html", context, status=422 if form.errors else 200)


def _moderated(request: SignedIn, bid: Bid, criterion: Criterion) -> Answer:
    scores = scores_visible_to(request.user, bid.opportunity).filter(bid=bid, criterion=criterion)
    agreed = bid.agreed_scores.filter(criterion=criterion).select_related("agreed_by").first()
    return Answer(bid, criterion, list(scores), agreed)


def _unanimous(answer: Answer) -> dict[str, Any]:
    """Where all gave the same points, the form begins with them and with the reasons they gave."""
    if answer.agreed is not None or not answer.is_unanimous:
        return {}
    reasons = dict.fromkeys(score.reason for score in answer.scores)
    return {"points": answer.scores[0].points, "reason": "\n\n".join(reasons)}


def _on_to_agree(request: SignedIn, bid: Bid, criterion: Criterion) -> HttpResponse:
    following = next_unagreed(bid, criterion)
    if following is None:
        messages.success(request, _("Recorded. Every answer is agreed, and the director has been told."))
        return redirect("moderation-list", pk=bid.opportunity_id)
    messages.success(request, _("Recorded. This is the next answer to agree."))
    return redirect("moderation-edit", pk=following[0].pk, number=following[1].number)
