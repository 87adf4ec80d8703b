"""Finding providers: the public list, and whoever holds a name or a number already."""

from collections.abc import Mapping

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower

from core.models import Area, NeedCategory, Organisation, User
from core.roles import OrganisationKind
from core.search import SearchIndex, matching
from providers.identifiers import readings
from providers.models import Identifier, Registration
from providers.names import name_key
from providers.queries.registration import areas_touching

NOT_TOLD = ""
SEARCH = SearchIndex("providers_registration", ("listed_name", "trading_names", "welsh_name", "summary"))


def listed_registrations() -> QuerySet[Registration]:
    """Registrations that the public finds: those that say what they are in law, with a number or a document."""
    return Registration.objects.exclude(legal_form=NOT_TOLD)


def providers_visible_to(user: User | AnonymousUser) -> QuerySet[Organisation]:
    """Registered providers with what their pages show, by name: listed ones are public.

    A name alone proves nothing, so those that have told no more are seen only by people who are signed in: to ask
    to join, or to ask them in.
    """
    there = Organisation.objects.filter(kind=OrganisationKind.PROVIDER, registration__isnull=False)
    seen = there if user.is_authenticated else there.exclude(registration__legal_form=NOT_TOLD)
    return seen.select_related("registration").order_by("name", "id")


def with_page(providers: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """The same providers with all their pages show read along: numbers, places, needs, languages, whom to ask."""
    return providers.select_related("registration", "contact").prefetch_related(
        "identifiers",
        "registration__areas",
        "registration__categories",
        "registration__cohorts",
        "registration__languages",
    )


def providers_listed(
    *,
    text: str = "",
    area: Area | None = None,
    category: NeedCategory | None = None,
    with_bare_names: bool = False,
) -> QuerySet[Registration]:
    """Registrations with their organisations, by name, as far as they fit the filters.

    `text` is words of the name or of what it does, or a number in a public register. Those of which nothing but
    the name is known are left out, or anybody with an address could put a name into a public list;
    `with_bare_names` for people who look for a partner they know.
    """
    found = Registration.objects.all() if with_bare_names else listed_registrations()
    listed = found.select_related("organisation").order_by("listed_name", "id")
    if area:
        places = Registration.areas.through.objects.filter(area__in=areas_touching(area))
        listed = listed.filter(pk__in=places.values("registration"))
    if category:
        links = Registration.categories.through.objects.filter(needcategory=category)
        listed = listed.filter(pk__in=links.values("registration"))
    holders = _holders_of_number(text)
    return listed.filter(organisation__in=holders) if holders else matching(listed, text, SEARCH)


def with_work(listed: QuerySet[Registration]) -> QuerySet[Registration]:
    """The same with areas and needs read along."""
    return listed.prefetch_related("areas", "categories")


def _holders_of_number(text: str) -> list[int]:
    """Organisations with the number the text could be, in whichever register; asks only if it could be one."""
    wanted = Q(pk__in=[])
    could_be = readings(text)
    for scheme, value in could_be:
        wanted |= Q(scheme=scheme, value=value)
    return list(Identifier.objects.filter(wanted).values_list("organisation", flat=True)) if could_be else []


def holder_of(identifiers: Mapping[str, str], *, but: Organisation | None = None) -> Organisation | None:
    """The organisation that has claimed one of these numbers {scheme: number}, other than `but`."""
    wanted = Q(pk__in=[])
    for scheme, value in identifiers.items():
        wanted |= Q(scheme=scheme, value=value)
    found = Identifier.objects.filter(wanted).select_related("organisation").order_by("organisation_id")
    claimed = found.exclude(organisation=but).first() if but else found.first()
    return claimed.organisation if claimed else None


def provider_named(name: str, *, but: Organisation | None = None) -> Organisation | None:
    """The provider with this name, however it is written (providers.names), other than `but`."""
    # The second as in the constraint on organisations, which Python's small letters do not always follow.
    same = Q(registration__name_key=name_key(name)) | Q(small_name=Lower(Value(name)))
    found = Organisation.objects.alias(small_name=Lower("name")).filter(same, kind=OrganisationKind.PROVIDER)
    return (found.exclude(pk=but.pk) if but else found).first()
