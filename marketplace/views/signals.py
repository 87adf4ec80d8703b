"""Pages on which people say what is missing, and read what others say."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core import paging
from core.access import require
from core.display import Crumb
from core.entry import entry, holders_of
from core.forms import submitted
from core.models import Cohort, Organisation
from core.permissions import Permission as P
from core.queries.places import regions
from core.views.requests import SignedIn, status_of
from marketplace.forms.filters import SignalFilters, SignalOptions
from marketplace.forms.signals import SignalForm, SupportForm
from marketplace.models import Signal
from marketplace.policies.signals import may_give_signal, may_support_signal
from marketplace.queries.areas import areas_of
from marketplace.queries.signals import (
    for_list,
    joined_to,
    last_area_of,
    like_what_is_said,
    listed,
    said_by,
    signals_on_list,
    signals_visible_to,
    with_everything,
)
from marketplace.services.signals import give_signal, support_signal, take_back_support, withdraw_signal
from marketplace.views import signal_display
from marketplace.views.saving import Saving, save

LOOKED = "looked"


@entry(holders_of(P.COMMISSIONING_READ, P.EVERYTHING_READ))
def signal_list(request: SignedIn) -> HttpResponse:
    """What practitioners say is missing, to the body the person acts for or shared by another."""
    organisation = request.organisation
    areas = areas_of(organisation) if organisation and organisation.body_id else regions()
    cohorts = Cohort.objects.order_by("name")
    filters = SignalFilters(request.GET, SignalOptions.of(areas, cohorts))
    signals = _narrowed(request, filters)
    count = paging.count_up_to(signals)
    order = ("-voices", "-id") if filters.value("sort") == SignalFilters.MOST else ("-given_at", "-id")
    page = paging.page_of(for_list(signals), order=order, cursor=request.GET.get(paging.PARAMETER, ""))
    said = said_by(request.user, page.rows)
    may_give = bool(organisation) and bool(may_give_signal(request.user, organisation))
    own = filters.value("whose") != SignalFilters.SHARED
    context: dict[str, Any] = {
        "title": _("Practitioner signals"),
        "section": "needs",
        "crumbs": [Crumb(_("Needs"), reverse("need-list"))],
        "lines": [signal_display.line_of(row, said=said, offers_support=may_give and own) for row in page.rows],
        "pages": paging.links(page, "", request.path, filters.parameters()),
        "found": ngettext("%(count)s signal", "%(count)s signals", count.number) % {"count": count},
        "form": filters,
        "chips": filters.chips(_address),
        "clear_url": reverse("signal-list"),
        "any_url": _address(filters.parameters(status="any")) if filters.status else "",
        "may_give": may_give,
    }
    return render(request, "marketplace/signal_list.html", context)


def _narrowed(request: SignedIn, filters: SignalFilters) -> QuerySet[Signal]:
    shared = filters.value("whose") == SignalFilters.SHARED
    return listed(
        signals_on_list(request.user, request.organisation, shared=shared),
        text=filters.value("q"),
        area=filters.number("area"),
        category=filters.number("category"),
        cohort=filters.number("cohort"),
        status=filters.status,
    )


def _address(parameters: dict[str, str]) -> str:
    query = urlencode(parameters)
    return f"{reverse('signal-list')}?{query}" if query else reverse("signal-list")


@entry(holders_of(P.SIGNAL_GIVE))
def signal_give(request: SignedIn) -> HttpResponse:
    """Says what is missing; what others said like it is shown first, once."""
    require(may_give_signal(request.user, request.organisation))
    organisation = cast(Organisation, request.organisation)  # without one the policy has refused
    before = last_area_of(request.user, organisation)
    form = submitted(SignalForm, request, organisation=organisation, initial={"area": str(before or "")})
    alike: list[Signal] = []
    if form.is_bound and form.is_valid():
        words = form.words()
        if LOOKED not in request.POST:
            alike = like_what_is_said(organisation, text=words.text, area=words.area, category=words.category)
        made: list[Signal] = []

        def act() -> None:
            key = form.cleaned_data["form_key"]
            made.append(give_signal(by=request.user, organisation=organisation, words=words, form_key=key))

        if not alike and save(form, act) is Saving.DONE:
            messages.success(request, _("Thank you. Your commissioning team has it."))
            return redirect("signal-detail", pk=made[0].pk)
    said = said_by(request.user, alike)
    context = {
        "title": _("Say what is missing"),
        "section": "needs",
        "crumbs": [Crumb(_("Practitioner signals"), reverse("signal-list"))],
        "form": form,
        "alike": [signal_display.line_of(each, said=said, offers_support=True) for each in alike],
        "looked": LOOKED,
        "cancel_url": reverse("signal-list"),
    }
    return render(request, "marketplace/signal_give.html", context, status=200 if alike else status_of(request))


@entry(holders_of(P.COMMISSIONING_READ, P.EVERYTHING_READ))
def signal_detail(request: SignedIn, pk: int) -> HttpResponse:
    """One signal: what was said, by how many, what became of it, and “me too”."""
    signal = signal_or_404(request, pk)
    said = bool(said_by(request.user, [signal]))
    joined = list(joined_to(signal))
    context = {
        "title": signal_display.title_of(signal),
        "section": "needs",
        "crumbs": [Crumb(_("Practitioner signals"), reverse("signal-list"))],
        "signal": signal,
        "status": signal.get_status_display(),
        "tone": signal_display.TONES[signal.status],  # type: ignore[index]  # the text is the key
        "voices": signal_display.voices_in_words(signal.voices),
        "facts": signal_display.facts_of(signal, request.user),
        "decision": signal_display.decision_in_words(signal),
        "actions": signal_display.actions_on(signal, request.user),
        "buttons": signal_display.buttons_on(signal, request.user, said=said, at=request.arrived_at),
        "said": said,
        "is_giver": signal.given_by_id == request.user.pk,
        "joined": joined,
        "needs": list(signal.needs.filter(published_at__isnull=False).order_by("pk")),
    }
    return render(request, "marketplace/signal_detail.html", context)


@entry(holders_of(P.SIGNAL_GIVE))
def signal_support(request: SignedIn, pk: int) -> HttpResponse:
    """Says “me too”, at once from a list, or with where and about whom from its own page."""
    signal = signal_or_404(request, pk)
    require(may_support_signal(request.user, signal))
    form = submitted(SupportForm, request, organisation=signal.organisation)
    if form.is_bound and form.is_valid():

        def act() -> None:
            support_signal(by=request.user, signal=signal, **form.cleaned_data)

        if save(form, act) is Saving.DONE:
            messages.success(request, _("You are counted among those who say so."))
            return redirect("signal-detail", pk=signal.root_id)
    context = {
        "title": _("Say “me too”"),
        "section": "needs",
        "crumbs": crumbs_of(signal),
        "signal": signal,
        "form": form,
        "cancel_url": reverse("signal-detail", args=[pk]),
    }
    return render(request, "marketplace/signal_support.html", context, status=status_of(request))


@entry(holders_of(P.SIGNAL_GIVE))
@require_POST
def signal_take_back_support(request: SignedIn, pk: int) -> HttpResponse:
    """Takes a “me too” back."""
    signal = signal_or_404(request, pk)
    take_back_support(by=request.user, signal=signal)
    messages.success(request, _("You are no longer counted among those who say so."))
    return redirect("signal-detail", pk=signal.root_id)


@entry(holders_of(P.SIGNAL_GIVE))
@require_POST
def signal_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Takes one’s own signal back, soon after sending it."""
    withdraw_signal(by=request.user, signal=signal_or_404(request, pk), arrived_at=request.arrived_at)
    messages.success(request, _("Your signal is taken back and its words are erased."))
    return redirect("signal-list")


def signal_or_404(request: SignedIn, pk: int) -> Signal:
    """The signal, if the person may read it."""
    return get_object_or_404(with_everything(signals_visible_to(request.user)), pk=pk)


def crumbs_of(signal: Signal) -> list[Crumb]:
    """The way to the page of a signal."""
    page = reverse("signal-detail", args=[signal.pk])
    return [Crumb(_("Practitioner signals"), reverse("signal-list")), Crumb(signal_display.title_of(signal), page)]
