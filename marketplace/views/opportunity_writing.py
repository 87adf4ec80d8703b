"""Pages on which an opportunity is written, part by part; it can be left and taken up again."""

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
from marketplace.forms import opportunities as forms
from marketplace.forms.rows import RowsForm
from marketplace.models import Need, Opportunity
from marketplace.policies.needs import may_commission_need
from marketplace.policies.opportunities import may_edit_opportunity, what_is_missing
from marketplace.queries.categories import desired_outcomes_of
from marketplace.queries.needs import needs_visible_to
from marketplace.queries.opportunities import opportunities_visible_to, with_everything
from marketplace.services.opportunities import (
    save_about,
    save_criteria,
    save_lot_and_dates,
    save_outcomes,
    start_opportunity,
)
from marketplace.views import opportunity_display
from marketplace.views.opportunity_checks import checks_of
from marketplace.views.saving import Saving, save
from marketplace.views.stories import story_of_opportunity

Service = Callable[[int], object]


@entry(holders_of(P.OPPORTUNITY_DRAFT))
def opportunity_create(request: SignedIn, pk: int) -> HttpResponse:
    """Begins an opportunity from a need; its words come from the need and may be changed."""
    need = get_object_or_404(needs_visible_to(request.user).select_related("organisation", "area"), pk=pk)
    require(may_commission_need(request.user, need))
    initial = {
        "route": "alliance",
        "title": need.title,
        "summary": need.summary,
        "area": str(need.area_id),
        "contact_with_people": "yes",
        "holds_personal_data": "yes",
        "members_may_change": "no",
        "contact_name": request.user.name,
        "contact_email": request.user.email,
    }
    form = submitted(forms.AboutNewForm, request, organisation=need.organisation, initial=initial)
    if form.is_bound and form.is_valid():
        made: list[Opportunity] = []

        def act() -> None:
            key = form.cleaned_data["form_key"]
            made.append(start_opportunity(by=request.user, need=need, about=form.about(), form_key=key))

        if save(form, act) is Saving.DONE:
            messages.success(request, _("The draft is begun. Go on with any part, in any order."))
            return redirect("opportunity-tasks", pk=made[0].pk)
    context = {
        "title": _("Make an opportunity"),
        "section": "opportunities",
        "form": form,
        "need": need,
        "crumbs": _crumbs_of_need(need),
        "cancel_url": reverse("need-detail", args=[pk]),
    }
    return render(request, "marketplace/opportunity_create.html", context, status=status_of(request))


@entry(holders_of(P.COMMISSIONING_READ))
def opportunity_tasks(request: SignedIn, pk: int) -> HttpResponse:
    """The parts of a draft, what each lacks, and what can be done with the whole."""
    opportunity = draft(request, pk)
    missing = what_is_missing(opportunity, at=request.arrived_at)
    steps = opportunity_display.steps_of(opportunity, request.user)
    context = {
        "title": opportunity.title,
        "section": "opportunities",
        "opportunity": opportunity,
        "crumbs": [Crumb(_("Your opportunities"), reverse("opportunity-own"))],
        "steps": steps,
        "done": sum(step.tone == "good" for step in steps),
        "parts": len(steps) - 1,
        "missing": missing,
        "tone": opportunity_display.TONES.get(opportunity.phase_at(request.arrived_at), "plain"),
        "editing": opportunity_display.may_edit(opportunity, request.user),
        "actions": opportunity_display.actions_on(opportunity, request.user),
        "returned": opportunity_display.why_returned(opportunity),
        "moments": story_of_opportunity(opportunity, [], within=True, at=request.arrived_at),
        "checks": checks_of(opportunity, None, at=request.arrived_at),
    }
    return render(request, "marketplace/opportunity_tasks.html", context)


@entry(holders_of(P.OPPORTUNITY_DRAFT))
def opportunity_about(request: SignedIn, pk: int) -> HttpResponse:
    """What is wanted, where, by which route, whom to ask."""
    opportunity = draft(request, pk)
    form = submitted(
        forms.AboutForm, request, organisation=opportunity.organisation, initial=forms.about_of(opportunity)
    )

    def act(version: int) -> None:
        save_about(by=request.user, opportunity=opportunity, about=form.about(), version=version)

    return _part(request, opportunity, form, act, title=_("What is wanted"), name="about")


@entry(holders_of(P.OPPORTUNITY_DRAFT))
def opportunity_lot(request: SignedIn, pk: int) -> HttpResponse:
    """The lot, its value, and the dates."""
    opportunity = draft(request, pk)
    lot = next(iter(opportunity.lots.all()), None)
    form = submitted(forms.LotAndDatesForm, request, initial=forms.lot_and_dates_of(opportunity, lot))

    def act(version: int) -> None:
        save_lot_and_dates(by=request.user, opportunity=opportunity, parts=form.parts(), version=version)

    return _part(request, opportunity, form, act, title=_("Lot and dates"), name="lot")


@entry(holders_of(P.OPPORTUNITY_DRAFT))
def opportunity_criteria(request: SignedIn, pk: int) -> HttpResponse:
    """The questions bidders answer, with their weights."""
    opportunity = draft(request, pk)
    written = [forms.criterion_of(criterion) for criterion in opportunity.criteria.all()]
    form: Any = _rows_form(request, forms.CriteriaForm, opportunity, written)

    def act(version: int) -> None:
        save_criteria(by=request.user, opportunity=opportunity, criteria=form.criteria(), version=version)

    return _part(request, opportunity, form, act, title=_("Award criteria"), name="criteria")


@entry(holders_of(P.OPPORTUNITY_DRAFT))
def opportunity_outcomes(request: SignedIn, pk: int) -> HttpResponse:
    """What everybody will be measured by together."""
    opportunity = draft(request, pk)
    written = [forms.outcome_of(outcome) for outcome in opportunity.outcomes.all()]
    suggestions = list(desired_outcomes_of(opportunity.category_id))
    form: Any = _rows_form(request, forms.OutcomesForm, opportunity, written, suggestions=suggestions)

    def act(version: int) -> None:
        save_outcomes(by=request.user, opportunity=opportunity, outcomes=form.outcomes(), version=version)

    return _part(
        request, opportunity, form, act, title=_("Shared outcomes"), name="outcomes", suggestions=suggestions
    )


def _rows_form(
    request: SignedIn, kind: type[RowsForm], opportunity: Opportunity, written: list[dict[str, Any]], **kwargs: Any
) -> RowsForm:
    if request.method == "POST" and kind.MORE in request.POST:
        return kind.with_one_more(request.POST, **kwargs)
    return submitted(kind, request, initial={"version": opportunity.version}, written=written, **kwargs)


def _part(
    request: SignedIn, opportunity: Opportunity, form: Any, act: Service, *, title: str, name: str, **more: Any
) -> HttpResponse:
    """One page of the draft: shown, sent, saved; then back to the list of parts."""
    require(may_edit_opportunity(request.user, opportunity))
    saved_now: list[Row] = []
    if form.is_bound and form.is_valid():
        outcome = save(
            form,
            lambda: act(form.cleaned_data["version"]),
            version_now=lambda: draft(request, opportunity.pk).version,
        )
        if outcome is Saving.DONE:
            messages.success(request, _("“%(part)s” is saved.") % {"part": title})
            return redirect("opportunity-tasks", pk=opportunity.pk)
        if outcome is Saving.STALE:
            saved_now = opportunity_display.saved_rows(draft(request, opportunity.pk), name)
    context = {
        **more,
        "title": title,
        "section": "opportunities",
        "opportunity": opportunity,
        "form": form,
        "crumbs": crumbs_of(opportunity),
        "cancel_url": reverse("opportunity-tasks", args=[opportunity.pk]),
        "saved_now": saved_now,
    }
    status = status_of(request) if form.is_bound else 200
    return render(request, f"marketplace/opportunity_{name}.html", context, status=status)


def draft(request: SignedIn, pk: int) -> Opportunity:
    """The opportunity as it is now, with all its parts, if the person may see it."""
    return get_object_or_404(with_everything(opportunities_visible_to(request.user)), pk=pk)


def crumbs_of(opportunity: Opportunity) -> list[Crumb]:
    """The way here for the body's own people."""
    return [
        Crumb(_("Your opportunities"), reverse("opportunity-own")),
        Crumb(opportunity.title, reverse("opportunity-tasks", args=[opportunity.pk])),
    ]


def _crumbs_of_need(need: Need) -> list[Crumb]:
    return [Crumb(_("Needs"), reverse("need-list")), Crumb(need.title, reverse("need-detail", args=[need.pk]))]
