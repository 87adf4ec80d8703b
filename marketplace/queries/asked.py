"""What others ask of an organisation in their bids: to stand behind or be stood behind, to come in, to leave."""

import datetime
from dataclasses import dataclass

from django.db.models import BigIntegerField, Case, CharField, F, Value, When

from core.models import Organisation
from marketplace.models import Cover, Replacement
from marketplace.queries.covers import covers_to_answer
from marketplace.queries.replacements import replacements_to_answer
from marketplace.states import CoverStatus

COVER, OFFER, COME, LEAVE = "cover", "offer", "come", "leave"


@dataclass(frozen=True)
class AskedOf:
    """One question: of which kind, its number, whose bid; for a cover the check and its limit in pence.

    `name` is who is to be covered, who offers a cover, or who leaves; `coming` who would come in.
    """

    kind: str
    number: int
    title: str
    name: str
    coming: str
    check: str
    limit_pence: int


def asked_of(organisation: Organisation, *, on: datetime.date, at_most: int) -> list[AskedOf]:
    """What waits for its answer on that day, the oldest of each kind first; `at_most` of places, twice of covers.

    One query for all of it: the page it stands on asks many things.
    """
    waiting = covers_to_answer(organisation, on=on).values("pk")[: 2 * at_most]
    places = replacements_to_answer(organisation).values("pk")[:at_most]
    text, pence = CharField(), BigIntegerField()
    is_offered = When(status=CoverStatus.OFFERED, then=Value(OFFER))
    covers = Cover.objects.filter(pk__in=waiting).order_by()
    told = covers.annotate(
        kind=Case(is_offered, default=Value(COVER), output_field=text),
        title=F("bid__opportunity__title"),
        who=Case(
            When(status=CoverStatus.OFFERED, then=F("sponsor__name")), default=F("member__name"), output_field=text
        ),
        newcomer=Value("", output_field=text),
        check_asked=F("check_code"),
        limit=F("limit_pence"),
    )
    names = ("kind", "pk", "title", "who", "newcomer", "check_asked", "limit")
    moved = Replacement.objects.filter(pk__in=places).order_by()
    moves = moved.annotate(
        kind=Case(
            When(coming=organisation, then=Value(COME)),
            default=Value(LEAVE),
            output_field=text,
        ),
        title=F("bid__opportunity__title"),
        who=F("leaving__name"),
        newcomer=F("coming__name"),
        check_asked=Value("", output_field=text),
        limit=Value(0, output_field=pence),
    )
    rows = told.values_list(*names).union(moves.values_list(*names), all=True)
    return [AskedOf(*row) for row in sorted(rows, key=lambda row: row[1])]
