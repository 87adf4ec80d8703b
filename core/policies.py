"""Who holds which right, where."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, denied, refused
from core.leaving import reasons_to_stay
from core.permissions import Permission
from core.queries.people import (
    manager_places_of,
    managers_besides,
    membership_in,
    organisation_on_the_other_side,
    roles_by_organisation,
    roles_with,
)
from core.roles import ROLES, OrganisationKind, Role, roles_for
from core.states import MEMBERSHIP, PLACE_IMPORT, MembershipStatus

if TYPE_CHECKING:
    from core.models.notices import Notice
    from core.models.people import Membership, Organisation, User
    from core.models.place_imports import PlaceImport


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
    """Allowed if the person holds the permission there; otherwise a sentence naming the roles that do.

    Nobody acts for an organisation whose account is closed, whatever roles were read before it was.
    """
    if getattr(organisation, "is_closed", False):
        return denied(_("%(name)s has closed its account.") % {"name": organisation})
    if holds(user, permission, organisation):
        return ALLOWED
    names = _(" or ").join(dict.fromkeys(str(role.label) for role in _holders(permission, organisation)))
    return denied(_("This is for people with the role %(roles)s.") % {"roles": names})


def _holders(permission: Permission, organisation: "Organisation | int | None") -> list[Role]:
    """Roles with the permission: of an organisation like this one if it has such, otherwise anywhere."""
    everywhere = roles_with(permission)
    kind = getattr(organisation, "kind", None)
    return [role for role in everywhere if ROLES[role].kind == kind] or everywhere


def may_read_notice(user: "User | AnonymousUser", notice: "Notice") -> Verdict:
    """Only the person it was written to."""
    return ALLOWED if notice.recipient_id == user.pk else denied(_("This was written to somebody else."))


# --- places ------------------------------------------------------------------------------------------


def may_import_places(user: "User | AnonymousUser") -> Verdict:
    """Service administrators bring in areas, bodies and their roles."""
    if holds_anywhere(user, Permission.PLACES_IMPORT):
        return ALLOWED
    return denied(_("Service administrators bring in places."))


def may_apply_place_import(user: "User | AnonymousUser", place_import: "PlaceImport") -> Verdict:
    """A service administrator, while the file waits."""
    return may_import_places(user).and_then(PLACE_IMPORT.verdict(place_import, "apply"))


def may_take_back_place_import(user: "User | AnonymousUser", place_import: "PlaceImport") -> Verdict:
    """A service administrator, once it was carried out."""
    return may_import_places(user).and_then(PLACE_IMPORT.verdict(place_import, "take_back"))


# --- who belongs where -------------------------------------------------------------------------------


def may_create_commissioner(user: "User | AnonymousUser") -> Verdict:
    """Service administrators set up commissioning bodies."""
    if holds_anywhere(user, Permission.ORGANISATION_CREATE):
        return ALLOWED
    return denied(_("Service administrators set up commissioning bodies."))


def may_stand_on_side_of(user: "User", organisation: "Organisation") -> Verdict:
    """Nobody acts for those who bid and for those who decide about the money with one address."""
    other = organisation_on_the_other_side(user, organisation)
    if other is None:
        return ALLOWED
    return refused(
        _(
            "%(name)s acts for %(other)s with this email address. "
            "Nobody acts for bidders and for those who award with one address: use another."
        )
        % {"name": user, "other": other}
    )


def may_ask_to_join(user: "User", organisation: "Organisation") -> Verdict:
    """Anyone on the same side who neither belongs nor waits for an answer."""
    if organisation.is_closed:
        return refused(_("%(name)s has closed its account.") % {"name": organisation})
    if organisation.kind == OrganisationKind.OPERATOR:
        return refused(_("%(name)s runs this service and adds its people itself.") % {"name": organisation})
    membership = membership_in(organisation, user)
    if membership and membership.status == MembershipStatus.ACTIVE:
        return refused(_("You already belong to %(name)s.") % {"name": organisation})
    if membership and membership.status == MembershipStatus.REQUESTED:
        return refused(_("You have asked %(name)s already. Wait for the answer.") % {"name": organisation})
    return may_stand_on_side_of(user, organisation)


def may_manage_people(user: "User | AnonymousUser", organisation: "Organisation | int") -> Verdict:
    """Owners, directors and service administrators, each at home."""
    return has_right(user, Permission.MEMBERS_MANAGE, organisation)


def may_take_everything(user: "User | AnonymousUser", organisation: "Organisation | int") -> Verdict:
    """Owners take a copy of everything held about their organisation."""
    return has_right(user, Permission.ORGANISATION_TAKE, organisation)


def may_close_organisation(user: "User | AnonymousUser", organisation: "Organisation") -> Verdict:
    """Owners close their organisation’s account, once nothing that others wait for stands in the way."""
    right = has_right(user, Permission.ORGANISATION_CLOSE, organisation)
    reasons = reasons_to_stay(organisation) if right else []
    return refused("\n".join(str(reason) for reason in reasons)) if reasons else right


def may_close_account(user: "User") -> Verdict:
    """Everybody deletes their own account, unless an organisation would be left with nobody to decide about it."""
    alone = [place for place in manager_places_of(user) if not managers_besides(place).exists()]
    reasons = [_alone_in(place) for place in alone]
    return refused("\n".join(reasons)) if reasons else ALLOWED


def _alone_in(membership: "Membership") -> str:
    organisation = membership.organisation
    sentence = _("You are the only %(role)s of %(organisation)s. Give that role to somebody else first.")
    if organisation.is_provider:
        sentence = _(
            "You are the only %(role)s of %(organisation)s. Give that role to somebody else first, "
            "or close the account of %(organisation)s."
        )
    return sentence % {"role": _manager_of(membership), "organisation": organisation}


def may_approve_membership(user: "User", membership: "Membership") -> Verdict:
    """Whoever manages people there, but nobody about themself."""
    if membership.user_id == user.pk:
        return denied(_("Somebody else has to decide about your own request."))
    return (
        may_manage_people(user, membership.organisation)
        .and_then(MEMBERSHIP.verdict(membership, "approve"))
        .and_then(may_stand_on_side_of(membership.user, membership.organisation))
    )


def may_refuse_membership(user: "User", membership: "Membership") -> Verdict:
    """Whoever manages people there."""
    right = may_manage_people(user, membership.organisation)
    return right.and_then(MEMBERSHIP.verdict(membership, "refuse"))


def may_withdraw_request(user: "User", membership: "Membership") -> Verdict:
    """The person who asked."""
    if membership.user_id != user.pk:
        return denied(_("Only the person who asked can take the request back."))
    return MEMBERSHIP.verdict(membership, "withdraw")


def may_change_roles(user: "User", membership: "Membership", roles: Collection[Role] | None = None) -> Verdict:
    """Whoever manages people there, as long as somebody who does remains; `roles` are the new ones, if known."""
    right = may_manage_people(user, membership.organisation).and_then(MEMBERSHIP.verdict(membership, "end"))
    if not right or roles is None:
        return right
    return may_hold_roles(membership.organisation, roles).and_then(_keeps_a_manager(membership, roles))


def may_hold_roles(organisation: "Organisation", roles: Collection[Role]) -> Verdict:
    """At least one role, each of the organisation's own kind."""
    if not roles:
        return refused(_("Choose at least one role."))
    if set(roles) <= set(roles_for(organisation.kind)):
        return ALLOWED
    return refused(_("Choose from the roles that people of %(name)s may hold.") % {"name": organisation})


def may_end_membership(user: "User", membership: "Membership") -> Verdict:
    """Whoever manages people there, and the person themself, as long as somebody who manages remains."""
    right = ALLOWED if membership.user_id == user.pk else may_manage_people(user, membership.organisation)
    return right.and_then(MEMBERSHIP.verdict(membership, "end")).and_then(_keeps_a_manager(membership, ()))


def _keeps_a_manager(membership: "Membership", roles: Collection[Role]) -> Verdict:
    if any(Permission.MEMBERS_MANAGE in ROLES[role].permissions for role in roles):
        return ALLOWED
    if managers_besides(membership).exists():
        return ALLOWED
    return refused(
        _("%(name)s is the last %(role)s of %(organisation)s. Give that role to somebody else first.")
        % {"name": membership.user, "role": _manager_of(membership), "organisation": membership.organisation}
    )


def _manager_of(membership: "Membership") -> str:
    """What whoever decides about people is called there: owner, director, service administrator."""
    there = roles_for(membership.organisation.kind)
    return str(next(role for role in there if Permission.MEMBERS_MANAGE in ROLES[role].permissions).label)
