"""Who may freeze a profile, give out a code for it, and read by one."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, denied, refused
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import has_right, holds_anywhere
from providers.models import ShareCode
from providers.queries.profiles import WRONG_AT_MOST, wrong_codes_of

Person = User | AnonymousUser


def may_share_profile(user: Person, organisation: Organisation | int) -> Verdict:
    """Owners decide who reads the whole profile."""
    return has_right(user, P.PROFILE_SHARE, organisation)


def may_revoke_code(user: Person, code: ShareCode) -> Verdict:
    """Owners, once for each code."""
    right = may_share_profile(user, code.snapshot.organisation)
    if right and code.revoked_at is not None:
        return refused(_("This code was taken back already."))
    return right


def may_read_by_code(user: User, *, at: datetime.datetime) -> Verdict:
    """People of commissioning bodies, as long as they have not typed ten wrong codes within an hour."""
    if not holds_anywhere(user, P.COMMISSIONING_READ):
        return denied(_("Codes are for people of commissioning bodies."))
    if wrong_codes_of(user, at) >= WRONG_AT_MOST:
        return refused(_("You have typed too many codes that do not work. Try again in an hour."))
    return ALLOWED
