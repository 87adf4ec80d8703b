"""Commissioning bodies and the operator of the service come to be here."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, require
from core.models.people import Organisation, User
from core.models.places import Body
from core.policies import may_create_commissioner
from core.queries.organisations import operator, organisation_named
from core.queries.people import person_with_address
from core.roles import OrganisationKind, Role
from core.services.memberships import no_account, place_first_member


@transaction.atomic
def create_commissioner(*, by: User, body: Body, name: str, director_email: str) -> Organisation:
    """The public body is here under `name`, and whoever signs in with `director_email` is its director.

    Raises Refused where the body or the name is taken, or nobody has that address.
    """
    require(may_create_commissioner(by))
    director = person_with_address(director_email)
    if director is None:
        raise Refused(no_account(director_email))
    _require_free(body, name)
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(kind=OrganisationKind.COMMISSIONER, name=name, body=body)
    except IntegrityError:
        # Somebody else was faster by a moment.
        _require_free(body, name)
        raise
    place_first_member(by=by, organisation=organisation, person=director, role=Role.DIRECTOR)
    after = {"name": name, "body": body.slug, "director": director.email}
    audit.record("organisation.create", by=by, obj=organisation, organisation=organisation, after=after)
    return organisation


def _require_free(body: Body, name: str) -> None:
    here = Organisation.objects.filter(body=body).first()
    if here:
        raise Refused(_("%(body)s is here already, as %(name)s.") % {"body": body, "name": here})
    if organisation_named(name, OrganisationKind.COMMISSIONER):
        raise Refused(_("A commissioning body called %(name)s is here already.") % {"name": name})


@transaction.atomic
def create_operator(*, name: str, email: str, person_name: str) -> User:
    """Who runs the service is here, with its first administrator, whose address counts as confirmed.

    Done at the machine, once: everybody else is let in by somebody who is there. An account with that address is
    taken as it is; a new one has no password until one is set by the link for a forgotten password.
    Raises Refused if there is an operator.
    """
    there = operator()
    if there:
        raise Refused(_("%(name)s runs this service already. Its administrators add people.") % {"name": there})
    address = email.strip().lower()
    person = User.objects.filter(email=address).first() or User.objects.create_user(address, name=person_name)
    EmailAddress.objects.update_or_create(user=person, email=address, defaults={"verified": True, "primary": True})
    organisation = Organisation.objects.create(kind=OrganisationKind.OPERATOR, name=name)
    place_first_member(by=None, organisation=organisation, person=person, role=Role.SERVICE_ADMINISTRATOR)
    after = {"name": name, "administrator": address}
    audit.record("organisation.create", by=None, obj=organisation, organisation=organisation, after=after)
    return person
