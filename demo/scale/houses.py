"""The organisations and people of the scale: every probation region's body, the service team, and providers."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.utils import timezone

from core.models import (
    Area,
    AreaBelonging,
    Body,
    BodyRole,
    Cohort,
    Membership,
    MembershipRole,
    NeedCategory,
    Organisation,
    User,
)
from core.models.places import AreaKind, BodyKind
from core.roles import OrganisationKind, Role
from core.states import MembershipStatus
from demo.scale.chance import pick, uneven
from demo.scale.rows import MAIL, Kind, batches, key, missing, number_of, rows_of, write
from demo.scale.words import person_name, provider_name, text
from providers.identifiers import LegalForm, Scheme
from providers.models import (
    Consortium,
    ConsortiumMember,
    Declaration,
    DeclarationKind,
    Identifier,
    Registration,
)
from providers.names import name_key
from providers.states import ConsortiumMemberStatus

STAFF = (Role.DIRECTOR, Role.COMMISSIONING_MANAGER, Role.PANEL_MEMBER, Role.PRACTITIONER)
TEAM = (Role.SERVICE_ADMINISTRATOR, Role.AUDITOR)
TEAM_NAME = "Scale service team"
FORMS = (LegalForm.CHARITY, LegalForm.CHARITY, LegalForm.CIO, LegalForm.CIC, LegalForm.COMPANY)


@dataclass(frozen=True)
class House:
    """A commissioning body: its people, made here, by role, and the areas it commissions for, its region first."""

    organisation: Organisation
    people: dict[Role, User]
    areas: list[Area]


@dataclass(frozen=True)
class Member:
    """A provider: its organisation and whoever owns it."""

    organisation: Organisation
    owner_id: int


@dataclass
class Ground:
    """What everything else is hung on."""

    houses: list[House]
    categories: list[NeedCategory]
    cohorts: list[Cohort]
    providers: list[Member] = field(default_factory=list)
    consortia: dict[int, int] = field(default_factory=dict)
    # Number of each organisation -> of the person who signs for it.
    signers: dict[int, int] = field(default_factory=dict)

    def house_of(self, number: int) -> House:
        """Whose need or opportunity that is; some regions have more of them than others."""
        return self.houses[uneven(number, 40, len(self.houses))]

    def area_of(self, number: int) -> Area:
        """Where it is: in one of three cases the whole region, else a delivery unit of it."""
        areas = self.house_of(number).areas
        return areas[0] if pick(number, 41, 3) == 0 else areas[pick(number, 42, len(areas))]

    def category_of(self, number: int) -> NeedCategory:
        """Its kind of need."""
        return self.categories[uneven(number, 43, len(self.categories))]

    def cohort_of(self, number: int) -> Cohort:
        """For whom it is."""
        return self.cohorts[pick(number, 44, len(self.cohorts))]

    def members_of(self, number: int) -> list[int]:
        """Numbers of the providers that bid together where provider `number` leads: itself, or a pair."""
        pair = [number, number + 1]
        return pair if number in self.consortia and number + 1 < len(self.providers) else [number]


@transaction.atomic
def found_houses() -> Ground:
    """Every region has its body with a director, a manager, a panel member and a practitioner; once."""
    houses = [_house(body, place) for place, body in enumerate(_bodies())]
    team, _made = Organisation.objects.get_or_create(kind=OrganisationKind.OPERATOR, name=TEAM_NAME)
    for role in TEAM:
        _person(role, team, role.value)
    return Ground(houses, list(NeedCategory.objects.order_by("pk")), list(Cohort.objects.order_by("pk")))


def _bodies() -> models.QuerySet[Body]:
    return Body.objects.filter(kind=BodyKind.PROBATION_REGION).order_by("slug")


def _house(body: Body, place: int) -> House:
    house, _made = Organisation.objects.get_or_create(
        body=body, defaults={"kind": OrganisationKind.COMMISSIONER, "name": body.name}
    )
    people = {role: _person(role, house, f"{role.value}.{place}") for role in STAFF}
    region = BodyRole.objects.filter(body=body, area__kind=AreaKind.PROBATION_REGION).earliest("pk").area
    inside = AreaBelonging.objects.filter(parent=region, child__kind=AreaKind.DELIVERY_UNIT)
    return House(house, people, [region, *(row.child for row in inside.select_related("child").order_by("child"))])


def _person(role: Role, house: Organisation, name: str) -> User:
    """The person exists and holds the role; the address says which one of the scale it is."""
    email = f"{name}@{MAIL}"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create(email=email, name=person_name(house.pk + len(email)), password=_no_password())
        _join([(user, house, role)])
    return user


@transaction.atomic
def found_practitioners(house: House, wanted: int) -> list[User]:
    """So many people work with people on probation there, the one everybody has first."""
    first = house.people[Role.PRACTITIONER]
    kept = f"practitioner.{house.organisation.pk}."
    there = list(User.objects.filter(email__startswith=kept, email__endswith=f"@{MAIL}").order_by("pk"))
    numbers = range(len(there) + 1, wanted)
    made = write(
        User,
        (
            User(
                email=f"{kept}{number}@{MAIL}",
                name=person_name(house.organisation.pk + number),
                password=_no_password(),
            )
            for number in numbers
        ),
    )
    _join([(user, house.organisation, Role.PRACTITIONER) for user in made])
    return [first, *there, *made][:wanted]


def _no_password() -> str:
    return make_password(None)


def _join(places: list[tuple[User, Organisation, Role]]) -> None:
    joined = write(
        Membership,
        (
            Membership(user=user, organisation=house, status=MembershipStatus.ACTIVE)
            for user, house, _role in places
        ),
    )
    pairs = zip(joined, places, strict=True)
    write(MembershipRole, (MembershipRole(membership=row, role=role) for row, (_user, _house, role) in pairs))


# --- Providers ---------------------------------------------------------------------------------------


def found_providers(ground: Ground, wanted: int) -> int:
    """There are `wanted` registered providers, every second one leading the next; gives how many are new."""
    numbers = missing(Registration, Kind.PROVIDER, wanted)
    for batch in batches(numbers):
        _register(ground, batch)
    rows = rows_of(Registration, Kind.PROVIDER).select_related("organisation")
    ground.providers = [Member(row.organisation, row.created_by_id) for row in rows]
    ground.signers = {member.organisation.pk: member.owner_id for member in ground.providers}
    ground.signers |= {house.organisation.pk: house.people[Role.DIRECTOR].pk for house in ground.houses}
    _form_consortia(ground)
    return len(numbers)


@transaction.atomic
def _register(ground: Ground, numbers: list[int]) -> None:
    houses = write(
        Organisation,
        (Organisation(kind=OrganisationKind.PROVIDER, name=provider_name(number)) for number in numbers),
    )
    owners = write(
        User,
        (
            User(email=f"owner.{number}@{MAIL}", name=person_name(number), password=_no_password())
            for number in numbers
        ),
    )
    _join([(owner, house, Role.OWNER) for owner, house in zip(owners, houses, strict=True)])
    told = [_registration(*row) for row in zip(numbers, houses, owners, strict=True)]
    rows = write(Registration, told)
    _link(ground, rows)
    write(Identifier, (_identifier(*row) for row in zip(numbers, houses, strict=True)))
    declared = (
        (house, owner, kind) for house, owner in zip(houses, owners, strict=True) for kind in DeclarationKind
    )
    write(Declaration, (_declaration(*row) for row in declared))


def _registration(number: int, house: Organisation, owner: User) -> Registration:
    return Registration(
        form_key=key(Kind.PROVIDER, number),
        organisation=house,
        listed_name=house.name,
        name_key=name_key(house.name),
        legal_form=FORMS[pick(number, 50, len(FORMS))],
        summary=text(number),
        annual_income_pence=(20_000 + uneven(number, 51, 2_000_000)) * 100,
        staff_count=1 + uneven(number, 52, 60),
        volunteer_count=uneven(number, 53, 80),
        created_by=owner,
        updated_by=owner,
    )


def _identifier(number: int, house: Organisation) -> Identifier:
    return Identifier(organisation=house, scheme=Scheme.CHARITY_ENGLAND_AND_WALES, value=str(7_000_000 + number))


def _declaration(house: Organisation, owner: User, kind: DeclarationKind) -> Declaration:
    lead = owner.name if kind == DeclarationKind.SAFEGUARDING else ""
    return Declaration(
        organisation=house,
        kind=kind,
        is_clear=True,
        named_lead=lead,
        declared_at=timezone.now(),
        declared_by=owner,
    )


def _link(ground: Ground, registrations: list[Registration]) -> None:
    """Each serves up to three areas and kinds of need, and up to two groups of people."""
    places, needs, groups = (getattr(Registration, name).through for name in ("areas", "categories", "cohorts"))
    links: dict[Any, set[tuple[int, int]]] = {places: set(), needs: set(), groups: set()}
    for row in registrations:
        number = number_of(row.form_key)
        for turn in range(1 + pick(number, 54, 3)):
            links[places].add((row.pk, ground.area_of(number + turn * 7919).pk))
            links[needs].add((row.pk, ground.category_of(number + turn * 104_729).pk))
        for turn in range(pick(number, 55, 3)):
            links[groups].add((row.pk, ground.cohort_of(number + turn * 1_299_709).pk))
    for through, name in ((places, "area_id"), (needs, "needcategory_id"), (groups, "cohort_id")):
        write(through, (through(registration_id=row, **{name: other}) for row, other in sorted(links[through])))


def _form_consortia(ground: Ground) -> None:
    """Providers 0, 2, 4 … lead one with the next provider."""
    ground.consortia = {number_of(row.form_key): row.pk for row in rows_of(Consortium, Kind.CONSORTIUM)}
    leads = (number for number in range(0, len(ground.providers) - 1, 2) if number not in ground.consortia)
    for batch in batches(leads):
        with transaction.atomic():
            rows = write(Consortium, (_consortium(ground, number) for number in batch))
            places = (
                (row, ground.providers[number + turn], turn == 0)
                for row, number in zip(rows, batch, strict=True)
                for turn in (0, 1)
            )
            write(ConsortiumMember, (_place(*place) for place in places))
        ground.consortia |= {number: row.pk for row, number in zip(rows, batch, strict=True)}


def _consortium(ground: Ground, number: int) -> Consortium:
    owner = ground.providers[number].owner_id
    name = f"{ground.providers[number].organisation.name} and partners"[:200]
    return Consortium(form_key=key(Kind.CONSORTIUM, number), name=name, created_by_id=owner, updated_by_id=owner)


def _place(consortium: Consortium, member: Member, is_lead: bool) -> ConsortiumMember:
    return ConsortiumMember(
        consortium=consortium,
        organisation=member.organisation,
        status=ConsortiumMemberStatus.JOINED,
        is_lead=is_lead,
        part="Leads and keeps the books" if is_lead else "Mentoring in two towns",
        decided_at=timezone.now(),
        decided_by_id=member.owner_id,
    )
