"""Pages that make, show and change an agreement."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from alliances.forms.agreements import AgreementForm, NewAgreementForm
from alliances.models import Alliance
from alliances.policies.agreements import may_create_alliance, may_edit_alliance
from alliances.principles import starter_principles
from alliances.queries.agreements import alliances_visible_to, awards_in_sight, with_everything
from alliances.queries.wording import agreement_of, written
from alliances.services.agreements import create_alliance, update_alliance
from alliances.views.display import page_of_agreement
from core.access import Refused, Stale, require
from core.entry import entry, everyone, holders_of
from core.forms import submitted
from core.permissions import Permission as P
from core.views.requests import SignedIn, status_of
from marketplace.models import Award

WRITERS = holders_of(P.ALLIANCE_CREATE)
LONGEST_PURPOSE = 3000
FIELDS = ("name", "purpose", "principles", "starts_on", "ends_on")


def visible_alliance(request: HttpRequest, pk: int) -> Alliance:
    """The alliance with what its page shows, or 404 if the person may not know of it."""
    return get_object_or_404(with_everything(alliances_visible_to(request.user)), pk=pk)


@entry(everyone)
def alliance_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The agreement: who, what for, how, how much, which outcomes, until when, and who signed."""
    alliance = visible_alliance(request, pk)
    return render(request, "alliances/alliance_detail.html", page_of_agreement(request.user, alliance))


@entry(everyone)
def alliance_text(request: HttpRequest, pk: int) -> HttpResponse:
    """The exact text the fingerprint is of, so that anyone can check it."""
    alliance = get_object_or_404(alliances_visible_to(request.user), pk=pk)
    response = HttpResponse(
        alliance.agreed_text or written(alliance), content_type="application/json; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="alliance-{alliance.pk}.json"'
    return response


@entry(WRITERS)
def alliance_create(request: SignedIn, award: int) -> HttpResponse:
    """Asks for the words of a new agreement, beside what comes from the award; makes the draft."""
    found = get_object_or_404(awards_in_sight(request.user), pk=award)
    made = Alliance.objects.filter(award=found).first()
    if request.method != "POST":
        if made is not None:
            return redirect("alliance-detail", made.pk)
        require(may_create_alliance(request.user, found))
    form = submitted(NewAgreementForm, request, initial=_first_words(found))
    if request.method == "POST" and form.is_valid():
        try:
            alliance = create_alliance(by=request.user, award=found, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            return redirect("alliance-detail", alliance.pk)
    context = {
        "title": _("Set up the alliance"),
        "section": "alliances",
        "award": found,
        "opportunity": found.lot.opportunity,
        "members": found.bid.members.select_related("organisation"),
        "outcomes": found.lot.opportunity.outcomes.all(),
        "made": made,
        "form": form,
    }
    return render(request, "alliances/alliance_create.html", context, status=status_of(request))


@entry(WRITERS)
def alliance_edit(request: SignedIn, pk: int) -> HttpResponse:
    """Changes the words and dates of a draft; tells whoever comes second what is saved by now."""
    alliance = visible_alliance(request, pk)
    if request.method != "POST":
        require(may_edit_alliance(request.user, alliance))
    initial = {field: getattr(alliance, field) for field in FIELDS}
    form = submitted(AgreementForm, request, initial={**initial, "version": alliance.version})
    context: dict[str, Any] = {"title": _("Change the agreement"), "section": "alliances", "alliance": alliance}
    if request.method == "POST" and form.is_valid():
        try:
            update_alliance(by=request.user, alliance=alliance, **form.cleaned_data)
        except Stale as refusal:
            form.add_error(None, refusal.reason)
            form.accept_version(alliance.version)
            context["saved"] = agreement_of(alliance)
        except Refused as refusal:
            form.add_error(None, refusal.reason)
        else:
            return redirect("alliance-detail", alliance.pk)
    return render(request, "alliances/alliance_edit.html", {**context, "form": form}, status=status_of(request))


def _first_words(award: Award) -> dict[str, Any]:
    opportunity = award.lot.opportunity
    return {
        "name": opportunity.title,
        "purpose": opportunity.summary[:LONGEST_PURPOSE],
        "principles": starter_principles(),
        "starts_on": opportunity.starts_on,
        "ends_on": opportunity.ends_on,
    }
