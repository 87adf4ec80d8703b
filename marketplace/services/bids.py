"""Writing a bid: beginning it, its answers, who is in it with what share, its price."""

import datetime
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, require
from core.concurrency import save_version
from core.models import Organisation, User
from core.money import WHOLE_BPS, split_by_shares
from marketplace.models import AnswerVersion, Bid, BidAnswer, BidMember, Criterion, Lot, Opportunity, Submission
from marketplace.policies.bid_drafting import may_edit_answer
from marketplace.policies.bids import (
    may_bid_with,
    may_edit_bid,
    may_lead_for,
    may_start_bid,
    price_problem,
    shares_problem,
)
from marketplace.queries.bid_words import (
    Words,
    fingerprint_of,
    liability_in,
    own_words,
    unsealed_content,
    words_in_rows,
)
from marketplace.queries.bids import joined_members
from marketplace.services.bid_consents import end_consents
from marketplace.services.covers import covers_follow
from marketplace.services.lead_proposals import lead_proposal_follows
from marketplace.services.locks import locked_bid, locked_opportunity
from marketplace.states import BidStatus
from providers.models import Consortium

Shares = Mapping[int, tuple[int, str]]


# --- Beginning ---------------------------------------------------------------------------------------


@transaction.atomic
def start_bid(
    *,
    by: User,
    opportunity: Opportunity,
    organisation: Organisation,
    form_key: uuid.UUID,
    arrived_at: datetime.datetime,
    lot: Lot | None = None,
    consortium: Consortium | None = None,
    words_of: Bid | None = None,
) -> Bid:
    """A draft stands for the lot, led by `organisation`, alone or with `consortium`. No lot given: the only one.

    `words_of` is a bid of the same lead that was withdrawn here: its answers and price are copied. Sent twice
    with one `form_key` it makes one bid. Refused unless the opportunity was open at `arrived_at` and the
    organisation is in no other bid for the lot.
    """
    opportunity = locked_opportunity(opportunity)
    if made := Bid.objects.filter(form_key=form_key).first():
        return _same(made, by=by, opportunity=opportunity, organisation=organisation)
    require(may_start_bid(by, opportunity, organisation, at=arrived_at))
    lot = _lot_of(opportunity, lot)
    require(may_lead_for(organisation, lot).and_then(may_bid_with(organisation, consortium)))
    words = _withdrawn_words(words_of, opportunity, organisation) if words_of else None
    bid = Bid.objects.create(
        form_key=form_key,
        opportunity=opportunity,
        lot=lot,
        organisation=organisation,
        consortium=consortium,
        price_pence=_price_in(words, lot),
        liability=liability_in(words) if words and consortium else "",
        created_by=by,
        updated_by=by,
    )
    _write_answers(bid, words, by=by)
    _place_members(bid, _shares_in(words))
    after = {"lot": lot.number, "consortium": consortium and consortium.pk, "words_of": words_of and words_of.pk}
    audit.record("bid.start", by=by, obj=bid, organisation=organisation, after=after)
    return bid


def _same(made: Bid, *, by: User, opportunity: Opportunity, organisation: Organisation) -> Bid:
    if (made.created_by_id, made.opportunity_id, made.organisation_id) == (by.pk, opportunity.pk, organisation.pk):
        return made
    raise Refused(_("This form was sent before for another bid. Open the page again and start afresh."))


def _lot_of(opportunity: Opportunity, lot: Lot | None) -> Lot:
    found = opportunity.lots.filter(pk=lot.pk) if lot else opportunity.lots.all()[:2]
    chosen = list(found)
    if len(chosen) != 1:
        raise Refused(_("Choose which lot the bid is for."))
    return chosen[0]


def _withdrawn_words(old: Bid, opportunity: Opportunity, organisation: Organisation) -> Words:
    same = (old.organisation_id, old.opportunity_id) == (organisation.pk, opportunity.pk)
    if not same or old.status != BidStatus.WITHDRAWN:
        raise Refused(_("Only the words of a bid that you withdrew here can be copied."))
    return own_words(old)


def _price_in(words: Words | None, lot: Lot) -> int | None:
    return None if words is None or price_problem(lot, words["price_pence"]) else words["price_pence"]


def _shares_in(words: Words | None) -> Shares:
    return {each["id"]: (each["share_bps"], each["part"]) for each in words["members"]} if words else {}


def _write_answers(bid: Bid, words: Words | None, *, by: User) -> None:
    texts = {answer["criterion"]: answer["text"] for answer in words["answers"]} if words else {}
    BidAnswer.objects.bulk_create(
        BidAnswer(bid=bid, criterion=criterion, text=texts.get(criterion.pk, ""), updated_by=by)
        for criterion in bid.opportunity.criteria.all()
    )


def _place_members(bid: Bid, shares: Shares) -> None:
    """Rows for the lead and for everyone who joined its consortium, and for nobody else."""
    if bid.consortium is None:
        parts = {bid.organisation_id: (WHOLE_BPS, shares.get(bid.organisation_id, (0, ""))[1])}
    else:
        joined = joined_members(bid.consortium)
        parts = {each.organisation_id: shares.get(each.organisation_id, (0, each.part)) for each in joined}
    bid.members.exclude(organisation__in=parts).delete()
    # A place that stays is the same row: what is known of a member hangs on it.
    BidMember.objects.bulk_create(
        [
            BidMember(
                bid=bid,
                organisation_id=organisation,
                is_lead=organisation == bid.organisation_id,
                share_bps=share_bps,
                part=part,
            )
            for organisation, (share_bps, part) in parts.items()
        ],
        update_conflicts=True,
        unique_fields=["bid", "organisation"],
        update_fields=["is_lead", "share_bps", "part"],
    )


# --- Changing ----------------------------------------------------------------------------------------


@transaction.atomic
def save_answer(
    *, by: User, bid: Bid, criterion: Criterion, text: str, version: int, arrived_at: datetime.datetime
) -> Bid:
    """The answer to one question is `text`, which may still be over the limit of words.

    `version` is that of the answer; Stale if somebody saved it since. What stood there before is kept beside it.
    """
    bid = locked_bid(bid)
    answer = answer_to(bid, criterion)
    require(may_edit_answer(by, bid, answer, at=arrived_at))
    before = fingerprint_of(words_in_rows(bid))
    earlier = AnswerVersion(
        answer=answer, number=answer.version, text=answer.text, at=answer.updated_at, by=answer.updated_by
    )
    save_version(answer, expected=version, by=by, text=text)  # type: ignore[arg-type]  # counts versions alike
    if earlier.text != text:
        earlier.save(force_insert=True)
    answer.openings.filter(user=by).delete()
    Bid.objects.filter(pk=bid.pk).update(updated_by=by, updated_at=timezone.now())
    return edited(bid, by=by, before=before, part=f"answer {criterion.number}")


@transaction.atomic
def save_price(*, by: User, bid: Bid, price_pence: int, version: int, arrived_at: datetime.datetime) -> Bid:
    """The bid asks `price_pence`, VAT included; refused above the value of the lot."""
    bid = locked_bid(bid)
    require(may_edit_bid(by, bid, at=arrived_at))
    if problem := price_problem(bid.lot, price_pence):
        raise Refused(problem)
    before = fingerprint_of(words_in_rows(bid))
    save_version(bid, expected=version, by=by, price_pence=price_pence)
    return edited(bid, by=by, before=before, part="price")


@transaction.atomic
def choose_consortium(
    *, by: User, bid: Bid, consortium: Consortium | None, version: int, arrived_at: datetime.datetime
) -> Bid:
    """The bid is made with `consortium`, or alone; shares and parts begin anew if that is a change."""
    bid = locked_bid(bid)
    require(may_edit_bid(by, bid, at=arrived_at).and_then(may_bid_with(bid.organisation, consortium)))
    before = fingerprint_of(words_in_rows(bid))
    changed = (consortium and consortium.pk) != bid.consortium_id
    kept = {} if consortium else {"liability": ""}
    save_version(bid, expected=version, by=by, consortium=consortium, **kept)
    if changed:
        _place_members(bid, {})
    return edited(bid, by=by, before=before, part="consortium")


@transaction.atomic
def save_members(
    *,
    by: User,
    bid: Bid,
    shares: Shares,
    version: int,
    arrived_at: datetime.datetime,
    liability: str | None = None,
) -> Bid:
    """Each member has its share in basis points and its part; `shares` is {organisation number: (share, part)}.

    `liability`, one of Liability, says how they answer for the bid; none leaves it as it is. Refused unless
    `shares` names exactly those who are in the consortium now and the shares make 10,000.
    """
    bid = locked_bid(bid)
    require(may_edit_bid(by, bid, at=arrived_at))
    _same_members(bid, shares)
    if problem := shares_problem([share_bps for share_bps, _part in shares.values()]):
        raise Refused(problem)
    before = fingerprint_of(words_in_rows(bid))
    said = {} if liability is None or bid.consortium is None else {"liability": liability}
    save_version(bid, expected=version, by=by, **said)
    _place_members(bid, shares)
    return edited(bid, by=by, before=before, part="members")


def equal_shares(count: int) -> list[int]:
    """100% in basis points, split between `count` members so that the parts add up."""
    return split_by_shares(WHOLE_BPS, [1] * count)


def _same_members(bid: Bid, shares: Shares) -> None:
    joined = joined_members(bid.consortium).values_list("organisation_id", flat=True) if bid.consortium else []
    if set(shares) != {bid.organisation_id, *joined}:
        raise Refused(_("The members of the consortium have changed. Look at them again and share out the work."))


def answer_to(bid: Bid, criterion: Criterion) -> BidAnswer:
    """The row of the answer to a question of this held bid, made if nobody began it."""
    answer, _made = BidAnswer.objects.select_related("owner").get_or_create(
        bid=bid, criterion=_criterion_of(bid, criterion)
    )
    return answer


def _criterion_of(bid: Bid, criterion: Criterion) -> Criterion:
    if criterion.opportunity_id != bid.opportunity_id:
        raise Refused(_("That question is not part of this opportunity."))
    return criterion


def edited(bid: Bid, *, by: User, before: str, part: str) -> Bid:
    """The last of every edit: what was agreed to the words of `before` ends if they are others now.

    Covers fall if others are in the bid, and nobody is asked to lead who is not in it.
    """
    changed = fingerprint_of(words_in_rows(bid)) != before
    lapsed = end_consents(bid, by=by) if changed else []
    covers_follow(bid, by=by)
    lead_proposal_follows(bid, by=by)
    after = {"part": part, "agreements_lapsed": [consent.organisation_id for consent in lapsed]}
    audit.record("bid.edit", by=by, obj=bid, organisation=bid.organisation, after=after)
    return bid


# --- Opening -----------------------------------------------------------------------------------------


def restore_words(bid: Bid, *, opened_at: datetime.datetime) -> None:
    """Answers, price, shares, parts and liability stand in the rows again, as they were handed in.

    Call it inside the transaction that opens the bids, after the bid itself was moved to opened: the
    database lets no submitted bid show its price. Raises SealBroken if the sealed copy was tampered with.
    """
    submission = bid.submissions.select_related("bid").latest("number")
    words = unsealed_content(submission)
    for answer in words["answers"]:
        BidAnswer.objects.filter(bid=bid, criterion=answer["criterion"]).update(text=answer["text"])
    for member in words["members"]:
        row = {"share_bps": member["share_bps"], "part": member["part"]}
        BidMember.objects.filter(bid=bid, organisation=member["id"]).update(**row)
    Bid.objects.filter(pk=bid.pk).update(price_pence=words["price_pence"], liability=liability_in(words))
    Submission.objects.filter(pk=submission.pk).update(opened_at=opened_at)
    bid.price_pence, bid.liability = words["price_pence"], liability_in(words)
