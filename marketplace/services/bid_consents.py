"""The members' word: asked for, given for one exact version, taken back, ended by an edit."""

import datetime
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, notices
from core.access import Stale, require
from core.models import Organisation, User
from core.permissions import Permission as P
from core.queries.people import people_with
from marketplace.models import Bid, BidConsent
from marketplace.policies.bids import may_ask_consent, may_consent, may_take_back_consent, names_to_agree
from marketplace.queries.bid_words import fingerprint_of, words_in_rows
from marketplace.queries.bids import live_consents
from marketplace.services.locks import hold_consortium, locked_bid, locked_opportunity
from marketplace.states import BID, BidStatus


@transaction.atomic
def ask_consent(*, by: User, bid: Bid, arrived_at: datetime.datetime) -> Bid:
    """The bid waits for its members to agree, and those who may say so are asked.

    Refused with everything that is missing besides their word.
    """
    bid = locked_bid(bid)
    hold_consortium(bid)
    require(may_ask_consent(by, bid, at=arrived_at))
    BID.apply(bid, "ask_consent", updated_by=by, updated_at=timezone.now())
    members = [place.organisation for place in bid.members.filter(is_lead=False).select_related("organisation")]
    _tell(BID.step("ask_consent").notice, bid, people(P.BID_CONSENT, members), {"by": by}, "bid-consent")
    after = {"asked": [organisation.pk for organisation in members]}
    audit.record("bid.ask_consent", by=by, obj=bid, organisation=bid.organisation, after=after)
    return bid


@transaction.atomic
def give_consent(
    *, by: User, bid: Bid, organisation: Organisation, content_sha256: str, arrived_at: datetime.datetime
) -> BidConsent:
    """`organisation` has agreed to the version with this fingerprint, and the lead is told.

    Stale if the bid says something else by now. Given twice it is one consent.
    """
    locked_opportunity(bid.opportunity_id)
    bid = locked_bid(bid)
    require(may_consent(by, bid, organisation, at=arrived_at))
    words = words_in_rows(bid)
    version = fingerprint_of(words)
    if content_sha256 != version:
        raise Stale(_("The bid was changed after you opened this page. Read it again before you agree."))
    mine = live_consents(bid).filter(organisation=organisation)
    if given := mine.filter(content_sha256=version).first():
        return given
    mine.update(lapsed_at=timezone.now())
    consent = BidConsent.objects.create(
        bid=bid,
        organisation=organisation,
        content_sha256=version,
        consented_at=timezone.now(),
        consented_by=by,
        words=words,
    )
    context = {"organisation": organisation, "by": by, "waiting": names_to_agree(bid, words)}
    _tell("marketplace/consent_given", bid, people(P.BID_WRITE, [bid.organisation]), context)
    audit.record("bid.consent", by=by, obj=bid, organisation=organisation, after={"sha256": version})
    return consent


@transaction.atomic
def take_back_consent(*, by: User, bid: Bid, organisation: Organisation, arrived_at: datetime.datetime) -> Bid:
    """`organisation` no longer agrees, and the lead is told; it may agree again."""
    bid = locked_bid(bid)
    require(may_take_back_consent(by, bid, organisation, at=arrived_at))
    live_consents(bid).filter(organisation=organisation).update(lapsed_at=timezone.now())
    context = {"organisation": organisation, "by": by}
    _tell("marketplace/consent_taken_back", bid, people(P.BID_WRITE, [bid.organisation]), context)
    audit.record("bid.take_back_consent", by=by, obj=bid, organisation=organisation)
    return bid


def end_consents(bid: Bid, *, by: User) -> list[BidConsent]:
    """Part of every edit of a locked bid: what was agreed has lapsed, the bid is a draft again.

    Those who had agreed are told. Gives the consents that ended; none if the bid was not out to be agreed.
    """
    if bid.status != BidStatus.AWAITING_CONSENT:
        return []
    ended = list(live_consents(bid))
    live_consents(bid).update(lapsed_at=timezone.now())
    BID.apply(bid, "edit_again")
    told = people(P.BID_CONSENT, [consent.organisation for consent in ended])
    _tell(BID.step("edit_again").notice, bid, told, {"by": by})
    return ended


def people(permission: P, organisations: Iterable[Organisation]) -> list[User]:
    """Everyone who holds the permission in one of the organisations."""
    return [person for organisation in organisations for person in people_with(permission, organisation)]


def _tell(kind: str, bid: Bid, to: list[User], context: Mapping[str, object], page: str = "bid-detail") -> None:
    notices.send(kind, to=to, context={"bid": bid, **context}, url=reverse(page, args=[bid.pk]))
