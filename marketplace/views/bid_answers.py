"""Pages on which several write one answer: the answer, who has it open, its earlier texts, who writes it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core import paging
from core.access import Refused, Stale, Verdict, require
from core.entry import entry
from core.forms import submitted
from core.views.requests import CONFLICT, SignedIn, status_of
from marketplace.forms.bids import AnswerForm, RestoreForm, WriterForm
from marketplace.models import Bid, BidAnswer, Criterion
from marketplace.policies.bid_drafting import may_assign_answer, may_edit_answer, writes_for
from marketplace.queries.bid_drafting import comments_on, earlier_answers, writing_now
from marketplace.queries.bids import live_consents
from marketplace.services.bid_drafting import assign_answer, note_opening, restore_answer
from marketplace.services.bids import save_answer
from marketplace.views.bid_decisions import BIDDERS, own_bid

COMMENTS_SHOWN = 5


def _answer(bid: Bid, number: int) -> tuple[dict[int, Criterion], BidAnswer]:
    """The questions by number, and the answer to this one; an unsaved row where nobody began it."""
    criteria = {criterion.number: criterion for criterion in bid.opportunity.criteria.all()}
    if number not in criteria:
        raise Http404
    found = (
        bid.answers.select_related("owner", "updated_by", "criterion").filter(criterion=criteria[number]).first()
    )
    return criteria, found or BidAnswer(bid=bid, criterion=criteria[number])


@entry(BIDDERS)
@sensitive_post_parameters()
def bid_answer(request: SignedIn, pk: int, number: int) -> HttpResponse:
    """The answer to one question: to write for those who may, to read for everybody else in the bid."""
    bid = own_bid(request, pk)
    criteria, answer = _answer(bid, number)
    may_edit = may_edit_answer(request.user, bid, answer, at=request.arrived_at)
    if request.method != "POST" and not may_edit:
        if not writes_for(request.user, bid) or may_edit.right:
            require(may_edit)
        return _shown(request, bid, criteria, answer, "bid_answer_read", may_edit=may_edit)
    if not may_edit.right:
        require(may_edit)
    criterion = criteria[number]
    form = submitted(
        AnswerForm, request, criterion=criterion, initial={"text": answer.text, "version": answer.version}
    )
    saved_now = None
    if request.method == "POST" and form.is_valid():
        try:
            save_answer(
                by=request.user, bid=bid, criterion=criterion, arrived_at=request.arrived_at, **form.cleaned_data
            )
        except Stale as stale:
            answer.refresh_from_db()
            saved_now = answer.text
            form.accept_version(answer.version)
            form.add_error(None, stale.reason)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("The answer to question %(number)s is saved.") % {"number": number})
            onwards = "next" in request.POST and number + 1 in criteria
            return redirect("bid-answer", bid.pk, number + 1) if onwards else redirect("bid-detail", bid.pk)
    return _shown(request, bid, criteria, answer, "bid_answer", form=form, saved_now=saved_now, may_edit=may_edit)


def _shown(
    request: SignedIn, bid: Bid, criteria: dict[int, Criterion], answer: BidAnswer, template: str, **context: Any
) -> HttpResponse:
    number = answer.criterion.number
    comments = comments_on(request.user, bid, answer.criterion).filter(settled_at__isnull=True)
    frame = {
        "title": _("Question %(number)s of %(count)s") % {"number": number, "count": len(criteria)},
        "bid": bid,
        "opportunity": bid.opportunity,
        "criterion": answer.criterion,
        "answer": answer,
        "agreed": [consent.organisation.name for consent in live_consents(bid)],
        "others": _others(request, bid, answer),
        "together": bid.consortium_id is not None,
        "comments": comments[:COMMENTS_SHOWN] if bid.consortium_id else [],
        "has_earlier": bool(answer.pk) and answer.versions.exists(),
        "may_assign": bool(bid.consortium_id and _writers_to_choose(request, bid, answer)),
        "previous": number - 1 if number - 1 in criteria else None,
        "following": number + 1 if number + 1 in criteria else None,
        "back": reverse("bid-detail", args=[bid.pk]),
        "section": "work",
    }
    return render(request, f"marketplace/{template}.html", {**frame, **context}, status=status_of(request))


def _others(request: SignedIn, bid: Bid, answer: BidAnswer) -> list[Any]:
    """Who else has it open; whoever looks and may write is noted as having it open too."""
    if not answer.pk:
        return []
    note_opening(by=request.user, bid=bid, answer=answer, arrived_at=request.arrived_at)
    return list(writing_now(answer, besides=request.user, at=request.arrived_at))


def _writers_to_choose(request: SignedIn, bid: Bid, answer: BidAnswer) -> list[tuple[Any, Verdict]]:
    """Organisations (None for nobody) to which this person may give the answer now."""
    members = [place.organisation for place in bid.members.select_related("organisation")]
    asked = ((each, may_assign_answer(request.user, bid, answer, each, at=request.arrived_at)) for each in members)
    nobody = may_assign_answer(request.user, bid, answer, None, at=request.arrived_at)
    return [*((each, verdict) for each, verdict in asked if verdict), *([(None, nobody)] if nobody else [])]


@require_POST
@entry(BIDDERS)
def bid_answer_writing(request: SignedIn, pk: int, number: int) -> HttpResponse:
    """Asked now and then by a page that is open: notes that it is, and says who else has it open."""
    bid = own_bid(request, pk)
    _criteria, answer = _answer(bid, number)
    context = {"others": _others(request, bid, answer)}
    return render(request, "marketplace/bid_answer_others.html", context)


@entry(BIDDERS)
def bid_answer_history(request: SignedIn, pk: int, number: int) -> HttpResponse:
    """What the answer said before, who saved it and when, newest first; each can be brought back."""
    bid = own_bid(request, pk)
    criteria, answer = _answer(bid, number)
    form = submitted(RestoreForm, request, initial={"version": answer.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        restore_answer(
            by=request.user, bid=bid, criterion=criteria[number], arrived_at=request.arrived_at, **given
        )
        messages.success(request, _("The earlier answer is back. What it replaced is kept here."))
        return redirect("bid-answer", bid.pk, number)
    if not writes_for(request.user, bid):
        require(may_edit_answer(request.user, bid, answer, at=request.arrived_at))
    found = earlier_answers(answer) if answer.pk else BidAnswer.objects.none()
    page = paging.page_of(found, order=("-number",), cursor=request.GET.get(paging.PARAMETER, ""))
    context = {
        "title": _("Earlier answers to question %(number)s") % {"number": number},
        "bid": bid,
        "answer": answer,
        "rows": page.rows,
        "pages": paging.links(page, "", request.path, request.GET.dict()),
        "may_edit": may_edit_answer(request.user, bid, answer, at=request.arrived_at),
        "back": reverse("bid-answer", args=[bid.pk, number]),
        "section": "work",
    }
    status = CONFLICT if request.method == "POST" else 200
    return render(request, "marketplace/bid_answer_history.html", context, status=status)


@entry(BIDDERS)
def bid_answer_writer(request: SignedIn, pk: int, number: int) -> HttpResponse:
    """Who writes the answer besides the lead."""
    bid = own_bid(request, pk)
    criteria, answer = _answer(bid, number)
    choices = _writers_to_choose(request, bid, answer)
    if not choices:
        require(may_assign_answer(request.user, bid, answer, request.organisation, at=request.arrived_at))
    initial = {"writer": str(answer.owner_id or WriterForm.NOBODY)}
    form = submitted(WriterForm, request, organisations=[each for each, _verdict in choices], initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            assign_answer(
                by=request.user,
                bid=bid,
                criterion=criteria[number],
                organisation=form.cleaned_data["writer"],
                arrived_at=request.arrived_at,
            )
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("It is settled who writes question %(number)s.") % {"number": number})
            return redirect("bid-answer", bid.pk, number)
    context = {
        "title": _("Who writes the answer to question %(number)s?") % {"number": number},
        "bid": bid,
        "criterion": criteria[number],
        "form": form,
        "back": reverse("bid-answer", args=[bid.pk, number]),
        "section": "work",
    }
    return render(request, "marketplace/bid_answer_writer.html", context, status=status_of(request))
