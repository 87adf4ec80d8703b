"""Finding providers: the public list, and whoever holds a name or a number already."""

from collections.abc import Mapping

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Lower

from core.models import Area, NeedCategory, Organisation, User
from core.roles import OrganisationKind
from providers.identifiers import readings
from providers.models import Identifier, Registration
from providers.queries.registration import areas_touching

SHORTEST_SEARCH = 2


def providers_visible_to(user: User | AnonymousUser) -> QuerySet[Organisation]:
    """Registered providers, which are public, with what their pages show; by name."""
    return (
        Organisation.objects.filter(kind=OrganisationKind.PROVIDER, registration__isnull=False)
        .select_related("registration")
        .order_by("name", "id")
    )


def with_work(providers: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """The same providers with areas and needs read along."""
    return providers.prefetch_related("registration__areas", "registration__categories")


def with_page(providers: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """The same providers with numbers, areas, needs and groups of people read along."""
    return with_work(providers).prefetch_related("identifiers", "registration__cohorts")


def providers_found(
    providers: QuerySet[Organisation],
    *,
    text: str = "",
    area: Area | None = None,
    category: NeedCategory | None = None,
) -> QuerySet[Organisation]:
    """Those of `providers` whose name or work holds the text, or whose number it is, that fit the filters."""
    if text:
        providers = providers.filter(
            Q(name__icontains=text) | Q(registration__summary__icontains=text) | _has_number(text)
        )
    if area:
        places = Registration.areas.through.objects
        serving = places.filter(registration__organisation=OuterRef("pk"), area__in=areas_touching(area))
        providers = providers.filter(Exists(serving))
    if category:
        links = Registration.categories.through.objects
        helping = links.filter(registration__organisation=OuterRef("pk"), needcategory=category)
        providers = providers.filter(Exists(helping))
    return providers


def _has_number(text: str) -> Q:
    """Whether one of the organisation's numbers is what the text says, in any register."""
    wanted = Q(pk__in=[])
    for scheme, value in readings(text):
        wanted |= Q(scheme=scheme, value=value)
    return Q(Exists(Identifier.objects.filter(wanted, organisation=OuterRef("pk"))))


def holder_of(identifiers: Mapping[str, str], *, but: Organisation | None = None) -> Organisation | None:
    """The organisation that has claimed one of these numbers {scheme: number}, other than `but`."""
    wanted = Q(pk__in=[])
    for scheme, value in identifiers.items():
        wanted |= Q(scheme=scheme, value=value)
    found = Identifier.objects.filter(wanted).select_related("organisation").order_by("organisation_id")
    claimed = found.exclude(organisation=but).first() if but else found.first()
    return claimed.organisation if claimed else None


def provider_named(name: str, *, but: Organisation | None = None) -> Organisation | None:
    """The provider with this very name, however it is capitalised, other than `but`."""
    # Lower() on both sides, as in the constraint that keeps names apart.
    named = Organisation.objects.annotate(small_name=Lower("name")).filter(small_name=Lower(Value(name)))
    found = named.filter(kind=OrganisationKind.PROVIDER)
    return (found.exclude(pk=but.pk) if but else found).first()
