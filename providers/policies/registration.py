"""Who may register a provider and speak for it."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import Verdict, denied
from core.models import Organisation, User
from core.policies import has_right, may_stand_on_side_of
from core.roles import OrganisationKind
from providers.sections import BY_KEY

Person = User | AnonymousUser


def may_register_provider(user: Person) -> Verdict:
    """Anyone signed in, unless the same address acts for those who decide about the money."""
    if not user.is_authenticated:
        return denied(_("Sign in first."))
    return may_stand_on_side_of(user, Organisation(kind=OrganisationKind.PROVIDER))


def may_edit_registration(user: Person, organisation: Organisation, section: str = "about") -> Verdict:
    """Whoever holds the right that the section asks for; exclusion grounds take someone who can sign."""
    return has_right(user, BY_KEY[section].permission, organisation)
