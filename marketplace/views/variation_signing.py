"""Pages on which a variation is signed, and the notice of a large change is put on record."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.access import Refused, Stale, require
from core.entry import entry, holders_of
from core.forms import submitted
from core.permissions import Permission as P
from core.policies import has_right
from core.views.requests import SignedIn, status_of
from marketplace.forms.signing import SignatureForm
from marketplace.forms.variations import ChangeNoticeForm
from marketplace.models import ContractParty, Variation
from marketplace.policies.variations import may_record_notice, may_sign_variation
from marketplace.services.variation_signing import record_change_notice, sign_variation
from marketplace.states import VariationStatus
from marketplace.views.contracts import WRITERS
from marketplace.views.variation_display import page_of_variation
from marketplace.views.variations import party_numbered, visible_variation


@entry(holders_of(P.CONTRACT_SIGN))
def variation_sign(request: SignedIn, pk: int, place: int) -> HttpResponse:
    """The whole difference to read, and a signature for one party beneath it."""
    variation = visible_variation(request, pk)
    party = party_numbered(variation, place)
    require(has_right(request.user, P.CONTRACT_SIGN, party.organisation))
    verdict = may_sign_variation(request.user, variation, party)
    form = submitted(SignatureForm, request, initial={"sha256": variation.agreed_sha256})
    if request.method == "POST" and (answer := _sent(request, variation, party, form)):
        return answer
    context = {
        **page_of_variation(request.user, variation),
        "title": _("Sign for %(name)s") % {"name": party.organisation.name},
        "party": party,
        "may_sign": verdict,
        "form": form,
    }
    return render(request, "marketplace/variation_sign.html", context, status=status_of(request))


def _sent(
    request: SignedIn, variation: Variation, party: ContractParty, form: SignatureForm
) -> HttpResponse | None:
    """The way on once it is signed; none where something has to be put right first."""
    if not form.is_valid():
        if "sha256" not in form.cleaned_data:
            form.accept_text(variation.agreed_sha256)
        return None
    try:
        signed = sign_variation(
            by=request.user, variation=variation, organisation=party.organisation, **form.cleaned_data
        )
    except Stale as refusal:
        form.add_error(None, refusal.reason)
        form.accept_text(variation.agreed_sha256)
        return None
    except Refused as refusal:
        form.add_error(None, refusal.reason)
        return None
    if signed.status == VariationStatus.IN_FORCE:
        done = _("You have signed, and yours was the last signature: this is now variation %(number)d.")
        messages.success(request, done % {"number": signed.number})
    else:
        messages.success(request, _("You have signed. You will be told when every party has."))
    return redirect("variation-detail", variation.pk)


@entry(WRITERS)
def variation_notice(request: SignedIn, pk: int) -> HttpResponse:
    """Records that the notice of a large change was published, and where."""
    variation = visible_variation(request, pk)
    verdict = may_record_notice(request.user, variation)
    if not verdict.right or request.method != "POST":
        require(verdict)
    form = submitted(ChangeNoticeForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            record_change_notice(by=request.user, variation=variation, reference=form.cleaned_data["reference"])
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("On record. The variation can be signed now."))
            return redirect("variation-detail", variation.pk)
    context = {
        "title": _("Record the notice of the change"),
        "section": "contracts",
        "contract": variation.contract,
        "variation": variation,
        "form": form,
    }
    return render(request, "marketplace/variation_notice.html", context, status=status_of(request))
