"""Pages on which bidders ask and everybody reads the answers; who asked is on none of the body's pages."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core import paging
from core.access import Verdict, require
from core.display import Crumb
from core.entry import entry, everyone, holders_of, signed_in
from core.forms import Form, submitted
from core.permissions import Permission as P
from core.views.requests import SignedIn, status_of
from marketplace.forms.decisions import ReasonForm
from marketplace.forms.questions import AnswerAloneForm, AnswerForm, AskForm
from marketplace.models import BidderQuestion, Opportunity
from marketplace.policies.questions import (
    is_asking_open,
    may_answer_alone,
    may_answer_questions,
    may_ask,
    may_withdraw_question,
)
from marketplace.queries.opportunities import opportunities_visible_to, published_opportunities
from marketplace.queries.questions import (
    count_answered_alone,
    own_questions,
    own_status,
    published_answers,
    questions_answerable_by,
    questions_asked_by,
    questions_to_answer,
    watches,
)
from marketplace.services.questions import (
    answer_alone,
    ask_question,
    publish_answers,
    set_question_aside,
    unwatch_opportunity,
    watch_opportunity,
    withdraw_question,
    write_answer,
)
from marketplace.states import QuestionStatus
from marketplace.views.saving import Saving, save
from marketplace.views.visitors import Visitor

TONES = {
    QuestionStatus.ASKED: "info",
    QuestionStatus.PUBLISHED: "good",
    QuestionStatus.PRIVATE: "good",
    QuestionStatus.SET_ASIDE: "warn",
}


# --- For everybody -----------------------------------------------------------------------------------


@entry(everyone)
def question_list(request: Visitor, pk: int) -> HttpResponse:
    """What was asked and answered; for a provider its own questions too, for the body those that wait."""
    opportunity = _opportunity(request, pk)
    at = request.arrived_at
    answers = may_answer_questions(request.user, opportunity, at=at)
    page = paging.page_of(
        published_answers(opportunity), order=("-number",), cursor=request.GET.get(paging.PARAMETER, "")
    )
    waiting = questions_to_answer(opportunity) if answers.right else []
    context = {
        **_frame(opportunity),
        "title": _("Questions and answers"),
        "answers": page.rows,
        "pages": paging.links(page, "", request.path, {}),
        "answered_alone": count_answered_alone(opportunity),
        "ends": opportunity.asking_ends_at,
        "asking": _asking(request, opportunity),
        "own": _own_lines(request, opportunity),
        "may_answer": answers,
        "may_alone": may_answer_alone(request.user, opportunity, at=at),
        "to_answer": [each for each in waiting if each.status == QuestionStatus.ASKED],
        "ready": [each for each in waiting if each.status == QuestionStatus.ANSWERED],
        "watching": watches(request.user, opportunity),
    }
    return render(request, "marketplace/question_list.html", context)


def _asking(request: Visitor, opportunity: Opportunity) -> Verdict:
    """Whether to show the way to asking; somebody not signed in is asked to sign in on that way."""
    if not request.user.is_authenticated:
        return is_asking_open(opportunity, request.arrived_at)
    return may_ask(request.user, opportunity, request.organisation, at=request.arrived_at)


def _own_lines(request: Visitor, opportunity: Opportunity) -> list[dict[str, Any]]:
    if not request.organisation:
        return []
    return [
        {
            "question": question,
            "tone": TONES.get(own_status(question), "plain"),
            "state": own_status(question).label,
            "may_withdraw": may_withdraw_question(request.user, question),
        }
        for question in own_questions(request.user, request.organisation, opportunity)
    ]


def _opportunity(request: Visitor | SignedIn, pk: int) -> Opportunity:
    published = opportunities_visible_to(request.user).filter(published_at__isnull=False)
    return get_object_or_404(published.select_related("organisation"), pk=pk)


def _frame(opportunity: Opportunity) -> dict[str, Any]:
    return {
        "opportunity": opportunity,
        "section": "opportunities",
        "crumbs": [
            Crumb(_("Opportunities"), reverse("opportunity-list")),
            Crumb(opportunity.title, reverse("opportunity-detail", args=[opportunity.pk])),
        ],
        "list_url": reverse("question-list", args=[opportunity.pk]),
    }


@entry(signed_in)
@require_POST
def opportunity_watch(request: SignedIn, pk: int) -> HttpResponse:
    """The person hears of changes and answers from now on, or no longer."""
    opportunity = get_object_or_404(published_opportunities(), pk=pk)
    if request.POST.get("watch") == "no":
        unwatch_opportunity(by=request.user, opportunity=opportunity)
        messages.success(request, _("You are not told of this opportunity any more."))
    else:
        watch_opportunity(by=request.user, opportunity=opportunity)
        messages.success(request, _("You are told when answers are published and when something changes."))
    return redirect("question-list", pk)


# --- For askers --------------------------------------------------------------------------------------


@entry(holders_of(P.BID_WRITE))
def question_ask(request: SignedIn, pk: int) -> HttpResponse:
    """A provider asks, without the body learning who."""
    opportunity, organisation = _opportunity(request, pk), request.organisation
    verdict = may_ask(request.user, opportunity, organisation, at=request.arrived_at)
    if not verdict.right or request.method != "POST":
        require(verdict)
    form = submitted(AskForm, request)
    if form.is_bound and form.is_valid() and organisation:

        def act() -> None:
            ask_question(
                by=request.user,
                opportunity=opportunity,
                organisation=organisation,
                arrived_at=request.arrived_at,
                **form.cleaned_data,
            )

        if save(form, act) is Saving.DONE:
            messages.success(request, _("Asked. You are told when there is an answer."))
            return redirect("question-list", pk)
    words = {"title": _("Ask a question"), "action": _("Ask"), "text": ""}
    return _form_page(request, opportunity, form, words)


@entry(holders_of(P.BID_WRITE))
def question_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """The asker takes a question back."""
    question = get_object_or_404(questions_asked_by(request.user), pk=pk)
    words = {
        "title": _("Take your question back"),
        "text": _("Nobody answers it then. You can ask again until the last date for questions."),
        "action": _("Take it back"),
        "done": _("Taken back."),
    }
    verdict = may_withdraw_question(request.user, question)

    def act(_form: Form) -> None:
        withdraw_question(by=request.user, question=question)

    return _decided(request, question, verdict, submitted(Form, request), words, act)


# --- For the body ------------------------------------------------------------------------------------

ANSWERERS = holders_of(P.OPPORTUNITY_DRAFT)


def _answerable(request: SignedIn, pk: int) -> BidderQuestion:
    return get_object_or_404(questions_answerable_by(request.user), pk=pk)


@entry(ANSWERERS)
def question_answer(request: SignedIn, pk: int) -> HttpResponse:
    """An answer for everyone is written, to be published with the others that are ready."""
    question = _answerable(request, pk)
    initial = {"told": question.told or question.text, "answer": question.answer}
    words = {
        "title": _("Answer for everyone"),
        "text": "",
        "action": _("Save the answer"),
        "done": _("Saved. Nobody outside your organisation reads it before you publish what is ready."),
    }
    verdict = may_answer_questions(request.user, question.opportunity, at=request.arrived_at)

    def act(form: Form) -> None:
        write_answer(by=request.user, question=question, arrived_at=request.arrived_at, **form.cleaned_data)

    return _decided(request, question, verdict, submitted(AnswerForm, request, initial=initial), words, act)


@entry(ANSWERERS)
def question_alone(request: SignedIn, pk: int) -> HttpResponse:
    """One bidder alone has an answer, for a reason that is kept."""
    question = _answerable(request, pk)
    words = {
        "title": _("Answer to the asker alone"),
        "text": _(
            "All bidders should know the same. Only where the question itself would give a bid away is this right."
        ),
        "action": _("Answer to the asker alone"),
        "done": _("The asker has the answer, and nobody else. The reason is on record."),
    }
    verdict = may_answer_alone(request.user, question.opportunity, at=request.arrived_at)

    def act(form: Form) -> None:
        answer_alone(by=request.user, question=question, arrived_at=request.arrived_at, **form.cleaned_data)

    return _decided(request, question, verdict, submitted(AnswerAloneForm, request), words, act)


@entry(ANSWERERS)
def question_set_aside(request: SignedIn, pk: int) -> HttpResponse:
    """A question is not answered, for a reason that the asker is told."""
    question = _answerable(request, pk)
    words = {
        "title": _("Do not answer this question"),
        "text": _("The asker is told the reason. Nobody else reads the question."),
        "action": _("Do not answer it"),
        "done": _("Set aside. The asker is told why."),
    }
    form = submitted(
        ReasonForm, request, label=_("Why is it not answered?"), empty=_("Say why it is not answered.")
    )
    verdict = may_answer_questions(request.user, question.opportunity, at=request.arrived_at)

    def act(form: Form) -> None:
        set_question_aside(by=request.user, question=question, arrived_at=request.arrived_at, **form.cleaned_data)

    return _decided(request, question, verdict, form, words, act)


@entry(ANSWERERS)
def question_publish(request: SignedIn, pk: int) -> HttpResponse:
    """Shows every answer that is ready as everybody will read it, and publishes them together."""
    opportunity = _opportunity(request, pk)
    require(may_answer_questions(request.user, opportunity, at=request.arrived_at))
    ready = questions_to_answer(opportunity, [QuestionStatus.ANSWERED])
    form = submitted(Form, request)
    if form.is_bound:

        def act() -> None:
            publish_answers(by=request.user, opportunity=opportunity, arrived_at=request.arrived_at)

        if save(form, act) is Saving.DONE:
            messages.success(request, _("Published. Everybody concerned is told in this moment."))
            return redirect("question-list", pk)
    count = ngettext("%(n)s answer is ready.", "%(n)s answers are ready.", len(ready)) % {"n": len(ready)}
    more = _("They are published together and numbered by lot, so that nobody can tell who asked what.")
    words = {"title": _("Publish the answers"), "action": _("Publish for everyone"), "text": f"{count} {more}"}
    return _form_page(request, opportunity, form, words, ready=ready)


def _decided(
    request: SignedIn,
    question: BidderQuestion,
    verdict: Verdict,
    form: Form,
    words: dict[str, str],
    act: Callable[[Form], None],
) -> HttpResponse:
    if not verdict.right or request.method != "POST":
        require(verdict)
    if form.is_bound and form.is_valid() and save(form, lambda: act(form)) is Saving.DONE:
        messages.success(request, words["done"])
        return redirect("question-list", question.opportunity_id)
    return _form_page(request, question.opportunity, form, words, question=question)


def _form_page(
    request: SignedIn, opportunity: Opportunity, form: Form, words: dict[str, str], **more: Any
) -> HttpResponse:
    context = {**_frame(opportunity), **words, **more, "form": form}
    return render(request, "marketplace/question_form.html", context, status=status_of(request))
