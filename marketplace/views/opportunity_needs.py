"""The page on which a draft opportunity is linked to the needs it answers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import Refused, require
from core.entry import entry, holders_of
from core.permissions import Permission as P
from core.views.requests import SignedIn
from marketplace.models import Need
from marketplace.policies.opportunities import may_edit_opportunity, may_unlink_need
from marketplace.queries.consultations import needs_without_answer
from marketplace.queries.needs import needs_to_link
from marketplace.services.opportunities import link_need, unlink_need
from marketplace.views.opportunity_writing import crumbs_of, draft

MOST_OFFERED = 25
LONGEST_NUMBER = 18


@entry(holders_of(P.OPPORTUNITY_DRAFT))
def opportunity_needs(request: SignedIn, pk: int) -> HttpResponse:
    """Which needs a draft answers, which others it could, and whether people were heard on each."""
    opportunity = draft(request, pk)
    require(may_edit_opportunity(request.user, opportunity))
    refusal = ""
    if request.method == "POST":
        try:
            messages.success(request, _linked(request, pk))
            return redirect("opportunity-needs", pk=pk)
        except Refused as refused:
            refusal = str(refused.reason)
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]
    linked = list(opportunity.needs.order_by("title"))
    silent = set(needs_without_answer(opportunity.needs.all()).values_list("pk", flat=True))
    offered = list(needs_to_link(opportunity, words)[: MOST_OFFERED + 1])
    context = {
        "title": _("Needs it answers"),
        "section": "opportunities",
        "opportunity": opportunity,
        "crumbs": crumbs_of(opportunity),
        "refusal": refusal,
        "linked": [(need, need.pk in silent) for need in linked],
        "may_unlink": len(linked) > 1 and bool(may_unlink_need(request.user, opportunity, linked[0])),
        "offered": offered[:MOST_OFFERED],
        "are_more": len(offered) > MOST_OFFERED,
        "words": words,
        "back_url": reverse("opportunity-tasks", args=[pk]),
    }
    status = 409 if refusal else 200
    return render(request, "marketplace/opportunity_needs.html", context, status=status)


def _linked(request: SignedIn, pk: int) -> str:
    opportunity = draft(request, pk)
    for button, service, done in (
        ("link", link_need, _("“%(need)s” is linked.")),
        ("unlink", unlink_need, _("“%(need)s” is no longer linked.")),
    ):
        number = request.POST.get(button, "")
        if number:
            is_number = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
            own = Need.objects.filter(organisation=opportunity.organisation_id)
            need = get_object_or_404(own, pk=int(number) if is_number else 0)
            service(by=request.user, opportunity=opportunity, need=need)
            return done % {"need": need.title}
    raise Refused(_("Choose a need."))
