"""Who may bring registers in."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, denied
from core.models import User
from core.permissions import Permission as P
from core.policies import holds_anywhere


def may_import_registers(user: User | AnonymousUser) -> Verdict:
    """Service administrators bring in extracts of public registers."""
    if holds_anywhere(user, P.REGISTERS_IMPORT):
        return ALLOWED
    return denied(_("Service administrators bring in public registers."))
