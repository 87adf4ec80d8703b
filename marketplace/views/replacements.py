"""Pages on which a member of a submitted bid is replaced: proposed, read, agreed to, declined, taken back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import Refused, Verdict, require
from core.entry import entry, holders_of
from core.forms import Form, submitted
from core.models import Organisation
from core.permissions import Permission as P
from core.policies import has_right
from core.views.requests import SignedIn, status_of
from marketplace.forms.covers import SponsorSearchForm
from marketplace.forms.replacements import ProposeReplacementForm, StatementForm, TermsReadForm
from marketplace.models import Bid, Replacement
from marketplace.models.replacements import LIVE_REPLACEMENTS
from marketplace.policies.replacements import (
    may_accept_replacement,
    may_come_in,
    may_declare_tie,
    may_decline_replacement,
    may_leave_bid,
    may_propose_replacement,
    may_refuse_replacement,
    may_state_for_leaver,
    may_take_back_replacement,
)
from marketplace.queries.bids import OPENED, receipt_of
from marketplace.queries.evaluation import evaluations_visible_to
from marketplace.queries.replacements import (
    is_side,
    live_replacement,
    replacements_visible_to,
    seats_to_declare,
    seats_with_tie,
    statement_of,
    terms_of,
    words_handed_in,
)
from marketplace.services.replacements import (
    agree_to_come_in,
    agree_to_leave,
    decline_replacement,
    propose_replacement,
    state_for_leaver,
    take_back_replacement,
)
from marketplace.states import ReplacementStatus
from marketplace.views.bid_decisions import own_bid
from marketplace.views.bid_display import content
from marketplace.views.bids import READERS
from marketplace.views.check_display import newcomer_checks
from marketplace.views.replacement_display import (
    decision_rows,
    owed_by,
    terms_rows,
    tone_of,
    what_it_means,
    word_rows,
)
from providers.queries.directory import providers_listed
from providers.views.profile_display import parts_of

BIDDERS = holders_of(P.BID_READ)
FOUND_SHOWN = 10


# --- Proposing ---------------------------------------------------------------------------------------


@entry(BIDDERS)
def replacement_propose(request: SignedIn, pk: int) -> HttpResponse:
    """The lead says who leaves, looks for who comes in, and asks both."""
    bid = own_bid(request, pk)
    if bid.consortium_id is None:
        raise Http404
    verdict = may_propose_replacement(request.user, bid, at=request.arrived_at)
    if not verdict.right:
        require(verdict)
    if live := live_replacement(bid):
        return redirect("replacement-detail", live.pk)
    search = SponsorSearchForm(request.GET) if "q" in request.GET else SponsorSearchForm()
    inside = [place.organisation for place in bid.members.select_related("organisation")]
    form = submitted(
        ProposeReplacementForm,
        request,
        members=[each for each in inside if each.pk != bid.organisation_id],
        found=_found(search, inside),
    )
    if request.method == "POST":
        require(verdict)
        if form.is_valid() and (made := _proposed(request, bid, form)):
            messages.success(request, _("Both organisations are asked. Nothing changes before the panel decides."))
            return redirect("replacement-detail", made.pk)
    context = {
        "title": _("Replace a member"),
        "bid": bid,
        "opportunity": bid.opportunity,
        "verdict": verdict,
        "search": search,
        "is_searched": search.is_bound,
        "form": form,
        "back": reverse("bid-detail", args=[bid.pk]),
        "section": "work",
    }
    return render(request, "marketplace/replacement_propose.html", context, status=status_of(request))


def _found(search: SponsorSearchForm, inside: list[Organisation]) -> list[Organisation]:
    if not search.is_bound or not search.is_valid():
        return []
    listed = providers_listed(text=search.cleaned_data["q"]).exclude(organisation__in=inside)
    return [row.organisation for row in listed[:FOUND_SHOWN]]


def _proposed(request: SignedIn, bid: Bid, form: ProposeReplacementForm) -> Replacement | None:
    try:
        return propose_replacement(by=request.user, bid=bid, arrived_at=request.arrived_at, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, refusal.reason)
        return None


# --- One of them -------------------------------------------------------------------------------------


def visible_replacement(request: SignedIn, pk: int) -> Replacement:
    """The replacement, or 404 if the person may not know of it."""
    return get_object_or_404(replacements_visible_to(request.user), pk=pk)


def follows_evaluation(request: SignedIn, replacement: Replacement) -> bool:
    """Whether the person reads it on the commissioner’s side, once the bids are open."""
    if replacement.bid.status not in OPENED:
        return False
    return evaluations_visible_to(request.user).filter(pk=replacement.bid.opportunity_id).exists()


def back_of(request: SignedIn, replacement: Replacement) -> tuple[str, str]:
    """Where its pages lead back to, and what that is called."""
    if follows_evaluation(request, replacement):
        return reverse("evaluation-detail", args=[replacement.bid.opportunity_id]), _("Evaluation")
    if replacement.bid.members.filter(organisation=request.organisation or None).exists():
        return reverse("bid-detail", args=[replacement.bid_id]), _("Back to the bid")
    return reverse("opportunity-detail", args=[replacement.bid.opportunity_id]), replacement.bid.opportunity.title


@entry(READERS)
def replacement_detail(request: SignedIn, pk: int) -> HttpResponse:
    """What is taken on, who has said what, and what the person can do about it."""
    replacement = visible_replacement(request, pk)
    user, at, bid = request.user, request.arrived_at, replacement.bid
    judged = follows_evaluation(request, replacement)
    back, back_label = back_of(request, replacement)
    to_declare = list(seats_to_declare(replacement)) if judged else []
    context = {
        "title": _("A member replaced after the deadline")
        if replacement.status == ReplacementStatus.ACCEPTED
        else _("A member to be replaced after the deadline"),
        "replacement": replacement,
        "opportunity": bid.opportunity,
        "tone": tone_of(replacement),
        "meaning": what_it_means(replacement),
        "terms": terms_rows(terms_of(replacement)),
        "said": word_rows(replacement, statement_of(replacement)),
        "decision": decision_rows(replacement),
        "judged": judged,
        "checks": newcomer_checks(replacement) if judged else None,
        "owed": owed_by(replacement) if judged else "",
        "to_declare": to_declare,
        "undeclared": [seat.user for seat in to_declare],
        "tied": list(seats_with_tie(replacement)) if judged else [],
        "may_come_in": may_come_in(user, replacement, at=at),
        "may_leave": may_leave_bid(user, replacement, at=at),
        "may_decline": may_decline_replacement(user, replacement),
        "may_state": may_state_for_leaver(user, replacement, at=at),
        "may_take_back": may_take_back_replacement(user, replacement),
        "may_declare": may_declare_tie(user, replacement),
        "may_refuse": may_refuse_replacement(user, replacement),
        "may_accept": may_accept_replacement(user, replacement),
        "reads_bid": reads_whole_bid(request, replacement),
        "has_profile": replacement.snapshot_id is not None and (judged or _is_coming(request, replacement)),
        "back": back,
        "back_label": back_label,
        "section": "opportunities" if judged else "work",
    }
    return render(request, "marketplace/replacement_detail.html", context)


def _is_coming(request: SignedIn, replacement: Replacement) -> bool:
    return bool(has_right(request.user, P.BID_READ, replacement.coming))


def reads_whole_bid(request: SignedIn, replacement: Replacement) -> bool:
    """Whether the person reads the bid as it was handed in from here: who leaves always, who comes while asked."""
    if has_right(request.user, P.BID_READ, replacement.leaving):
        return True
    open_to_newcomer = (*LIVE_REPLACEMENTS, ReplacementStatus.ACCEPTED)
    return replacement.status in open_to_newcomer and _is_coming(request, replacement)


@entry(BIDDERS)
def replacement_bid(request: SignedIn, pk: int) -> HttpResponse:
    """The whole bid as it was handed in, for the two organisations."""
    replacement = visible_replacement(request, pk)
    if not is_side(request.user, replacement) or not reads_whole_bid(request, replacement):
        raise Http404
    bid = replacement.bid
    context = {
        "title": _("The whole bid"),
        "bid": bid,
        "opportunity": bid.opportunity,
        "content": content(words_handed_in(bid)),
        "receipt": receipt_of(bid),
        "version": replacement.content_sha256,
        "back": reverse("replacement-detail", args=[replacement.pk]),
        "back_label": _("Back to the replacement"),
        "section": "work",
    }
    return render(request, "marketplace/bid_read.html", context)


@entry(READERS)
def replacement_profile(request: SignedIn, pk: int) -> HttpResponse:
    """What whoever comes in said of itself when it agreed; for itself, and for panel and commissioner."""
    replacement = visible_replacement(request, pk)
    readable = follows_evaluation(request, replacement) or _is_coming(request, replacement)
    if not readable or replacement.snapshot is None:
        raise Http404
    context = {
        "title": replacement.coming.name,
        "snapshot": replacement.snapshot,
        "parts": parts_of(replacement.snapshot),
        "back_url": reverse("replacement-detail", args=[replacement.pk]),
        "back_label": _("Back to the replacement"),
    }
    return render(request, "providers/profile_detail.html", context)


# --- Answering ---------------------------------------------------------------------------------------


@entry(BIDDERS)
def replacement_come_in(request: SignedIn, pk: int) -> HttpResponse:
    """What the organisation would take on, word for word, and the button that says yes to exactly that."""
    replacement = visible_replacement(request, pk)
    verdict = may_come_in(request.user, replacement, at=request.arrived_at)
    form = submitted(TermsReadForm, request, initial={"terms_sha256": replacement.terms_sha256})
    return _asked(
        request,
        replacement,
        verdict,
        form,
        lambda: agree_to_come_in(
            by=request.user, replacement=replacement, arrived_at=request.arrived_at, **form.cleaned_data
        ),
        title=_("Come into this bid"),
        text=_(
            "You answer for %(name)s. By agreeing it takes on exactly what stands below, if the panel accepts it. "
            "Your name, the time and the fingerprint of these words are kept, with its profile as it is now."
        )
        % {"name": replacement.coming.name},
        action=_("Agree to this"),
        done=_("%(name)s has agreed.") % {"name": replacement.coming.name},
        rows=terms_rows(terms_of(replacement)),
        fingerprint=replacement.terms_sha256,
    )


@entry(BIDDERS)
def replacement_leave(request: SignedIn, pk: int) -> HttpResponse:
    """The member says that it leaves."""
    replacement = visible_replacement(request, pk)
    names = {"leaving": replacement.leaving.name, "coming": replacement.coming.name}
    return _asked(
        request,
        replacement,
        may_leave_bid(request.user, replacement, at=request.arrived_at),
        None,
        lambda: agree_to_leave(by=request.user, replacement=replacement, arrived_at=request.arrived_at),
        title=_("Leave this bid"),
        text=_(
            "%(leaving)s leaves the bid if the panel accepts %(coming)s in its place. Until then it stays in it, "
            "and you can still say no. You can always read the bid as it was submitted."
        )
        % names,
        action=_("Agree to leave"),
        done=_("%(leaving)s has agreed to leave.") % names,
    )


@entry(BIDDERS)
def replacement_decline(request: SignedIn, pk: int) -> HttpResponse:
    """One of the two says no."""
    replacement = visible_replacement(request, pk)
    return _asked(
        request,
        replacement,
        may_decline_replacement(request.user, replacement),
        None,
        lambda: decline_replacement(by=request.user, replacement=replacement),
        title=_("Say no"),
        text=_("The bid stays as it was submitted, with the same members, and everybody in it is told."),
        action=_("Say no"),
        done=_("You said no. Everybody in the bid is told."),
    )


@entry(BIDDERS)
def replacement_state(request: SignedIn, pk: int) -> HttpResponse:
    """The lead says why the member that leaves does not answer."""
    replacement = visible_replacement(request, pk)
    form = submitted(StatementForm, request)
    return _asked(
        request,
        replacement,
        may_state_for_leaver(request.user, replacement, at=request.arrived_at),
        form,
        lambda: state_for_leaver(
            by=request.user, replacement=replacement, arrived_at=request.arrived_at, **form.cleaned_data
        ),
        title=_("%(name)s does not answer") % {"name": replacement.leaving.name},
        text=_(
            "If %(name)s is gone or does not answer, your word can stand for its own. It is told, and can still "
            "say no until the panel has decided. The panel sees that it did not agree itself."
        )
        % {"name": replacement.leaving.name},
        action=_("Put this on record"),
        done=_("Your statement is on record."),
    )


@entry(BIDDERS)
def replacement_take_back(request: SignedIn, pk: int) -> HttpResponse:
    """The lead takes the proposal back."""
    replacement = visible_replacement(request, pk)
    return _asked(
        request,
        replacement,
        may_take_back_replacement(request.user, replacement),
        None,
        lambda: take_back_replacement(by=request.user, replacement=replacement),
        title=_("Take the proposal back"),
        text=_("Nobody is asked any more, and everybody who knows of it is told. You can propose something else."),
        action=_("Take the proposal back"),
        done=_("The proposal is taken back."),
    )


def _asked(
    request: SignedIn,
    replacement: Replacement,
    verdict: Verdict,
    form: Form | None,
    act: Callable[[], object],
    *,
    done: str,
    **context: Any,
) -> HttpResponse:
    """Asks once more, does it, and leads back; what stands in the way is said on the page."""
    if not verdict.right:
        raise PermissionDenied(str(verdict.reason))
    refusal = "" if verdict else str(verdict.reason)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            act()
        except Refused as refused:
            refusal = str(refused.reason)
        else:
            messages.success(request, done)
            return redirect("replacement-detail", replacement.pk)
    page = {
        "replacement": replacement,
        "opportunity": replacement.bid.opportunity,
        "form": form,
        "refusal": refusal,
        "may": bool(verdict),
        "back": reverse("replacement-detail", args=[replacement.pk]),
        "section": "work",
        **context,
    }
    return render(request, "marketplace/replacement_answer.html", page, status=status_of(request))
