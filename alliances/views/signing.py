"""Pages that send an agreement out, sign it, and take it back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from alliances.forms.agreements import AskSignaturesForm, EditAgainForm
from alliances.models import AllianceMember
from alliances.policies.agreements import may_ask_signatures, may_edit_again
from alliances.policies.signing import checks_that_stop, may_sign_alliance
from alliances.queries.agreements import alliances_visible_to, with_everything
from alliances.queries.wording import agreement_of
from alliances.services.agreements import ask_signatures, edit_again
from alliances.services.signing import sign_alliance
from alliances.views.agreements import WRITERS, visible_alliance
from core.access import Refused, Stale, require
from core.entry import entry, holders_of
from core.forms import submitted
from core.permissions import Permission as P
from core.policies import has_right
from core.views.requests import SignedIn, status_of
from marketplace.forms.signing import SignatureForm
from marketplace.views.contract_signing import declarations_of


@entry(WRITERS)
def alliance_ask_signatures(request: SignedIn, pk: int) -> HttpResponse:
    """Says what asking for signatures does, and does it."""
    alliance = visible_alliance(request, pk)
    if request.method != "POST":
        require(may_ask_signatures(request.user, alliance))
    form = submitted(AskSignaturesForm, request, initial={"version": alliance.version})
    if request.method == "POST" and form.is_valid():
        try:
            ask_signatures(by=request.user, alliance=alliance, version=form.cleaned_data["version"])
        except Refused as refusal:
            form.add_error(None, refusal.reason)
            form.accept_version(alliance.version)
        else:
            messages.success(request, _("The text is fixed, and every member has been asked to sign it."))
            return redirect("alliance-detail", alliance.pk)
    context = {
        "title": _("Ask for signatures"),
        "section": "alliances",
        "alliance": alliance,
        "agreement": agreement_of(alliance),
        "form": form,
    }
    return render(request, "alliances/alliance_ask_signatures.html", context, status=status_of(request))


@entry(WRITERS)
def alliance_edit_again(request: SignedIn, pk: int) -> HttpResponse:
    """Asks why the text comes back from signing, says that signatures lapse, and takes it back."""
    alliance = visible_alliance(request, pk)
    if request.method != "POST":
        require(may_edit_again(request.user, alliance))
    form = submitted(EditAgainForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            edit_again(by=request.user, alliance=alliance, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(
                request, _("The text is a draft again. Everybody who was asked to sign has been told.")
            )
            return redirect("alliance-edit", alliance.pk)
    signed = [place for place in alliance.members.all() if place.signed_at]
    context = {
        "title": _("Change the text again"),
        "section": "alliances",
        "alliance": alliance,
        "signed": signed,
        "form": form,
    }
    return render(request, "alliances/alliance_edit_again.html", context, status=status_of(request))


@entry(holders_of(P.ALLIANCE_SIGN))
def alliance_sign(request: SignedIn, pk: int, place: int) -> HttpResponse:
    """The whole text to read, and a signature for one member beneath it."""
    alliance = get_object_or_404(with_everything(alliances_visible_to(request.user)), pk=pk)
    member = get_object_or_404(alliance.members.select_related("organisation", "alliance"), pk=place)
    require(has_right(request.user, P.ALLIANCE_SIGN, member.organisation_id))
    verdict = may_sign_alliance(request.user, member)
    form = submitted(SignatureForm, request, initial={"sha256": alliance.agreed_sha256})
    if request.method == "POST":
        if form.is_valid():
            try:
                signed = sign_alliance(
                    by=request.user, alliance=alliance, organisation=member.organisation, **form.cleaned_data
                )
            except Stale as refusal:
                form.add_error(None, refusal.reason)
                form.accept_text(alliance.agreed_sha256)
            except Refused as refusal:
                form.add_error(None, refusal.reason)
            else:
                messages.success(request, _thanks(signed.activated_at is not None))
                return redirect("alliance-detail", alliance.pk)
        elif "sha256" not in form.cleaned_data:
            form.accept_text(alliance.agreed_sha256)
    context = {
        "title": _("Sign for %(name)s") % {"name": member.organisation.name},
        "section": "alliances",
        "alliance": alliance,
        "agreement": agreement_of(alliance),
        "member": member,
        "may_sign": verdict,
        "declarations_url": declarations_of(member.organisation, back=request.path),
        "checks_url": _checks_of(member),
        "form": form,
    }
    return render(request, "alliances/alliance_sign.html", context, status=status_of(request))


def _checks_of(place: AllianceMember) -> str:
    """The page of the bid that says what is left to settle; nowhere if nothing stops the member."""
    award = place.alliance.award
    if award is None or not place.organisation.is_provider or place.signed_at or not checks_that_stop(place):
        return ""
    return reverse("bid-checks", args=[award.bid_id])


def _thanks(is_active: bool) -> str:
    if is_active:
        return _("You have signed, and yours was the last signature: the alliance is now active.")
    return _("You have signed. You will be told when every member has.")
