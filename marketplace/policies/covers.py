"""Who may ask for a cover, offer, sign, decline or end it, and what stands in its way."""

import datetime
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, denied, refused
from core.models import Organisation, User
from core.money import pounds
from core.permissions import Permission as P
from core.policies import has_right, organisations_where
from marketplace.check_states import TO_DO, may_be_covered
from marketplace.models import Bid, Cover
from marketplace.queries.bid_checks import CheckLine, MemberChecks, checks_of_bid, sponsor_of_bid
from marketplace.queries.bid_words import own_words
from marketplace.queries.bids import BEING_WRITTEN
from marketplace.queries.covers import party_of
from marketplace.states import COVER, BidStatus, CoverStatus, OpportunityStatus
from providers.checks import check_named
from providers.models import Registration

Person = User | AnonymousUser
# A contract may yet come of these.
IN_THE_RUNNING = (
    *BEING_WRITTEN,
    BidStatus.SUBMITTED,
    BidStatus.OPENED,
    BidStatus.EVALUATED,
    BidStatus.SUCCESSFUL,
)


@dataclass(frozen=True)
class Terms:
    """What a cover is to say: who stands behind whom, in which check, up to how much in pence, until which day."""

    member: Organisation
    sponsor: Organisation
    check: str
    limit_pence: int
    expires_on: datetime.date


def may_ask_cover(user: Person, bid: Bid, member: Organisation) -> Verdict:
    """Those who can commit a member of the bid, while a contract may yet come of it."""
    right = has_right(user, P.BID_CONSENT, member)
    if not right:
        return right
    if not bid.members.filter(organisation=member).exists():
        return denied(_("%(name)s is not a member of this bid.") % {"name": member.name})
    return is_in_the_running(bid)


def may_offer_cover(user: Person, bid: Bid, sponsor: Organisation, member: Organisation) -> Verdict:
    """Those who can commit an organisation that is in the bid itself, for another that is in it.

    Who bids with whom is nobody else's to know, so anybody outside is asked and does not offer.
    """
    right = has_right(user, P.BID_CONSENT, sponsor)
    if not right:
        return right
    inside = set(bid.members.values_list("organisation", flat=True))
    for each in (sponsor, member):
        if each.pk not in inside:
            return denied(_("%(name)s is not a member of this bid.") % {"name": each.name})
    if sponsor == member:
        return refused(_("Choose another organisation. Nobody stands behind itself."))
    return is_in_the_running(bid)


def is_in_the_running(bid: Bid) -> Verdict:
    """Whether a contract may yet come of the bid."""
    if bid.status in IN_THE_RUNNING and bid.opportunity.status != OpportunityStatus.CANCELLED:
        return ALLOWED
    return refused(_("This bid is out of the running, so nothing needs to be covered in it."))


def may_sign_cover(user: Person, cover: Cover, *, today: datetime.date) -> Verdict:
    """Those who can commit the sponsor, while the same organisations are in the bid and its day is not past."""
    return _may_complete(user, cover, "sign", cover.sponsor, today)


def may_accept_cover(user: Person, cover: Cover, *, today: datetime.date) -> Verdict:
    """Those who can commit the member it was offered, while the same are in the bid and its day is not past."""
    return _may_complete(user, cover, "accept", cover.member, today)


def _may_complete(user: Person, cover: Cover, step: str, signer: Organisation, today: datetime.date) -> Verdict:
    right = has_right(user, P.BID_CONSENT, signer)
    if not right:
        return right
    verdict = COVER.verdict(cover, step).and_then(is_in_the_running(cover.bid))
    if verdict and cover.is_over_on(today):
        return refused(_("The last day of this cover is past. Ask for a new one."))
    if verdict and party_of(cover.bid) != cover.party:
        return refused(_("Who is in the bid has changed since this cover was first signed."))
    return verdict


def may_decline_cover(user: Person, cover: Cover) -> Verdict:
    """Those who can commit the side that is asked to sign: the sponsor, or the member where it was offered."""
    if cover.status == CoverStatus.OFFERED:
        return has_right(user, P.BID_CONSENT, cover.member).and_then(COVER.verdict(cover, "turn_down"))
    return has_right(user, P.BID_CONSENT, cover.sponsor).and_then(COVER.verdict(cover, "decline"))


def may_withdraw_cover(user: Person, cover: Cover) -> Verdict:
    """Those who can commit the sponsor or the member; a signed one only until the bid is handed in."""
    own = organisations_where(user, P.BID_CONSENT)
    if cover.member_id not in own and cover.sponsor_id not in own:
        return denied(_("A cover is withdrawn by people who can sign for the sponsor or for the member."))
    verdict = COVER.verdict(cover, "withdraw")
    if not verdict:
        return verdict
    is_signed = cover.status == CoverStatus.SIGNED
    if is_signed and cover.bid.status in IN_THE_RUNNING and cover.bid.status not in BEING_WRITTEN:
        return refused(_("The bid was handed in and counts on this cover."))
    first = cover.sponsor_id if cover.status == CoverStatus.OFFERED else cover.member_id
    if not is_signed and first not in own:
        return refused(_("You are asked to sign this cover. Decline it instead."))
    return ALLOWED


def terms_hold(bid: Bid, terms: Terms, *, today: datetime.date) -> Verdict:
    """Whether a cover may say this in the bid as it stands: the check, the limit, the day, and the sponsor itself.

    Money, insurance and systems may be covered; identity, exclusions, safeguarding and DBS never. The limit is at
    least the member’s share, and the sponsor meets the check itself beside what it covers already.
    """
    checks = checks_of_bid(bid, own_words(bid))
    member = checks.of(terms.member.pk)
    line = _line_of(member, terms.check)
    if member is None or line is None:
        return refused(_("%(name)s is not a member of this bid.") % {"name": terms.member.name})
    verdict = _can_be_covered(line).and_then(_who_may_sponsor(terms)).and_then(_reaches(terms, member, today))
    if not verdict:
        return verdict
    state = sponsor_of_bid(member, line, checks, sponsor=terms.sponsor.pk, limit_pence=terms.limit_pence, bid=bid)
    return _sponsor_meets(terms) if state in TO_DO else ALLOWED


def _line_of(member: MemberChecks | None, check: str) -> CheckLine | None:
    return next((line for line in member.lines if line.asked.check == check), None) if member else None


def _can_be_covered(line: CheckLine) -> Verdict:
    name = {"check": check_named(line.asked.check).name}
    if not line.asked.is_asked:
        return refused(_("“%(check)s” is not asked here, so there is nothing to cover.") % name)
    if not may_be_covered(line.asked):
        return refused(_("“%(check)s” is for each organisation itself. Nobody else can cover it.") % name)
    return ALLOWED


def _who_may_sponsor(terms: Terms) -> Verdict:
    if terms.sponsor == terms.member:
        return refused(_("Choose another organisation. Nobody stands behind itself."))
    listed = Registration.objects.filter(organisation=terms.sponsor).exclude(legal_form="")
    if not terms.sponsor.is_provider or not listed.exists():
        return refused(_("%(name)s is not registered here as a provider.") % {"name": terms.sponsor.name})
    return ALLOWED


def _reaches(terms: Terms, member: MemberChecks, today: datetime.date) -> Verdict:
    if terms.limit_pence < member.share_pence:
        sums = {
            "limit": pounds(terms.limit_pence),
            "name": terms.member.name,
            "share": pounds(member.share_pence),
        }
        return refused(
            _("A cover up to %(limit)s is below the share of %(name)s, %(share)s. Make it at least that.") % sums
        )
    if terms.expires_on < today:
        return refused(_("Choose a last day that is not past."))
    return ALLOWED


def _sponsor_meets(terms: Terms) -> Verdict:
    words = {"name": terms.sponsor.name, "check": check_named(terms.check).name}
    if terms.check == "turnover":
        return refused(
            _(
                "The income of %(name)s is too small for this beside its own share and what it covers already. "
                "Ask another sponsor."
            )
            % words
        )
    return refused(_("%(name)s does not meet “%(check)s” itself yet, so it cannot stand behind others.") % words)
