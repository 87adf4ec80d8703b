"""Pages that enter a result and correct one."""

import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances.forms.results import CorrectionForm, ResultForm
from alliances.models import Outcome, Result
from alliances.policies.results import may_correct_result, may_record_result
from alliances.quarters import period_due
from alliances.queries.agreements import alliances_visible_to
from alliances.queries.outcomes import has_result_for, outcomes_visible_in, standing_result
from alliances.services.results import correct_result, record_result
from alliances.views.display import progress_rows
from alliances.views.outcomes import visible_outcome
from core.access import Refused, Stale, require
from core.charts import plain
from core.entry import entry, holders_of
from core.forms import submitted
from core.permissions import Permission as P
from core.views.requests import SignedIn, status_of

RECORDERS = holders_of(P.RESULT_RECORD)


@entry(RECORDERS)
def result_record(request: SignedIn, pk: int) -> HttpResponse:
    """Asks for a figure, its period and its source, beside baseline and target; enters it."""
    outcome = visible_outcome(request, pk)
    if request.method != "POST":
        require(may_record_result(request.user, outcome.alliance))
    form = submitted(ResultForm, request, initial={"period_end": _period_to_suggest(outcome)})
    form.measured_in(outcome.unit)
    if request.method == "POST" and form.is_valid():
        try:
            record_result(by=request.user, outcome=outcome, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("The result is entered."))
            return redirect("outcome-detail", outcome.pk)
    context = {
        "title": _("Enter a result"),
        "section": "alliances",
        "outcome": outcome,
        "alliance": outcome.alliance,
        "progress": progress_rows([outcome])[0],
        "form": form,
    }
    return render(request, "alliances/result_record.html", context, status=status_of(request))


@entry(RECORDERS)
def result_correct(request: SignedIn, pk: int) -> HttpResponse:
    """Asks for the right figure and why the first was wrong; enters it beside the first."""
    outcomes = outcomes_visible_in(alliances_visible_to(request.user))
    result = get_object_or_404(Result.objects.filter(outcome__in=outcomes.values("pk")), pk=pk)
    result.outcome = outcomes.get(pk=result.outcome_id)
    if request.method != "POST":
        require(may_correct_result(request.user, result))
    fields = ("period_end", "actual", "source", "note")
    form = submitted(CorrectionForm, request, initial={name: getattr(result, name) for name in fields})
    form.measured_in(result.outcome.unit)
    saved: Result | None = None
    if request.method == "POST" and form.is_valid():
        try:
            correct_result(by=request.user, result=result, **form.cleaned_data)
        except Stale as refusal:
            form.add_error(None, refusal.reason)
            saved = standing_result(result)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("The result is corrected. The earlier figure stays to be seen."))
            return redirect("outcome-detail", result.outcome_id)
    context = {
        "title": _("Correct a result"),
        "section": "alliances",
        "outcome": result.outcome,
        "alliance": result.outcome.alliance,
        "result": result,
        "actual": plain(result.actual, result.outcome.unit),
        "saved": saved,
        "saved_actual": plain(saved.actual, result.outcome.unit) if saved else "",
        # Sent once more, what was typed corrects the newer result.
        "post_url": reverse("result-correct", args=[saved.pk]) if saved else "",
        "form": form,
    }
    return render(request, "alliances/result_correct.html", context, status=status_of(request))


def _period_to_suggest(outcome: Outcome) -> datetime.date | None:
    """The period that is due, unless it has its result."""
    term = {"starts_on": outcome.alliance.starts_on, "ends_on": outcome.alliance.ends_on}
    due = period_due(**term, today=timezone.localdate())
    return None if due is None or has_result_for(outcome, due) else due
