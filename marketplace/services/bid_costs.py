"""A member's costs: entered, taken out, opened to all members by the lead, sealed with the bid."""

import datetime
import uuid

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, notices
from core.access import Refused, require
from core.models import Organisation, User
from core.permissions import Permission as P
from marketplace import seal
from marketplace.models import Bid, BidCost, SealedCosts
from marketplace.policies.bid_costs import may_enter_costs, may_open_costs
from marketplace.services.bid_consents import people
from marketplace.services.locks import locked_bid


@transaction.atomic
def enter_cost(
    *,
    by: User,
    bid: Bid,
    organisation: Organisation,
    label: str,
    amount_pence: int,
    form_key: uuid.UUID,
    arrived_at: datetime.datetime,
) -> BidCost:
    """`organisation` reckons with `amount_pence` for `label`, read by its own people until costs are opened.

    It is no edit of the bid: no consent ends. Sent twice with one `form_key` it is one line.
    """
    bid = locked_bid(bid)
    if made := BidCost.objects.filter(form_key=form_key, created_by=by, bid=bid).first():
        return made
    require(may_enter_costs(by, bid, organisation, at=arrived_at))
    if not label.strip():
        raise Refused(_("Say what the cost is for."))
    cost = BidCost.objects.create(
        bid=bid,
        organisation=organisation,
        label=label.strip(),
        amount_pence=amount_pence,
        form_key=form_key,
        created_by=by,
    )
    audit.record("bid.enter_cost", by=by, obj=bid, organisation=organisation)
    return cost


@transaction.atomic
def remove_cost(*, by: User, cost: BidCost, arrived_at: datetime.datetime) -> None:
    """The line is gone."""
    bid = locked_bid(cost.bid)
    require(may_enter_costs(by, bid, cost.organisation, at=arrived_at))
    BidCost.objects.filter(pk=cost.pk).delete()
    audit.record("bid.remove_cost", by=by, obj=bid, organisation=cost.organisation)


@transaction.atomic
def open_costs(*, by: User, bid: Bid, arrived_at: datetime.datetime) -> Bid:
    """Every member reads the lines of every other from now on, those entered later too, and all are told."""
    bid = locked_bid(bid)
    require(may_open_costs(by, bid, at=arrived_at))
    Bid.objects.filter(pk=bid.pk).update(costs_opened_at=timezone.now(), costs_opened_by=by)
    bid.refresh_from_db(fields=["costs_opened_at", "costs_opened_by"])
    members = [place.organisation for place in bid.members.select_related("organisation")]
    url = reverse("bid-costs", args=[bid.pk])
    notices.send(
        "marketplace/costs_opened", to=people(P.BID_READ, members), context={"bid": bid, "by": by}, url=url
    )
    audit.record("bid.open_costs", by=by, obj=bid, organisation=bid.organisation)
    return bid


def seal_costs(bid: Bid, key: str) -> None:
    """Part of handing in: each member's lines are sealed under the key of the opportunity."""
    lines: dict[int, list[dict[str, object]]] = {}
    for cost in bid.costs.order_by("id"):
        line: dict[str, object] = {"label": cost.label, "amount_pence": cost.amount_pence}
        lines.setdefault(cost.organisation_id, []).append(line)
    SealedCosts.objects.bulk_create(
        SealedCosts(
            bid=bid,
            organisation_id=organisation,
            sealed_content=seal.seal(seal.canonical({"bid": bid.pk, "lines": found}), key),
        )
        for organisation, found in lines.items()
    )
    bid.costs.all().delete()
