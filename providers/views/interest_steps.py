"""Answering an expression of interest, withdrawing it, and going on to a consortium."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import Refused, require
from core.display import Crumb
from core.entry import entry, holders_of
from core.forms import submitted
from core.models import Organisation
from core.permissions import Permission as P
from core.queries.people import organisations_of
from core.views.requests import SignedIn, status_of
from providers.forms.interests import AcceptForm, TogetherForm
from providers.models import PartnerInterest
from providers.policies.interests import may_answer_interest, may_bring_together, may_withdraw_interest
from providers.services.interests import accept_interest, bring_together, decline_interest, withdraw_interest
from providers.views.interests import detail, visible_interest

WRITERS = holders_of(P.CONSORTIUM_FORM)


@require_POST
@entry(WRITERS)
def interest_accept(request: SignedIn, pk: int) -> HttpResponse:
    """The two are introduced."""
    interest = visible_interest(request, pk)
    require(may_answer_interest(request.user, interest))
    form = AcceptForm(request.POST, organisation=interest.partner, person=request.user)
    if not form.is_valid():
        return detail(request, interest, form)
    accept_interest(by=request.user, interest=interest, contact=form.cleaned_data["contact"])
    messages.success(request, _("You are introduced. Both of you now see whom to write to."))
    return redirect("interest-detail", pk)


@require_POST
@entry(WRITERS)
def interest_decline(request: SignedIn, pk: int) -> HttpResponse:
    """It comes to nothing."""
    interest = visible_interest(request, pk)
    decline_interest(by=request.user, interest=interest)
    messages.success(request, _("You declined. They are told, and nobody saw an address."))
    return redirect("interest-list")


@entry(WRITERS)
def interest_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Asks once more, then it can no longer be accepted."""
    interest = visible_interest(request, pk)
    require(may_withdraw_interest(request.user, interest))
    url = reverse("interest-detail", args=[pk])
    if request.method == "POST":
        withdraw_interest(by=request.user, interest=interest)
        messages.success(request, _("Your message is withdrawn."))
        return redirect(url)
    context = {
        "title": _("Withdraw your message?"),
        "section": "work",
        "crumbs": [Crumb(_("Introductions"), reverse("interest-list")), Crumb(_("Your message"), url)],
        "interest": interest,
        "cancel_url": url,
    }
    return render(request, "providers/interest_withdraw.html", context)


@entry(WRITERS)
def interest_together(request: SignedIn, pk: int, organisation: int) -> HttpResponse:
    """The other of the two is asked into a consortium that this organisation leads, or into a new one."""
    interest = visible_interest(request, pk)
    lead = get_object_or_404(organisations_of(request.user), pk=organisation)
    require(may_bring_together(request.user, interest, lead))
    partner = _other(interest, lead)
    form = submitted(TogetherForm, request, lead=lead, partner=partner, initial={})
    if request.method == "POST" and form.is_valid():
        try:
            consortium = bring_together(
                by=request.user,
                interest=interest,
                lead=lead,
                consortium=form.chosen(),
                name=form.cleaned_data["name"],
                part=form.cleaned_data["part"],
                form_key=form.cleaned_data["form_key"],
            )
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("%(name)s is invited and has been told.") % {"name": partner.name})
            return redirect("consortium-detail", consortium.pk)
    url = reverse("interest-detail", args=[pk])
    context = {
        "title": _("Bid together with %(name)s") % {"name": partner.name},
        "section": "work",
        "crumbs": [Crumb(_("Introductions"), reverse("interest-list")), Crumb(partner.name, url)],
        "lead": lead,
        "form": form,
        "cancel_url": url,
    }
    return render(request, "providers/interest_together.html", context, status=status_of(request))


def _other(interest: PartnerInterest, lead: Organisation) -> Organisation:
    return interest.partner if lead.pk == interest.organisation_id else interest.organisation
