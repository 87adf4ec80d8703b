"""Posting a notice for partners, changing it, taking it down and posting it again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.access import Refused, Stale, require
from core.display import Crumb, Row
from core.entry import entry, holders_of
from core.forms import Form, submitted
from core.models import Organisation
from core.permissions import Permission as P
from core.queries.people import organisations_of
from core.views.requests import SignedIn, status_of
from providers.forms.partners import ChangeNoticeForm, PostNoticeForm, RenewForm, initial_from, initial_of
from providers.models import PartnerNotice, Registration
from providers.policies.partners import (
    may_change_notice,
    may_post_notice,
    may_renew_notice,
    may_take_down_notice,
)
from providers.queries.partners import notice_of
from providers.services.partners import change_notice, post_notice, renew_notice, take_down_notice
from providers.views import partner_display
from providers.views.partners import visible_notice

WRITERS = holders_of(P.CONSORTIUM_FORM)


@entry(WRITERS)
def partner_notice_post(request: SignedIn) -> HttpResponse:
    """A first notice, filled in from the registration; whoever has one is taken to it."""
    own = _acting(request)
    require(may_post_notice(request.user, own))
    notice = notice_of(own)
    if notice and request.method != "POST":
        return redirect("partner-notice", notice.pk)
    registration = get_object_or_404(Registration, organisation=own)
    initial = {**initial_from(registration, timezone.localdate()), "organisation": own.pk}
    form = submitted(PostNoticeForm, request, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            notice = post_notice(
                by=request.user, organisation=own, terms=form.terms(), form_key=form.cleaned_data["form_key"]
            )
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("Your notice is on the board."))
            return redirect("partner-notice", notice.pk)
    return _page(request, form, title=_("Look for partners"), action=_("Post the notice"), organisation=own)


def _acting(request: SignedIn) -> Organisation:
    """The organisation of theirs the form names, so that switching in another tab changes nothing."""
    named = request.POST.get("organisation", "")
    own = {str(organisation.pk): organisation for organisation in organisations_of(request.user)}
    found = own.get(named, request.organisation)
    return found or get_object_or_404(Organisation, pk=0)


@entry(WRITERS)
def partner_notice_change(request: SignedIn, pk: int) -> HttpResponse:
    """Another text, other places or another sum."""
    notice = visible_notice(request, pk)
    require(may_change_notice(request.user, notice))
    form = submitted(ChangeNoticeForm, request, initial=initial_of(notice))
    saved_rows: list[Row] = []
    if request.method == "POST" and form.is_valid():
        try:
            change_notice(by=request.user, notice=notice, terms=form.terms(), version=form.cleaned_data["version"])
        except Stale as stale:
            saved = visible_notice(request, pk)
            form.accept_version(saved.version)
            form.add_error(None, stale.reason)
            saved_rows = _rows_of(saved)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("The notice is changed."))
            return redirect("partner-notice", pk)
    return _page(
        request,
        form,
        notice=notice,
        title=_("Change the notice"),
        action=_("Save"),
        organisation=notice.organisation,
        saved_rows=saved_rows,
    )


def _rows_of(notice: PartnerNotice) -> list[Row]:
    texts = [Row(_("What do you bring?"), notice.offers), Row(_("What do you look for?"), notice.seeks)]
    return [*texts, *partner_display.facts_of(notice)]


@entry(WRITERS)
def partner_notice_take_down(request: SignedIn, pk: int) -> HttpResponse:
    """Asks once more, then nobody else sees it."""
    notice = visible_notice(request, pk)
    require(may_take_down_notice(request.user, notice))
    if request.method == "POST":
        take_down_notice(by=request.user, notice=notice)
        messages.success(request, _("The notice is taken down. You can post it again at any time."))
        return redirect("partner-notice", pk)
    context = {**_frame(notice), "title": _("Take the notice down?"), "action": _("Take it down")}
    return render(request, "providers/partner_notice_take_down.html", context)


@entry(WRITERS)
def partner_notice_renew(request: SignedIn, pk: int) -> HttpResponse:
    """Posts it again, as new, until another day."""
    notice = visible_notice(request, pk)
    require(may_renew_notice(request.user, notice))
    form = submitted(RenewForm, request, initial={})
    if request.method == "POST" and form.is_valid():
        try:
            renew_notice(by=request.user, notice=notice, last_day=form.cleaned_data["last_day"])
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("The notice is on the board as new."))
            return redirect("partner-notice", pk)
    context = {**_frame(notice), "title": _("Post the notice again"), "action": _("Post it again"), "form": form}
    return render(request, "providers/partner_notice_renew.html", context, status=status_of(request))


def _frame(notice: PartnerNotice) -> dict[str, Any]:
    url = reverse("partner-notice", args=[notice.pk])
    return {
        "section": "work",
        "notice": notice,
        "cancel_url": url,
        "crumbs": [Crumb(_("Find partners"), reverse("partner-list")), Crumb(_("Your notice"), url)],
    }


def _page(request: SignedIn, form: Form, *, notice: PartnerNotice | None = None, **words: Any) -> HttpResponse:
    board = Crumb(_("Find partners"), reverse("partner-list"))
    frame = _frame(notice) if notice else {"section": "work", "cancel_url": board.url, "crumbs": [board]}
    context = {**frame, **words, "form": form}
    return render(request, "providers/partner_notice_edit.html", context, status=status_of(request))
