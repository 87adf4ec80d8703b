"""What an organisation in a bid said of itself when the bid was handed in."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.entry import entry
from core.views.requests import SignedIn
from marketplace.queries.profiles import profiles_in
from marketplace.views.bids import READERS, visible_bid
from providers.views.profile_display import parts_of


@entry(READERS)
def bid_profile(request: SignedIn, pk: int, organisation: int) -> HttpResponse:
    """One member's frozen profile, to read or print; for panel and commissioner once the bid is opened."""
    bid = visible_bid(request, pk)
    place = get_object_or_404(profiles_in(request.user, bid), organisation=organisation)
    if place.snapshot is None:  # never: only places with one are asked for
        raise Http404
    context = {
        "title": place.organisation.name,
        "snapshot": place.snapshot,
        "parts": parts_of(place.snapshot),
        "back_url": reverse("bid-detail", args=[bid.pk]),
        "back_label": _("Back to the bid"),
    }
    return render(request, "providers/profile_detail.html", context)
