"""Who may tell another organisation that it would like to work with it, and who answers."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, refused
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import has_right
from providers.models import PartnerInterest, PartnerNotice
from providers.policies.partners import may_post_notice
from providers.queries.interests import number_sent_since, standing_between
from providers.states import PARTNER_INTEREST
from providers.states import PartnerInterestStatus as Status

Person = User | AnonymousUser

# Ours: enough for a consortium of nine, too few to write to everybody.
MOST_A_DAY = 10
DAY = datetime.timedelta(days=1)


def may_send_interest(
    user: Person,
    organisation: Organisation,
    notice: PartnerNotice,
    *,
    opportunity_number: int,
    at: datetime.datetime,
) -> Verdict:
    """Those who write bids for a listed provider, to whoever is on the board; one that waits is enough."""
    verdict = may_post_notice(user, organisation)
    if not verdict:
        return verdict
    if notice.organisation_id == organisation.pk:
        return refused(_("This is your own notice."))
    if not notice.is_shown_at(at):
        return refused(_("%(name)s no longer looks for partners here.") % {"name": notice.listed_name})
    standing = standing_between(organisation, notice.organisation, opportunity_number)
    if standing is not None:
        return _in_the_way(standing, organisation, notice)
    if number_sent_since(organisation, at - DAY) >= MOST_A_DAY:
        sentence = _("You have written to %(number)d organisations in the last 24 hours. Go on tomorrow.")
        return refused(sentence % {"number": MOST_A_DAY})
    return ALLOWED


def _in_the_way(standing: PartnerInterest, organisation: Organisation, notice: PartnerNotice) -> Verdict:
    name = {"name": notice.listed_name}
    if standing.status == Status.ACCEPTED:
        return refused(_("You and %(name)s are introduced already.") % name)
    if standing.organisation_id == organisation.pk:
        return refused(_("You have written to %(name)s already and wait for an answer.") % name)
    return refused(_("%(name)s has written to you already. Answer that instead.") % name)


def may_answer_interest(user: Person, interest: PartnerInterest) -> Verdict:
    """Those who write bids for whom it was written to, while it waits."""
    right = has_right(user, P.CONSORTIUM_FORM, interest.partner)
    return right.and_then(PARTNER_INTEREST.verdict(interest, "accept"))


def may_withdraw_interest(user: Person, interest: PartnerInterest) -> Verdict:
    """Those who write bids for whoever sent it, while it waits."""
    right = has_right(user, P.CONSORTIUM_FORM, interest.organisation)
    return right.and_then(PARTNER_INTEREST.verdict(interest, "withdraw"))


def may_bring_together(user: Person, interest: PartnerInterest, lead: Organisation) -> Verdict:
    """Those who write bids for one of the two, once they are introduced: `lead` would lead."""
    right = has_right(user, P.CONSORTIUM_FORM, lead)
    if right and lead.pk not in (interest.organisation_id, interest.partner_id):
        return refused(_("%(name)s is none of the two that were introduced.") % {"name": lead.name})
    if right and interest.status != Status.ACCEPTED:
        return refused(_("You are not introduced yet."))
    return right
