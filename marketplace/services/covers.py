"""Somebody stands behind a member of a bid: asked for or offered, signed, declined, withdrawn, fallen."""

import datetime
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, notices
from core.access import Refused, require
from core.models import Organisation, User
from core.permissions import Permission as P
from core.queries.people import people_with
from marketplace.models import Bid, Cover
from marketplace.policies.covers import (
    Terms,
    may_accept_cover,
    may_ask_cover,
    may_decline_cover,
    may_offer_cover,
    may_sign_cover,
    may_withdraw_cover,
    terms_hold,
)
from marketplace.queries.covers import live_covers, party_of
from marketplace.services.locks import locked_bid
from marketplace.states import COVER, BidStatus, CoverStatus
from providers.checks import check_named
from providers.models import Registration


@transaction.atomic
def ask_cover(*, by: User, bid: Bid, terms: Terms, form_key: uuid.UUID) -> Cover:
    """The member has asked the sponsor to stand behind it and signed for that; the sponsor is told.

    Sent twice with one `form_key` it asks once. Refused with a sentence where the terms do not hold.
    """
    bid = locked_bid(bid)
    if made := Cover.objects.filter(form_key=form_key).first():
        return _same(made, made.member_signed_by_id, by)
    require(may_ask_cover(by, bid, terms.member))
    now = timezone.now()
    cover = _made(bid, terms, form_key, now, member_signed_at=now, member_signed_by=by)
    _tell("marketplace/cover_asked", cover, [cover.sponsor], by, P.BID_CONSENT)
    _record("cover.ask", cover, by, cover.member, limit_pence=cover.limit_pence, expires_on=cover.expires_on)
    return cover


@transaction.atomic
def offer_cover(*, by: User, bid: Bid, terms: Terms, form_key: uuid.UUID) -> Cover:
    """A member of the bid has offered, unasked, to stand behind another and signed for that; the other is told.

    Nothing counts before the other accepts. Sent twice with one `form_key` it offers once. Refused with a sentence
    where the terms do not hold.
    """
    bid = locked_bid(bid)
    if made := Cover.objects.filter(form_key=form_key).first():
        return _same(made, made.sponsor_signed_by_id, by)
    require(may_offer_cover(by, bid, terms.sponsor, terms.member))
    now = timezone.now()
    signed = {"sponsor_signed_at": now, "sponsor_signed_by": by}
    cover = _made(bid, terms, form_key, now, status=CoverStatus.OFFERED, **signed)
    _tell("marketplace/cover_offered", cover, [cover.member], by, P.BID_CONSENT)
    _record("cover.offer", cover, by, cover.sponsor, limit_pence=cover.limit_pence, expires_on=cover.expires_on)
    return cover


def _made(bid: Bid, terms: Terms, form_key: uuid.UUID, now: datetime.datetime, **signed: Any) -> Cover:
    """The cover in these words, signed by the one who comes first."""
    require(terms_hold(bid, terms, today=timezone.localdate(now)))
    try:
        with transaction.atomic():
            return Cover.objects.create(
                form_key=form_key,
                bid=bid,
                member=terms.member,
                sponsor=terms.sponsor,
                check_code=terms.check,
                limit_pence=terms.limit_pence,
                expires_on=terms.expires_on,
                party=party_of(bid),
                **signed,
            )
    except IntegrityError as error:
        raise Refused(_there_is_one()) from error


def _there_is_one() -> str:
    return _("A cover for this check is asked for or signed already. Withdraw that one first.")


def _same(made: Cover, maker: int | None, by: User) -> Cover:
    if maker == by.pk:
        return made
    raise Refused(_("This form was sent before. Open the page again and start afresh."))


@transaction.atomic
def sign_cover(*, by: User, cover: Cover) -> Cover:
    """Both have signed: the sponsor stands behind the member, who is told.

    Refused where the sponsor no longer meets the check or another organisation is in the bid by now.
    """
    cover = _locked(cover)
    now = timezone.now()
    require(may_sign_cover(by, cover, today=timezone.localdate(now)))
    _require_terms(cover, now)
    COVER.apply(cover, "sign", sponsor_signed_at=now, sponsor_signed_by=by)
    _tell(COVER.step("sign").notice, cover, [cover.member], by)
    _record("cover.sign", cover, by, cover.sponsor, limit_pence=cover.limit_pence)
    return cover


@transaction.atomic
def accept_cover(*, by: User, cover: Cover) -> Cover:
    """Both have signed: what was offered counts, and the sponsor is told.

    Refused where the sponsor no longer meets the check, another organisation is in the bid by now, or the member
    asked for another cover in the check.
    """
    cover = _locked(cover)
    now = timezone.now()
    require(may_accept_cover(by, cover, today=timezone.localdate(now)))
    _require_terms(cover, now)
    try:
        with transaction.atomic():
            COVER.apply(cover, "accept", member_signed_at=now, member_signed_by=by)
    except IntegrityError as error:
        raise Refused(_there_is_one()) from error
    _tell(COVER.step("accept").notice, cover, [cover.sponsor], by)
    _record("cover.accept", cover, by, cover.member, limit_pence=cover.limit_pence)
    return cover


def _require_terms(cover: Cover, now: datetime.datetime) -> None:
    terms = Terms(cover.member, cover.sponsor, cover.check_code, cover.limit_pence, cover.expires_on)
    require(terms_hold(cover.bid, terms, today=timezone.localdate(now)))


@transaction.atomic
def decline_cover(*, by: User, cover: Cover) -> Cover:
    """The one who is asked to sign does not: the sponsor, or the member of an offer. The other is told."""
    cover = _locked(cover)
    require(may_decline_cover(by, cover))
    is_offer = cover.status == CoverStatus.OFFERED
    step = "turn_down" if is_offer else "decline"
    signer, other = (cover.member, cover.sponsor) if is_offer else (cover.sponsor, cover.member)
    COVER.apply(cover, step, ended_at=timezone.now(), ended_by=by)
    _tell(COVER.step(step).notice, cover, [other], by)
    _record("cover.decline", cover, by, signer)
    return cover


@transaction.atomic
def withdraw_cover(*, by: User, cover: Cover) -> Cover:
    """The cover no longer stands, and both sides are told. Refused once the bid was handed in with it."""
    cover = _locked(cover)
    require(may_withdraw_cover(by, cover))
    COVER.apply(cover, "withdraw", ended_at=timezone.now(), ended_by=by)
    _tell(COVER.step("withdraw").notice, cover, [cover.member, cover.sponsor], by)
    _record("cover.withdraw", cover, by, cover.member)
    return cover


def covers_follow(bid: Bid, *, by: User) -> list[Cover]:
    """Part of every change of a held bid: covers fall where others are in it now, or where it is out.

    Everybody concerned is told: sponsor, member and lead. Gives those that fell.
    """
    is_out = bid.status == BidStatus.WITHDRAWN
    covers = list(live_covers([bid]))
    if not covers:
        return []
    party = party_of(bid)
    fallen = [cover for cover in covers if is_out or cover.party != party]
    for cover in fallen:
        cover.bid = bid
        COVER.apply(cover, "fall", ended_at=timezone.now(), ended_by=by)
        told = [cover.sponsor, cover.member, bid.organisation]
        _tell(COVER.step("fall").notice, cover, told, by)
        _record("cover.fall", cover, by, bid.organisation, was=cover.party, now="" if is_out else party)
    return fallen


def _locked(cover: Cover) -> Cover:
    """The cover as it stands, with its bid and then its sponsor held: parents before the child.

    Two covers of one sponsor, in whatever bids, wait for each other: together they may be more than it carries.
    """
    bid = locked_bid(cover.bid)
    list(Registration.objects.select_for_update(no_key=True).filter(organisation=cover.sponsor_id))
    found = Cover.objects.select_related("sponsor", "member").get(pk=cover.pk)
    found.bid = bid
    return found


def _tell(
    kind: str, cover: Cover, organisations: Iterable[Organisation], by: User, permission: P = P.BID_READ
) -> None:
    to = [person for each in dict.fromkeys(organisations) for person in people_with(permission, each)]
    context = {"cover": cover, "check": check_named(cover.check_code).name, "by": by, "bid": cover.bid}
    notices.send(kind, to=to, context=context, url=reverse("cover-detail", args=[cover.pk]))


def _record(action: str, cover: Cover, by: User, organisation: Organisation, **after: Any) -> None:
    told = {"check": cover.check_code, "status": cover.status, **after}
    audit.record(action, by=by, obj=cover, organisation=organisation, after=told)
