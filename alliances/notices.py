"""Who is told what about an alliance."""

from collections.abc import Iterable

from django.urls import reverse

from alliances.models import Alliance, AllianceMember
from alliances.states import ALLIANCE
from core import notices
from core.models import User
from core.permissions import Permission as P
from core.queries.people import people_with


def ask_to_sign(alliance: Alliance, places: Iterable[AllianceMember]) -> None:
    """Whoever may sign for a member knows that the text is ready, with the page to sign it on."""
    for place in places:
        notices.send(
            ALLIANCE.step("ask_signatures").notice,
            to=people_with(P.ALLIANCE_SIGN, place.organisation_id),
            context={"alliance": alliance, "organisation": place.organisation},
            url=reverse("alliance-sign", args=[alliance.pk, place.pk]),
        )


def signatures_lapsed(alliance: Alliance, places: Iterable[AllianceMember], *, by: User, reason: str) -> None:
    """Those who had signed, and those who were asked to, know that the text will change and why."""
    people: list[User] = []
    for place in places:
        if place.signed_by and place.signed_by.is_active:
            people.append(place.signed_by)
        people += people_with(P.ALLIANCE_SIGN, place.organisation_id)
    notices.send(
        ALLIANCE.step("edit_again").notice,
        to=(person for person in people if person != by),
        context={"alliance": alliance, "by": by, "reason": reason},
        url=reverse("alliance-detail", args=[alliance.pk]),
    )


def alliance_active(alliance: Alliance, places: Iterable[AllianceMember]) -> None:
    """Everybody of every member who reads its alliances knows that it is signed by all."""
    people = [person for place in places for person in people_with(P.ALLIANCE_READ, place.organisation_id)]
    notices.send(
        ALLIANCE.step("activate").notice,
        to=people,
        context={"alliance": alliance},
        url=reverse("alliance-detail", args=[alliance.pk]),
    )
