"""Sets of partners as plain values for the page: who brings what, and which share it could carry."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.money import pounds, round_half_up
from providers.models import PartnerNotice
from providers.partners import Answer, Part, PartnerSet, Requirement
from providers.views.partner_display import a_year

MOST_NAMES = 6


@dataclass(frozen=True)
class Names:
    """What is wanted, and what places, kinds of need, notices and those in the draft are called."""

    wanted: tuple[tuple[int, int], ...]
    places: Mapping[int, str]
    categories: Mapping[int, str]
    notices: Mapping[int, PartnerNotice]
    joined: Mapping[int, str]

    def told(self, requirements: Iterable[Requirement]) -> list[str]:
        """ "Accommodation in Bolton and Wigan", a line for each kind of need."""
        named = set(requirements)
        by_kind: dict[int, list[int]] = defaultdict(list)
        of_kind: dict[int, int] = defaultdict(int)
        for place, category in self.wanted:
            of_kind[category] += 1
            if (place, category) in named:
                by_kind[category].append(place)
        return [
            self._line(category, places, everywhere=len(places) == of_kind[category])
            for category, places in by_kind.items()
        ]

    def _line(self, category: int, places: list[int], *, everywhere: bool) -> str:
        kind = self.categories.get(category, "")
        if everywhere and len(places) > 1:
            sentence = ngettext("%(kind)s in all %(n)d place", "%(kind)s in all %(n)d places", len(places))
            return sentence % {"kind": kind, "n": len(places)}
        names = [self.places.get(place, "") for place in places]
        return _("%(kind)s in %(places)s") % {"kind": kind, "places": joined(names)}


@dataclass(frozen=True)
class PartLine:
    """One of a set: what it brings, what only it does, and the share it could carry."""

    name: str
    url: str
    brings: list[str]
    alone: list[str]
    share: str
    most: str
    is_joined: bool = False


@dataclass(frozen=True)
class SetLine:
    """A set of partners."""

    title: str
    parts: list[PartLine]
    unmet: list[str]
    short: str


def sets_of(answer: Answer, names: Names, *, value_pence: int, opportunity: int) -> list[SetLine]:
    """The sets, best first; one of which a partner has just taken its notice down is left out."""
    return [
        _set(found, names, value_pence=value_pence, opportunity=opportunity)
        for found in answer.sets
        if found.partners and all(key in names.notices for key in found.partners)
    ]


def _set(found: PartnerSet, names: Names, *, value_pence: int, opportunity: int) -> SetLine:
    parts = [_part(part, names, value_pence=value_pence, opportunity=opportunity) for part in found.parts]
    return SetLine(
        title=joined([part.name for part in parts]),
        parts=parts,
        unmet=names.told(found.unmet),
        short=a_year(found.short_pence) if found.short_pence else "",
    )


def _part(part: Part, names: Names, *, value_pence: int, opportunity: int) -> PartLine:
    notice = names.notices[part.key] if part.key is not None else None
    return PartLine(
        name=notice.listed_name if notice else names.joined.get(part.joined or 0, _("You")),
        url=f"{reverse('partner-notice', args=[notice.pk])}?opportunity={opportunity}" if notice else "",
        brings=names.told(part.brings),
        alone=names.told(part.alone) if part.alone != part.brings else [],
        share=_share(part.share_pence, value_pence),
        most=a_year(part.most_pence) if part.most_pence else "",
        is_joined=part.joined is not None,
    )


def _share(share_pence: int, value_pence: int) -> str:
    """£10,000 a year, about 25%"""
    if not value_pence:
        return ""
    whole = round_half_up(Fraction(share_pence * 100, value_pence))
    return _("%(money)s, about %(percent)s") % {"money": pounds(share_pence), "percent": f"{whole}%"}


def joined(names: list[str]) -> str:
    """ "Bolton, Wigan and Leigh"; many are counted from the sixth on."""
    if len(names) > MOST_NAMES:
        more = len(names) - MOST_NAMES + 1
        sentence = ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more)
        return sentence % {"names": ", ".join(names[: MOST_NAMES - 1]), "count": more}
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
