"""What practitioners say is missing at a place, as the public may know it, and a way to follow the place."""

import datetime
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import NeedCategory, User
from core.models.places import COMMISSIONED_FOR
from core.places import SHOWN, Here, Line, Place
from marketplace.queries.signal_counts import PublicCount, signal_counts_at


def signals_at_place(user: User | AnonymousUser, place: Place, at: datetime.datetime) -> Here:
    """The kinds of need of which most practitioners say that help is missing there; two queries or three."""
    counts = {kind: count for kind, count in signal_counts_at(place.area).items() if count.number}
    most = sorted(counts, key=lambda kind: (-(counts[kind].number or 0), kind))[:SHOWN]
    kinds = NeedCategory.objects.in_bulk(most) if most else {}
    follows = place.area.kind in COMMISSIONED_FOR
    return Here(
        title=_("What practitioners say is missing"),
        empty=_("No kind of help is called missing here by ten practitioners or more; fewer are not shown."),
        lines=[_line(kinds[kind], counts[kind]) for kind in most],
        told=_("Numbers under ten are not shown."),
        url=reverse("need-list"),
        url_label=_("All needs"),
        offer_url=f"{reverse('follow-create')}?{urlencode({'area': place.area.pk})}" if follows else "",
        offer=_("Follow this place: be told what is new"),
    )


def _line(kind: NeedCategory, count: PublicCount) -> Line:
    number = count.number or 0
    sentence = ngettext("%(n)s practitioner", "%(n)s practitioners", number)
    if count.at_least:
        sentence = _("at least %(n)s practitioners")
    url = f"{reverse('need-list')}?{urlencode({'category': kind.pk})}"
    return Line(title=kind.name, url=url, text=sentence % {"n": f"{number:,}"})
