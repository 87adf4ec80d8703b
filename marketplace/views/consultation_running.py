"""Pages on which a body asks about a need, reads the answers and says what it heard."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import paging
from core.access import Verdict, require
from core.display import Crumb, Row
from core.entry import entry, holders_of
from core.forms import Form, submitted
from core.permissions import Permission as P
from core.policies import reads_everything
from core.views.requests import SignedIn, status_of
from marketplace.forms import consultations as forms
from marketplace.forms.decisions import ReasonForm, SeenForm
from marketplace.forms.rows import RowsForm
from marketplace.models import ConsultationReply, ConsultationRound, Need
from marketplace.policies import consultations as policies
from marketplace.queries.consultations import answers_to_read, rounds_visible_to
from marketplace.queries.needs import needs_visible_to
from marketplace.services.consultation_answers import open_answers
from marketplace.services.consultation_replies import publish_reply, save_reply, take_back_reply
from marketplace.services.consultations import (
    cancel_round,
    draft_round,
    edit_round,
    publish_round,
    record_no_consultation,
    withdraw_no_consultation,
)
from marketplace.views import consultation_display
from marketplace.views.need_tabs import crumbs_of
from marketplace.views.saving import Saving, save

Act = Callable[[], object]


@entry(holders_of(P.CONSULTATION_RUN))
def round_create(request: SignedIn, pk: int) -> HttpResponse:
    """Begins a round of questions on a need."""
    need = _need(request, pk)
    require(policies.may_consult_on(request.user, need))
    form = _rows_form(request, forms.RoundDraftForm)

    def act() -> None:
        draft_round(by=request.user, need=need, words=form.words(), form_key=form.cleaned_data["form_key"])

    return _written(
        request, need, form, act, title=_("Ask about this need"), done=_("The round is saved as a draft.")
    )


@entry(holders_of(P.CONSULTATION_RUN))
def round_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Changes a draft round."""
    consultation = _round(request, pk)
    require(policies.may_edit_round(request.user, consultation))
    form = _rows_form(
        request,
        forms.RoundEditForm,
        initial=forms.round_of(consultation),
        written=forms.questions_of(consultation),
    )

    def act() -> None:
        version = form.cleaned_data["version"]
        edit_round(by=request.user, consultation=consultation, words=form.words(), version=version)

    def now() -> tuple[int, list[Row]]:
        saved = _round(request, pk)
        rows = [Row(_("Question %(n)s") % {"n": each.number}, each.text) for each in saved.questions.all()]
        return saved.version, [Row(_("What is it about?"), saved.intro), *rows]

    words = {"title": _("Change the questions"), "done": _("The round is saved.")}
    return _written(request, consultation.need, form, act, now=now, **words)


def _rows_form(request: SignedIn, kind: type[RowsForm], **kwargs: Any) -> Any:
    if request.method == "POST" and kind.MORE in request.POST:
        return kind.with_one_more(request.POST)
    return submitted(kind, request, **kwargs)


def _written(
    request: SignedIn,
    need: Need,
    form: Any,
    act: Act,
    *,
    title: str,
    done: str,
    now: Callable[[], tuple[int, list[Row]]] | None = None,
    template: str = "round_edit",
) -> HttpResponse:
    """A page with a form that is written over days: shown, sent, saved; then back to the consultation."""
    saved_now: list[Row] = []
    if form.is_bound and form.is_valid():
        outcome = save(form, act)
        if outcome is Saving.DONE:
            messages.success(request, done)
            return redirect("need-consultation", pk=need.pk)
        if outcome is Saving.STALE and now is not None:
            version, saved_now = now()
            form.accept_version(version)
    context = {
        "title": title,
        "section": "needs",
        "need": need,
        "form": form,
        "crumbs": [*crumbs_of(need), _crumb(need)],
        "cancel_url": _back(need),
        "saved_now": saved_now,
    }
    status = status_of(request) if form.is_bound else 200
    return render(request, f"marketplace/{template}.html", context, status=status)


@entry(holders_of(P.CONSULTATION_RUN))
def round_publish(request: SignedIn, pk: int) -> HttpResponse:
    """Shows the questions as people will see them, and puts them to people."""
    consultation = _round(request, pk)
    require(policies.may_publish_round(request.user, consultation, at=request.arrived_at))
    form = submitted(SeenForm, request, initial={"version": consultation.version})
    if form.is_bound and form.is_valid():

        def act() -> None:
            version = form.cleaned_data["version"]
            publish_round(
                by=request.user, consultation=consultation, version=version, arrived_at=request.arrived_at
            )

        if save(form, act, version_now=lambda: _round(request, pk).version) is Saving.DONE:
            messages.success(request, _("The round is published. Everybody can read the questions."))
            return redirect("need-consultation", pk=consultation.need_id)
        consultation = _round(request, pk)
    line = consultation_display.line_of(consultation, consultation.need, request.user, at=request.arrived_at)
    words = {"title": _("Publish this round"), "line": line}
    return _page(request, consultation.need, form, "round_publish", words)


@entry(holders_of(P.CONSULTATION_RUN))
def round_cancel(request: SignedIn, pk: int) -> HttpResponse:
    """Gives a round up, with a reason for everyone."""
    consultation = _round(request, pk)
    words = {
        "title": _("Cancel this round"),
        "text": _(
            "Nobody can answer any more, and answers given so far are deleted unread. This cannot be undone."
        ),
        "label": _("Why is it cancelled?"),
        "empty": _("Say why it is cancelled."),
        "action": _("Cancel the round"),
        "done": _("The round is cancelled."),
        "warning": "1",
    }
    return _decided(
        request,
        consultation.need,
        policies.may_cancel_round(request.user, consultation),
        lambda reason: cancel_round(by=request.user, consultation=consultation, reason=reason),
        words,
    )


@entry(holders_of(P.CONSULTATION_RUN))
def round_open(request: SignedIn, pk: int) -> HttpResponse:
    """Opens the answers after closing; what could tell who gave which is destroyed first."""
    consultation = _round(request, pk)
    require(policies.may_open_answers(request.user, consultation, at=request.arrived_at))
    form = submitted(forms.SureForm, request)
    if form.is_bound and form.is_valid():

        def act() -> None:
            open_answers(by=request.user, consultation=consultation, arrived_at=request.arrived_at)

        if save(form, act) is Saving.DONE:
            return redirect("round-answers", pk=pk)
    words = {
        "title": _("Open the answers"),
        "text": _(
            "The consultation has closed. Once you open the answers, you and your colleagues can read them."
        ),
        "points": [
            _("Nothing can be changed or withdrawn any more."),
            _("Whatever could have told who gave an answer without a name is destroyed first."),
        ],
        "action": _("Open the answers"),
    }
    return _page(request, consultation.need, form, "need_decide", words)


@entry(holders_of(P.CONSULTATION_RUN, P.EVERYTHING_READ))
def round_answers(request: SignedIn, pk: int) -> HttpResponse:
    """What people answered, in no order, once the answers are open."""
    consultation = _round(request, pk)
    if not reads_everything(request.user):
        require(policies.may_read_answers(request.user, consultation.need))
    answers = answers_to_read(consultation)
    page = paging.page_of(answers, order=("id",), cursor=request.GET.get(paging.PARAMETER, ""))
    need = consultation.need
    context = {
        "title": _("Answers"),
        "section": "needs",
        "need": need,
        "crumbs": [*crumbs_of(need), _crumb(need)],
        "consultation": consultation,
        "counted": consultation_display.answers_in_words(consultation),
        "answers": [(consultation_display.answerer_in_words(row), list(row.texts.all())) for row in page.rows],
        "pages": paging.links(page, "", request.path, {}),
        "replying": policies.may_reply(request.user, consultation),
    }
    return render(request, "marketplace/round_answers.html", context)


# --- What was heard ----------------------------------------------------------------------------------


@entry(holders_of(P.CONSULTATION_RUN))
def reply_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Says what was heard in a round and what was changed."""
    consultation = _round(request, pk)
    require(policies.may_reply(request.user, consultation))
    reply = consultation_display.reply_of(consultation)
    form = _rows_form(request, forms.ReplyForm, initial=forms.reply_of(reply), written=forms.themes_of(reply))

    def act() -> None:
        version = form.cleaned_data["version"]
        save_reply(by=request.user, consultation=consultation, words=form.words(), version=version)

    def now() -> tuple[int, list[Row]]:
        saved = ConsultationReply.objects.get(round=consultation)
        heard = Row(_("What we heard"), saved.what_we_heard)
        return saved.version, [heard, Row(_("What we changed"), saved.what_we_changed)]

    words = {
        "title": _("What we heard, what we changed"),
        "done": _("It is saved as a draft. Publish it when it is ready."),
        "template": "reply_edit",
    }
    return _written(request, consultation.need, form, act, now=now, **words)


@entry(holders_of(P.CONSULTATION_RUN))
def reply_publish(request: SignedIn, pk: int) -> HttpResponse:
    """Shows what was heard as everybody will read it, and publishes it."""
    consultation = _round(request, pk)
    reply = get_object_or_404(ConsultationReply.objects.select_related("round__need__organisation"), round=pk)
    require(policies.may_publish_reply(request.user, reply))
    form = submitted(SeenForm, request, initial={"version": reply.version})
    if form.is_bound and form.is_valid():

        def act() -> None:
            publish_reply(by=request.user, reply=reply, version=form.cleaned_data["version"])

        def version_now() -> int:
            return ConsultationReply.objects.get(pk=reply.pk).version

        if save(form, act, version_now=version_now) is Saving.DONE:
            messages.success(request, _("It is published. Everybody can read what you heard."))
            return redirect("need-consultation", pk=consultation.need_id)
        reply.refresh_from_db()
    return _page(
        request, consultation.need, form, "reply_publish", {"title": _("Publish what you heard"), "reply": reply}
    )


@entry(holders_of(P.NEED_PUBLISH))
def reply_take_back(request: SignedIn, pk: int) -> HttpResponse:
    """Makes a published reply a draft again."""
    consultation = _round(request, pk)
    reply = get_object_or_404(ConsultationReply.objects.select_related("round__need__organisation"), round=pk)
    words = {
        "title": _("Take back what you published"),
        "text": _("It becomes a draft that can be mended. Your reason stays on the page of the need."),
        "label": _("Why is it taken back?"),
        "empty": _("Say why this is taken back."),
        "action": _("Take it back"),
        "done": _("It is a draft again."),
    }
    return _decided(
        request,
        consultation.need,
        policies.may_take_back_reply(request.user, reply),
        lambda reason: take_back_reply(by=request.user, reply=reply, reason=reason),
        words,
    )


@entry(holders_of(P.NEED_PUBLISH))
def need_no_consultation(request: SignedIn, pk: int) -> HttpResponse:
    """Records why nobody is consulted on a need."""
    need = _need(request, pk)
    words = {
        "title": _("Say why nobody is consulted"),
        "text": _("An opportunity can be published for this need without a consultation if you say why."),
        "label": _("Why is nobody consulted?"),
        "empty": _("Say why nobody is consulted."),
        "action": _("Record the reason"),
        "done": _("The reason is on the page of the need."),
    }
    return _decided(
        request,
        need,
        policies.may_record_no_consultation(request.user, need),
        lambda reason: record_no_consultation(by=request.user, need=need, reason=reason),
        words,
    )


@entry(holders_of(P.NEED_PUBLISH))
def need_consult_after_all(request: SignedIn, pk: int) -> HttpResponse:
    """Takes the recorded reason back."""
    need = _need(request, pk)
    words = {
        "title": _("Take back why nobody is consulted"),
        "text": _("People can then be asked about this need, or another reason given."),
        "label": _("Why is it taken back?"),
        "empty": _("Say why this is taken back."),
        "action": _("Take it back"),
        "done": _("It is taken back."),
    }
    return _decided(
        request,
        need,
        policies.may_withdraw_no_consultation(request.user, need),
        lambda reason: withdraw_no_consultation(by=request.user, need=need, reason=reason),
        words,
    )


# -----------------------------------------------------------------------------------------------------


def _decided(
    request: SignedIn, need: Need, verdict: Verdict, act: Callable[[str], object], words: dict[str, str]
) -> HttpResponse:
    """A decision with a reason that everybody can read."""
    require(verdict)
    hint = _("Everybody can read it.")
    form: Any = submitted(ReasonForm, request, label=words["label"], hint=hint, empty=words["empty"])
    if form.is_bound and form.is_valid() and save(form, lambda: act(form.cleaned_data["reason"])) is Saving.DONE:
        messages.success(request, words["done"])
        return redirect("need-consultation", pk=need.pk)
    return _page(request, need, form, "need_decide", words)


def _page(request: SignedIn, need: Need, form: Form, template: str, words: dict[str, Any]) -> HttpResponse:
    context = {
        **words,
        "section": "needs",
        "need": need,
        "form": form,
        "crumbs": [*crumbs_of(need), _crumb(need)],
        "cancel_url": _back(need),
    }
    return render(request, f"marketplace/{template}.html", context, status=status_of(request))


def _need(request: SignedIn, pk: int) -> Need:
    return get_object_or_404(needs_visible_to(request.user).select_related("organisation"), pk=pk)


def _round(request: SignedIn, pk: int) -> ConsultationRound:
    rounds = rounds_visible_to(request.user).select_related("need__organisation", "reply")
    return get_object_or_404(rounds.prefetch_related("questions"), pk=pk)


def _back(need: Need) -> str:
    return reverse("need-consultation", args=[need.pk])


def _crumb(need: Need) -> Crumb:
    return Crumb(_("Consultation"), _back(need))
