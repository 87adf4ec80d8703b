"""Pages on which people answer a consultation, and change or withdraw what they answered."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import require
from core.display import Crumb
from core.entry import entry, everyone, signed_in
from core.forms import Form, submitted
from core.views.requests import SignedIn, status_of
from marketplace.anonymity import code_of, digest_of
from marketplace.forms.answers import AnswerEditForm, AnswerForm, CodedAnswerForm, CodeForm, texts_of
from marketplace.forms.consultations import SureForm
from marketplace.models import ConsultationAnswer, ConsultationRound
from marketplace.policies.consultations import may_answer, may_change_answer
from marketplace.queries.consultations import (
    answer_with_code,
    capacities_of,
    has_answered,
    own_answer,
    rounds_visible_to,
)
from marketplace.services.consultation_answers import (
    answer_round,
    change_answer,
    change_with_code,
    withdraw_answer,
    withdraw_with_code,
)
from marketplace.views import consultation_display
from marketplace.views.need_tabs import crumbs_of
from marketplace.views.saving import Saving, save
from marketplace.views.visitors import Visitor


@entry(signed_in)
def answer_give(request: SignedIn, pk: int) -> HttpResponse:
    """Answers a round; somebody who answered with a name gets that answer to change."""
    consultation = _round(request, pk)
    if given := own_answer(request.user, consultation):
        return _changed(request, consultation, given)
    require(may_answer(request.user, consultation, at=request.arrived_at))
    capacities = capacities_of(request.user, consultation)
    questions = list(consultation.questions.all())
    # One who can speak only as one thing has nothing to choose.
    initial = {"speaks_as": _only(capacities)}
    form: Any = submitted(AnswerForm, request, capacities=capacities, questions=questions, initial=initial)
    if form.is_bound and form.is_valid():

        def act() -> None:
            answer_round(
                by=request.user,
                consultation=consultation,
                capacity=form.capacity(),
                texts=form.texts(),
                anonymous=form.is_nameless,
                form_key=form.cleaned_data["form_key"],
                arrived_at=request.arrived_at,
            )

        if save(form, act) is Saving.DONE:
            return _kept(request, consultation, form)
    context = {
        **_about(consultation),
        "title": _("Answer this consultation"),
        "form": form,
        "has_answered": has_answered(request.user, consultation),
    }
    return _private(render(request, "marketplace/answer_give.html", context, status=status_of(request)))


def _only(capacities: list[Any]) -> str:
    if len(capacities) != 1:
        return ""
    only = capacities[0]
    return f"{only.speaks_as}:{only.organisation.pk}" if only.organisation else str(only.speaks_as)


def _kept(request: SignedIn, consultation: ConsultationRound, form: AnswerForm) -> HttpResponse:
    if not form.is_nameless:
        messages.success(request, _("Your answer is kept. You can change it here until the consultation closes."))
        return redirect("answer-give", pk=consultation.pk)
    # Not a redirect: the code would have to wait in the session, which says whose it is.
    context = {
        **_about(consultation),
        "title": _("Your answer is kept without your name"),
        "code": code_of(form.cleaned_data["form_key"]),
    }
    return _private(render(request, "marketplace/answer_code.html", context))


def _changed(request: SignedIn, consultation: ConsultationRound, given: ConsultationAnswer) -> HttpResponse:
    """An answer with a name, to read and, until closing, to change."""
    questions = list(consultation.questions.all())
    verdict = may_change_answer(given, at=request.arrived_at)
    form: Any = submitted(AnswerEditForm, request, questions=questions, initial=texts_of(given, questions))
    if form.is_bound and form.is_valid():

        def act() -> None:
            version = form.cleaned_data["version"]
            at = request.arrived_at
            change_answer(by=request.user, answer=given, texts=form.texts(), version=version, arrived_at=at)

        def version_now() -> int:
            now = own_answer(request.user, consultation)
            return now.version if now else 1

        if save(form, act, version_now=version_now) is Saving.DONE:
            messages.success(request, _("Your answer is changed."))
            return redirect("answer-give", pk=consultation.pk)
    context = {
        **_about(consultation),
        "title": _("Your answer"),
        "form": form,
        "given": given,
        "said": consultation_display.answerer_in_words(given),
        "verdict": verdict,
    }
    return render(request, "marketplace/answer_change.html", context, status=status_of(request))


@entry(signed_in)
def answer_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Withdraws the person's own answer."""
    consultation = _round(request, pk)
    given = own_answer(request.user, consultation)
    if given is None:
        return redirect("need-consultation", pk=consultation.need_id)
    require(may_change_answer(given, at=request.arrived_at))
    form = submitted(SureForm, request)
    if form.is_bound and form.is_valid():

        def act() -> None:
            withdraw_answer(by=request.user, answer=given, arrived_at=request.arrived_at)

        if save(form, act) is Saving.DONE:
            messages.success(request, _("Your answer is withdrawn. You can answer again until it closes."))
            return redirect("need-consultation", pk=consultation.need_id)
    context = {
        **_about(consultation),
        "title": _("Withdraw your answer"),
        "text": _("What you wrote is deleted, and nobody will read it."),
        "action": _("Withdraw it"),
        "warning": "1",
        "form": form,
        "cancel_url": reverse("answer-give", args=[pk]),
    }
    return render(request, "marketplace/need_decide.html", context, status=status_of(request))


# --- Without a name: open to everyone, for signing in would tell who -----------------------------------


@entry(everyone)
def answer_code(request: Visitor) -> HttpResponse:
    """Takes the code of an answer without a name and shows the answer to change."""
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm()
    if form.is_bound and form.is_valid():
        answer = answer_with_code(digest_of(form.cleaned_data["code"]))
        if answer is not None and may_change_answer(answer, at=request.arrived_at):
            questions = list(answer.round.questions.all())
            initial = {**texts_of(answer, questions), "code": form.cleaned_data["code"]}
            return _coded(request, answer, CodedAnswerForm(questions=questions, initial=initial))
        form.add_error(
            "code", _("No answer that can still be changed has this code. Look at it letter by letter.")
        )
    context = {"title": _("Change an answer without a name"), "section": "needs", "form": form, "crumbs": _way()}
    return _private(render(request, "marketplace/answer_find.html", context, status=_status(request, form)))


@entry(everyone)
@require_POST
def answer_by_code(request: Visitor) -> HttpResponse:
    """Saves, or withdraws, the answer whose code was sent with it."""
    code = str(request.POST.get("code", ""))[:100]
    answer = answer_with_code(digest_of(code))
    if answer is None:
        return redirect("answer-code")
    questions = list(answer.round.questions.all())
    form = CodedAnswerForm(request.POST, questions=questions)
    withdraws = "withdraw" in request.POST
    if withdraws or form.is_valid():

        def act() -> None:
            if withdraws:
                withdraw_with_code(code=code, arrived_at=request.arrived_at)
            else:
                version = form.cleaned_data["version"]
                change_with_code(code=code, texts=form.texts(), version=version, arrived_at=request.arrived_at)

        if save(form, act, version_now=lambda: answer.version) is Saving.DONE:
            done = _("The answer is withdrawn.") if withdraws else _("The answer is changed.")
            messages.success(request, done)
            return redirect("need-consultation", pk=answer.round.need_id)
    return _coded(request, answer, form)


def _coded(request: Visitor, answer: ConsultationAnswer, form: Form) -> HttpResponse:
    context = {**_about(answer.round), "title": _("Your answer without a name"), "form": form}
    return _private(render(request, "marketplace/answer_coded.html", context, status=_status(request, form)))


def _status(request: Visitor, form: Form) -> int:
    return 422 if form.is_bound and form.errors else 200


def _about(consultation: ConsultationRound) -> dict[str, Any]:
    need = consultation.need
    return {
        "section": "needs",
        "need": need,
        "consultation": consultation,
        "crumbs": [*crumbs_of(need), Crumb(_("Consultation"), reverse("need-consultation", args=[need.pk]))],
        "cancel_url": reverse("need-consultation", args=[need.pk]),
    }


def _way() -> list[Crumb]:
    return [
        Crumb(_("Needs"), reverse("need-list")),
        Crumb(_("Consultations open now"), reverse("consultation-list")),
    ]


def _private(response: HttpResponse) -> HttpResponse:
    """No browser or proxy keeps the page, so that nobody finds it in a history."""
    response["Cache-Control"] = "no-store"
    return response


def _round(request: SignedIn, pk: int) -> ConsultationRound:
    rounds = rounds_visible_to(request.user).prefetch_related("questions")
    return get_object_or_404(rounds, pk=pk)
