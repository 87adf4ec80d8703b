"""Who would complete you: partners for one opportunity."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.access import require
from core.display import Crumb, Row
from core.entry import entry, holders_of
from core.models import NeedCategory, Organisation
from core.money import rate_of
from core.permissions import Permission as P
from core.views.requests import SignedIn
from marketplace.forms.partners import PartnerSearchForm
from marketplace.models import BidMember, Lot, Opportunity
from marketplace.policies.partners import may_look_for_partners
from marketplace.queries.completing import joined_for, wanted_by
from marketplace.queries.opportunities import opportunities_visible_to
from marketplace.views.completing_display import Names, joined, sets_of
from providers.partners import Answer, Candidate, Wanted, complete
from providers.policies.partners import may_post_notice
from providers.queries.completing import (
    Bringing,
    Ground,
    brought_by,
    brought_by_each,
    candidates_for,
    ground_of,
    notices_numbered,
)
from providers.queries.partners import notice_of
from providers.views.partner_display import a_year
from providers.yearly import pence_a_year


@dataclass(frozen=True)
class Question:
    """What is asked of the search: the ground, what is wanted on it, and whether candidates were left out.

    `joined`: number and name of each organisation that is in the draft already.
    """

    ground: Ground
    requirements: tuple[tuple[int, int], ...]
    wanted: Wanted
    answer: Answer
    is_cut: bool
    joined: Mapping[int, str]


@entry(holders_of(P.BID_READ))
def opportunity_partners(request: SignedIn, pk: int) -> HttpResponse:
    """The smallest sets of partners from the board that, with you, cover everything and carry the money."""
    published = opportunities_visible_to(request.user).filter(published_at__isnull=False)
    opportunity = get_object_or_404(published.prefetch_related("lots"), pk=pk)
    own = request.organisation
    require(may_look_for_partners(request.user, opportunity, own, at=request.arrived_at))
    brought = brought_by(own, request.arrived_at) if own else None  # the policy has seen to it that there is one
    form = PartnerSearchForm(
        request.GET, opportunity=opportunity, most_pence=brought.most_pence if brought else None
    )
    lot = form.lot_sought()
    context = {
        "title": _("Who would complete you?"),
        "section": "opportunities",
        "crumbs": [
            Crumb(_("Opportunities"), reverse("opportunity-list")),
            Crumb(opportunity.title, reverse("opportunity-detail", args=[pk])),
        ],
        "opportunity": opportunity,
        "form": form,
        "organisation": own,
        "can_post": own is not None and bool(may_post_notice(request.user, own)) and notice_of(own) is None,
    }
    if own and lot and brought and brought.areas and brought.categories:
        question = _asked(opportunity, lot, own, brought, form.pence_sought(), at=request.arrived_at)
        context |= _answered(request, opportunity, question)
    return render(request, "marketplace/opportunity_partners.html", context)


def _asked(
    opportunity: Opportunity,
    lot: Lot,
    own: Organisation,
    brought: Bringing,
    own_most_pence: int,
    *,
    at: datetime.datetime,
) -> Question:
    told = wanted_by(opportunity)
    ground = ground_of({area for area, _category in told}, timezone.localdate(at))
    requirements = ground.requirements(told)
    places = joined_for(lot, own)
    wanted = Wanted(
        requirements=requirements,
        value_pence=pence_a_year(lot.value_pence, opportunity.starts_on, opportunity.ends_on),
        own=ground.met_in(brought.areas, brought.categories) & frozenset(requirements),
        own_most_pence=own_most_pence,
        joined=_joined(places, opportunity, lot, ground, frozenset(requirements), at),
    )
    names = {place.organisation_id: place.organisation.name for place in places}
    candidates, is_cut = candidates_for(requirements, ground, at, but=[own.pk, *names])
    return Question(ground, requirements, wanted, complete(wanted, candidates), is_cut, names)


def _joined(
    places: Sequence[BidMember],
    opportunity: Opportunity,
    lot: Lot,
    ground: Ground,
    requirements: frozenset[tuple[int, int]],
    at: datetime.datetime,
) -> tuple[Candidate, ...]:
    """Those in the draft: what each meets, and the share it has, else what its notice says it could carry."""
    brought = brought_by_each([place.organisation_id for place in places], at)
    found = []
    for place in places:
        told = brought.get(place.organisation_id)
        share = rate_of(lot.value_pence, place.share_bps)
        carries = pence_a_year(share, opportunity.starts_on, opportunity.ends_on)
        found.append(
            Candidate(
                key=place.organisation_id,
                brings=ground.met_in(told.areas, told.categories) & requirements if told else frozenset(),
                most_pence=carries or (told.most_pence or 0 if told else 0),
            )
        )
    return tuple(found)


def _answered(request: SignedIn, opportunity: Opportunity, question: Question) -> dict[str, Any]:
    wanted, answer = question.wanted, question.answer
    keys = {key for found in answer.sets for key in found.partners}
    kinds = {category for _place, category in question.requirements}
    names = Names(
        wanted=question.requirements,
        places=question.ground.names,
        categories=dict(NeedCategory.objects.filter(pk__in=kinds).values_list("pk", "name")),
        notices=notices_numbered(keys, request.arrived_at) if keys else {},
        joined=question.joined,
    )
    own_most = wanted.own_most_pence
    in_the_bid = [Row(_("In your bid already"), joined(list(question.joined.values())))] if question.joined else []
    return {
        "is_answered": True,
        "joined": bool(question.joined),
        "sets": sets_of(answer, names, value_pence=wanted.value_pence, opportunity=opportunity.pk),
        "suffices": any(not found.partners and found.completes for found in answer.sets),
        "is_exact": answer.is_exact,
        "is_cut": question.is_cut,
        "nobody": names.told(answer.nobody),
        "is_money_out_of_reach": answer.is_money_out_of_reach,
        "facts": [
            Row(_("Wanted"), "; ".join(names.told(wanted.requirements))),
            Row(_("Worth"), a_year(wanted.value_pence)),
            Row(_("You bring"), "; ".join(names.told(wanted.own)) or _("none of it")),
            Row(_("You could carry"), a_year(own_most) if own_most else _("not said")),
            *in_the_bid,
        ],
    }
