"""What providers have said of themselves, and what they have yet to say."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from core.models import Area, ExclusionGround, Organisation, User
from core.models.places import AreaKind
from core.policies import reads_everything
from core.queries.people import roles_by_organisation
from providers.models import Contact, Declaration, DeclarationKind, Registration
from providers.sections import SECTIONS, Section

Person = User | AnonymousUser

ALWAYS_DECLARED = (DeclarationKind.EXCLUSIONS, DeclarationKind.CONFLICTS, DeclarationKind.SAFEGUARDING)


@dataclass(frozen=True)
class Progress:
    """Keys of the sections a registration needs, in order, and of those that are done."""

    needed: tuple[str, ...]
    done: frozenset[str]

    @property
    def missing(self) -> tuple[str, ...]:
        """Keys of what is still to do, in order."""
        return tuple(key for key in self.needed if key not in self.done)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do."""
        return not self.missing

    @property
    def done_count(self) -> int:
        """How many of the needed sections are done."""
        return len(self.needed) - len(self.missing)


def registrations_visible_to(user: Person) -> QuerySet[Registration]:
    """Registrations with all they hold: those of the person's own organisations; every one for an auditor."""
    rows = Registration.objects.select_related("organisation", "updated_by")
    return rows if reads_everything(user) else rows.filter(organisation__in=roles_by_organisation(user).keys())


def declarations_needed(staff_count: int | None) -> tuple[DeclarationKind, ...]:
    """What a provider declares before its first bid; insurance only where somebody is employed."""
    return (*ALWAYS_DECLARED, DeclarationKind.INSURANCE) if staff_count else ALWAYS_DECLARED


def missing_declarations(organisation: Organisation) -> list[DeclarationKind]:
    """What the organisation has yet to declare, in the order it is asked."""
    return missing_declarations_of([organisation])[organisation.pk]


def missing_declarations_of(organisations: Iterable[Organisation]) -> dict[int, list[DeclarationKind]]:
    """Number of each organisation -> what it has yet to declare; one query however many they are."""
    numbers = [organisation.pk for organisation in organisations]
    made: dict[int, set[str | None]] = defaultdict(set)
    staff: dict[int, int | None] = {}
    told = Organisation.objects.filter(pk__in=numbers).order_by()
    for number, count, kind in told.values_list("pk", "registration__staff_count", "declarations__kind"):
        staff[number] = count
        made[number].add(kind)
    return {
        number: [kind for kind in declarations_needed(staff.get(number)) if kind not in made[number]]
        for number in numbers
    }


def with_progress(registrations: QuerySet[Registration]) -> QuerySet[Registration]:
    """Each with whether it names areas, needs, languages and a contact; `registration_progress` asks no more."""
    has_areas = Exists(Registration.areas.through.objects.filter(registration=OuterRef("pk")))
    has_needs = Exists(Registration.categories.through.objects.filter(registration=OuterRef("pk")))
    has_languages = Exists(Registration.languages.through.objects.filter(registration=OuterRef("pk")))
    has_contact = Exists(Contact.objects.filter(organisation=OuterRef("organisation")))
    return registrations.annotate(
        has_areas=has_areas, has_needs=has_needs, has_languages=has_languages, has_contact=has_contact
    )


def registration_progress(registration: Registration) -> Progress:
    """Which sections are needed and which are done."""
    is_read = hasattr(registration, "has_areas")
    row: Any = registration if is_read else with_progress(Registration.objects.all()).get(pk=registration.pk)
    told = {
        "name": row.is_listed,
        "about": bool(row.summary) and None not in (row.annual_income_pence, row.staff_count, row.volunteer_count),
        "areas": row.has_areas,
        "needs": row.has_needs,
        "details": bool(row.trading_names or row.welsh_name or row.year_end_day),
        "people": row.has_languages or row.lived_experience_led is not None,
        "contact": row.has_contact,
    }
    made = Declaration.objects.filter(organisation=row.organisation_id).values_list("kind", flat=True)
    declared = declarations_needed(row.staff_count)
    return Progress(
        needed=tuple(section.key for section in SECTIONS if _is_needed(section, declared)),
        done=frozenset({key for key, is_done in told.items() if is_done}.union(made)),
    )


def _is_needed(section: Section, declared: Collection[str]) -> bool:
    return section.key in declared if section.is_declaration else not section.is_optional


def contact_of(organisation: Organisation) -> Contact | None:
    """Whom to ask there, if it has said."""
    return Contact.objects.filter(organisation=organisation).first()


def declarations_of(organisation: Organisation) -> dict[str, Declaration]:
    """Kind -> the declaration made, with who made it and the grounds named in it."""
    rows = organisation.declarations.select_related("declared_by").prefetch_related("grounds")
    return {row.kind: row for row in rows}


def exclusion_grounds() -> QuerySet[ExclusionGround]:
    """Every ground for exclusion, the mandatory ones first, group by group."""
    return ExclusionGround.objects.order_by("-kind", "group", "label")


def areas_by_region() -> list[tuple[Area, list[Area]]]:
    """Each probation region with its delivery units, by name; one query."""
    region = Min("belongs_to", filter=Q(belongs_to__kind=AreaKind.PROBATION_REGION))
    regions: dict[int, tuple[Area, list[Area]]] = {}
    units = []
    for area in areas_to_choose().annotate(region=region).only("kind", "name").order_by("name", "pk"):
        if area.kind == AreaKind.PROBATION_REGION:
            regions[area.pk] = (area, [])
        else:
            units.append(area)
    for unit in units:
        if unit.region in regions:
            regions[unit.region][1].append(unit)
    return list(regions.values())


def areas_to_choose() -> QuerySet[Area]:
    """The areas a provider can say it serves: probation regions and delivery units."""
    return Area.objects.filter(kind__in=[AreaKind.PROBATION_REGION, AreaKind.DELIVERY_UNIT])


def areas_touching(area: Area) -> set[int]:
    """Numbers of `area` itself, of what it lies in and of what lies in it."""
    around = Area.objects.filter(Q(pk=area.pk) | Q(belongs_to=area) | Q(contains=area))
    return set(around.values_list("pk", flat=True))
