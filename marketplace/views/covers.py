"""Pages of one cover, and the list of those that an organisation gives or has."""

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import paging
from core.access import Refused, require
from core.display import Row
from core.entry import entry, holders_of
from core.models import User
from core.money import pounds
from core.permissions import Permission as P
from core.policies import has_right
from core.templatetags.accord import day, when
from core.views.requests import SignedIn, status_of
from marketplace.models import Cover
from marketplace.models.covers import LIVE
from marketplace.policies.covers import (
    may_accept_cover,
    may_decline_cover,
    may_sign_cover,
    may_withdraw_cover,
)
from marketplace.queries.covers import covers_of, covers_visible_to
from marketplace.services.covers import accept_cover, decline_cover, sign_cover, withdraw_cover
from marketplace.states import CoverStatus
from marketplace.views.check_display import name_of

READERS = holders_of(P.BID_READ)
TONES = {
    CoverStatus.OFFERED: "info",
    CoverStatus.PROPOSED: "info",
    CoverStatus.SIGNED: "good",
    CoverStatus.DECLINED: "bad",
    CoverStatus.FALLEN: "bad",
}


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
def cover_accept(request: SignedIn, pk: int) -> HttpResponse:
    """The member signs what it was offered, having read it."""
    done = _("Accepted. The cover counts now.")
    return _decided(request, pk, accept_cover, _accept_verdict, "cover_accept", done)


@entry(READERS)
def cover_decline(request: SignedIn, pk: int) -> HttpResponse:
    """The one who is asked to sign says no."""
    return _decided(
        request, pk, decline_cover, may_decline_cover, "cover_decline", _("Declined. The other side is told.")
    )


@entry(READERS)
def cover_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """One of the two ends it."""
    return _decided(
        request, pk, withdraw_cover, may_withdraw_cover, "cover_withdraw", _("Withdrawn. Both sides are told.")
    )


def _sign_verdict(user: User, cover: Cover) -> Any:
    return may_sign_cover(user, cover, today=timezone.localdate())


def _accept_verdict(user: User, cover: Cover) -> Any:
    return may_accept_cover(user, cover, today=timezone.localdate())


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
        "may_accept": _accept_verdict(request.user, cover),
        "is_offer": cover.status == CoverStatus.OFFERED,
        "may_decline": may_decline_cover(request.user, cover),
        "may_withdraw": may_withdraw_cover(request.user, cover),
        "is_sponsor": has_right(request.user, P.BID_READ, cover.sponsor).allowed,
        "here": reverse("cover-detail", args=[cover.pk]),
        "section": "work",
    }
    return render(request, f"marketplace/{template}.html", {**frame, **context}, status=status_of(request))


def state_of_cover(cover: Cover) -> str:
    """Its status, or that its last day is past."""
    if cover.status in LIVE and cover.is_over:
        return _("run out")
    return cover.get_status_display()


def facts_of_cover(cover: Cover) -> list[Row]:
    """Everything it says, line by line."""
    opportunity = cover.bid.opportunity
    return [
        Row(_("Sponsor"), cover.sponsor.name),
        Row(_("Member"), cover.member.name),
        Row(_("Check"), name_of(cover.check_code)),
        Row(_("Opportunity"), opportunity.title, reverse("opportunity-detail", args=[opportunity.pk]), _("Read")),
        Row(_("Lead of the bid"), cover.bid.organisation.name),
        Row(_("Up to"), pounds(cover.limit_pence)),
        Row(_("Last day"), day(cover.expires_on)),
        Row(_("Signed for the member"), _signed(cover.member_signed_by, cover.member_signed_at)),
        Row(_("Signed for the sponsor"), _signed(cover.sponsor_signed_by, cover.sponsor_signed_at)),
    ]


def _signed(by: User | None, at: datetime.datetime | None) -> str:
    return _("%(name)s, %(time)s") % {"name": by.name, "time": when(at)} if by else _("not yet")


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
