"""Who gives an organisation's word for a check."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import Verdict, refused
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import has_right
from providers.word_kinds import WORDS

Person = User | AnonymousUser


def may_make_statement(user: Person, organisation: Organisation | int, check: str) -> Verdict:
    """Those who keep the registration up to date, for a check that is answered in words."""
    right = has_right(user, P.REGISTRATION_EDIT, organisation)
    if right and check not in WORDS:
        return refused(_("This check is not answered in words."))
    return right
