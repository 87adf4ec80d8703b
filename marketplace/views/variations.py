"""Pages on which a change to a contract is proposed, read, agreed to, refused or withdrawn."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.access import Refused, Stale, require
from core.entry import entry, holders_of
from core.forms import submitted
from core.permissions import Permission as P
from core.views.requests import SignedIn, status_of
from marketplace.contract_values import years_of
from marketplace.forms.variations import AgreeForm, CloseVariationForm, VariationForm
from marketplace.models import Contract, ContractParty, Variation
from marketplace.policies.variations import (
    Wanted,
    may_agree_to_variation,
    may_propose_variation,
    may_refuse_variation,
    may_withdraw_variation,
)
from marketplace.queries.change_notices import change_notice_of
from marketplace.queries.contracts import own_places, years_of_contract
from marketplace.queries.variations import variations_visible_to
from marketplace.services.variations import (
    agree_to_variation,
    propose_variation,
    refuse_variation,
    withdraw_variation,
)
from marketplace.views.contracts import READERS, read_contract
from marketplace.views.variation_display import page_of_variation

WORKERS = holders_of(P.CONTRACT_WORK)
# A change may prolong the contract by so many financial years at once.
YEARS_MORE = 2


def visible_variation(request: SignedIn, pk: int) -> Variation:
    """The variation with what its page shows, or 404 if its contract is not for this person to read."""
    return get_object_or_404(variations_visible_to(request.user), pk=pk)


def party_numbered(variation: Variation, place: int) -> ContractParty:
    """The party of that number, or 404."""
    return get_object_or_404(variation.contract.parties.select_related("organisation"), pk=place)


@entry(READERS)
def variation_detail(request: SignedIn, pk: int) -> HttpResponse:
    """What changes, why, what each party says, and what the reader can do about it."""
    variation = visible_variation(request, pk)
    return render(request, "marketplace/variation_detail.html", page_of_variation(request.user, variation))


@entry(WORKERS)
def variation_create(request: SignedIn, pk: int) -> HttpResponse:
    """Asks why the contract should change, and how it is to read."""
    contract = read_contract(request, pk)
    own = own_places(request.user, contract, P.CONTRACT_WORK)
    if not own:
        raise PermissionDenied
    if request.method != "POST":
        require(may_propose_variation(request.user, contract, own[0]))
    form = submitted(VariationForm, request, years=_years(contract), parties=own, initial=_as_it_is(contract))
    if request.method == "POST" and form.is_valid():
        try:
            variation = _proposed(request, contract, form)
        except Stale as refusal:
            form.add_error(None, refusal.reason)
            form.accept_basis(Contract.objects.get(pk=contract.pk).last_variation)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("Proposed. The other parties are asked to agree."))
            return redirect("variation-detail", variation.pk)
    context = {
        "title": _("Propose a variation"),
        "section": "contracts",
        "contract": contract,
        "form": form,
    }
    return render(request, "marketplace/variation_create.html", context, status=status_of(request))


def _years(contract: Contract) -> list[int]:
    years = years_of(contract.starts_on, contract.ends_on)
    return [*years, *range(years[-1] + 1, years[-1] + 1 + YEARS_MORE)]


def _as_it_is(contract: Contract) -> dict[str, Any]:
    now = years_of_contract(contract)
    return {
        **{f"year_{year}": now.get(year, 0) for year in _years(contract)},
        "ends_on": contract.ends_on,
        "terms": contract.terms,
        "based_on": contract.last_variation,
    }


def _proposed(request: SignedIn, contract: Contract, form: VariationForm) -> Variation:
    told = form.cleaned_data
    wanted = Wanted(told["title"], told["reason"], form.years(), told["ends_on"], told["terms"])
    return propose_variation(
        by=request.user,
        contract=contract,
        organisation=form.party().organisation,
        wanted=wanted,
        based_on=told["based_on"],
        form_key=told["form_key"],
    )


@entry(WORKERS)
def variation_agree(request: SignedIn, pk: int, place: int) -> HttpResponse:
    """Says what agreeing means, and agrees for one party."""
    variation = visible_variation(request, pk)
    party = party_numbered(variation, place)
    verdict = may_agree_to_variation(request.user, variation, party)
    if not verdict.right or request.method != "POST":
        require(verdict)
    form = submitted(AgreeForm, request, initial={"version": variation.version})
    if request.method == "POST" and form.is_valid():
        try:
            agree_to_variation(
                by=request.user,
                variation=variation,
                organisation=party.organisation,
                version=form.cleaned_data["version"],
            )
        except Stale as refusal:
            variation = visible_variation(request, pk)
            form.add_error(None, refusal.reason)
            form.accept_version(variation.version)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("You have agreed. Everybody signs once all have."))
            return redirect("variation-detail", variation.pk)
    context = {**page_of_variation(request.user, variation), "party": party, "form": form}
    context["title"] = _("Agree for %(name)s") % {"name": party.organisation.name}
    return render(request, "marketplace/variation_agree.html", context, status=status_of(request))


@entry(WORKERS)
def variation_refuse(request: SignedIn, pk: int, place: int) -> HttpResponse:
    """Asks why one party refuses, and refuses."""
    variation = visible_variation(request, pk)
    party = party_numbered(variation, place)
    verdict = may_refuse_variation(request.user, variation, party)
    if not verdict.right or request.method != "POST":
        require(verdict)
    form = submitted(CloseVariationForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            refuse_variation(
                by=request.user,
                variation=variation,
                organisation=party.organisation,
                reason=form.cleaned_data["reason"],
            )
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("Refused. Everybody in the contract is told why."))
            return redirect("variation-detail", variation.pk)
    title = _("Refuse for %(name)s") % {"name": party.organisation.name}
    return _closing(request, variation, form, title, _("Refuse the variation"))


@entry(WORKERS)
def variation_withdraw(request: SignedIn, pk: int) -> HttpResponse:
    """Asks why it is taken back, and takes it back."""
    variation = visible_variation(request, pk)
    verdict = may_withdraw_variation(request.user, variation)
    if not verdict.right or request.method != "POST":
        require(verdict)
    form = submitted(CloseVariationForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_variation(by=request.user, variation=variation, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("Withdrawn. Everybody in the contract is told why."))
            return redirect("variation-detail", variation.pk)
    return _closing(request, variation, form, _("Withdraw the variation"), _("Withdraw the variation"))


def _closing(
    request: SignedIn, variation: Variation, form: CloseVariationForm, title: str, action: str
) -> HttpResponse:
    context = {
        "title": title,
        "section": "contracts",
        "contract": variation.contract,
        "variation": variation,
        "action": action,
        "form": form,
    }
    return render(request, "marketplace/variation_close.html", context, status=status_of(request))


@entry(READERS)
def variation_text(request: SignedIn, pk: int) -> HttpResponse:
    """The exact text the fingerprint is of, so that a party can check it."""
    variation = get_object_or_404(variations_visible_to(request.user).exclude(agreed_text=""), pk=pk)
    return _file(variation.agreed_text, f"variation-{variation.pk}")


@entry(READERS)
def variation_notice_data(request: SignedIn, pk: int) -> HttpResponse:
    """The notice of the change as data, ready to be published; what was recorded, once it was."""
    variation = get_object_or_404(variations_visible_to(request.user).exclude(agreed_text=""), pk=pk)
    # Of this very text: after another variation came into force there may be one of an older reading.
    given = (notice for notice in variation.change_notices.all() if notice.sha256 == variation.agreed_sha256)
    kept = next(given, None)
    content = kept.content if kept else change_notice_of(variation, variation.contract, at=timezone.now())
    return _file(json.dumps(content, ensure_ascii=False, indent=1), f"change-notice-{variation.pk}")


def _file(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response
