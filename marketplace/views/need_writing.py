"""Pages on which a need is written and decided about."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import Verdict, require
from core.display import Crumb
from core.entry import entry, holders_of
from core.forms import submitted
from core.models import Organisation, User
from core.permissions import Permission as P
from core.views.requests import SignedIn, status_of
from marketplace.forms.decisions import ReasonForm, SeenForm
from marketplace.forms.needs import NeedDraftForm, NeedEditForm, initial_of, written_of
from marketplace.models import Need
from marketplace.policies.needs import (
    may_close_need,
    may_draft_need,
    may_edit_need,
    may_mark_need_met,
    may_publish_need,
    may_reopen_need,
)
from marketplace.queries.needs import needs_visible_to, parts_of, with_everything
from marketplace.services.needs import (
    close_need,
    draft_need,
    edit_need,
    mark_need_met,
    publish_need,
    reopen_need,
)
from marketplace.views import need_display
from marketplace.views.gap_drafts import begun_from_cell
from marketplace.views.saving import Saving, save


@entry(holders_of(P.NEED_DRAFT))
def need_create(request: SignedIn) -> HttpResponse:
    """Drafts a need for the body the person acts for."""
    require(may_draft_need(request.user, request.organisation))
    organisation = cast(Organisation, request.organisation)  # without one the policy has refused
    if request.method == "POST" and NeedDraftForm.MORE in request.POST:
        form = NeedDraftForm.with_one_more(request.POST, organisation=organisation)
        return _writing(request, form, title=_("Draft a need"), cancel=reverse("need-own"))
    begun, note = begun_from_cell(request.GET)
    form = submitted(NeedDraftForm, request, organisation=organisation, **begun)
    if form.is_bound and form.is_valid():
        made: list[Need] = []

        def act() -> None:
            key = form.cleaned_data["form_key"]
            made.append(draft_need(by=request.user, organisation=organisation, words=form.words(), form_key=key))

        if save(form, act) is Saving.DONE:
            messages.success(request, _("The draft is saved. Add what else you know, or have it published."))
            return redirect("need-tasks", pk=made[0].pk)
    return _writing(request, form, title=_("Draft a need"), cancel=reverse("need-own"), note=note)


@entry(holders_of(P.NEED_DRAFT))
def need_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Changes a draft."""
    need = _need(request, pk)
    require(may_edit_need(request.user, need))
    title, cancel = _("Change the draft"), reverse("need-tasks", args=[pk])
    if request.method == "POST" and NeedEditForm.MORE in request.POST:
        form = NeedEditForm.with_one_more(request.POST, organisation=need.organisation)
        return _writing(request, form, title=title, cancel=cancel, need=need)
    form = submitted(
        NeedEditForm, request, organisation=need.organisation, initial=initial_of(need), written=written_of(need)
    )
    saved_now: list[Any] = []
    if form.is_bound and form.is_valid():

        def act() -> None:
            edit_need(by=request.user, need=need, words=form.words(), version=form.cleaned_data["version"])

        outcome = save(form, act, version_now=lambda: _need(request, pk).version)
        if outcome is Saving.DONE:
            messages.success(request, _("The draft is saved."))
            return redirect("need-tasks", pk=pk)
        if outcome is Saving.STALE:
            saved_now = need_display.saved_rows(_need(request, pk))
    return _writing(request, form, title=title, cancel=cancel, need=need, saved_now=saved_now)


def _writing(
    request: SignedIn,
    form: Any,
    *,
    title: str,
    cancel: str,
    need: Need | None = None,
    saved_now: list[Any] | None = None,
    note: str = "",
) -> HttpResponse:
    back = Crumb(need.title, cancel) if need else Crumb(_("Your needs"), cancel)
    context = {
        "title": title,
        "section": "needs",
        "form": form,
        "need": need,
        "crumbs": [Crumb(_("Needs"), reverse("need-list")), back],
        "cancel_url": cancel,
        "saved_now": saved_now,
        "note": note,
    }
    return render(request, "marketplace/need_edit.html", context, status=_status(request, form))


def _status(request: SignedIn, form: Any) -> int:
    """A row more was asked for and given: that is a page like any other."""
    return status_of(request) if form.is_bound else 200


@entry(holders_of(P.NEED_PUBLISH))
def need_publish(request: SignedIn, pk: int) -> HttpResponse:
    """Shows the need as everybody will see it, and publishes it."""
    need = _need(request, pk)
    require(may_publish_need(request.user, need))
    form = submitted(SeenForm, request, initial={"version": need.version})
    if form.is_bound and form.is_valid():

        def act() -> None:
            publish_need(by=request.user, need=need, version=form.cleaned_data["version"])

        if save(form, act, version_now=lambda: _need(request, pk).version) is Saving.DONE:
            messages.success(request, _("The need is published. Everybody can read it."))
            return redirect("need-detail", pk=pk)
        need = _need(request, pk)
    parts = parts_of(need)
    context = {
        "title": _("Publish this need"),
        "section": "needs",
        "need": need,
        "form": form,
        "facts": need_display.facts_of(need, parts),
        "parts": parts,
        "national": need_display.national_figure(need),
        "crumbs": _crumbs(need),
        "cancel_url": reverse("need-detail", args=[pk]),
    }
    return render(request, "marketplace/need_publish.html", context, status=status_of(request))


@entry(holders_of(P.NEED_PUBLISH))
def need_close(request: SignedIn, pk: int) -> HttpResponse:
    """Closes a need that will not be met, with a reason."""
    return _decided(
        request,
        pk,
        may_close_need,
        close_need,
        words={
            "title": _("Close this need"),
            "text": _("The need stays public with your reason, and no opportunity can be made from it."),
            "label": _("Why is it closed without being met?"),
            "empty": _("Say why the need is closed."),
            "action": _("Close the need"),
            "done": _("The need is closed. Your reason is on its page."),
        },
    )


@entry(holders_of(P.NEED_PUBLISH))
def need_meet(request: SignedIn, pk: int) -> HttpResponse:
    """Says that a need is met, and by what."""
    return _decided(
        request,
        pk,
        may_mark_need_met,
        mark_need_met,
        words={
            "title": _("Mark this need as met"),
            "text": _("The need stays public, as one that was met."),
            "label": _("What meets it now?"),
            "empty": _("Say what meets the need now."),
            "action": _("Mark as met"),
            "done": _("The need is marked as met."),
        },
    )


@entry(holders_of(P.NEED_PUBLISH))
def need_reopen(request: SignedIn, pk: int) -> HttpResponse:
    """Opens a need again that was met or closed."""
    return _decided(
        request,
        pk,
        may_reopen_need,
        reopen_need,
        words={
            "title": _("Open this need again"),
            "text": _("It is shown as a need that stands, and an opportunity can be made from it."),
            "label": _("Why is it open again?"),
            "empty": _("Say why the need is open again."),
            "action": _("Open it again"),
            "done": _("The need is open again."),
        },
    )


def _decided(
    request: SignedIn,
    pk: int,
    policy: Callable[[User, Need], Verdict],
    service: Callable[..., Need],
    *,
    words: dict[str, str],
) -> HttpResponse:
    need = _need(request, pk)
    require(policy(request.user, need))
    hint = _("Everybody can read it.")
    form = submitted(ReasonForm, request, label=words["label"], hint=hint, empty=words["empty"])
    if form.is_bound and form.is_valid():

        def act() -> None:
            service(by=request.user, need=need, reason=form.cleaned_data["reason"])

        if save(form, act) is Saving.DONE:
            messages.success(request, words["done"])
            return redirect("need-detail", pk=pk)
    context = {
        **words,
        "section": "needs",
        "need": need,
        "form": form,
        "crumbs": _crumbs(need),
        "cancel_url": reverse("need-detail", args=[pk]),
    }
    return render(request, "marketplace/need_decide.html", context, status=status_of(request))


def _need(request: SignedIn, pk: int) -> Need:
    return get_object_or_404(with_everything(needs_visible_to(request.user), request.user), pk=pk)


def _crumbs(need: Need) -> list[Crumb]:
    return [Crumb(_("Needs"), reverse("need-list")), Crumb(need.title, reverse("need-detail", args=[need.pk]))]
