"""The public page on what is asked of whom, and why."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.entry import entry, everyone
from core.models import Organisation
from core.permissions import Permission as P
from core.policies import holds_anywhere
from core.templatetags.accord import day
from providers.checks import Case, Matrix, checks_for, one_list_for_all, totals
from providers.checks.check import band_titles
from providers.forms.checks import EXAMPLE, CaseForm, example_case
from providers.models import Registration
from providers.queries.checks import coming_versions, matrix_on
from providers.queries.timings import published_minutes
from providers.views import check_display


@entry(everyone)
def check_list(request: HttpRequest) -> HttpResponse:
    """What an organisation is asked at a value, beside one list for all; then the whole matrix."""
    today = timezone.localdate()
    told = _told(getattr(request, "organisation", None))
    form = CaseForm(request.GET) if request.GET else CaseForm(initial={**EXAMPLE, **told})
    matrix = matrix_on(today)
    case = None
    if not form.is_bound:
        case = example_case(today, **told)
    elif form.is_valid():
        case = form.case(today)
    context = {
        "title": _("What we ask, and why"),
        "form": form,
        "is_own": bool(told) and not form.is_bound,
        "is_example": not told and not form.is_bound,
        "bands": band_titles(matrix),
        "table": check_display.table_of(matrix),
        "in_force": day(matrix.effective_from),
        "coming": [(day(version.effective_from), version.reason) for version in coming_versions(today)],
        "keeps_versions": holds_anywhere(request.user, P.CHECKS_EDIT, P.EVERYTHING_READ),
        **(_answer(case, matrix) if case else {}),
    }
    return render(request, "providers/check_list.html", context)


def _answer(case: Case, matrix: Matrix) -> dict[str, Any]:
    asked = checks_for(case, matrix)
    return {
        "asked": check_display.lines_of((row for row in asked if row.is_asked), published_minutes()),
        "not_asked": check_display.lines_of(row for row in asked if not row.is_asked),
        "sum": check_display.sum_of(totals(asked)),
        "flat": check_display.sum_of(one_list_for_all(matrix, route=case.route, on=case.on)),
    }


def _told(organisation: Organisation | None) -> dict[str, Any]:
    """What the reader's own organisation has told us of itself, for the form to begin with."""
    registration = Registration.objects.filter(organisation=organisation).first() if organisation else None
    if registration is None:
        return {}
    known = {
        "legal_form": registration.legal_form or None,
        "income": registration.annual_income_pence,
        "staff": registration.staff_count,
    }
    return {name: value for name, value in known.items() if value is not None}
