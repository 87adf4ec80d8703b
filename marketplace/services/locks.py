"""Rows held until the transaction ends.

One order everywhere: a need, a round of consultation on it; a need, its opportunity, a bid of it, its consortium.
"""

from django.utils.translation import gettext as _

from core.access import Refused
from marketplace.models import Bid, ConsultationRound, Opportunity, Signal
from providers.models import Consortium

# Not the strongest lock there is: rows that only point at the held one may still be written.


def locked_opportunity(opportunity: Opportunity | int) -> Opportunity:
    """The opportunity as it is now, held: nobody else begins, hands in or opens bids of it meanwhile."""
    number = opportunity if isinstance(opportunity, int) else opportunity.pk
    return Opportunity.objects.select_for_update(no_key=True).get(pk=number)


def locked_bid(bid: Bid) -> Bid:
    """The bid as it is now, held: nobody else changes it meanwhile. Refused if it went with its bidder."""
    whole = Bid.objects.select_related("opportunity", "lot", "organisation", "consortium")
    held = whole.select_for_update(no_key=True, of=("self",)).filter(pk=bid.pk).first()
    if held is None:
        raise Refused(_("This bid is no longer here: the organisation that wrote it has closed its account."))
    return held


def hold_consortium(bid: Bid) -> None:
    """Nobody joins or leaves the consortium of this held bid meanwhile."""
    if bid.consortium_id is not None:
        Consortium.objects.select_for_update(no_key=True).get(pk=bid.consortium_id)


def locked_signals(*numbers: int) -> list[Signal]:
    """The signals as they are now, held, in the order asked for; two who ask for the same wait in one order."""
    rows = Signal.objects.select_related("organisation").select_for_update(no_key=True, of=("self",))
    held = {row.pk: row for row in rows.filter(pk__in=numbers).order_by("pk")}
    return [held[number] for number in numbers]


def locked_group(signal: Signal) -> tuple[Signal, Signal]:
    """The signal and the one that stands for it (perhaps itself), both held: parent before child.

    What stands for a signal changes only while that one is held, so holding it and looking again is enough.
    """
    while True:
        root_id = Signal.objects.only("counted_in").get(pk=signal.pk).root_id
        (root,) = locked_signals(root_id)
        if root_id == signal.pk:
            if root.counted_in_id is None:
                return root, root
            continue
        (child,) = locked_signals(signal.pk)
        if child.root_id == root_id:
            return child, root


def locked_round(consultation: ConsultationRound) -> ConsultationRound:
    """The round as it is now, held: nobody else answers, cancels or opens it meanwhile."""
    whole = ConsultationRound.objects.select_related("need__organisation")
    return whole.select_for_update(no_key=True, of=("self",)).get(pk=consultation.pk)
