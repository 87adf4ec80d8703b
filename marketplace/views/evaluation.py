"""Pages of an evaluation: where it stands, its panel, the opening of the bids."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import Refused, Verdict
from core.display import Crumb
from core.entry import entry, holders_of
from core.forms import submitted
from core.permissions import Permission as P
from core.views.requests import SignedIn
from marketplace.forms.evaluation import AppointForm, StandDownForm
from marketplace.models import Opportunity, PanelMember
from marketplace.policies.awards import may_end_without_award
from marketplace.policies.evaluation import (
    may_change_panel,
    may_make_chair,
    may_open_bids,
    may_remove,
    may_unlock_scores,
)
from marketplace.queries.bids import submitted_count
from marketplace.queries.evaluation import (
    evaluations_visible_to,
    opened_bids,
    own_grid,
    people_to_appoint,
    seat_of,
    seats_of,
    stood_down_from,
    with_panel,
)
from marketplace.queries.replacements import replacements_in
from marketplace.services.evaluation import appoint_to_panel, confirm_opening, make_chair, remove_from_panel
from marketplace.states import Phase
from marketplace.views.evaluation_steps import steps_of
from marketplace.views.replacement_display import lines_of

evaluators = holders_of(P.PANEL_APPOINT, P.BIDS_OPEN, P.AWARD_MAKE, P.SCORE_GIVE, P.EVERYTHING_READ)


def evaluation_or_404(request: SignedIn, pk: int) -> Opportunity:
    """The opportunity, if the person may follow its evaluation."""
    return get_object_or_404(with_panel(evaluations_visible_to(request.user)), pk=pk)


def seat_or_404(request: SignedIn, pk: int, seat: int) -> PanelMember:
    """A place on the panel of an evaluation the person may follow."""
    opportunity = evaluation_or_404(request, pk)
    found = next((each for each in seats_of(opportunity) if each.pk == seat), None)
    if found is None:
        raise Http404
    return found


def with_right(verdict: Verdict) -> Verdict:
    """The verdict, for a page to show its reason; the page does not open to who lacks the right."""
    if not verdict.right:
        raise PermissionDenied(str(verdict.reason))
    return verdict


def crumbs_to(opportunity: Opportunity) -> list[Crumb]:
    """The way to a page of this evaluation."""
    return [
        Crumb(opportunity.title, reverse("opportunity-detail", args=[opportunity.pk])),
        Crumb(_("Evaluation"), reverse("evaluation-detail", args=[opportunity.pk])),
    ]


def done_or_not(request: SignedIn, act: Callable[[], object], done: str, url: str) -> HttpResponse:
    """Back to `url`, saying that it is done, or why it is not."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    else:
        messages.success(request, done)
    return redirect(url)


@entry(evaluators)
def evaluation_detail(request: SignedIn, pk: int) -> HttpResponse:
    """Where the evaluation stands, what comes next, and the bids with the person's own scores."""
    opportunity = evaluation_or_404(request, pk)
    seat = seat_of(request.user, opportunity)
    panel = seats_of(opportunity)
    bids = list(opened_bids(opportunity))
    criteria = list(opportunity.criteria.all())
    answers = len(bids) * len(criteria)
    phase = opportunity.phase_at(request.arrived_at)
    context = {
        "title": opportunity.title,
        "section": "opportunities",
        "opportunity": opportunity,
        "phase": phase,
        "steps": steps_of(request.user, opportunity, request.arrived_at, panel=panel, answers=answers),
        "panel": panel,
        "answers": answers,
        "seat": seat,
        "criteria": criteria,
        "bids": bids,
        "may_unlock": _may_unlock(request, opportunity, panel),
        "grid": own_grid(bids, criteria, seat) if seat else [],
        "replacements": lines_of(replacements_in(opportunity)) if bids else [],
        "sealed": submitted_count(opportunity) if phase == Phase.CLOSED else None,
        "may_end": may_end_without_award(request.user, opportunity, at=request.arrived_at),
    }
    return render(request, "marketplace/evaluation_detail.html", context)


def _may_unlock(request: SignedIn, opportunity: Opportunity, panel: list[PanelMember]) -> bool:
    """Whether the person may unlock those who have locked; the rule is the same for each."""
    locked = next((seat for seat in panel if seat.locked_at is not None), None)
    if locked is None:
        return False
    return bool(may_unlock_scores(request.user, locked))


# --- the panel


@entry(holders_of(P.PANEL_APPOINT))
def panel_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Who is on the panel; appoints another person."""
    opportunity = evaluation_or_404(request, pk)
    verdict = with_right(may_change_panel(request.user, opportunity))
    form = submitted(AppointForm, request, people=people_to_appoint(opportunity))
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["person"]
        try:
            appoint_to_panel(
                opportunity=opportunity, person=person, is_chair=form.cleaned_data["is_chair"], by=request.user
            )
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("%(name)s is on the panel and has been told.") % {"name": person.name})
            return redirect("panel-edit", pk=pk)
    seats = seats_of(opportunity)
    context = {
        "title": _("The panel"),
        "section": "opportunities",
        "crumbs": crumbs_to(opportunity),
        "opportunity": opportunity,
        "verdict": verdict,
        "form": form,
        "rows": [
            (seat, bool(may_make_chair(request.user, seat)), may_remove(request.user, seat)) for seat in seats
        ],
        "gone": stood_down_from(opportunity),
    }
    return render(request, "marketplace/panel_edit.html", context, status=422 if form.errors else 200)


@entry(holders_of(P.PANEL_APPOINT))
def panel_chair(request: SignedIn, pk: int, seat: int) -> HttpResponse:
    """Makes a member the chair, by POST; otherwise leads back to the panel."""
    found = seat_or_404(request, pk, seat)
    verdict = with_right(may_make_chair(request.user, found))
    url = reverse("panel-edit", args=[pk]) if verdict else reverse("evaluation-detail", args=[pk])
    if request.method != "POST":
        return redirect(url)
    done = _("%(name)s chairs the panel now.") % {"name": found.user.name}
    return done_or_not(request, lambda: make_chair(seat=found, by=request.user), done, url)


@entry(holders_of(P.PANEL_APPOINT))
def panel_remove(request: SignedIn, pk: int, seat: int) -> HttpResponse:
    """Asks before somebody leaves the panel, and why if they have begun to score."""
    found = seat_or_404(request, pk, seat)
    verdict = with_right(may_remove(request.user, found))
    has_scored = found.scores.exists()
    form = submitted(StandDownForm, request) if has_scored else None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            remove_from_panel(seat=found, reason=form.cleaned_data["reason"] if form else "", by=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal.reason))
        else:
            messages.success(request, _("%(name)s is off the panel.") % {"name": found.user.name})
        return redirect("panel-edit", pk=pk)
    context = {
        "title": _("Take %(name)s off the panel") % {"name": found.user.name},
        "section": "opportunities",
        "crumbs": [*crumbs_to(found.opportunity), Crumb(_("The panel"), reverse("panel-edit", args=[pk]))],
        "opportunity": found.opportunity,
        "seat": found,
        "has_scored": has_scored,
        "verdict": verdict,
        "form": form,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "marketplace/panel_remove.html", context, status=status)


# --- opening


@entry(holders_of(P.BIDS_OPEN))
def opening_confirm(request: SignedIn, pk: int) -> HttpResponse:
    """Asks the person to confirm that the bids be opened; the second person to confirm opens them."""
    opportunity = evaluation_or_404(request, pk)
    verdict = with_right(may_open_bids(request.user, opportunity, at=request.arrived_at))
    if request.method == "POST":
        return _confirmed(request, opportunity)
    context = {
        "title": _("Open the bids"),
        "section": "opportunities",
        "crumbs": crumbs_to(opportunity),
        "opportunity": opportunity,
        "verdict": verdict,
        "sealed": submitted_count(opportunity)
        if opportunity.phase_at(request.arrived_at) == Phase.CLOSED
        else None,
    }
    return render(request, "marketplace/opening_confirm.html", context)


def _confirmed(request: SignedIn, opportunity: Opportunity) -> HttpResponse:
    try:
        opportunity = confirm_opening(opportunity=opportunity, arrived_at=request.arrived_at, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    else:
        opened = _("The bids are open. The panel has been told and can score them.")
        waits = _("You have confirmed. The bids open when a second person confirms too.")
        messages.success(request, opened if opportunity.opened_at else waits)
    return redirect("evaluation-detail", pk=opportunity.pk)
