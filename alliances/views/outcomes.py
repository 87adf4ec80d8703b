"""One outcome with its results against the target, and the same figures as a table to take away."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render

from alliances.exports import HEADINGS, result_rows
from alliances.models import Alliance, Outcome
from alliances.policies.agreements import may_see_names
from alliances.policies.results import may_record_result
from alliances.queries.agreements import alliances_visible_to
from alliances.queries.outcomes import all_results, outcomes_visible_in
from alliances.views.display import chart_of, progress_rows, result_lines
from core.entry import entry, everyone
from core.exports import csv_download


def visible_outcome(request: HttpRequest, pk: int) -> Outcome:
    """The outcome with its alliance, or 404 if the person may not know of it."""
    return get_object_or_404(outcomes_visible_in(alliances_visible_to(request.user)), pk=pk)


@entry(everyone)
def outcome_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the outcome has come: the finding, a chart with its figures, every result and correction."""
    outcome = visible_outcome(request, pk)
    alliance: Alliance = outcome.alliance
    results = list(all_results(outcome))
    aim = progress_rows([outcome])[0]
    context = {
        "title": outcome.indicator,
        "section": "alliances",
        "outcome": outcome,
        "alliance": alliance,
        "aim": aim,
        "latest": aim if aim.latest else None,
        "chart": chart_of(outcome, results),
        "lines": result_lines(request.user, outcome, results),
        "sees_names": may_see_names(request.user, alliance),
        "may_record": may_record_result(request.user, alliance),
    }
    return render(request, "alliances/outcome_detail.html", context)


@entry(everyone)
def outcome_results(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Every result of the outcome as a CSV file."""
    outcome = visible_outcome(request, pk)
    return csv_download(f"outcome-{outcome.pk}-results", HEADINGS, result_rows(outcome))
