"""Files of areas, overlaps, bodies and roles: looked at, carried out, taken back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import paging
from core.access import Refused, Stale
from core.display import Crumb, Row
from core.entry import entry, holders_of
from core.forms import submitted
from core.forms.places import FingerprintForm, PlaceFileForm
from core.forms.text import clean_text
from core.models.place_imports import PlaceFile, PlaceImport
from core.permissions import Permission
from core.policies import may_apply_place_import, may_take_back_place_import
from core.queries.places import place_imports
from core.services.place_rows import COLUMNS
from core.services.places import (
    UnreadableFile,
    apply_place_import,
    check_places,
    check_places_again,
    take_back_place_import,
)
from core.sheets import Problems
from core.states import PlaceImportStatus
from core.templatetags.accord import when
from core.views.requests import UNPROCESSABLE, SignedIn, status_of

importers = holders_of(Permission.PLACES_IMPORT)

TONES = {
    PlaceImportStatus.CHECKED: "info",
    PlaceImportStatus.APPLIED: "good",
    PlaceImportStatus.TAKEN_BACK: "plain",
}
SHOWN_PROBLEMS = 100


@entry(importers)
def place_import_list(request: SignedIn) -> HttpResponse:
    """Every file that was brought in, the latest first."""
    page = paging.page_of(place_imports(), order=("-id",), cursor=request.GET.get(paging.PARAMETER, ""))
    context = {
        "title": _("Imports of places"),
        "crumbs": [Crumb(_("Places"), reverse("place-list"))],
        "lines": [(each, TONES[PlaceImportStatus(each.status)]) for each in page.rows],
        "pages": paging.links(page, "", request.path, {}),
    }
    return render(request, "core/place_import_list.html", context)


@entry(importers)
def place_import_new(request: SignedIn) -> HttpResponse:
    """Asks for a file, and shows what is wrong with it or goes on to what it would do."""
    form = submitted(PlaceFileForm, request)
    problems = Problems()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = check_places(
                by=request.user,
                holds=form.cleaned_data["holds"],
                file=file,
                file_name=clean_text(file.name),
                form_key=form.cleaned_data["form_key"],
            )
        except UnreadableFile as error:
            form.add_error("file", error.reason)
            problems = error.problems
        except Refused as refusal:
            form.add_error("file", refusal.reason)
        else:
            return redirect("place-import-detail", found.pk)
    context = {
        "title": _("Import places"),
        "crumbs": _crumbs(),
        "form": form,
        **_told(problems),
        "layouts": [
            (holds.label, ", ".join(column.name for column in COLUMNS[holds]), _needed(holds))
            for holds in PlaceFile
        ],
    }
    return render(request, "core/place_import_new.html", context, status=status_of(request))


def _needed(holds: PlaceFile) -> str:
    return ", ".join(column.name for column in COLUMNS[holds] if column.required)


def _crumbs() -> list[Crumb]:
    return [Crumb(_("Places"), reverse("place-list")), Crumb(_("Imports of places"), reverse("place-import-list"))]


def _told(problems: Problems) -> dict[str, Any]:
    shown = problems.shown[:SHOWN_PROBLEMS]
    return {"problems": shown, "problem_count": problems.count, "more_problems": problems.count - len(shown)}


@entry(importers)
def place_import_detail(request: SignedIn, pk: int) -> HttpResponse:
    """What a file would do or did, with what can be done about it now."""
    found = get_object_or_404(place_imports(), pk=pk)
    return _shown(request, found)


def _shown(request: SignedIn, found: PlaceImport, problems: Problems | None = None) -> HttpResponse:
    told = {"added": _("Added"), "altered": _("Changed"), "ended": _("Ended")}
    counts = {"added": found.new_count, "altered": found.changed_count, "ended": found.ended_count}
    context = {
        "title": found.file_name or _("A file without a name"),
        "crumbs": _crumbs(),
        "found": found,
        "tone": TONES[PlaceImportStatus(found.status)],
        "facts": _facts(found),
        "parts": [
            (told[sort], counts[sort], lines, counts[sort] - len(lines))
            for sort, lines in found.plan.items()
            if counts[sort]
        ],
        "form": FingerprintForm(initial={"fingerprint": found.fingerprint}),
        "may_apply": may_apply_place_import(request.user, found).allowed,
        "may_take_back": may_take_back_place_import(request.user, found).allowed,
        **_told(problems or Problems()),
    }
    status = UNPROCESSABLE if problems else 200
    return render(request, "core/place_import_detail.html", context, status=status)


def _facts(found: PlaceImport) -> list[Row]:
    checked = {"time": when(found.created_at), "name": found.created_by.name}
    rows = [
        Row(_("What is in it"), found.get_holds_display()),
        Row(
            _("Rows to add") if found.status == PlaceImportStatus.CHECKED else _("Rows added"),
            f"{found.new_count:,}",
        ),
        Row(_("Rows changed"), f"{found.changed_count:,}"),
        Row(_("Rows ended"), f"{found.ended_count:,}"),
        Row(_("As they were"), f"{found.unchanged_count:,}"),
        Row(_("Checked"), _("%(time)s, by %(name)s") % checked),
    ]
    if found.applied_at and found.applied_by:
        done = {"time": when(found.applied_at), "name": found.applied_by.name}
        rows.append(Row(_("Carried out"), _("%(time)s, by %(name)s") % done))
    return rows


@entry(importers)
@require_POST
def place_import_apply(request: SignedIn, pk: int) -> HttpResponse:
    """The file is carried out, if it still does what the person saw."""
    found = get_object_or_404(place_imports(), pk=pk)
    form = FingerprintForm(request.POST)
    seen = form.cleaned_data["fingerprint"] if form.is_valid() else ""
    try:
        apply_place_import(by=request.user, place_import=found, fingerprint=seen)
    except UnreadableFile as error:
        return _shown(request, found, error.problems)
    except Stale as refusal:
        return _stale(request, found, refusal)
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
    else:
        messages.success(request, _("Done: all rows of this file are in force now."))
    return redirect("place-import-detail", pk)


def _stale(request: SignedIn, found: PlaceImport, refusal: Stale) -> HttpResponse:
    """The page with what the file would do by now, and why it was not carried out."""
    try:
        check_places_again(by=request.user, place_import=found)
    except UnreadableFile as error:
        return _shown(request, found, error.problems)
    except Refused as again:
        messages.error(request, str(again.reason))
    else:
        messages.error(request, str(refusal.reason))
    return redirect("place-import-detail", found.pk)


@entry(importers)
def place_import_take_back(request: SignedIn, pk: int) -> HttpResponse:
    """Asks once more, then everything is as it was before the import."""
    found = get_object_or_404(place_imports(), pk=pk)
    verdict = may_take_back_place_import(request.user, found)
    if request.method == "POST":
        try:
            take_back_place_import(by=request.user, place_import=found)
        except Refused as refusal:
            messages.error(request, str(refusal.reason))
        else:
            messages.success(request, _("Taken back: places are as they were before this import."))
        return redirect("place-import-detail", pk)
    context = {"title": _("Take back this import?"), "crumbs": _crumbs(), "found": found, "verdict": verdict}
    return render(request, "core/place_import_take_back.html", context)
