"""Pages on which a published need is kept up: principles, figures, corrections, co-commissioners."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import Verdict, require
from core.display import Crumb, Row
from core.entry import entry, everyone, holders_of
from core.forms import submitted
from core.permissions import Permission as P
from core.policies import has_right
from core.views.requests import SignedIn, status_of
from marketplace.forms import need_care as forms
from marketplace.forms.decisions import ReasonForm
from marketplace.models import CoCommissioner, Need, NeedEvidence, Principle
from marketplace.policies import need_care as policies
from marketplace.queries.need_care import marks_of, partners_of
from marketplace.queries.needs import needs_visible_to
from marketplace.services import need_care as services
from marketplace.states import NeedStatus
from marketplace.views import need_display, principle_display
from marketplace.views.need_parts import the_need
from marketplace.views.need_tabs import crumbs_of, tabs_of
from marketplace.views.saving import Saving, save
from marketplace.views.visitors import Visitor

# --- The eight principles ------------------------------------------------------------------------------


@entry(everyone)
def need_principles(request: Visitor, pk: int) -> HttpResponse:
    """How a need stands by each of the eight principles, who says so and since when."""
    need = get_object_or_404(needs_visible_to(request.user).select_related("organisation"), pk=pk)
    marks = marks_of(need)
    may_change = bool(policies.may_keep_up_need(request.user, need))
    within = bool(has_right(request.user, P.COMMISSIONING_READ, need.organisation_id))
    lines = [
        principle_display.line_of(each, marks.get(each), need, within=within, may_change=may_change)
        for each in Principle
    ]
    context = {
        "title": need.title,
        "section": "needs",
        "need": need,
        "crumbs": [Crumb(_("Needs"), reverse("need-list"))],
        "tone": need_display.TONES[NeedStatus(need.status)],
        "tabs": tabs_of(need, "need-principles"),
        "lines": lines,
        "said": len(marks),
    }
    return render(request, "marketplace/need_principles.html", context)


@entry(holders_of(P.NEED_DRAFT))
def principle_edit(request: SignedIn, pk: int, number: int) -> HttpResponse:
    """Says how a need stands by one principle."""
    need = _need(request, pk)
    if number not in Principle.values:
        raise Http404
    require(policies.may_keep_up_need(request.user, need))
    principle = Principle(number)
    form = submitted(forms.PrincipleForm, request, initial=forms.principle_of(marks_of(need).get(number)))
    saved_now: list[Row] = []
    if form.is_bound and form.is_valid():

        def act() -> None:
            version = form.cleaned_data["version"]
            services.mark_principle(
                by=request.user, need=need, principle=number, words=form.words(), version=version
            )

        outcome = save(form, act)
        if outcome is Saving.DONE:
            messages.success(request, _("“%(part)s” is saved.") % {"part": principle.label})
            return redirect("need-principles", pk=pk)
        if outcome is Saving.STALE:
            mark = marks_of(need)[number]
            form.accept_version(mark.version)
            saved_now = [Row(mark.get_standing_display().capitalize(), mark.text)]
    context = {
        "title": principle.label,
        "lede": principle_display.MEANINGS[principle],
        "cancel_url": reverse("need-principles", args=[pk]),
        "saved_now": saved_now,
    }
    return _form(request, need, form, context)


# --- Figures and corrections ---------------------------------------------------------------------------


@entry(holders_of(P.NEED_DRAFT))
def figure_add(request: SignedIn, pk: int) -> HttpResponse:
    """Adds a figure to a published need."""
    need = _need(request, pk)
    require(policies.may_add_figure(request.user, need))
    form = submitted(forms.FigureForm, request)
    if form.is_bound and form.is_valid():

        def act() -> None:
            services.add_figure(by=request.user, need=need, figure=form.words())

        if save(form, act) is Saving.DONE:
            messages.success(request, _("The figure stands on the page of the need."))
            return redirect("need-detail", pk=pk)
    words = {
        "title": _("Add a figure"),
        "lede": _("The page will say since when it stands there."),
        "action": _("Add the figure"),
    }
    return _form(request, need, form, words)


@entry(holders_of(P.NEED_DRAFT))
def figure_take_back(request: SignedIn, pk: int, figure: int) -> HttpResponse:
    """Takes a wrong figure off a published need."""
    need = _need(request, pk)
    row = get_object_or_404(NeedEvidence.objects.select_related("need__organisation"), pk=figure, need=need)
    words = {
        "title": _("Take back a figure"),
        "text": _("“%(figure)s” (%(source)s) no longer stands on the page.")
        % {"figure": row.figure, "source": row.source},
        "label": _("What was wrong with it?"),
        "empty": _("Say what was wrong with it."),
        "action": _("Take it back"),
        "done": _("The figure is taken back."),
    }
    verdict = policies.may_take_back_figure(request.user, need)
    return _decided(
        request,
        need,
        verdict,
        lambda reason: services.take_back_figure(by=request.user, figure=row, reason=reason),
        words,
    )


@entry(holders_of(P.NEED_PUBLISH))
def need_correct(request: SignedIn, pk: int) -> HttpResponse:
    """Corrects words and numbers of a published need."""
    need = _need(request, pk)
    require(policies.may_correct_need(request.user, need))
    form = submitted(forms.CorrectionForm, request, need=need, initial=forms.correction_of(need))
    saved_now: list[Row] = []
    if form.is_bound and form.is_valid():

        def act() -> None:
            services.correct_need(
                by=request.user,
                need=need,
                correction=form.correction(),
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"],
            )

        outcome = save(form, act, version_now=lambda: _need(request, pk).version)
        if outcome is Saving.DONE:
            messages.success(request, _("The need is corrected. Its page says what was wrong."))
            return redirect("need-detail", pk=pk)
        if outcome is Saving.STALE:
            saved_now = need_display.saved_rows(_need(request, pk))
    words = {
        "title": _("Correct this need"),
        "lede": _("For mistakes. Area and kind of need stay, because lists and opportunities go by them."),
        "action": _("Correct it"),
        "saved_now": saved_now,
    }
    return _form(request, need, form, words)


# --- Co-commissioners ----------------------------------------------------------------------------------


@entry(holders_of(P.NEED_DRAFT))
def need_partners(request: SignedIn, pk: int) -> HttpResponse:
    """Who may bring something, and naming one more."""
    need = _need(request, pk)
    require(policies.may_keep_up_need(request.user, need))
    form = submitted(forms.PartnerForm, request, need=need)
    if form.is_bound and form.is_valid():

        def act() -> None:
            note = form.cleaned_data["note"]
            services.add_co_commissioner(by=request.user, need=need, who=form.chosen(), note=note)

        if save(form, act) is Saving.DONE:
            messages.success(request, _("They stand on the page of the need."))
            return redirect("need-partners", pk=pk)
    context = {
        "title": _("Co-commissioners"),
        "section": "needs",
        "need": need,
        "form": form,
        "crumbs": crumbs_of(need),
        "partners": [
            Row(each.name, each.note, reverse("partner-remove", args=[pk, each.pk]), _("Remove"))
            for each in partners_of(need)
        ],
        "cancel_url": reverse("need-detail", args=[pk]),
    }
    return render(request, "marketplace/need_partners.html", context, status=status_of(request))


@entry(holders_of(P.NEED_DRAFT))
def partner_remove(request: SignedIn, pk: int, partner: int) -> HttpResponse:
    """Takes a co-commissioner off a need."""
    need = _need(request, pk)
    row = get_object_or_404(CoCommissioner.objects.select_related("need__organisation"), pk=partner, need=need)
    words = {
        "title": _("Remove a co-commissioner"),
        "text": _("%(name)s no longer stands on the page of the need.") % {"name": row.name},
        "label": _("Why is it removed?"),
        "empty": _("Say why it is removed."),
        "action": _("Remove"),
        "done": _("It is removed."),
    }
    verdict = policies.may_keep_up_need(request.user, need)
    return _decided(
        request,
        need,
        verdict,
        lambda reason: services.remove_co_commissioner(by=request.user, partner=row, reason=reason),
        words,
    )


# -----------------------------------------------------------------------------------------------------


def _form(request: SignedIn, need: Need, form: Any, words: dict[str, Any]) -> HttpResponse:
    context = {
        "section": "needs",
        "need": need,
        "form": form,
        "crumbs": crumbs_of(need),
        "cancel_url": reverse("need-detail", args=[need.pk]),
        **words,
    }
    return render(request, "marketplace/need_part.html", context, status=status_of(request))


def _decided(request: SignedIn, need: Need, verdict: Verdict, act: Any, words: dict[str, str]) -> HttpResponse:
    require(verdict)
    hint = _("Everybody can read it.")
    form: Any = submitted(ReasonForm, request, label=words["label"], hint=hint, empty=words["empty"])
    if form.is_bound and form.is_valid() and save(form, lambda: act(form.cleaned_data["reason"])) is Saving.DONE:
        messages.success(request, words["done"])
        return redirect("need-detail", pk=need.pk)
    context = {
        **words,
        "section": "needs",
        "need": need,
        "form": form,
        "crumbs": crumbs_of(need),
        "cancel_url": reverse("need-detail", args=[need.pk]),
    }
    return render(request, "marketplace/need_decide.html", context, status=status_of(request))


def _need(request: SignedIn, pk: int) -> Need:
    return the_need(request, pk)
