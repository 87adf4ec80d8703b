"""Pages on which an opportunity is sent, returned, published or cancelled."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import require
from core.entry import entry, holders_of
from core.forms import Form, submitted
from core.permissions import Permission as P
from core.views.requests import SignedIn, status_of
from marketplace.forms.decisions import ReasonForm, SeenForm
from marketplace.models import Opportunity
from marketplace.policies.opportunities import (
    may_cancel_opportunity,
    may_publish_opportunity,
    may_return_opportunity,
    may_send_for_review,
)
from marketplace.services.opportunities import (
    cancel_opportunity,
    publish_opportunity,
    return_opportunity,
    send_for_review,
)
from marketplace.states import OpportunityStatus
from marketplace.views.opportunities import page_of
from marketplace.views.opportunity_writing import crumbs_of, draft
from marketplace.views.saving import Saving, save


@entry(holders_of(P.OPPORTUNITY_DRAFT))
def opportunity_send(request: SignedIn, pk: int) -> HttpResponse:
    """Shows the whole draft and sends it to the directors."""
    opportunity = draft(request, pk)
    require(may_send_for_review(request.user, opportunity))
    form = submitted(SeenForm, request, initial={"version": opportunity.version})
    if form.is_bound and form.is_valid():

        def act() -> None:
            version = form.cleaned_data["version"]
            send_for_review(by=request.user, opportunity=opportunity, version=version)

        if save(form, act, version_now=lambda: draft(request, pk).version) is Saving.DONE:
            messages.success(request, _("The draft is with the director, who has been told."))
            return redirect("opportunity-tasks", pk=pk)
    words = {
        "title": _("Check and send"),
        "text": _("This is how bidders would read it. Once sent it cannot be changed unless it is returned."),
        "action": _("Send to the director"),
    }
    return _preview(request, pk, form, words)


@entry(holders_of(P.OPPORTUNITY_PUBLISH))
def opportunity_publish(request: SignedIn, pk: int) -> HttpResponse:
    """Shows the opportunity as bidders will read it, and publishes it."""
    opportunity = draft(request, pk)
    require(may_publish_opportunity(request.user, opportunity, at=request.arrived_at))
    form = submitted(SeenForm, request, initial={"version": opportunity.version})
    if form.is_bound and form.is_valid():

        def act() -> None:
            publish_opportunity(
                by=request.user,
                opportunity=opportunity,
                version=form.cleaned_data["version"],
                arrived_at=request.arrived_at,
            )

        if save(form, act, version_now=lambda: draft(request, pk).version) is Saving.DONE:
            messages.success(request, _("The opportunity is published. Everybody can read it."))
            return redirect("opportunity-detail", pk=pk)
    words = {
        "title": _("Publish this opportunity"),
        "text": _("This is how bidders will read it. Once published it cannot be changed, only cancelled."),
        "action": _("Publish"),
    }
    return _preview(request, pk, form, words)


def _preview(request: SignedIn, pk: int, form: Form, words: dict[str, str]) -> HttpResponse:
    opportunity = draft(request, pk)
    context = {
        **page_of(opportunity, at=request.arrived_at),
        **words,
        "section": "opportunities",
        "form": form,
        "crumbs": crumbs_of(opportunity),
        "cancel_url": reverse("opportunity-tasks", args=[pk]),
    }
    return render(request, "marketplace/opportunity_publish.html", context, status=status_of(request))


@entry(holders_of(P.OPPORTUNITY_PUBLISH))
def opportunity_return(request: SignedIn, pk: int) -> HttpResponse:
    """Gives a draft back to its authors with what has to change."""
    opportunity = draft(request, pk)
    require(may_return_opportunity(request.user, opportunity))
    words = {
        "title": _("Return this opportunity"),
        "text": _("It becomes a draft again, and its authors are told what you write."),
        "label": _("What has to change?"),
        "hint": "",
        "empty": _("Say what has to change."),
        "action": _("Return it"),
        "done": _("The draft is returned to its authors."),
    }
    return _decided(request, opportunity, return_opportunity, words, back="opportunity-tasks")


@entry(holders_of(P.OPPORTUNITY_PUBLISH))
def opportunity_cancel(request: SignedIn, pk: int) -> HttpResponse:
    """Cancels it, with a reason for everyone."""
    opportunity = draft(request, pk)
    require(may_cancel_opportunity(request.user, opportunity))
    public = opportunity.status == OpportunityStatus.OPEN
    words = {
        "title": _("Cancel this opportunity"),
        "text": _(
            "It takes no bids any more and none will be opened. Everybody bidding is told. This cannot be undone."
        )
        if public
        else _("The draft is given up for good."),
        "label": _("Why is it cancelled?"),
        "hint": _("Everybody can read it.") if public else "",
        "empty": _("Say why it is cancelled."),
        "action": _("Cancel the opportunity"),
        "done": _("The opportunity is cancelled."),
        "warning": "1",
    }
    back = "opportunity-detail" if public else "opportunity-tasks"
    return _decided(request, opportunity, cancel_opportunity, words, back=back)


def _decided(
    request: SignedIn,
    opportunity: Opportunity,
    service: Callable[..., Opportunity],
    words: dict[str, str],
    *,
    back: str,
) -> HttpResponse:
    form: Any = submitted(ReasonForm, request, label=words["label"], hint=words["hint"], empty=words["empty"])
    if form.is_bound and form.is_valid():

        def act() -> None:
            service(by=request.user, opportunity=opportunity, reason=form.cleaned_data["reason"])

        if save(form, act) is Saving.DONE:
            messages.success(request, words["done"])
            return redirect(back, pk=opportunity.pk)
    context = {
        **words,
        "section": "opportunities",
        "opportunity": opportunity,
        "form": form,
        "crumbs": crumbs_of(opportunity),
        "cancel_url": reverse(back, args=[opportunity.pk]),
    }
    return render(request, "marketplace/opportunity_decide.html", context, status=status_of(request))
