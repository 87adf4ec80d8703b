"""Who is in a bid: made together with others, and following those who join or part while it is written."""

import datetime
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from core.access import require
from core.concurrency import save_version
from core.models import Organisation, User
from marketplace.models import Bid, BidMember
from marketplace.policies.bids import is_open, may_edit_bid, may_make_joint
from marketplace.queries.bid_words import fingerprint_of, words_in_rows
from marketplace.queries.bids import bids_being_written_with, live_consents
from marketplace.services.bids import choose_consortium, edited
from marketplace.services.locks import locked_bid
from providers.models import Consortium, ConsortiumMember
from providers.services.consortia import form_consortium
from providers.states import ConsortiumMemberStatus


@transaction.atomic
def bid_together(
    *, by: User, bid: Bid, name: str, form_key: uuid.UUID, version: int, arrived_at: datetime.datetime
) -> Consortium:
    """A consortium of that name stands behind the bid, led by the lead of the bid; partners can be asked in.

    Sent twice with one `form_key` it forms one consortium. Refused for a bid that has another already.
    """
    bid = locked_bid(bid)
    require(may_edit_bid(by, bid, at=arrived_at))
    if bid.consortium is not None and bid.consortium.form_key == form_key:
        return bid.consortium
    require(may_make_joint(bid))
    consortium = form_consortium(by=by, organisation=bid.organisation, name=name, form_key=form_key)
    choose_consortium(by=by, bid=bid, consortium=consortium, version=version, arrived_at=arrived_at)
    return consortium


@contextmanager
def bids_follow(place: ConsortiumMember, by: User) -> Iterator[None]:
    """Around a change of one place: bids being written are held first, and afterwards name who bids now.

    Whoever joined stands in those still open, with no share yet; whoever parted stands in none. What members
    had agreed to lapses with it.
    """
    bids = [locked_bid(bid) for bid in bids_being_written_with(place.consortium_id)]
    yield
    place = ConsortiumMember.objects.select_related("organisation").get(pk=place.pk)
    joined = place.status == ConsortiumMemberStatus.JOINED
    for bid in bids:
        if joined:
            _take_in(bid, place, by=by)
        else:
            _drop(bid, place.organisation, by=by)


def _take_in(bid: Bid, place: ConsortiumMember, *, by: User) -> None:
    if not is_open(bid.opportunity, timezone.now()):
        return
    before = fingerprint_of(words_in_rows(bid))
    save_version(bid, expected=bid.version, by=by)
    BidMember.objects.get_or_create(bid=bid, organisation=place.organisation, defaults={"part": place.part})
    edited(bid, by=by, before=before, part="member joined")


def _drop(bid: Bid, organisation: Organisation, *, by: User) -> None:
    if not bid.members.filter(organisation=organisation).exists():
        return
    before = fingerprint_of(words_in_rows(bid))
    save_version(bid, expected=bid.version, by=by)
    live_consents(bid).filter(organisation=organisation).update(lapsed_at=timezone.now())
    bid.members.filter(organisation=organisation).delete()
    bid.answers.filter(owner=organisation).update(owner=None)
    bid.costs.filter(organisation=organisation).delete()
    edited(bid, by=by, before=before, part="member parted")
