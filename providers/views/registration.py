"""A registration: its task list, which can be left and taken up again, and its pages of questions."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.access import Refused, Stale, require
from core.display import Row, Step
from core.entry import entry, signed_in
from core.forms import Versioned, submitted
from core.queries.reference import income_band
from core.templatetags.accord import lasting
from core.views.requests import SignedIn, status_of
from providers.forms.declarations import FORMS
from providers.forms.declarations import initial_of as declaration_initial
from providers.forms.registration import (
    AboutForm,
    AreasForm,
    IdentityForm,
    LegalFormForm,
    LookUpForm,
    NeedsForm,
    initial_of,
)
from providers.identifiers import LegalForm
from providers.models import DeclarationKind, Registration
from providers.policies.registration import may_edit_registration
from providers.queries.registration import (
    Progress,
    declarations_of,
    registration_progress,
    registrations_visible_to,
)
from providers.sections import BY_KEY, SECTIONS, Section
from providers.services.declarations import make_declaration
from providers.services.registration import (
    AlreadyHere,
    change_about,
    change_areas,
    change_identity,
    change_needs,
    identity_of,
)
from providers.views import measuring
from providers.views.evidence import evidence_steps
from providers.views.fact_rows import FACT_ROWS
from providers.views.look_up_display import (
    can_look_up,
    entry_named,
    filled_from,
    gone_sentence,
    look_up_sentences,
    rows_of,
)
from providers.views.returning import onwards, way_back


@entry(signed_in)
def registration_detail(request: SignedIn, pk: int) -> HttpResponse:
    """What is done, what is still to do and why each thing is asked; what was declared, by whom and when."""
    registration = registration_of(request, pk)
    progress = registration_progress(registration)
    declarations = declarations_of(registration.organisation)
    context = {
        "registration": registration,
        "organisation": registration.organisation,
        "progress": progress,
        "tasks": _tasks(request, registration, progress, lambda section: not section.is_declaration),
        "declaration_tasks": _tasks(request, registration, progress, lambda section: section.is_declaration),
        "optional_tasks": _optional_tasks(request, registration, progress),
        "band": income_band(registration.annual_income_pence, timezone.localdate()),
        "declarations": [declarations[kind] for kind in DeclarationKind if kind in declarations],
        "verdict": may_edit_registration(request.user, registration.organisation),
        "minutes_left": sum(BY_KEY[key].minutes for key in progress.missing),
        "look_ups": look_up_sentences(registration.organisation),
        "back": way_back(request),
        "evidence": evidence_steps(request, registration.organisation),
        "evidence_url": onwards(request, "evidence-list", registration.organisation_id),
    }
    return render(request, "providers/registration_detail.html", context)


def registration_of(request: SignedIn, organisation: int) -> Registration:
    return get_object_or_404(registrations_visible_to(request.user), organisation__pk=organisation)


def _tasks(
    request: SignedIn, registration: Registration, progress: Progress, wanted: Callable[[Section], bool]
) -> list[Step]:
    return [
        _task(request, registration, progress, section.key)
        for section in SECTIONS
        if section.key in progress.needed and wanted(section)
    ]


def _optional_tasks(request: SignedIn, registration: Registration, progress: Progress) -> list[Step]:
    return [
        _task(request, registration, progress, section.key, (_("Told"), "good"), (_("If you like"), "plain"))
        for section in SECTIONS
        if section.is_optional
    ]


def _task(
    request: SignedIn,
    registration: Registration,
    progress: Progress,
    key: str,
    done: tuple[str, str] = ("", ""),
    to_do: tuple[str, str] = ("", ""),
) -> Step:
    section = BY_KEY[key]
    verdict = may_edit_registration(request.user, registration.organisation, key)
    words = (done if done[0] else (_("Done"), "good")), (to_do if to_do[0] else (_("To do"), "info"))
    tag, tone = words[0] if key in progress.done else words[1]
    takes = _("About %(time)s.") % {"time": lasting(section.minutes)}
    return Step(
        title=section.title,
        url=_section_url(request, registration, key) if verdict else "",
        hint=f"{section.why} {takes}" if verdict else str(verdict.reason),
        tag=tag,
        tone=tone,
    )


def _section_url(request: SignedIn, registration: Registration, key: str) -> str:
    if BY_KEY[key].is_declaration:
        return onwards(request, "declaration-form", registration.organisation_id, key)
    return onwards(request, f"registration-{key}", registration.organisation_id)


# --- one page of questions


def section_page(
    request: SignedIn,
    registration: Registration,
    key: str,
    form: Versioned,
    save: Callable[[], object],
    **context: Any,
) -> HttpResponse:
    """The form, or the task list again once it is saved. `save` calls the one service."""
    timed = measuring.section_timed(key)
    measuring.opened(request, registration.organisation, timed)
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except Stale as stale:
            saved = registration_of(request, registration.organisation_id)
            form.accept_version(saved.version)
            form.add_error(None, stale.reason)
            context["saved_rows"] = saved_rows(saved, key)
        except AlreadyHere as taken:
            context["already"] = taken
            form.add_error(None, taken.reason)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            measuring.done(request, registration.organisation, timed)
            messages.success(request, _("Saved: %(title)s.") % {"title": BY_KEY[key].title})
            return redirect(onwards(request, "registration-detail", registration.organisation_id))
    context |= {
        "form": form,
        "section_of": BY_KEY[key],
        "organisation": registration.organisation,
        "cancel_url": onwards(request, "registration-detail", registration.organisation_id),
    }
    return render(request, _template(key), context, status=status_of(request))


def _template(key: str) -> str:
    own_pages = {"name", "areas"}
    return f"providers/registration_{key}.html" if key in own_pages else "providers/registration_section.html"


def saved_rows(registration: Registration, key: str) -> list[Row]:
    """What is saved now on a page of questions, to show beside what was typed."""
    if key == "name":
        identity = identity_of(registration)
        numbers = [Row(label=scheme, value=value) for scheme, value in identity.identifiers.items()]
        return [Row(label=_("Name"), value=identity.name), *numbers]
    if key == "areas":
        return [_listed(_("Areas"), registration.areas.all())]
    if key == "needs":
        return [
            _listed(_("Needs"), registration.categories.all()),
            _listed(_("Groups of people"), registration.cohorts.all()),
        ]
    if key == "about":
        return [
            Row(label=_("What you do"), value=registration.summary),
            Row(label=_("People you pay"), value=_shown(registration.staff_count)),
            Row(label=_("Volunteers"), value=_shown(registration.volunteer_count)),
        ]
    if key in FACT_ROWS:
        return FACT_ROWS[key](registration)
    declaration = declarations_of(registration.organisation).get(key)
    nothing = _("Nothing to tell")
    return [Row(label=_("Declared"), value=declaration.details or nothing)] if declaration else []


def _listed(label: str, rows: Any) -> Row:
    return Row(label=label, value=", ".join(sorted(row.name for row in rows)))


def _shown(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


@entry(signed_in)
def registration_name(request: SignedIn, pk: int) -> HttpResponse:
    """Name, legal form and numbers: what it is in law first, where that is not told, then the number that fits."""
    registration = registration_of(request, pk)
    require(may_edit_registration(request.user, registration.organisation, "name"))
    legal_form = _legal_form(request, registration)
    if not legal_form:
        return _legal_form_page(request, registration)
    identity = identity_of(registration)
    found = entry_named(request.GET)
    initial = {
        "version": registration.version,
        "name": identity.name,
        "legal_form": legal_form,
        "governing_document": registration.governing_document,
        **identity.identifiers,
        **(filled_from(found, identity.name) if found else {}),
    }
    form = submitted(IdentityForm, request, legal_form=legal_form, initial=initial)

    def save() -> None:
        change_identity(
            by=request.user,
            registration=registration,
            version=form.cleaned_data["version"],
            name=form.cleaned_data["name"],
            legal_form=form.cleaned_data["legal_form"],
            identifiers=form.identifiers,
            governing_document=form.cleaned_data.get("governing_document", ""),
            with_facts=found is not None,
        )

    context = {
        "found": found,
        "found_rows": rows_of(found, registration) if found else [],
        "gone": gone_sentence(found) if found else "",
        "look_up_url": onwards(request, "registration-look-up", registration.organisation_id),
    }
    return section_page(request, registration, "name", form, save, **context)


def _legal_form(request: SignedIn, registration: Registration) -> str:
    """What was chosen just now, else what is told; empty if neither."""
    chosen = request.POST.get("legal_form") or request.GET.get("legal_form") or ""
    if chosen in LegalForm.values:
        return chosen
    # A form that was sent is answered as one, whatever stood in it.
    return registration.legal_form or (LegalForm.CHARITY.value if request.method == "POST" else "")


def _legal_form_page(request: SignedIn, registration: Registration) -> HttpResponse:
    form = LegalFormForm(request.GET) if "legal_form" in request.GET else LegalFormForm()
    context = {
        "form": form,
        "section_of": BY_KEY["name"],
        "organisation": registration.organisation,
        "cancel_url": onwards(request, "registration-detail", registration.organisation_id),
        "back": way_back(request),
        "look_up_url": reverse("registration-look-up", args=[registration.organisation_id]),
        "look_up_form": LookUpForm(),
        "can_look_up": can_look_up(),
    }
    return render(request, "providers/registration_legal_form.html", context)


@entry(signed_in)
def registration_about(request: SignedIn, pk: int) -> HttpResponse:
    """What the organisation does and how big it is."""
    registration = registration_of(request, pk)
    require(may_edit_registration(request.user, registration.organisation, "about"))
    names = ("summary", "annual_income_pence", "staff_count", "volunteer_count")
    form = submitted(AboutForm, request, initial=initial_of(registration, *names))
    return section_page(
        request,
        registration,
        "about",
        form,
        lambda: change_about(by=request.user, registration=registration, **form.cleaned_data),
    )


@entry(signed_in)
def registration_areas(request: SignedIn, pk: int) -> HttpResponse:
    """Where the organisation works."""
    registration = registration_of(request, pk)
    require(may_edit_registration(request.user, registration.organisation, "areas"))
    form = submitted(AreasForm, request, initial=initial_of(registration, "areas"))
    return section_page(
        request,
        registration,
        "areas",
        form,
        lambda: change_areas(by=request.user, registration=registration, **form.cleaned_data),
    )


@entry(signed_in)
def registration_needs(request: SignedIn, pk: int) -> HttpResponse:
    """Which needs the organisation meets, and whose."""
    registration = registration_of(request, pk)
    require(may_edit_registration(request.user, registration.organisation, "needs"))
    form = submitted(NeedsForm, request, initial=initial_of(registration, "categories", "cohorts"))
    return section_page(
        request,
        registration,
        "needs",
        form,
        lambda: change_needs(by=request.user, registration=registration, **form.cleaned_data),
    )


@entry(signed_in)
def declaration_form(request: SignedIn, pk: int, kind: str) -> HttpResponse:
    """One declaration, made or made again."""
    registration = registration_of(request, pk)
    require(may_edit_registration(request.user, registration.organisation, kind))
    made = declarations_of(registration.organisation).get(kind)
    form = submitted(FORMS[kind], request, initial=declaration_initial(made, registration.version))

    def save() -> None:
        version = form.cleaned_data["version"]
        make_declaration(by=request.user, registration=registration, version=version, kind=kind, **form.told)

    return section_page(request, registration, kind, form, save, made=made)
