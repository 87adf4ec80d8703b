"""What may be done with a bid, by whom and until when, and what it lacks."""

import datetime
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import ALLOWED, Verdict, denied, refused
from core.forms.text import count_words
from core.models import Organisation, User
from core.money import WHOLE_BPS, percent, pounds
from core.permissions import Permission as P
from core.policies import has_right
from core.queries.people import own_organisations
from core.templatetags.accord import when
from marketplace.models import Bid, Lot, Opportunity
from marketplace.queries.bid_words import Words, fingerprint_of, words_in_rows
from marketplace.queries.bids import (
    BEING_WRITTEN,
    bid_led_by,
    bids_agreed_to_by,
    bids_joined_by,
    consortia_led_by,
    invited_members,
    joined_members,
    live_consents,
)
from marketplace.states import BID, BidStatus, Phase
from providers.models import Consortium

Person = User | AnonymousUser
FEWEST_MEMBERS = 2


# --- The clock ---------------------------------------------------------------------------------------


def is_open(opportunity: Opportunity, at: datetime.datetime) -> Verdict:
    """Whether the opportunity took bids at `at`: published, after it opened, before it closed."""
    phase = opportunity.phase_at(at)
    if phase == Phase.OPEN:
        return ALLOWED
    if phase == Phase.SCHEDULED:
        return refused(_("This opportunity opens on %(time)s.") % {"time": when(opportunity.opens_at)})
    if phase == Phase.CANCELLED:
        return refused(_("This opportunity was cancelled, so it takes no bids."))
    if opportunity.closes_at is not None and at >= opportunity.closes_at:
        sentence = _("This opportunity closed on %(time)s. Nothing can be changed or submitted after that.")
        return refused(sentence % {"time": when(opportunity.closes_at)})
    return refused(_("This opportunity takes no bids now."))


# --- Beginning ---------------------------------------------------------------------------------------


def may_start_bid(
    user: Person, opportunity: Opportunity, organisation: Organisation | None, *, at: datetime.datetime
) -> Verdict:
    """Whether the person may begin a bid for the organisation, as far as no lot is chosen yet."""
    acting = is_provider_acting(user, organisation)
    if not acting:
        return acting
    return has_right(user, P.BID_WRITE, organisation).and_then(is_open(opportunity, at))


def is_provider_acting(user: Person, organisation: Organisation | None) -> Verdict:
    """Whether the organisation that the person acts for delivers services; those who bid do."""
    if organisation and organisation.is_provider:
        return ALLOWED
    acts_for_one = any(own.is_provider for own in own_organisations(user))
    choose = _("Choose the provider you act for at the top of the page.") if acts_for_one else ""
    return denied(f"{_('Bids are made by providers.')} {choose}".strip())


def may_lead_for(organisation: Organisation, lot: Lot) -> Verdict:
    """Whether the organisation is free to lead a bid for the lot: it is in no other one."""
    if bid_led_by(organisation, lot):
        return refused(_("%(name)s already has a bid for this lot.") % {"name": organisation.name})
    if joined := bids_joined_by(organisation, lot).first():
        sentence = _(
            "%(name)s is in the bid of %(lead)s for this lot. An organisation can be in one bid for a lot."
        )
        return refused(sentence % {"name": organisation.name, "lead": joined.organisation.name})
    return ALLOWED


def may_bid_with(organisation: Organisation, consortium: Consortium | None) -> Verdict:
    """Whether the organisation may bid with this consortium: it is its lead. None is bidding alone."""
    if consortium is None or consortia_led_by(organisation).filter(pk=consortium.pk).exists():
        return ALLOWED
    return refused(_("Only the lead of a consortium can bid with it."))


def may_make_joint(bid: Bid) -> Verdict:
    """Whether a consortium may be formed for the bid: there is none behind it yet."""
    if bid.consortium is None:
        return ALLOWED
    return refused(_("This bid is made with %(name)s already.") % {"name": bid.consortium.name})


# --- Writing -----------------------------------------------------------------------------------------


def may_edit_bid(user: Person, bid: Bid, *, at: datetime.datetime) -> Verdict:
    """Whether the person may change the bid: they write for its lead, it is not handed in, the time is not up."""
    right = has_right(user, P.BID_WRITE, bid.organisation_id)
    if not right:
        lead = {"lead": bid.organisation.name}
        return denied(_("Only people who write bids for %(lead)s, the lead, can change this bid.") % lead)
    return is_being_written(bid, at=at)


def is_being_written(bid: Bid, *, at: datetime.datetime) -> Verdict:
    """Whether the bid can still be changed by anybody: it is not handed in, and the time is not up."""
    if bid.status == BidStatus.SUBMITTED:
        return refused(_("This bid is sealed. To change it, withdraw it and start again from its words."))
    if bid.status not in BEING_WRITTEN:
        state = {"state": bid.get_status_display()}
        return refused(_("This bid is now “%(state)s”, so it can no longer be changed.") % state)
    return is_open(bid.opportunity, at)


# --- What is missing ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Missing:
    """One thing a bid lacks: in which part (answers, members, price, consents), and a sentence about it.

    `number` is that of the answer and `name` that of the member, where it is about one.
    """

    part: str
    sentence: str
    number: int = 0
    name: str = ""


def what_is_missing(bid: Bid, words: Words | None = None) -> list[Missing]:
    """Everything the bid lacks to be submitted, in the order of its pages; none if it is complete.

    `words` are those of its rows, if the caller has read them already.
    """
    words = words or words_in_rows(bid)
    return [*missing_words(bid, words), *missing_consents(bid, words)]


def missing_words(bid: Bid, words: Words) -> list[Missing]:
    """What answers, members and price lack: all that must be there before anybody is asked to agree."""
    found = [missing for answer in words["answers"] if (missing := _missing_answer(answer))]
    found += [Missing("members", sentence) for sentence in _missing_members(bid, words)]
    if sentence := price_problem(bid.lot, words["price_pence"]):
        found.append(Missing("price", sentence))
    return found


def _missing_answer(answer: Words) -> Missing | None:
    number, limit, words = answer["number"], answer["word_limit"], count_words(answer["text"])
    if not words:
        return Missing("answers", _("Question %(number)s has no answer.") % {"number": number}, number)
    if words > limit:
        sentence = ngettext(
            "The answer to question %(number)s is %(over)s word over its limit of %(limit)s.",
            "The answer to question %(number)s is %(over)s words over its limit of %(limit)s.",
            words - limit,
        )
        numbers = {"number": number, "over": f"{words - limit:,}", "limit": f"{limit:,}"}
        return Missing("answers", sentence % numbers, number)
    return None


def _missing_members(bid: Bid, words: Words) -> list[str]:
    members = words["members"]
    found = [*_missing_in_consortium(bid, {member["id"]: member["name"] for member in members})]
    if problem := shares_problem([member["share_bps"] for member in members]):
        found.append(problem)
    if bid.consortium_id:
        shareless = [member["name"] for member in members if not member["share_bps"]]
        # While nobody has a share, one sentence says enough.
        if len(shareless) < len(members):
            found += [_("%(name)s has no share yet.") % {"name": name} for name in shareless]
        if not bid.liability:
            found.append(_("Say who answers for what if something goes wrong."))
        without = [member["name"] for member in members if not member["part"].strip()]
        found += [_("Say what %(name)s would do.") % {"name": name} for name in without]
    return found


def _missing_in_consortium(bid: Bid, named: dict[int, str]) -> list[str]:
    if bid.consortium is None:
        return []
    joined = {member.organisation_id: member.organisation.name for member in joined_members(bid.consortium)}
    if len(joined) < FEWEST_MEMBERS:
        waiting = [member.organisation.name for member in invited_members(bid.consortium)]
        sentence = _("A consortium needs at least two organisations that have joined it.")
        asked = _("%(names)s has not answered yet.") % {"names": ", ".join(waiting)}
        return [f"{sentence} {asked}" if waiting else sentence]
    left = [name for number, name in named.items() if number not in joined]
    new = [name for number, name in joined.items() if number not in named]
    return [
        *(
            _("%(name)s is no longer in the consortium. Share out the work again.") % {"name": name}
            for name in left
        ),
        *(_("%(name)s has joined the consortium. Share out the work again.") % {"name": name} for name in new),
    ]


def shares_problem(shares_bps: list[int]) -> str:
    """What is wrong with the shares, in basis points, as a sentence; empty if they make the whole."""
    if sum(shares_bps) == WHOLE_BPS:
        return ""
    return _("The shares make %(sum)s. They must make 100%%.") % {"sum": percent(sum(shares_bps))}


def price_problem(lot: Lot, price_pence: int | None) -> str:
    """What is wrong with the price, as a sentence; empty if it is above nought and within the lot's value."""
    if not price_pence:
        return _("The bid has no price.")
    if price_pence > lot.value_pence:
        limits = {"price": pounds(price_pence), "value": pounds(lot.value_pence)}
        return _("The price of %(price)s is above the value of the lot, %(value)s.") % limits
    return ""


def missing_consents(bid: Bid, words: Words) -> list[Missing]:
    """Which members have not agreed to the very words that stand there now. The lead agrees by submitting."""
    sentence = _("%(name)s has not agreed to this version.")
    return [Missing("consents", sentence % {"name": name}, name=name) for name in names_to_agree(bid, words)]


def names_to_agree(bid: Bid, words: Words) -> list[str]:
    """The names of the members whose consent to `words` is not there; in a draft nobody's is."""
    others = {member["id"]: member["name"] for member in words["members"] if not member["lead"]}
    if not others or bid.status == BidStatus.DRAFT:
        return list(others.values())
    version = fingerprint_of(words)
    agreed = {consent.organisation_id for consent in live_consents(bid) if consent.content_sha256 == version}
    return [name for number, name in others.items() if number not in agreed]


# --- Agreeing ----------------------------------------------------------------------------------------


def may_ask_consent(
    user: Person, bid: Bid, *, at: datetime.datetime, missing: list[Missing] | None = None
) -> Verdict:
    """Whether the members may be asked to agree: there are some, and nothing but their word is missing.

    `missing` is what_is_missing(bid), if the caller has asked already.
    """
    verdict = may_edit_bid(user, bid, at=at).and_then(BID.verdict(bid, "ask_consent"))
    if not verdict:
        return verdict
    found = what_is_missing(bid) if missing is None else missing
    if not any(each.part == "consents" for each in found):
        return refused(_("Nobody else is in this bid, so there is nobody to ask. Submit it when it is ready."))
    return _complete([each for each in found if each.part != "consents"])


def may_consent(user: Person, bid: Bid, organisation: Organisation, *, at: datetime.datetime) -> Verdict:
    """Whether the person may agree to the bid for a member: it was asked, belongs to it and is in no other bid."""
    right = has_right(user, P.BID_CONSENT, organisation)
    if not right:
        return right
    place = bid.members.filter(organisation=organisation, is_lead=False).first()
    if place is None:
        return denied(_("%(name)s is not a member of this bid.") % {"name": organisation.name})
    if bid.status != BidStatus.AWAITING_CONSENT:
        return refused(_("The lead has not asked for your agreement, or is changing the bid. Look again later."))
    return is_open(bid.opportunity, at).and_then(_free_to_agree(bid, organisation))


def _free_to_agree(bid: Bid, organisation: Organisation) -> Verdict:
    joined = bid.consortium and joined_members(bid.consortium).filter(organisation=organisation).exists()
    if not joined:
        return refused(_("%(name)s is not in the consortium now.") % {"name": organisation.name})
    if bid_led_by(organisation, bid.lot):
        sentence = _("%(name)s leads a bid of its own for this lot. Withdraw that one before you agree here.")
        return refused(sentence % {"name": organisation.name})
    if other := bids_agreed_to_by(organisation, bid.lot).exclude(pk=bid.pk).first():
        sentence = _("%(name)s has agreed to the bid of %(lead)s for this lot, and can be in one bid for a lot.")
        return refused(sentence % {"name": organisation.name, "lead": other.organisation.name})
    return ALLOWED


def may_take_back_consent(user: Person, bid: Bid, organisation: Organisation, *, at: datetime.datetime) -> Verdict:
    """Whether a member may take its word back: it gave it, and the bid is not handed in."""
    right = has_right(user, P.BID_CONSENT, organisation)
    if not right:
        return right
    if bid.status != BidStatus.AWAITING_CONSENT or not live_consents(bid).filter(organisation=organisation):
        return refused(_("There is no agreement of %(name)s to take back.") % {"name": organisation.name})
    return is_open(bid.opportunity, at)


# --- Handing in, taking back -------------------------------------------------------------------------


def may_submit_bid(
    user: Person, bid: Bid, *, arrived_at: datetime.datetime, missing: list[Missing] | None = None
) -> Verdict:
    """Whether the bid may be handed in by a request that arrived at `arrived_at`; the reason names all it lacks.

    `missing` is what_is_missing(bid), if the caller has asked already.
    """
    right = has_right(user, P.BID_SUBMIT, bid.organisation_id)
    verdict = right.and_then(BID.verdict(bid, "submit")).and_then(is_open(bid.opportunity, arrived_at))
    if not verdict:
        return verdict
    return _complete(what_is_missing(bid) if missing is None else missing)


def _complete(missing: list[Missing]) -> Verdict:
    return refused(" ".join(each.sentence for each in missing)) if missing else ALLOWED


def may_withdraw_bid(user: Person, bid: Bid, *, at: datetime.datetime) -> Verdict:
    """Whether the bid may be taken out: any time before the deadline, by those who may submit it."""
    right = has_right(user, P.BID_SUBMIT, bid.organisation_id)
    return right.and_then(BID.verdict(bid, "withdraw")).and_then(is_open(bid.opportunity, at))
