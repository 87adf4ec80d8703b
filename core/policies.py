"""Who holds which right, where."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, denied
from core.permissions import Permission
from core.queries.people import roles_by_organisation
from core.roles import ROLES

if TYPE_CHECKING:
    from core.models.notices import Notice
    from core.models.people import Organisation, User


def holds(user: "User | AnonymousUser", permission: Permission, organisation: "Organisation | int | None") -> bool:
    """Whether one of the person's roles in that organisation carries the permission."""
    if organisation is None:
        return False
    number = organisation if isinstance(organisation, int) else organisation.pk
    roles = roles_by_organisation(user).get(number, frozenset())
    return any(permission in ROLES[role].permissions for role in roles)


def holds_anywhere(user: "User | AnonymousUser", *permissions: Permission) -> bool:
    """Whether the person holds any of the permissions in any organisation."""
    return bool(organisations_where(user, *permissions))


def organisations_where(user: "User | AnonymousUser", *permissions: Permission) -> set[int]:
    """Numbers of the organisations in which the person holds any of the permissions."""
    wanted = frozenset(permissions)
    return {
        organisation
        for organisation, roles in roles_by_organisation(user).items()
        if any(wanted & ROLES[role].permissions for role in roles)
    }


def reads_everything(user: "User | AnonymousUser") -> bool:
    """Whether the person is an auditor: reads all but sealed bids."""
    return holds_anywhere(user, Permission.EVERYTHING_READ)


def needs_second_factor(user: "User | AnonymousUser") -> bool:
    """Whether one of the person's roles asks for a code from a phone at sign-in.

    So does the right to everything on the editors' pages, which comes with no role.
    """
    return bool(getattr(user, "is_superuser", False)) or any(
        ROLES[role].second_factor for roles in roles_by_organisation(user).values() for role in roles
    )


def has_right(
    user: "User | AnonymousUser", permission: Permission, organisation: "Organisation | int | None"
) -> Verdict:
    """Allowed if the person holds the permission there; otherwise a sentence naming the roles that do."""
    if holds(user, permission, organisation):
        return ALLOWED
    holders = [str(role.label) for role, row in ROLES.items() if permission in row.permissions]
    return denied(_("This is for people with the role %(roles)s.") % {"roles": _(" or ").join(holders)})


def may_read_notice(user: "User | AnonymousUser", notice: "Notice") -> Verdict:
    """Only the person it was written to."""
    return ALLOWED if notice.recipient_id == user.pk else denied(_("This was written to somebody else."))
