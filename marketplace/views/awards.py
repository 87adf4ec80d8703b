"""Pages of the decision: places, the award, its result for each bidder, or an end without an award."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template import Context, Engine
from django.utils.translation import gettext as _

from core.access import ALLOWED, Refused, Verdict
from core.display import Text
from core.entry import entry, holders_of, signed_in
from core.forms import submitted
from core.permissions import Permission as P
from core.policies import holds
from core.sequels import sequels_of
from core.views.requests import SignedIn
from marketplace.forms.evaluation import AwardForm, EndForm
from marketplace.models import Award, Bid, Opportunity, Route
from marketplace.policies.awards import (
    is_settled,
    may_award,
    may_award_to,
    may_end_without_award,
    may_see_ranking,
    owes_nothing,
)
from marketplace.queries.awards import (
    Ranking,
    Result,
    award_of,
    lot_to_decide,
    no_award_of,
    ranking_of,
    result_of,
    results_of,
    results_visible_to,
)
from marketplace.services.awards import end_without_award, make_award
from marketplace.states import OpportunityStatus
from marketplace.views.check_display import MemberSummary, summaries
from marketplace.views.evaluation import crumbs_to, evaluation_or_404, with_right

deciders = holders_of(P.AWARD_MAKE, P.PANEL_APPOINT, P.EVERYTHING_READ)


def _ranking(opportunity: Opportunity) -> Ranking | None:
    """The places in the lot to decide on, or in the one that was decided."""
    lot = lot_to_decide(opportunity) or opportunity.lots.first()
    if lot is None:
        return None
    lot.opportunity = opportunity
    return ranking_of(lot)


def _page(
    request: SignedIn,
    opportunity: Opportunity,
    ranking: Ranking,
    form: AwardForm | None,
    verdict: Verdict = ALLOWED,
) -> HttpResponse:
    context = {
        "title": _("Award"),
        "section": "opportunities",
        "crumbs": crumbs_to(opportunity),
        "opportunity": opportunity,
        "ranking": ranking,
        "owing": _owing([row.bid for row in ranking.rows]),
        "member_checks": summaries([row.bid for row in ranking.rows], opportunity),
        "verdict": verdict,
        "may_end": may_end_without_award(request.user, opportunity, at=request.arrived_at),
        "form": form,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "marketplace/award_choose.html", context, status=status)


def _owing(bids: list[Bid]) -> list[Text]:
    """Why bids cannot win as they stand."""
    verdicts = [*is_settled(bids).values(), *owes_nothing(bids).values()]
    return [verdict.reason for verdict in verdicts if not verdict]


@entry(deciders)
def award_choose(request: SignedIn, pk: int) -> HttpResponse:
    """The bids in their places, and the choice between them; afterwards, the decision.

    The choice, once sent, shows what each bidder would be told; sent again with `confirm`, it is made.
    """
    opportunity = evaluation_or_404(request, pk)
    with_right(may_see_ranking(request.user, opportunity))
    if request.method == "POST":
        return _sent(request, opportunity)
    ranking = _ranking(opportunity)
    decided = opportunity.status in (OpportunityStatus.AWARDED, OpportunityStatus.UNSUCCESSFUL)
    if decided or ranking is None:
        return _decision(request, opportunity, ranking)
    verdict = may_award(request.user, opportunity)
    form = submitted(AwardForm, request, ranking=ranking) if verdict else None
    return _page(request, opportunity, ranking, form, verdict)


def _sent(request: SignedIn, opportunity: Opportunity) -> HttpResponse:
    verdict, ranking = with_right(may_award(request.user, opportunity)), _ranking(opportunity)
    if not verdict or ranking is None:
        messages.error(request, str(verdict.reason))
        return redirect("award-choose", pk=opportunity.pk)
    form = AwardForm(request.POST, ranking=ranking)
    if not form.is_valid() or "back" in request.POST:
        return _page(request, opportunity, ranking, form)
    bid = ranking.row_of(form.cleaned_data["bid"]).bid
    bid.opportunity = opportunity
    if "confirm" in request.POST:
        return _made(request, ranking, form, bid)
    if not (free := may_award_to(request.user, bid)):
        form.add_error(None, free.reason)
        return _page(request, opportunity, ranking, form)
    return render(request, "marketplace/award_confirm.html", _told(opportunity, ranking, form, bid))


def _made(request: SignedIn, ranking: Ranking, form: AwardForm, bid: Bid) -> HttpResponse:
    given = form.cleaned_data
    try:
        make_award(bid=bid, reason=given["reason"], seen=given["seen"], by=request.user)
    except Refused as refusal:
        form.add_error(None, refusal.reason)
        form.show_again(ranking.fingerprint)
        return _page(request, bid.opportunity, ranking, form)
    messages.success(request, _("Awarded. Every bidder has been told."))
    return redirect("award-choose", pk=bid.opportunity_id)


def _of_winner(opportunity: Opportunity, ranking: Ranking | None, award: Award | None) -> list[MemberSummary]:
    """Where the members stand with whom a contract is to be signed."""
    rows = ranking.rows if ranking and award else []
    return summaries([row.bid for row in rows if award and row.bid.pk == award.bid_id], opportunity)


def _decision(request: SignedIn, opportunity: Opportunity, ranking: Ranking | None) -> HttpResponse:
    award = award_of(opportunity)
    context = {
        "title": _("The decision"),
        "section": "opportunities",
        "crumbs": crumbs_to(opportunity),
        "opportunity": opportunity,
        "award": award,
        "no_award": no_award_of(opportunity),
        "ranking": ranking,
        "member_checks": _of_winner(opportunity, ranking, award),
        "sequels": sequels_of([opportunity], request.user),
        "may_contract": opportunity.route != Route.ALLIANCE
        and holds(request.user, P.CONTRACT_MANAGE, opportunity.organisation),
        "may_ally": opportunity.route == Route.ALLIANCE
        and holds(request.user, P.ALLIANCE_CREATE, opportunity.organisation),
    }
    return render(request, "marketplace/award_detail.html", context)


def _told(opportunity: Opportunity, ranking: Ranking, form: AwardForm, bid: Bid) -> dict[str, Any]:
    """The very letters, before they are sent."""
    letters = [
        (result, _letter(opportunity, result)) for result in results_of(ranking, bid, form.cleaned_data["reason"])
    ]
    return {
        "title": _("Check what each bidder will be told"),
        "section": "opportunities",
        "crumbs": crumbs_to(opportunity),
        "opportunity": opportunity,
        "winner": ranking.row_of(bid.pk),
        "letters": letters,
        "form": form,
    }


def _letter(opportunity: Opportunity, result: Result) -> str:
    """The text as it will be sent; plain, so that the page still has to escape it."""
    template = Engine.get_default().get_template(f"marketplace/notices/{result.letter}.txt")
    text = template.render(Context({"opportunity": opportunity, "result": result}, autoescape=False))
    return str(text).strip()


@entry(holders_of(P.AWARD_MAKE))
def award_end(request: SignedIn, pk: int) -> HttpResponse:
    """Asks why nobody wins, and ends the opportunity."""
    opportunity = evaluation_or_404(request, pk)
    verdict = with_right(may_end_without_award(request.user, opportunity, at=request.arrived_at))
    form = submitted(EndForm, request)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            end_without_award(
                opportunity=opportunity, reason=reason, arrived_at=request.arrived_at, by=request.user
            )
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("The opportunity has ended without an award."))
            return redirect("evaluation-detail", pk=pk)
    context = {
        "title": _("End without an award"),
        "section": "opportunities",
        "crumbs": crumbs_to(opportunity),
        "opportunity": opportunity,
        "verdict": verdict,
        "form": form,
    }
    return render(request, "marketplace/award_end.html", context, status=422 if form.errors else 200)


@entry(signed_in)
def result_detail(request: SignedIn, pk: int) -> HttpResponse:
    """What one bidder was told: outcome, total, place, each score with its reason beside the winner's points."""
    bid = get_object_or_404(results_visible_to(request.user), pk=pk)
    result = result_of(bid)
    context = {
        "title": _("Result"),
        "section": "opportunities",
        "opportunity": bid.opportunity,
        "bid": bid,
        "result": result,
        "is_own": bool(result) and bid.members.filter(organisation=request.organisation or None).exists(),
    }
    return render(request, "marketplace/result_detail.html", context)
