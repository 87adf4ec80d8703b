"""A provider comes to be here, and what it says of itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, require
from core.concurrency import save_version
from core.models import Area, Cohort, NeedCategory, Organisation, User
from core.queries.people import roles_by_organisation
from core.roles import OrganisationKind, Role
from core.services.memberships import place_first_member
from providers.identifiers import NEEDED, LegalForm, normalise, problem_in, schemes_for
from providers.models import Identifier, PartnerNotice, Registration
from providers.names import name_key
from providers.policies.registration import may_edit_registration, may_register_provider
from providers.queries.directory import holder_of, provider_named
from providers.services.changes import names_of, record_change
from providers.services.look_ups import facts_in, look_up_numbers


class AlreadyHere(Refused):
    """Somebody has registered this organisation; `organisation` is the one to ask to join.

    `is_own`: the person belongs to it; `has_number`: it is known by a number, not by its name alone.
    """

    def __init__(self, reason: str, organisation: Organisation, *, is_own: bool, has_number: bool) -> None:
        super().__init__(reason)
        self.organisation = organisation
        self.is_own = is_own
        self.has_number = has_number


@dataclass(frozen=True)
class Identity:
    """What an organisation is called and numbered; `identifiers` is {scheme: number as the register writes it}."""

    name: str
    legal_form: str
    identifiers: Mapping[str, str]
    governing_document: str = ""

    def as_recorded(self) -> dict[str, Any]:
        """The same, for the record of events."""
        return {
            "name": self.name,
            "legal_form": self.legal_form,
            "identifiers": dict(sorted(self.identifiers.items())),
            "governing_document": self.governing_document,
        }


@transaction.atomic
def register_provider(
    *,
    by: User,
    name: str,
    form_key: UUID,
    legal_form: str = "",
    identifiers: Mapping[str, str] | None = None,
    governing_document: str = "",
) -> Organisation:
    """The organisation is here under its name, and `by` is its owner: it can draft bids at once.

    What it is in law and its numbers may come later; without a `legal_form` they are not looked at.
    `identifiers` is {scheme: number as typed}; empty numbers are left out. The same `form_key` from the
    same person gives the organisation made the first time. Raises AlreadyHere where the name or a number
    is taken, also when somebody else takes it in the same moment, and Refused for a number that cannot be.
    """
    require(may_register_provider(by))
    identity = (
        _named(name) if not legal_form else _checked(name, legal_form, identifiers or {}, governing_document)
    )
    made = _made_before(form_key, by)
    if made:
        return made
    _require_free(identity, by)
    try:
        with transaction.atomic():
            organisation = _create(identity, form_key, by)
    except IntegrityError:
        made = _made_before(form_key, by)
        if made:
            return made
        _require_free(identity, by)
        raise
    look_up_numbers(organisation)
    place_first_member(by=by, organisation=organisation, person=by, role=Role.OWNER)
    audit.record(
        "provider.register", by=by, obj=organisation, organisation=organisation, after=identity.as_recorded()
    )
    return organisation


def _made_before(form_key: UUID, by: User) -> Organisation | None:
    made = Registration.objects.select_related("organisation").filter(form_key=form_key).first()
    if made and made.created_by_id != by.pk:
        raise Refused(_("This page was used already. Open it again and start anew."))
    return made.organisation if made else None


def _create(identity: Identity, form_key: UUID, by: User) -> Organisation:
    organisation = Organisation.objects.create(kind=OrganisationKind.PROVIDER, name=identity.name)
    Registration.objects.create(
        organisation=organisation,
        listed_name=identity.name,
        name_key=name_key(identity.name),
        legal_form=identity.legal_form,
        governing_document=identity.governing_document,
        form_key=form_key,
        created_by=by,
        updated_by=by,
    )
    _number(organisation, identity)
    return organisation


def _number(organisation: Organisation, identity: Identity) -> None:
    Identifier.objects.bulk_create(
        Identifier(organisation=organisation, scheme=scheme, value=value)
        for scheme, value in identity.identifiers.items()
    )


def _named(name: str) -> Identity:
    """An identity of which nothing but the name is told."""
    one_line = " ".join(name.split())
    if not one_line:
        raise Refused(_("Enter the name of the organisation."))
    return Identity(one_line, "", {})


def _checked(name: str, legal_form: str, identifiers: Mapping[str, str], governing_document: str) -> Identity:
    """The identity, if everything in it can be; what the legal form has no use for is left out."""
    named = _named(name)
    form = LegalForm(legal_form)
    numbers: dict[str, str] = {}
    for scheme in schemes_for(form):
        value = normalise(scheme, identifiers.get(scheme, ""))
        if value and problem_in(scheme, value):
            raise Refused(problem_in(scheme, value))
        if value:
            numbers[scheme] = value
    if NEEDED[form] and not any(scheme in numbers for scheme in NEEDED[form]):
        raise Refused(_("Enter the number that the organisation has in a public register."))
    document = "" if NEEDED[form] else governing_document.strip()
    if not NEEDED[form] and not document:
        raise Refused(_("Name the document the group is run by, such as its constitution, and its date."))
    return replace(named, legal_form=form.value, identifiers=numbers, governing_document=document)


def _require_free(identity: Identity, by: User, *, but: Organisation | None = None) -> None:
    """Nobody else has one of the numbers or the name; AlreadyHere otherwise."""
    numbered = holder_of(identity.identifiers, but=but)
    holder = numbered or provider_named(identity.name, but=but)
    if holder is None:
        return
    reason = _("%(name)s is here already with this number.") if numbered else _("%(name)s is here already.")
    raise AlreadyHere(
        reason % {"name": holder.name},
        holder,
        is_own=holder.pk in roles_by_organisation(by),
        has_number=numbered is not None,
    )


@transaction.atomic
def change_identity(
    *,
    by: User,
    registration: Registration,
    version: int,
    name: str,
    legal_form: str,
    identifiers: Mapping[str, str],
    governing_document: str = "",
    with_facts: bool = False,
) -> None:
    """The organisation has this name, legal form and these numbers, and no others; they are looked up.

    `identifiers` is {scheme: number as typed}. `with_facts`: income and year end come from the registers too, as
    far as the organisation has not told them itself. Raises AlreadyHere where somebody else has one of them, and
    Stale where the registration is no longer at `version`.
    """
    organisation = Organisation.objects.select_for_update().get(pk=registration.organisation_id)
    registration.organisation = organisation
    require(may_edit_registration(by, organisation, "name"))
    identity = _checked(name, legal_form, identifiers, governing_document)
    _require_free(identity, by, but=organisation)
    before = identity_of(registration).as_recorded()
    try:
        with transaction.atomic():
            _change(registration, identity, version, by)
    except IntegrityError:
        _require_free(identity, by, but=organisation)
        raise
    found = look_up_numbers(organisation)
    facts = facts_in(found, registration) if with_facts else {}
    if facts:
        Registration.objects.filter(pk=registration.pk).update(**facts)
    record_change(by, registration, "name", before, {**identity.as_recorded(), **facts})


def identity_of(registration: Registration) -> Identity:
    """What the organisation is called and numbered now."""
    organisation = registration.organisation
    numbers = dict(organisation.identifiers.values_list("scheme", "value"))
    return Identity(organisation.name, registration.legal_form, numbers, registration.governing_document)


def _change(registration: Registration, identity: Identity, version: int, by: User) -> None:
    save_version(
        registration,
        expected=version,
        by=by,
        listed_name=identity.name,
        name_key=name_key(identity.name),
        legal_form=identity.legal_form,
        governing_document=identity.governing_document,
    )
    organisation = registration.organisation
    Organisation.objects.filter(pk=organisation.pk).update(name=identity.name)
    organisation.name = identity.name
    PartnerNotice.objects.filter(organisation=organisation).update(listed_name=identity.name)
    organisation.identifiers.all().delete()
    _number(organisation, identity)


@transaction.atomic
def change_about(
    *,
    by: User,
    registration: Registration,
    version: int,
    summary: str,
    annual_income_pence: int,
    staff_count: int,
    volunteer_count: int,
) -> None:
    """The registration says what the organisation does and how big it is.

    `annual_income_pence` is last year's, whole pence; the counts are people. Raises Stale.
    """
    require(may_edit_registration(by, registration.organisation, "about"))
    after = {
        "summary": summary,
        "annual_income_pence": annual_income_pence,
        "staff_count": staff_count,
        "volunteer_count": volunteer_count,
    }
    before = {name: getattr(registration, name) for name in after}
    save_version(registration, expected=version, by=by, **after)
    record_change(by, registration, "about", before, after)


@transaction.atomic
def change_areas(*, by: User, registration: Registration, version: int, areas: Collection[Area]) -> None:
    """The registration says where the organisation works: regions, and delivery units of others. Raises Stale."""
    require(may_edit_registration(by, registration.organisation, "areas"))
    before = names_of(registration.areas.all())
    save_version(registration, expected=version, by=by)
    registration.areas.set(areas)
    record_change(by, registration, "areas", {"areas": before}, {"areas": names_of(areas)})


@transaction.atomic
def change_needs(
    *,
    by: User,
    registration: Registration,
    version: int,
    categories: Collection[NeedCategory],
    cohorts: Collection[Cohort],
) -> None:
    """The registration says which needs the organisation meets, and whose. Raises Stale."""
    require(may_edit_registration(by, registration.organisation, "needs"))
    before = {
        "categories": names_of(registration.categories.all()),
        "cohorts": names_of(registration.cohorts.all()),
    }
    save_version(registration, expected=version, by=by)
    registration.categories.set(categories)
    registration.cohorts.set(cohorts)
    after = {"categories": names_of(categories), "cohorts": names_of(cohorts)}
    record_change(by, registration, "needs", before, after)
