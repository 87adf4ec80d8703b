"""Who reads the board of those who look for partners, and who posts on it until when."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, denied, refused
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import has_right, holds_anywhere
from providers.models import PartnerNotice, Registration
from providers.states import PARTNER_NOTICE

Person = User | AnonymousUser

# Ours: a notice nobody has looked at for a year tells nobody the truth.
LONGEST_YEARS = 1
READERS = (P.BID_READ, P.COMMISSIONING_READ, P.EVERYTHING_READ)


def may_read_board(user: Person) -> Verdict:
    """People of providers and of commissioning bodies; the public does not."""
    if holds_anywhere(user, *READERS):
        return ALLOWED
    return denied(_("Notices for partners are for people of providers and of commissioning bodies."))


def may_post_notice(user: Person, organisation: Organisation) -> Verdict:
    """Those who write bids for a registered provider."""
    right = has_right(user, P.CONSORTIUM_FORM, organisation)
    if right and not organisation.is_provider:
        return refused(_("Only an organisation that delivers services can look for partners here."))
    return right.and_then(_is_registered(organisation)) if right else right


def _is_registered(organisation: Organisation) -> Verdict:
    """A name alone proves nothing: nobody is to look for partners under the name of another."""
    registration = Registration.objects.filter(organisation=organisation).first()
    if registration is None:
        return refused(_("Register your organisation first. Then you can look for partners."))
    if not registration.is_listed:
        return refused(
            _(
                "Say in your registration what your organisation is in law, with its number or document. "
                "Then you can look for partners."
            )
        )
    return ALLOWED


def may_change_notice(user: Person, notice: PartnerNotice) -> Verdict:
    """Those who write bids for whoever posted it."""
    return has_right(user, P.CONSORTIUM_FORM, notice.organisation_id)


def may_take_down_notice(user: Person, notice: PartnerNotice) -> Verdict:
    """The same, while it is posted."""
    return may_change_notice(user, notice).and_then(PARTNER_NOTICE.verdict(notice, "take_down"))


def may_renew_notice(user: Person, notice: PartnerNotice) -> Verdict:
    """The same, posted, run out or taken down."""
    return may_change_notice(user, notice).and_then(PARTNER_NOTICE.verdict(notice, "renew"))


def latest_day(today: datetime.date) -> datetime.date:
    """The last day on which a notice posted or renewed today may be shown: twelve months on."""
    try:
        return today.replace(year=today.year + LONGEST_YEARS)
    except ValueError:  # 29 February
        return today.replace(year=today.year + LONGEST_YEARS, day=28)


def can_show_until(last_day: datetime.date, today: datetime.date) -> Verdict:
    """Whether a notice may be shown until the end of that day."""
    if last_day < today:
        return refused(_("Choose a day that is not past."))
    if last_day > latest_day(today):
        return refused(_("A notice is shown for 12 months at most. You can renew it."))
    return ALLOWED
