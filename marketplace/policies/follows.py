"""Who may follow what."""

from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, denied
from core.models import User
from marketplace.models import Follow


def may_change_follow(user: User, follow: Follow) -> Verdict:
    """Only the person who follows."""
    return ALLOWED if follow.user_id == user.pk else denied(_("Only the person who follows can change it."))
