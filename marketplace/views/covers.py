"""Pages on which a member asks somebody to stand behind it, and the sponsor answers."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import paging
from core.access import Refused, require
from core.display import Row
from core.entry import entry, holders_of
from core.forms import submitted
from core.models import Organisation, User
from core.money import pounds
from core.permissions import Permission as P
from core.policies import has_right
from core.templatetags.accord import day, when
from core.views.requests import SignedIn, status_of
from marketplace.check_states import may_be_covered
from marketplace.forms.covers import AskCoverForm, SponsorSearchForm
from marketplace.models import Bid, Cover
from marketplace.policies.covers import (
    Terms,
    may_ask_cover,
    may_decline_cover,
    may_sign_cover,
    may_withdraw_cover,
)
from marketplace.queries.bid_checks import CheckLine, MemberChecks, checks_of_bid
from marketplace.queries.bid_words import own_words
from marketplace.queries.covers import covers_of, covers_visible_to
from marketplace.services.covers import ask_cover, decline_cover, sign_cover, withdraw_cover
from marketplace.states import CoverStatus
from marketplace.views.bid_decisions import own_bid
from marketplace.views.check_display import name_of
from providers.queries.directory import providers_listed

READERS = holders_of(P.BID_READ)
SPONSORS_SHOWN = 10
TONES = {
    CoverStatus.PROPOSED: "info",
    CoverStatus.SIGNED: "good",
    CoverStatus.DECLINED: "bad",
    CoverStatus.FALLEN: "bad",
}


# --- Asking ------------------------------------------------------------------------------------------


@entry(READERS)
def cover_ask(request: SignedIn, pk: int, member: int, check: str) -> HttpResponse:
    """Asks another organisation to stand behind a member of the bid in one check."""
    bid = own_bid(request, pk)
    place = get_object_or_404(bid.members.select_related("organisation"), organisation=member)
    verdict = may_ask_cover(request.user, bid, place.organisation)
    if not verdict.right or request.method != "POST":
        require(verdict)
    found, line = _line(bid, member, check)
    search = SponsorSearchForm(request.GET) if "q" in request.GET else SponsorSearchForm()
    form = submitted(
        AskCoverForm,
        request,
        sponsors=_sponsors(bid, place.organisation, search),
        share_pence=found.share_pence,
        initial={"limit_pence": found.share_pence, "expires_on": bid.opportunity.ends_on},
    )
    back = reverse("bid-checks", args=[bid.pk])
    if request.method == "POST" and form.is_valid() and _ask(request.user, bid, place.organisation, check, form):
        messages.success(request, _("Asked. Nothing counts before the sponsor signs; you will hear."))
        return redirect(back)
    context = {
        "title": _("Ask somebody to stand behind you"),
        "bid": bid,
        "opportunity": bid.opportunity,
        "member": place.organisation,
        "check_name": name_of(check),
        "why": line.asked.why,
        "search": search,
        "is_searched": search.is_bound,
        "form": form,
        "back": back,
        "section": "work",
    }
    return render(request, "marketplace/cover_ask.html", context, status=status_of(request))


def _line(bid: Bid, member: int, check: str) -> tuple[MemberChecks, CheckLine]:
    """The member and the check of it that may be covered, or 404."""
    found = checks_of_bid(bid, own_words(bid)).of(member)
    lines = found.lines if found else []
    line = next((each for each in lines if each.asked.check == check and may_be_covered(each.asked)), None)
    if found is None or line is None:
        raise Http404
    return found, line


def _sponsors(bid: Bid, member: Organisation, search: SponsorSearchForm) -> list[Organisation]:
    """The other members of the bid, the lead first, and whoever the search found."""
    inside = [
        each.organisation for each in bid.members.select_related("organisation").exclude(organisation=member)
    ]
    if not search.is_bound or not search.is_valid():
        return inside
    known = [member.pk, *(each.pk for each in inside)]
    listed = providers_listed(text=search.cleaned_data["q"]).exclude(organisation__in=known)
    return [*inside, *(row.organisation for row in listed[:SPONSORS_SHOWN])]


def _ask(by: User, bid: Bid, member: Organisation, check: str, form: AskCoverForm) -> bool:
    told = form.cleaned_data
    terms = Terms(member, told["sponsor"], check, told["limit_pence"], told["expires_on"])
    try:
        ask_cover(by=by, bid=bid, terms=terms, form_key=told["form_key"])
    except Refused as refusal:
        form.add_error(None, refusal.reason)
        return False
    return True


# --- One cover ---------------------------------------------------------------------------------------


def _visible(request: SignedIn, pk: int) -> Cover:
    return get_object_or_404(covers_visible_to(request.user), pk=pk)


@entry(READERS)
def cover_detail(request: SignedIn, pk: int) -> HttpResponse:
    """What a cover says and what became of it; the sponsor signs here."""
    cover = _visible(request, pk)
    return _shown(request, cover, "cover_detail", title=_("Cover"))


@entry(READERS)
def cover_sign(request: SignedIn, pk: int) -> HttpResponse:
    """The sponsor signs, having read what it stands for."""
    return _decided(request, pk, sign_cover, _sign_verdict, "cover_sign", _("Signed. The cover counts now."))


@entry(READERS)
def cover_decline(request: SignedIn, pk: int) -> HttpResponse:
    """The sponsor says no."""
    return _decided(
        request, pk, decline_cover, may_decline_cover, "cover_decline", _("Declined. The member is told.")
    )


@entry(READERS)
def cover_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """One of the two ends it."""
    return _decided(
        request, pk, withdraw_cover, may_withdraw_cover, "cover_withdraw", _("Withdrawn. Both sides are told.")
    )


def _sign_verdict(user: User, cover: Cover) -> Any:
    return may_sign_cover(user, cover, today=timezone.localdate())


def _decided(
    request: SignedIn,
    pk: int,
    service: Callable[..., Cover],
    policy: Callable[[User, Cover], Any],
    template: str,
    done: str,
) -> HttpResponse:
    cover = _visible(request, pk)
    refusal = ""
    if request.method == "POST":
        try:
            service(by=request.user, cover=cover)
        except Refused as refused:
            refusal = str(refused.reason)
        else:
            messages.success(request, done)
            return redirect("cover-detail", cover.pk)
    else:
        require(policy(request.user, cover))
    return _shown(request, cover, template, title=_("Cover"), refusal=refusal)


def _shown(request: SignedIn, cover: Cover, template: str, **context: Any) -> HttpResponse:
    frame = {
        "cover": cover,
        "check_name": name_of(cover.check_code),
        "facts": facts_of_cover(cover),
        "state": state_of_cover(cover),
        "tone": TONES.get(CoverStatus(cover.status), "plain"),
        "may_sign": _sign_verdict(request.user, cover),
        "may_decline": may_decline_cover(request.user, cover),
        "may_withdraw": may_withdraw_cover(request.user, cover),
        "is_sponsor": has_right(request.user, P.BID_READ, cover.sponsor).allowed,
        "here": reverse("cover-detail", args=[cover.pk]),
        "section": "work",
    }
    return render(request, f"marketplace/{template}.html", {**frame, **context}, status=status_of(request))


def state_of_cover(cover: Cover) -> str:
    """Its status, or that its last day is past."""
    if cover.status in (CoverStatus.PROPOSED, CoverStatus.SIGNED) and cover.is_over:
        return _("run out")
    return cover.get_status_display()


def facts_of_cover(cover: Cover) -> list[Row]:
    """Everything it says, line by line."""
    signed = _("%(name)s, %(time)s")
    sponsor = (
        signed % {"name": cover.sponsor_signed_by.name, "time": when(cover.sponsor_signed_at)}
        if cover.sponsor_signed_by
        else _("not yet")
    )
    opportunity = cover.bid.opportunity
    return [
        Row(_("Sponsor"), cover.sponsor.name),
        Row(_("Member"), cover.member.name),
        Row(_("Check"), name_of(cover.check_code)),
        Row(_("Opportunity"), opportunity.title, reverse("opportunity-detail", args=[opportunity.pk]), _("Read")),
        Row(_("Lead of the bid"), cover.bid.organisation.name),
        Row(_("Up to"), pounds(cover.limit_pence)),
        Row(_("Last day"), day(cover.expires_on)),
        Row(
            _("Signed for the member"),
            signed % {"name": cover.member_signed_by.name, "time": when(cover.member_signed_at)},
        ),
        Row(_("Signed for the sponsor"), sponsor),
    ]


@entry(READERS)
def cover_list(request: SignedIn) -> HttpResponse:
    """Every cover that the organisation somebody acts for gives or has, the newest first."""
    organisation = request.organisation
    rows = covers_of(organisation) if organisation else Cover.objects.none()
    if organisation and not has_right(request.user, P.BID_READ, organisation):
        rows = Cover.objects.none()
    page = paging.page_of(rows, order=("-id",), cursor=request.GET.get(paging.PARAMETER, ""))
    context = {
        "title": _("Covers"),
        "organisation": organisation,
        "covers": [
            {
                "cover": cover,
                "check": name_of(cover.check_code),
                "state": state_of_cover(cover),
                "tone": TONES.get(CoverStatus(cover.status), "plain"),
            }
            for cover in page.rows
        ],
        "pages": paging.links(page, "", request.path, request.GET.dict()),
        "section": "work",
    }
    return render(request, "marketplace/cover_list.html", context)
