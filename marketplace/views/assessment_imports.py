"""Pages on which case figures are brought in, looked at, confirmed and taken back."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import paging
from core.access import Refused, Stale, require
from core.display import Crumb, Row
from core.entry import entry, holders_of
from core.forms import submitted
from core.models import Organisation
from core.permissions import Permission as P
from core.sheets import Problems
from core.templatetags.accord import when
from core.views.requests import CONFLICT, UNPROCESSABLE, SignedIn, status_of
from marketplace.forms.assessments import AssessmentUploadForm, PlanForm
from marketplace.forms.decisions import ReasonForm
from marketplace.models import AssessmentImport
from marketplace.policies.assessments import (
    may_confirm_import,
    may_discard_import,
    may_import_assessments,
    may_take_back_import,
)
from marketplace.quarters import Quarter
from marketplace.queries.assessments import cohorts_by_name, imports_visible_to, regions_of
from marketplace.queries.categories import categories
from marketplace.services.assessments import (
    UnreadableFile,
    confirm_import,
    discard_import,
    look_again,
    take_back_import,
    upload_assessments,
)
from marketplace.views.saving import Saving, save

NEWEST = ("-uploaded_at", "-id")


@dataclass(frozen=True)
class ImportLine:
    """A line of the list of imports."""

    title: str
    url: str
    state: str
    tone: str
    figures: str
    period: str
    sent: str


@entry(holders_of(P.EVIDENCE_IMPORT, P.EVERYTHING_READ))
def assessment_import_list(request: SignedIn) -> HttpResponse:
    """Files of case figures, the newest first: those that count, that wait, that were taken back."""
    batches = imports_visible_to(request.user)
    page = paging.page_of(batches, order=NEWEST, cursor=request.GET.get(paging.PARAMETER, ""))
    organisation = request.organisation
    context = {
        "title": _("Case figures"),
        "section": "needs",
        "crumbs": [Crumb(_("Needs"), reverse("need-list"))],
        "lines": [_line_of(batch) for batch in page.rows],
        "pages": paging.links(page, "", request.path, {}),
        "may_import": bool(organisation) and bool(may_import_assessments(request.user, organisation)),
        "regions": regions_of(organisation) if organisation and organisation.body_id else [],
    }
    return render(request, "marketplace/assessment_import_list.html", context)


@entry(holders_of(P.EVIDENCE_IMPORT))
def assessment_import_create(request: SignedIn) -> HttpResponse:
    """Takes a file, and says what it would change or every line that is wrong."""
    require(may_import_assessments(request.user, request.organisation))
    organisation = cast(Organisation, request.organisation)  # without one the policy has refused
    form = submitted(AssessmentUploadForm, request)
    problems: Problems | None = None
    if form.is_bound and form.is_valid():
        try:
            batch = _upload(request, organisation, form)
        except UnreadableFile as unreadable:
            problems = unreadable.problems
        except Refused as refused:
            form.add_error(None, str(refused.reason))
        else:
            return redirect("assessment-import-detail", pk=batch.pk)
    context = {
        "title": _("Import case figures"),
        "section": "needs",
        "crumbs": _crumbs(),
        "form": form,
        "problems": problems,
        "cancel_url": reverse("assessment-import-list"),
        "categories": categories(),
        "groups": [(code, name) for _number, code, name in cohorts_by_name()],
    }
    status = UNPROCESSABLE if problems else status_of(request)
    return render(request, "marketplace/assessment_import_create.html", context, status=status)


def _upload(request: SignedIn, organisation: Organisation, form: Any) -> AssessmentImport:
    file = form.cleaned_data["file"]
    return upload_assessments(
        by=request.user,
        organisation=organisation,
        file=file,
        file_name=file.name,
        source=form.cleaned_data["source"],
        form_key=form.cleaned_data["form_key"],
    )


@entry(holders_of(P.EVIDENCE_IMPORT, P.EVERYTHING_READ))
def assessment_import_detail(request: SignedIn, pk: int) -> HttpResponse:
    """One file: what it changes or changed, and what can be done with it."""
    batch = get_object_or_404(imports_visible_to(request.user), pk=pk)
    return _detail(request, batch)


@require_POST
@entry(holders_of(P.EVIDENCE_IMPORT))
def assessment_import_confirm(request: SignedIn, pk: int) -> HttpResponse:
    """The figures count, exactly as the page showed them."""
    batch = get_object_or_404(imports_visible_to(request.user), pk=pk)
    form = submitted(PlanForm, request)
    if not form.is_valid():
        return _detail(
            request, batch, trouble=_("This page had been changed. Look at it again."), status=UNPROCESSABLE
        )
    try:
        confirm_import(by=request.user, batch=batch, plan_sha256=form.cleaned_data["plan"])
    except Stale as stale:
        batch = look_again(by=request.user, batch=batch)
        return _detail(request, batch, trouble=str(stale.reason), status=CONFLICT)
    except UnreadableFile as unreadable:
        return _detail(request, batch, problems=unreadable.problems, status=UNPROCESSABLE)
    except Refused as refused:
        batch = get_object_or_404(imports_visible_to(request.user), pk=pk)
        return _detail(request, batch, trouble=str(refused.reason), status=CONFLICT)
    messages.success(request, _("The figures are imported and count from now on."))
    return redirect("assessment-import-detail", pk=pk)


def _detail(
    request: SignedIn,
    batch: AssessmentImport,
    *,
    trouble: str = "",
    problems: Problems | None = None,
    status: int = 200,
) -> HttpResponse:
    state, tone = _state_of(batch)
    context = {
        "title": batch.file_name,
        "section": "needs",
        "crumbs": _crumbs(),
        "batch": batch,
        "state": state,
        "tone": tone,
        "facts": _facts(batch),
        "trouble": trouble,
        "problems": problems,
        "form": PlanForm(initial={"plan": batch.plan_sha256}),
        "may_confirm": may_confirm_import(request.user, batch),
        "may_discard": may_discard_import(request.user, batch),
        "may_take_back": may_take_back_import(request.user, batch),
        "regions": regions_of(batch.organisation) if batch.organisation.body_id else [],
    }
    return render(request, "marketplace/assessment_import_detail.html", context, status=status)


@entry(holders_of(P.EVIDENCE_IMPORT))
def assessment_import_discard(request: SignedIn, pk: int) -> HttpResponse:
    """A file that waits is thrown away."""
    batch = get_object_or_404(imports_visible_to(request.user), pk=pk)
    require(may_discard_import(request.user, batch))
    if request.method == "POST":
        discard_import(by=request.user, batch=batch)
        messages.success(request, _("The file is thrown away. Nothing was imported from it."))
        return redirect("assessment-import-list")
    words = {
        "title": _("Throw this file away"),
        "text": _("Nothing has been imported from it. The file is removed."),
        "action": _("Throw it away"),
    }
    return _deciding(request, batch, words, form=None)


@entry(holders_of(P.EVIDENCE_IMPORT))
def assessment_import_take_back(request: SignedIn, pk: int) -> HttpResponse:
    """The figures stop counting, with a reason; those they replaced count again."""
    batch = get_object_or_404(imports_visible_to(request.user), pk=pk)
    require(may_take_back_import(request.user, batch))
    form: Any = submitted(
        ReasonForm, request, label=_("Why are they taken back?"), empty=_("Say why the figures are taken back.")
    )
    if form.is_bound and form.is_valid():

        def act() -> None:
            take_back_import(by=request.user, batch=batch, reason=form.cleaned_data["reason"])

        if save(form, act) is Saving.DONE:
            messages.success(request, _("The figures are taken back. What they had replaced counts again."))
            return redirect("assessment-import-detail", pk=pk)
    words = {
        "title": _("Take these figures back"),
        "text": _("None of these figures counts any more. Figures that they replaced count again."),
        "action": _("Take them back"),
    }
    return _deciding(request, batch, words, form=form)


def _deciding(request: SignedIn, batch: AssessmentImport, words: dict[str, str], *, form: Any) -> HttpResponse:
    back = reverse("assessment-import-detail", args=[batch.pk])
    context = {
        **words,
        "section": "needs",
        "batch": batch,
        "form": form,
        "warning": "1",
        "crumbs": [*_crumbs(), Crumb(batch.file_name, back)],
        "cancel_url": back,
    }
    return render(request, "marketplace/assessment_import_decide.html", context, status=status_of(request))


# -----------------------------------------------------------------------------------------------------


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Needs"), reverse("need-list")), Crumb(_("Case figures"), reverse("assessment-import-list"))]


def _state_of(batch: AssessmentImport) -> tuple[str, str]:
    if batch.waits:
        return _("waits to be confirmed"), "warn"
    return (_("imported"), "good") if batch.counts else (_("taken back"), "plain")


def _line_of(batch: AssessmentImport) -> ImportLine:
    state, tone = _state_of(batch)
    return ImportLine(
        title=batch.file_name,
        url=reverse("assessment-import-detail", args=[batch.pk]),
        state=state,
        tone=tone,
        figures=f"{batch.adds + batch.replaces:,}",
        period=_period_of(batch),
        sent=_("%(name)s, %(time)s") % {"name": batch.uploaded_by.name, "time": when(batch.uploaded_at)},
    )


def _period_of(batch: AssessmentImport) -> str:
    first, last = Quarter.of(batch.first_starts_on), Quarter.of(batch.last_ends_on)
    if first == last:
        return first.label
    return _("%(first)s until %(last)s") % {"first": first.label, "last": last.label}


def _facts(batch: AssessmentImport) -> list[Row]:
    def by(name: str, moment: Any) -> str:
        return _("%(name)s, %(time)s") % {"name": name, "time": when(moment)}

    rows = [
        Row(_("Where the figures come from"), batch.source),
        Row(_("For"), batch.organisation.name),
        Row(_("Quarters"), _period_of(batch)),
        Row(_("Rows in the file"), f"{batch.rows:,}"),
        Row(_("Sent by"), by(batch.uploaded_by.name, batch.uploaded_at)),
    ]
    if batch.applied_by:
        rows.append(Row(_("Imported by"), by(batch.applied_by.name, batch.applied_at)))
    if batch.taken_back_by:
        rows.append(Row(_("Taken back by"), by(batch.taken_back_by.name, batch.taken_back_at)))
        rows.append(Row(_("Why"), batch.taking_back_reason))
    rows.append(Row(_("Fingerprint of the file (SHA-256)"), batch.sha256))
    return rows
