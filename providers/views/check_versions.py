"""Versions of the checks: listed, read, drafted, compared, published and withdrawn."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import paging
from core.access import Refused, Stale, require
from core.display import Crumb
from core.entry import entry, holders_of
from core.forms import Form, Versioned, submitted
from core.permissions import Permission as P
from core.views.requests import SignedIn, status_of
from providers.checks import check_named
from providers.checks.check import band_titles
from providers.forms.check_matrices import CheckEditForm, EdgesForm, PublishForm, StartForm, WithdrawForm
from providers.live_work import live_page
from providers.models import MatrixVersion
from providers.policies.checks import (
    may_discard_matrix,
    may_edit_checks,
    may_edit_matrix,
    may_publish_matrix,
    may_restore_matrix,
    may_withdraw_matrix,
)
from providers.queries.checks import all_versions, matrix_of, version_on
from providers.services.check_matrices import (
    discard_matrix,
    publish_matrix,
    restore_matrix,
    save_check,
    save_edges,
    start_matrix,
    withdraw_matrix,
)
from providers.views import check_display, check_effects
from providers.views.check_version_display import facts_of, line_of

readers = holders_of(P.CHECKS_EDIT, P.EVERYTHING_READ)
keepers = holders_of(P.CHECKS_EDIT)


@entry(readers)
def check_version_list(request: SignedIn) -> HttpResponse:
    """Every version, the latest first, and the way to a new draft."""
    page = paging.page_of(all_versions(), order=("-id",), cursor=request.GET.get(paging.PARAMETER, ""))
    in_force = version_on(timezone.localdate())
    context = {
        "title": _("Versions of the checks"),
        "crumbs": [Crumb(_("What we ask, and why"), reverse("check-list"))],
        "lines": [line_of(version, in_force) for version in page.rows],
        "pages": paging.links(page, "", request.path, {}),
        "in_force": in_force,
        "form": StartForm(),
        "may_edit": may_edit_checks(request.user).allowed,
    }
    return render(request, "providers/check_version_list.html", context)


@entry(readers)
def check_version_detail(request: SignedIn, pk: int) -> HttpResponse:
    """One version whole, what it changes, and what can be done with it now."""
    version = _version(pk)
    matrix = matrix_of(version)
    today = timezone.localdate()
    in_force = version_on(today)
    user = request.user
    context = {
        "title": str(version),
        "crumbs": _crumbs(),
        "version": version,
        "line": line_of(version, in_force),
        "facts": facts_of(version),
        "bands": band_titles(matrix),
        "table": check_display.table_of(matrix),
        "minutes": check_display.minutes_of(matrix),
        "changes": check_effects.changes_between(matrix_of(in_force), matrix) if in_force else [],
        "is_in_force": version == in_force,
        "form": StartForm(),
        "may_start": may_edit_checks(user).allowed,
        "may_edit": may_edit_matrix(user, version).allowed,
        "publishing": may_publish_matrix(user, version, today=today),
        "may_withdraw": may_withdraw_matrix(user, version, today=today).allowed,
        "may_discard": may_discard_matrix(user, version).allowed,
        "may_restore": may_restore_matrix(user, version).allowed,
    }
    return render(request, "providers/check_version_detail.html", context)


@entry(keepers)
@require_POST
def check_version_start(request: SignedIn, pk: int) -> HttpResponse:
    """Begins a draft that says what this version says."""
    source = _version(pk)
    form = StartForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Something was missing from the page. Try it once more."))
        return redirect("check-version-detail", pk)
    draft: list[MatrixVersion] = []

    def act() -> None:
        draft.append(start_matrix(by=request.user, source=source, form_key=form.cleaned_data["form_key"]))

    if not _done(request, act, _("The draft is begun. Nothing changes for anybody until you publish it.")):
        return redirect("check-version-detail", pk)
    return redirect("check-version-detail", draft[0].pk)


@entry(keepers)
def check_version_bands(request: SignedIn, pk: int) -> HttpResponse:
    """Where the bands of a draft end."""
    draft = _draft(request, pk)
    initial = {"version": draft.version, **{f"t{place}": edge for place, edge in enumerate(draft.edges)}}
    form = submitted(EdgesForm, request, initial=initial)

    def act() -> None:
        save_edges(by=request.user, draft=draft, edges=form.edges, version=form.cleaned_data["version"])

    return _edited(request, draft, form, act, title=_("Where the bands end"), page="check_version_bands")


@entry(keepers)
def check_version_check(request: SignedIn, pk: int, code: str) -> HttpResponse:
    """How a draft makes one check in each band, and how long it takes."""
    draft = _draft(request, pk)
    try:
        check = check_named(code)
    except KeyError:
        raise Http404 from None
    initial = {"version": draft.version}
    form = submitted(CheckEditForm, request, check=check, matrix=matrix_of(draft), initial=initial)

    def act() -> None:
        version = form.cleaned_data["version"]
        save_check(
            by=request.user, draft=draft, check=code, cells=form.cells, minutes=form.minutes, version=version
        )

    return _edited(request, draft, form, act, title=str(check.name), page="check_version_check")


@entry(readers)
def check_version_effect(request: SignedIn, pk: int) -> HttpResponse:
    """What four sizes of provider are asked for each open opportunity now, and what they would be asked."""
    version = _version(pk)
    live = live_page(request.GET.get(paging.PARAMETER, ""), request.path, timezone.now())
    context = {
        "title": _("What it would change"),
        "crumbs": [*_crumbs(), Crumb(str(version), reverse("check-version-detail", args=[pk]))],
        "version": version,
        "effects": check_effects.effects_of(matrix_of(version), live.works, today=timezone.localdate()),
        "pages": live.pages,
    }
    return render(request, "providers/check_version_effect.html", context)


@entry(keepers)
def check_version_publish(request: SignedIn, pk: int) -> HttpResponse:
    """Asks for the day and the reason, shows what changes, and publishes."""
    draft = _version(pk)
    require(may_publish_matrix(request.user, draft, today=timezone.localdate()))
    form = submitted(PublishForm, request, initial={"version": draft.version})

    def act() -> None:
        typed = form.cleaned_data
        publish_matrix(
            by=request.user,
            draft=draft,
            effective_from=typed["effective_from"],
            reason=typed["reason"],
            version=typed["version"],
        )

    in_force = version_on(timezone.localdate())
    changes = check_effects.changes_between(matrix_of(in_force), matrix_of(draft)) if in_force else []
    return _edited(
        request, draft, form, act, title=_("Publish this version"), page="check_version_publish", changes=changes
    )


@entry(keepers)
def check_version_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Asks why, then the version does not come into force."""
    version = _version(pk)
    require(may_withdraw_matrix(request.user, version, today=timezone.localdate()))
    form = submitted(WithdrawForm, request, initial={})

    def act() -> None:
        withdraw_matrix(by=request.user, version=version, reason=form.cleaned_data["reason"])

    return _edited(request, version, form, act, title=_("Withdraw this version?"), page="check_version_withdraw")


@entry(keepers)
@require_POST
def check_version_discard(request: SignedIn, pk: int) -> HttpResponse:
    """Puts a draft aside; it can be taken up again."""
    draft = _version(pk)
    _done(request, lambda: discard_matrix(by=request.user, draft=draft), _("Put aside. You can take it up again."))
    return redirect("check-version-detail", pk)


@entry(keepers)
@require_POST
def check_version_restore(request: SignedIn, pk: int) -> HttpResponse:
    """Takes a draft up again."""
    draft = _version(pk)
    _done(request, lambda: restore_matrix(by=request.user, draft=draft), _("It is a draft again."))
    return redirect("check-version-detail", pk)


# --- what these pages share


def _version(pk: int) -> MatrixVersion:
    return get_object_or_404(all_versions(), pk=pk)


def _draft(request: SignedIn, pk: int) -> MatrixVersion:
    draft = _version(pk)
    require(may_edit_matrix(request.user, draft))
    return draft


def _crumbs() -> list[Crumb]:
    return [
        Crumb(_("What we ask, and why"), reverse("check-list")),
        Crumb(_("Versions of the checks"), reverse("check-version-list")),
    ]


def _done(request: SignedIn, act: Callable[[], object], sentence: str) -> bool:
    """Whether it was done; the page that follows says so, or says why not."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal.reason))
        return False
    messages.success(request, sentence)
    return True


def _edited(
    request: SignedIn,
    version: MatrixVersion,
    form: Form,
    act: Callable[[], object],
    *,
    title: str,
    page: str,
    **more: Any,
) -> HttpResponse:
    """A page with a form: shown, sent, done; then back to the version."""
    if form.is_bound and form.is_valid():
        try:
            act()
        except Stale as stale:
            form.add_error(None, str(stale.reason))
            if isinstance(form, Versioned):
                form.accept_version(_version(version.pk).version)
        except Refused as refusal:
            form.add_error(None, str(refusal.reason))
        else:
            messages.success(request, _("“%(part)s”: done.") % {"part": title})
            return redirect("check-version-detail", version.pk)
    context = {
        **more,
        "title": title,
        "crumbs": [*_crumbs(), Crumb(str(version), reverse("check-version-detail", args=[version.pk]))],
        "version": version,
        "form": form,
        "cancel_url": reverse("check-version-detail", args=[version.pk]),
    }
    status = status_of(request) if form.is_bound else 200
    return render(request, f"providers/{page}.html", context, status=status)
