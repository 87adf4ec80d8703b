"""What the organisations in a bid say to each other about it; nobody else opens these pages."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from core import paging
from core.access import Refused, require
from core.entry import entry
from core.forms import submitted
from core.views.requests import SignedIn, status_of
from marketplace.forms.bids import CommentForm
from marketplace.models import Bid, BidComment, Criterion
from marketplace.policies.bid_drafting import may_comment, may_delete_comment
from marketplace.queries.bid_drafting import comments_on, comments_visible_to
from marketplace.services.bid_comments import add_comment, delete_comment, reopen_comment, settle_comment
from marketplace.views.bid_decisions import BIDDERS, own_bid

QUESTION = "question"


@entry(BIDDERS)
@sensitive_post_parameters()
def bid_comments(request: SignedIn, pk: int) -> HttpResponse:
    """Everything that was said, newest first, about the whole bid or one question; and the place to say more."""
    bid = own_bid(request, pk)
    criterion = _question(bid, request.GET.get(QUESTION, ""))
    form = submitted(CommentForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            add_comment(by=request.user, bid=bid, criterion=criterion, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("Your comment is there for the others to read."))
            return redirect(_address(bid, criterion))
    page = paging.page_of(
        comments_on(request.user, bid, criterion), order=("-id",), cursor=request.GET.get(paging.PARAMETER, "")
    )
    context: dict[str, Any] = {
        "title": _("Comments on question %(number)s") % {"number": criterion.number}
        if criterion
        else _("Comments on the bid"),
        "bid": bid,
        "opportunity": bid.opportunity,
        "criterion": criterion,
        "form": form,
        "rows": page.rows,
        "pages": paging.links(page, "", request.path, request.GET.dict()),
        "may_comment": may_comment(request.user, bid),
        "back": reverse("bid-answer", args=[bid.pk, criterion.number])
        if criterion
        else reverse("bid-detail", args=[bid.pk]),
        "section": "work",
    }
    return render(request, "marketplace/bid_comments.html", context, status=status_of(request))


def _question(bid: Bid, number: str) -> Criterion | None:
    """The question of that number; none for the bid as a whole, and for what is no number of a question."""
    known = number.isascii() and number.isdigit() and len(number) < 5  # no bid has 10,000 questions
    return bid.opportunity.criteria.filter(number=int(number)).first() if known else None


def _address(bid: Bid, criterion: Criterion | None) -> str:
    address = reverse("bid-comments", args=[bid.pk])
    return f"{address}?{QUESTION}={criterion.number}" if criterion else address


def _comment(request: SignedIn, pk: int) -> BidComment:
    whole = comments_visible_to(request.user).select_related(
        "bid__organisation", "by", "criterion", "organisation"
    )
    return get_object_or_404(whole, pk=pk)


@require_POST
@entry(BIDDERS)
def bid_comment_settle(request: SignedIn, pk: int) -> HttpResponse:
    """Nothing is left to do about the comment."""
    comment = _comment(request, pk)
    settle_comment(by=request.user, comment=comment)
    return redirect(_address(comment.bid, comment.criterion))


@require_POST
@entry(BIDDERS)
def bid_comment_reopen(request: SignedIn, pk: int) -> HttpResponse:
    """Something is left to do about it after all."""
    comment = _comment(request, pk)
    reopen_comment(by=request.user, comment=comment)
    return redirect(_address(comment.bid, comment.criterion))


@entry(BIDDERS)
def bid_comment_delete(request: SignedIn, pk: int) -> HttpResponse:
    """Asks once more; then the comment is gone."""
    comment = _comment(request, pk)
    require(may_delete_comment(request.user, comment))
    back = _address(comment.bid, comment.criterion)
    if request.method == "POST":
        delete_comment(by=request.user, comment=comment)
        messages.success(request, _("The comment is deleted."))
        return redirect(back)
    context = {"title": _("Delete your comment?"), "comment": comment, "back": back, "section": "work"}
    return render(request, "marketplace/bid_comment_delete.html", context)
