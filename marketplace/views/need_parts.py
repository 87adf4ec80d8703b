"""The parts of a draft need, each a page that can be left and taken up again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import require
from core.display import Crumb, Row
from core.entry import entry, holders_of
from core.forms import submitted
from core.permissions import Permission as P
from core.views.requests import SignedIn, status_of
from marketplace.forms import need_parts as forms
from marketplace.models import Need
from marketplace.policies.needs import may_draft_need, may_edit_need
from marketplace.queries.needs import needs_visible_to, with_everything
from marketplace.services.need_parts import save_scale, save_scope, save_what_good_is
from marketplace.states import NeedStatus
from marketplace.views import need_display
from marketplace.views.need_steps import steps_of
from marketplace.views.saving import Saving, save

Service = Callable[[int], object]


@entry(holders_of(P.NEED_DRAFT))
def need_tasks(request: SignedIn, pk: int) -> HttpResponse:
    """The parts of a need, what is written of each, and what can be done with the whole."""
    need = the_need(request, pk)
    require(may_draft_need(request.user, need.organisation))
    context = {
        "title": need.title,
        "section": "needs",
        "need": need,
        "crumbs": [Crumb(_("Needs"), reverse("need-list")), Crumb(_("Your needs"), reverse("need-own"))],
        "tone": need_display.TONES[NeedStatus(need.status)],
        "steps": steps_of(need, request.user),
        "actions": [
            action for action in need_display.actions_on(need, request.user) if action.url != request.path
        ],
    }
    return render(request, "marketplace/need_tasks.html", context)


@entry(holders_of(P.NEED_DRAFT))
def need_scope(request: SignedIn, pk: int) -> HttpResponse:
    """Where else it is, and what other kinds of need it is about."""
    need = the_need(request, pk)
    form = submitted(forms.ScopeForm, request, need=need, initial=forms.scope_of(need))

    def act(version: int) -> None:
        save_scope(by=request.user, need=need, scope=form.scope(), version=version)

    words = {
        "title": _("Other areas and kinds of need"),
        "lede": _(
            "The main area and the main kind stand on the first page. Add others only where the same need is."
        ),
    }
    return _part(request, need, form, act, words=words)


@entry(holders_of(P.NEED_DRAFT))
def need_scale(request: SignedIn, pk: int) -> HttpResponse:
    """Out of how many people, by when and why."""
    need = the_need(request, pk)
    form = submitted(forms.ScaleForm, request, need=need, initial=forms.scale_of(need))

    def act(version: int) -> None:
        save_scale(by=request.user, need=need, scale=form.scale(), version=version)

    affected = need_display.people_in_words(need.people_affected)
    words = {
        "title": _("How many, and by when"),
        "lede": _("You wrote that it affects %(affected)s.") % {"affected": affected},
    }
    return _part(request, need, form, act, words=words)


@entry(holders_of(P.NEED_DRAFT))
def need_outcomes(request: SignedIn, pk: int) -> HttpResponse:
    """What would be true for people once it is met."""
    need = the_need(request, pk)
    form = submitted(forms.WhatGoodIsForm, request, need=need, initial=forms.what_good_is_of(need))

    def act(version: int) -> None:
        save_what_good_is(by=request.user, need=need, good=form.good(), version=version)

    words = {
        "title": _("What good would look like"),
        "lede": _("What would be different for people once this need is met. Providers will aim at it."),
    }
    return _part(request, need, form, act, words=words)


def _part(request: SignedIn, need: Need, form: Any, act: Service, *, words: dict[str, str]) -> HttpResponse:
    """One page of the draft: shown, sent, saved; then back to the list of parts."""
    require(may_edit_need(request.user, need))
    saved_now: list[Row] = []
    if form.is_bound and form.is_valid():
        outcome = save(
            form, lambda: act(form.cleaned_data["version"]), version_now=lambda: the_need(request, need.pk).version
        )
        if outcome is Saving.DONE:
            messages.success(request, _("“%(part)s” is saved.") % {"part": words["title"]})
            return redirect("need-tasks", pk=need.pk)
        if outcome is Saving.STALE:
            saved_now = need_display.saved_rows(the_need(request, need.pk))
    context = {
        **words,
        "section": "needs",
        "need": need,
        "form": form,
        "crumbs": crumbs_of(need),
        "cancel_url": reverse("need-tasks", args=[need.pk]),
        "saved_now": saved_now,
    }
    return render(request, "marketplace/need_part.html", context, status=status_of(request))


def the_need(request: SignedIn, pk: int) -> Need:
    """The need as it is now, with all its parts, if the person may see it."""
    return get_object_or_404(with_everything(needs_visible_to(request.user), request.user), pk=pk)


def crumbs_of(need: Need) -> list[Crumb]:
    """The way here for the body's own people."""
    return [Crumb(_("Your needs"), reverse("need-own")), Crumb(need.title, reverse("need-tasks", args=[need.pk]))]
