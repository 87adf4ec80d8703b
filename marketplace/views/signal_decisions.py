"""Pages on which a body joins, answers, sets aside and shares signals, and links them to its needs."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import require
from core.display import Crumb
from core.entry import entry, holders_of
from core.forms import Form, submitted
from core.forms.text import clean_text
from core.permissions import Permission as P
from core.views.requests import SignedIn, status_of
from marketplace.forms.filters import LONGEST_TEXT
from marketplace.forms.signals import MOST_NEEDS, AnswerForm, LinkForm, MergeForm, SetAsideForm
from marketplace.models import Need, Signal
from marketplace.policies.signals import (
    may_answer_signal,
    may_link_signals,
    may_merge_signal,
    may_part_signal,
    may_set_signal_aside,
)
from marketplace.queries.needs import needs_of, needs_visible_to
from marketplace.queries.signals import COUNTED, for_list, linkable_to, to_join_to
from marketplace.services.signal_decisions import (
    answer_signal,
    link_signals,
    merge_signals,
    part_signal,
    reopen_signal,
    set_signal_aside,
    share_signal,
    unlink_signal,
)
from marketplace.states import NeedStatus, SignalStatus
from marketplace.views import signal_display
from marketplace.views.saving import Saving, save
from marketplace.views.signals import crumbs_of, signal_or_404

SEARCH = "q"


@entry(holders_of(P.SIGNAL_ANSWER))
def signal_merge(request: SignedIn, pk: int) -> HttpResponse:
    """Joins a signal to one that says the same, or that one to it."""
    signal = signal_or_404(request, pk)
    require(may_merge_signal(request.user, signal))
    text = _searched(request)
    candidates = to_join_to(signal, text=text)
    form = submitted(MergeForm, request, candidates=candidates, hints=_hints(candidates))
    if form.is_bound and form.is_valid():
        pair = form.pair(signal)
        if save(form, lambda: merge_signals(by=request.user, **pair)) is Saving.DONE:
            messages.success(request, _("The two count as one now. You can take them apart again below."))
            return redirect("signal-detail", pk=pair["stays"].pk)
    context = {
        "title": _("Join it to one that says the same"),
        "section": "needs",
        "crumbs": crumbs_of(signal),
        "signal": signal,
        "voices": signal_display.voices_in_words(signal.voices),
        "form": form,
        "q": text,
        "cancel_url": reverse("signal-detail", args=[pk]),
    }
    return render(request, "marketplace/signal_merge.html", context, status=status_of(request))


def _hints(signals: Iterable[Signal]) -> dict[str, str]:
    """A line beside each to choose from: what kind, where, and how many say so."""
    lines = (signal_display.line_of(signal) for signal in signals)
    return {str(line.number): f"{line.kind} · {line.place} · {line.voices}" for line in lines}


def _searched(request: SignedIn) -> str:
    return clean_text(request.GET.get(SEARCH, "")).strip()[:LONGEST_TEXT]


@entry(holders_of(P.SIGNAL_ANSWER))
@require_POST
def signal_part(request: SignedIn, pk: int) -> HttpResponse:
    """Takes a signal apart again from the one it was joined to."""
    signal = signal_or_404(request, pk)
    require(may_part_signal(request.user, signal))
    part_signal(by=request.user, signal=signal)
    messages.success(request, _("It stands by itself again, with everybody who said so."))
    return redirect("signal-detail", pk=pk)


@entry(holders_of(P.SIGNAL_ANSWER))
def signal_answer(request: SignedIn, pk: int) -> HttpResponse:
    """Tells everybody who said so what was done, and which need it became."""
    signal = signal_or_404(request, pk)
    require(may_answer_signal(request.user, signal))
    needs = list(needs_of(signal.organisation).exclude(status__in=_OVER)[:MOST_NEEDS])
    form = submitted(AnswerForm, request, needs=needs)
    if form.is_bound and form.is_valid():

        def act() -> None:
            answer_signal(by=request.user, signal=signal, **form.cleaned_data)

        if save(form, act) is Saving.DONE:
            messages.success(request, _("Everybody who said so is told."))
            return redirect("signal-detail", pk=pk)
    return _deciding(request, signal, form, title=_("Answer it"), action=_("Send the answer"))


_OVER = (NeedStatus.MET, NeedStatus.CLOSED)


@entry(holders_of(P.SIGNAL_ANSWER))
def signal_set_aside(request: SignedIn, pk: int) -> HttpResponse:
    """Sets a signal aside, with a reason, and erases its words if it must be."""
    signal = signal_or_404(request, pk)
    require(may_set_signal_aside(request.user, signal))
    form = submitted(SetAsideForm, request)
    if form.is_bound and form.is_valid():

        def act() -> None:
            set_signal_aside(by=request.user, signal=signal, **form.cleaned_data)

        if save(form, act) is Saving.DONE:
            messages.success(request, _("It is set aside, and everybody who said so is told why."))
            return redirect("signal-detail", pk=pk)
    return _deciding(request, signal, form, title=_("Set it aside"), action=_("Set it aside"))


def _deciding(request: SignedIn, signal: Signal, form: Form, **words: str) -> HttpResponse:
    context = {
        **words,
        "section": "needs",
        "crumbs": crumbs_of(signal),
        "signal": signal,
        "voices": signal_display.voices_in_words(signal.voices),
        "form": form,
        "cancel_url": reverse("signal-detail", args=[signal.pk]),
    }
    return render(request, "marketplace/signal_decide.html", context, status=status_of(request))


@entry(holders_of(P.SIGNAL_ANSWER))
@require_POST
def signal_reopen(request: SignedIn, pk: int) -> HttpResponse:
    """Opens a signal again that was answered or set aside."""
    reopen_signal(by=request.user, signal=signal_or_404(request, pk))
    messages.success(request, _("It is open again, and everybody who said so is told."))
    return redirect("signal-detail", pk=pk)


@entry(holders_of(P.SIGNAL_ANSWER))
@require_POST
def signal_share(request: SignedIn, pk: int) -> HttpResponse:
    """Lets other commissioning bodies read a signal, or no longer."""
    is_shared = request.POST.get("is_shared") == "1"
    share_signal(by=request.user, signal=signal_or_404(request, pk), is_shared=is_shared)
    done = (
        _("Other commissioning bodies can read it now.") if is_shared else _("Only your own people can read it.")
    )
    messages.success(request, done)
    return redirect("signal-detail", pk=pk)


# --- evidence of a need -------------------------------------------------------------------------------


@entry(holders_of(P.NEED_DRAFT))
def need_signals(request: SignedIn, pk: int) -> HttpResponse:
    """Links signals to a need as evidence that practitioners say so."""
    need = _need(request, pk)
    require(may_link_signals(request.user, need))
    text = _searched(request)
    candidates = linkable_to(need, text=text)
    form = submitted(LinkForm, request, candidates=candidates, hints=_hints(candidates))
    if form.is_bound and form.is_valid():

        def act() -> None:
            link_signals(by=request.user, need=need, signals=form.chosen())

        if save(form, act) is Saving.DONE:
            messages.success(request, _("The signals are linked. The public reads only how many people say so."))
            return redirect("need-signals", pk=pk)
    linked = need.signals.filter(status__in=(*COUNTED, SignalStatus.MERGED)).order_by("-voices", "-id")
    context: dict[str, Any] = {
        "title": _("Signals that say so"),
        "section": "needs",
        "crumbs": [Crumb(_("Needs"), reverse("need-list")), Crumb(need.title, reverse("need-detail", args=[pk]))],
        "need": need,
        "form": form,
        "linked": [signal_display.line_of(each) for each in for_list(linked)[:MOST_NEEDS]],
        "q": text,
        "cancel_url": reverse("need-detail", args=[pk]),
    }
    return render(request, "marketplace/need_signals.html", context, status=status_of(request))


@entry(holders_of(P.NEED_DRAFT))
@require_POST
def need_unlink_signal(request: SignedIn, pk: int, signal: int) -> HttpResponse:
    """Takes a signal from the evidence of a need."""
    need = _need(request, pk)
    unlink_signal(by=request.user, need=need, signal=get_object_or_404(need.signals, pk=signal))
    messages.success(request, _("The signal is no longer linked."))
    return redirect("need-signals", pk=pk)


def _need(request: SignedIn, pk: int) -> Need:
    return get_object_or_404(needs_visible_to(request.user).select_related("organisation"), pk=pk)
