"""Pages that send a contract out, sign it, take it back, and end it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import Refused, Stale, require
from core.entry import entry, holders_of
from core.forms import submitted
from core.models import Organisation
from core.permissions import Permission as P
from core.policies import has_right
from core.views.requests import SignedIn, status_of
from marketplace.forms.contracts import AskContractSignaturesForm, TakeBackForm, TerminateForm
from marketplace.forms.signing import SignatureForm
from marketplace.models import Contract, ContractParty
from marketplace.policies.contracts import (
    has_signed,
    may_ask_contract_signatures,
    may_sign_contract,
    may_take_contract_back,
    may_terminate_contract,
)
from marketplace.policies.signing import checks_that_stop
from marketplace.queries.contract_words import agreed_in
from marketplace.services.contract_signing import sign_contract
from marketplace.services.contracts import ask_contract_signatures, take_contract_back, terminate_contract
from marketplace.views.contract_display import year_lines
from marketplace.views.contracts import WRITERS, read_contract
from providers.queries.registration import missing_declarations

SIGNERS = holders_of(P.CONTRACT_SIGN)


@entry(WRITERS)
def contract_ask_signatures(request: SignedIn, pk: int) -> HttpResponse:
    """Says what asking for signatures does, and does it."""
    contract = read_contract(request, pk)
    if request.method != "POST":
        require(may_ask_contract_signatures(request.user, contract))
    form = submitted(AskContractSignaturesForm, request, initial={"version": contract.version})
    if request.method == "POST" and form.is_valid():
        try:
            ask_contract_signatures(by=request.user, contract=contract, version=form.cleaned_data["version"])
        except Refused as refusal:
            form.add_error(None, refusal.reason)
            form.accept_version(contract.version)
        else:
            messages.success(request, _("The text is fixed, and every party has been asked to sign it."))
            return redirect("contract-detail", contract.pk)
    agreed = agreed_in(contract)
    context = {
        "title": _("Ask for signatures"),
        "section": "contracts",
        "contract": contract,
        "agreed": agreed,
        "agreed_years": year_lines(agreed.years),
        "form": form,
    }
    return render(request, "marketplace/contract_ask_signatures.html", context, status=status_of(request))


@entry(WRITERS)
def contract_take_back(request: SignedIn, pk: int) -> HttpResponse:
    """Asks why the text comes back from signing, says that signatures lapse, and takes it back."""
    contract = read_contract(request, pk)
    if request.method != "POST":
        require(may_take_contract_back(request.user, contract))
    form = submitted(TakeBackForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            take_contract_back(by=request.user, contract=contract, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(
                request, _("The text is a draft again. Everybody who was asked to sign has been told.")
            )
            return redirect("contract-edit", contract.pk)
    context = {
        "title": _("Change the text again"),
        "section": "contracts",
        "contract": contract,
        "signed": [party for party in contract.parties.all() if has_signed(party)],
        "form": form,
    }
    return render(request, "marketplace/contract_take_back.html", context, status=status_of(request))


@entry(SIGNERS)
def contract_terminate(request: SignedIn, pk: int) -> HttpResponse:
    """Asks why the contract ends before its time, says what follows, and ends it."""
    contract = read_contract(request, pk)
    verdict = may_terminate_contract(request.user, contract)
    if not verdict.right or request.method != "POST":
        require(verdict)
    form = submitted(TerminateForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            terminate_contract(by=request.user, contract=contract, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("The contract is terminated. Every party has been told why."))
            return redirect("contract-detail", contract.pk)
    context = {"title": _("Terminate the contract"), "section": "contracts", "contract": contract, "form": form}
    return render(request, "marketplace/contract_terminate.html", context, status=status_of(request))


@entry(SIGNERS)
def contract_sign(request: SignedIn, pk: int, place: int) -> HttpResponse:
    """The whole text to read, and a signature for one party beneath it."""
    contract = read_contract(request, pk)
    party = get_object_or_404(contract.parties.select_related("organisation", "signature"), pk=place)
    require(has_right(request.user, P.CONTRACT_SIGN, party.organisation))
    verdict = may_sign_contract(request.user, contract, party)
    form = submitted(SignatureForm, request, initial={"sha256": contract.agreed_sha256})
    if request.method == "POST" and (answer := _sent(request, contract, party, form)):
        return answer
    agreed = agreed_in(contract)
    context = {
        "title": _("Sign for %(name)s") % {"name": party.organisation.name},
        "section": "contracts",
        "contract": contract,
        "agreed": agreed,
        "agreed_years": year_lines(agreed.years),
        "party": party,
        "is_signed": has_signed(party),
        "may_sign": verdict,
        "declarations_url": declarations_of(party.organisation, back=request.path),
        "checks_url": _checks_of(contract, party),
        "form": form,
    }
    return render(request, "marketplace/contract_sign.html", context, status=status_of(request))


def _sent(request: SignedIn, contract: Contract, party: ContractParty, form: SignatureForm) -> HttpResponse | None:
    """The way on once it is signed; none where something has to be put right first."""
    if not form.is_valid():
        if "sha256" not in form.cleaned_data:
            form.accept_text(contract.agreed_sha256)
        return None
    try:
        signed = sign_contract(
            by=request.user, contract=contract, organisation=party.organisation, **form.cleaned_data
        )
    except Stale as refusal:
        form.add_error(None, refusal.reason)
        form.accept_text(contract.agreed_sha256)
        return None
    except Refused as refusal:
        form.add_error(None, refusal.reason)
        return None
    messages.success(request, _thanks(signed.activated_at is not None))
    return redirect("contract-detail", contract.pk)


def declarations_of(organisation: Organisation, *, back: str) -> str:
    """Where the organisation makes the declarations it owes, and then goes `back`; nowhere if it owes none."""
    if not organisation.is_provider or not missing_declarations(organisation):
        return ""
    return f"{reverse('registration-detail', args=[organisation.pk])}?{urlencode({'next': back})}"


def _checks_of(contract: Contract, party: ContractParty) -> str:
    """The page of the bid that says what is left to settle; nowhere if nothing stops the party."""
    bid = contract.award.bid
    if not party.organisation.is_provider or has_signed(party) or not checks_that_stop(party.organisation, bid):
        return ""
    return reverse("bid-checks", args=[bid.pk])


def _thanks(is_active: bool) -> str:
    if is_active:
        return _("You have signed, and yours was the last signature: the contract is now in force.")
    return _("You have signed. You will be told when every party has.")
