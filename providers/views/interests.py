"""Writing to those who look for partners, and what was written."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import paging
from core.access import Refused, require
from core.display import Crumb
from core.entry import entry, holders_of
from core.forms import submitted
from core.models import Organisation
from core.permissions import Permission as P
from core.policies import has_right
from core.queries.people import own_organisations
from core.views.requests import SignedIn, status_of
from providers.forms.interests import AcceptForm, InterestForm
from providers.models import PartnerInterest
from providers.policies.interests import (
    may_answer_interest,
    may_bring_together,
    may_send_interest,
    may_withdraw_interest,
)
from providers.queries.interests import (
    contacts_shown_to,
    interests_received,
    interests_sent,
    interests_visible_to,
    standing_between,
)
from providers.services.interests import send_interest
from providers.subjects import subject_numbered
from providers.views.interest_display import line_of, tag_of
from providers.views.partners import subject_asked_for, visible_notice

READERS = holders_of(P.BID_READ, P.EVERYTHING_READ)
WRITERS = holders_of(P.CONSORTIUM_FORM)


@entry(WRITERS)
def interest_send(request: SignedIn, pk: int) -> HttpResponse:
    """A short message to whoever posted the notice, perhaps about one opportunity."""
    notice = visible_notice(request, pk)
    own = acting(request)
    require(has_right(request.user, P.CONSORTIUM_FORM, own))
    subject = subject_asked_for(request)
    form = submitted(
        InterestForm, request, organisation=own, person=request.user, initial={"organisation": own.pk}
    )
    number = subject.number if subject else 0
    verdict = may_send_interest(request.user, own, notice, opportunity_number=number, at=request.arrived_at)
    if request.method == "POST" and form.is_valid():
        try:
            interest = send_interest(
                by=request.user,
                organisation=own,
                notice=notice,
                subject=subject,
                message=form.cleaned_data["message"],
                contact=form.cleaned_data["contact"],
                form_key=form.cleaned_data["form_key"],
            )
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("%(name)s has your message.") % {"name": notice.listed_name})
            return redirect("interest-detail", interest.pk)
    context = {
        "title": _("Write to %(name)s") % {"name": notice.listed_name},
        "section": "work",
        "crumbs": [Crumb(_("Find partners"), reverse("partner-list"))],
        "notice": notice,
        "organisation": own,
        "subject": subject,
        "form": form,
        "verdict": verdict,
        "standing": standing_between(own, notice.organisation, number) if not verdict else None,
        "cancel_url": reverse("partner-notice", args=[pk]),
    }
    return render(request, "providers/interest_send.html", context, status=status_of(request))


def acting(request: SignedIn) -> Organisation:
    """The organisation of theirs the form names, so that switching in another tab changes nothing."""
    named = request.POST.get("organisation", "")
    own = {str(organisation.pk): organisation for organisation in own_organisations(request.user)}
    found = own.get(named, request.organisation)
    if found is None:
        raise Http404
    return found


@entry(READERS)
def interest_list(request: SignedIn) -> HttpResponse:
    """What others wrote to the organisation somebody acts for, or what it wrote to others; the latest first."""
    own = request.organisation
    if own is None:
        raise Http404
    is_sent = request.GET.get("side") == "sent"
    rows = interests_sent(own) if is_sent else interests_received(own)
    page = paging.page_of(rows, order=("-id",), cursor=request.GET.get(paging.PARAMETER, ""))
    count = paging.count_up_to(rows)
    told = ngettext("%(count)s message", "%(count)s messages", count.number) % {"count": count}
    address = reverse("interest-list")
    context = {
        "title": _("Introductions"),
        "section": "work",
        "crumbs": [Crumb(_("Find partners"), reverse("partner-list"))],
        "organisation": own,
        "is_sent": is_sent,
        "tabs": [
            Crumb(_("To you"), address, current=not is_sent),
            Crumb(_("From you"), f"{address}?side=sent", current=is_sent),
        ],
        "lines": [line_of(interest, is_sent=is_sent) for interest in page.rows],
        "found": told,
        "pages": paging.links(page, "", request.path, {"side": "sent"} if is_sent else {}),
    }
    return render(request, "providers/interest_list.html", context)


@entry(READERS)
def interest_detail(request: SignedIn, pk: int) -> HttpResponse:
    """What was written, how it was answered, and what can be done; addresses once both agreed."""
    return detail(request, visible_interest(request, pk))


def visible_interest(request: SignedIn, pk: int) -> PartnerInterest:
    """What the person's organisations wrote or were written."""
    return get_object_or_404(interests_visible_to(request.user), pk=pk)


def detail(request: SignedIn, interest: PartnerInterest, form: AcceptForm | None = None) -> HttpResponse:
    """The page, with the form of acceptance as it was sent, if it was."""
    answer = may_answer_interest(request.user, interest)
    if answer and form is None:
        form = AcceptForm(organisation=interest.partner, person=request.user)
    text, tone = tag_of(interest)
    context: dict[str, Any] = {
        "title": _("%(sender)s and %(partner)s")
        % {"sender": interest.organisation.name, "partner": interest.partner.name},
        "section": "work",
        "crumbs": [
            Crumb(_("Find partners"), reverse("partner-list")),
            Crumb(_("Introductions"), reverse("interest-list")),
        ],
        "interest": interest,
        "subject": subject_numbered(request.user, interest.opportunity_number),
        "tag": text,
        "tone": tone,
        "answer": answer,
        "form": form,
        "withdraw": may_withdraw_interest(request.user, interest),
        "contacts": contacts_shown_to(request.user, interest),
        "together": [
            organisation
            for organisation in own_organisations(request.user)
            if organisation.pk in (interest.organisation_id, interest.partner_id)
            and may_bring_together(request.user, interest, organisation)
        ],
    }
    return render(request, "providers/interest_detail.html", context, status=status_of(request))
