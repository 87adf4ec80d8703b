"""Pages that make, show and change a contract."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from core.access import Refused, Stale, require
from core.entry import entry, everyone, holders_of
from core.forms import submitted
from core.models import Area
from core.permissions import Permission as P
from core.uploads import takes_files
from core.views.requests import SignedIn, status_of
from marketplace.contract_terms import starter_terms
from marketplace.contract_values import years_of
from marketplace.forms.contracts import (
    ContactsForm,
    ContractDocumentForm,
    ContractForm,
    NewContractForm,
    YearsForm,
)
from marketplace.models import Award, Contract
from marketplace.policies.contracts import (
    may_add_document,
    may_edit_contract,
    may_keep_contacts,
    may_make_contract,
)
from marketplace.queries.areas import areas_within
from marketplace.queries.contract_words import agreed_in
from marketplace.queries.contracts import (
    awards_for_contracts,
    commissioners_beside,
    contracts_read_by,
    contracts_visible_to,
    with_everything,
    years_of_contract,
)
from marketplace.services.contract_documents import add_document, remove_document
from marketplace.services.contracts import Terms, divide_value, keep_contacts, make_contract, update_contract
from marketplace.views.contract_display import page_of_contract

WRITERS = holders_of(P.CONTRACT_MANAGE)
READERS = holders_of(P.CONTRACT_READ, P.EVERYTHING_READ)
WORKERS = holders_of(P.CONTRACT_MANAGE, P.CONTRACT_WORK)
FIELDS = ("title", "terms", "starts_on", "ends_on", "break_on", "review_months")


def read_contract(request: HttpRequest, pk: int) -> Contract:
    """The contract with what its page shows, or 404 if its terms are not for this person."""
    return get_object_or_404(with_everything(contracts_read_by(request.user)), pk=pk)


@entry(everyone)
def contract_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who, for how much, until when; for its parties the text, the signatures and the papers, too."""
    contract = get_object_or_404(with_everything(contracts_visible_to(request.user)), pk=pk)
    return render(request, "marketplace/contract_detail.html", page_of_contract(request.user, contract))


@entry(READERS)
def contract_text(request: SignedIn, pk: int) -> HttpResponse:
    """The exact text the fingerprint is of, so that a party can check it."""
    contract = get_object_or_404(contracts_read_by(request.user).exclude(agreed_text=""), pk=pk)
    response = HttpResponse(contract.agreed_text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="contract-{contract.pk}.json"'
    return response


@entry(WRITERS)
def contract_create(request: SignedIn, award: int) -> HttpResponse:
    """Asks for the words of a new contract, beside what comes from the award; makes the draft."""
    found = get_object_or_404(awards_for_contracts(request.user), pk=award)
    made = Contract.objects.filter(award=found).first()
    if request.method != "POST":
        if made is not None:
            return redirect("contract-detail", made.pk)
        require(may_make_contract(request.user, found))
    form = submitted(NewContractForm, request, beside=commissioners_beside(found), initial=_first_words(found))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            contract = make_contract(
                by=request.user,
                award=found,
                terms=_terms(told),
                form_key=told["form_key"],
                beside=told.get("beside", []),
            )
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("The draft is made. Look at its money, then ask for signatures."))
            return redirect("contract-detail", contract.pk)
    context = {
        "title": _("Make the contract"),
        "section": "contracts",
        "award": found,
        "opportunity": found.lot.opportunity,
        "members": found.bid.members.select_related("organisation"),
        "outcomes": found.lot.opportunity.outcomes.all(),
        "form": form,
        "made": made,
    }
    return render(request, "marketplace/contract_create.html", context, status=status_of(request))


def _first_words(award: Award) -> dict[str, Any]:
    opportunity = award.lot.opportunity
    return {
        "title": opportunity.title,
        "terms": "\n\n".join(starter_terms()),
        "starts_on": opportunity.starts_on,
        "ends_on": opportunity.ends_on,
        "review_months": 6,
    }


def _terms(told: dict[str, Any]) -> Terms:
    return Terms(**{name: told[name] for name in FIELDS})


@entry(WRITERS)
def contract_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Changes the words and days of a draft; tells whoever comes second what is saved by now."""
    contract = read_contract(request, pk)
    if request.method != "POST":
        require(may_edit_contract(request.user, contract))
    initial = {field: getattr(contract, field) for field in FIELDS}
    form = submitted(ContractForm, request, initial={**initial, "version": contract.version})
    context: dict[str, Any] = {"title": _("Change the contract"), "section": "contracts", "contract": contract}
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            update_contract(by=request.user, contract=contract, version=told["version"], terms=_terms(told))
        except Stale as refusal:
            form.add_error(None, refusal.reason)
            form.accept_version(contract.version)
            context["saved"] = agreed_in(contract)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("Saved."))
            return redirect("contract-detail", contract.pk)
    return render(request, "marketplace/contract_edit.html", {**context, "form": form}, status=status_of(request))


@entry(WRITERS)
def contract_years(request: SignedIn, pk: int) -> HttpResponse:
    """Divides the value of a draft over its financial years."""
    contract = read_contract(request, pk)
    if request.method != "POST":
        require(may_edit_contract(request.user, contract))
    now = years_of_contract(contract)
    years = years_of(contract.starts_on, contract.ends_on)
    initial = {f"year_{year}": now.get(year, 0) for year in years}
    form = submitted(YearsForm, request, years=years, initial={**initial, "version": contract.version})
    if request.method == "POST" and form.is_valid():
        try:
            divide_value(
                by=request.user, contract=contract, version=form.cleaned_data["version"], years=form.years()
            )
        except Stale as refusal:
            form.add_error(None, refusal.reason)
            form.accept_version(contract.version)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("Saved. The years add up to the value of the contract."))
            return redirect("contract-detail", contract.pk)
    context = {"title": _("Money by year"), "section": "contracts", "contract": contract, "form": form}
    return render(request, "marketplace/contract_years.html", context, status=status_of(request))


@entry(WRITERS)
def contract_contacts(request: SignedIn, pk: int) -> HttpResponse:
    """Changes whom to ask and which areas are covered, without a variation."""
    contract = read_contract(request, pk)
    if request.method != "POST":
        require(may_keep_contacts(request.user, contract))
    covered = [area.pk for area in contract.coverage.all()]
    areas = Area.objects.filter(pk__in={*areas_within(contract.award.area_id), *covered}).order_by("-kind", "name")
    initial = {
        "contact_name": contract.contact_name,
        "contact_email": contract.contact_email,
        "coverage": [str(number) for number in covered],
        "version": contract.version,
    }
    form = submitted(ContactsForm, request, areas=areas, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            keep_contacts(by=request.user, contract=contract, **form.cleaned_data)
        except Stale as refusal:
            form.add_error(None, refusal.reason)
            form.accept_version(contract.version)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("Saved. No variation is needed for this."))
            return redirect("contract-detail", contract.pk)
    context = {"title": _("Contact and coverage"), "section": "contracts", "contract": contract, "form": form}
    return render(request, "marketplace/contract_contacts.html", context, status=status_of(request))


@entry(WORKERS)
@takes_files()
def contract_document_add(request: SignedIn, pk: int) -> HttpResponse:
    """Puts a file to the contract."""
    contract = read_contract(request, pk)
    if request.method != "POST":
        require(may_add_document(request.user, contract))
    form = submitted(ContractDocumentForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            add_document(by=request.user, contract=contract, checked=form.cleaned_data["document"])
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("The document is added."))
            return redirect("contract-detail", contract.pk)
    context = {"title": _("Add a document"), "section": "contracts", "contract": contract, "form": form}
    return render(request, "marketplace/contract_document.html", context, status=status_of(request))


@entry(WORKERS)
def contract_document_remove(request: SignedIn, pk: int, place: int) -> HttpResponse:
    """Takes a file out of a draft, once that is confirmed."""
    contract = read_contract(request, pk)
    placed = get_object_or_404(contract.documents.select_related("document"), pk=place)
    verdict = may_add_document(request.user, contract)
    if not verdict.right or request.method != "POST":
        require(verdict)
    refusal = ""
    if request.method == "POST":
        try:
            remove_document(by=request.user, placed=placed)
        except Refused as refused:
            refusal = str(refused.reason)
        else:
            messages.success(request, _("The document is taken out."))
            return redirect("contract-detail", contract.pk)
    context = {
        "title": _("Take the document out"),
        "section": "contracts",
        "contract": contract,
        "placed": placed,
        "refusal": refusal,
    }
    return render(request, "marketplace/contract_document_remove.html", context, status=status_of(request))
