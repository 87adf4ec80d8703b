"""Making the people of the cast, and saying who they are."""

from functools import cache
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt
from django.contrib.auth.hashers import make_password
from django.db import transaction

from core.models import MembershipRole, User
from core.policies import needs_second_factor
from core.queries.people import forget_roles
from core.roles import Role
from core.states import MembershipStatus
from demo.cast import PASSWORD, Person, everybody


@transaction.atomic
def sign_up(person: Person) -> User:
    """The person has an account with the demonstration's password and a confirmed address."""
    user = User.objects.create_user(person.email, name=person.name)
    give_password(user)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def give_password(user: User) -> None:
    """The person can sign in with the demonstration's password."""
    user.password = _hashed_password()
    user.save(update_fields=["password"])


@cache
def _hashed_password() -> str:
    """Hashed once for everybody: the work that makes guessing slow would take longer than all the stories."""
    return make_password(PASSWORD)


def set_up_second_factor(user: User) -> None:
    """The person has a code generator if one of their roles asks for it."""
    forget_roles(user)
    if needs_second_factor(user) and not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, generate_totp_secret())


def demo_people() -> list[dict[str, Any]]:
    """Those of the cast who are in the database: a row for each organisation they belong to.

    Keys: email, password, name, organisation (or none), roles, totp_secret (or none).
    """
    addresses = [person.email for person in everybody()]
    users = User.objects.filter(email__in=addresses)
    secrets = {
        found.user_id: decrypt(found.data["secret"])
        for found in Authenticator.objects.filter(user__in=users, type=Authenticator.Type.TOTP)
    }
    places: dict[int, dict[str | None, list[str]]] = {}
    held = MembershipRole.objects.filter(membership__user__in=users, membership__status=MembershipStatus.ACTIVE)
    for row in held.select_related("membership__organisation").order_by("membership__organisation__name", "pk"):
        membership = row.membership
        names = places.setdefault(membership.user_id, {}).setdefault(membership.organisation.name, [])
        names.append(str(Role(row.role).label))
    order = {address: place for place, address in enumerate(addresses)}
    return [
        {
            "email": user.email,
            "password": PASSWORD,
            "name": user.name,
            "organisation": organisation,
            "roles": roles,
            "totp_secret": secrets.get(user.pk),
        }
        for user in sorted(users, key=lambda user: order[user.email])
        for organisation, roles in (places.get(user.pk) or {None: []}).items()
    ]
