"""Finding providers: the public list, and whoever holds a name or a number already."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Lower

from core.models import Area, NeedCategory, Organisation, User
from core.roles import OrganisationKind
from core.search import SearchIndex, matching
from providers.identifiers import readings
from providers.models import Identifier, Registration
from providers.names import name_key
from providers.queries.registration import areas_touching

L = TypeVar("L", bound=Model)

NOT_TOLD = ""
SEARCH = SearchIndex("providers_registration", ("listed_name", "trading_names", "welsh_name", "summary"))


def listed_registrations() -> QuerySet[Registration]:
    """Registrations that the public finds: those that say what they are in law, with a number or a document."""
    return Registration.objects.exclude(legal_form=NOT_TOLD)


def links_of_listed(links: QuerySet[L]) -> QuerySet[L]:
    """Of rows that link registrations to places or needs, those of `listed_registrations`.

    The few that are not listed are looked for, by an index of their own: to look at each registration that is
    would take longer than all else that is asked of the links.
    """
    return links.filter(~Exists(Registration.objects.filter(pk=OuterRef("registration"), legal_form=NOT_TOLD)))


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


class Order(StrEnum):
    """In which order providers are listed."""

    NAME = "name"
    NEWEST = "newest"


ORDERS: dict[Order, tuple[str, ...]] = {Order.NAME: ("listed_name", "id"), Order.NEWEST: ("-id",)}


def providers_listed(
    *,
    text: str = "",
    area: Area | None = None,
    category: NeedCategory | None = None,
    with_bare_names: bool = False,
    are_many: bool = False,
) -> QuerySet[Registration]:
    """Registrations with their organisations, by name, as far as they fit the filters.

    `text` is words of the name or of what it does, or a number in a public register. Those of which nothing but
    the name is known are left out, or anybody with an address could put a name into a public list;
    `with_bare_names` for people who look for a partner they know. Where `are_many` fit a place or need, the list
    is followed in its order and what does not fit passed over; otherwise what fits is found first and then sorted.
    """
    found = Registration.objects.all() if with_bare_names else listed_registrations()
    listed = found.select_related("organisation").order_by("listed_name", "id")
    for links in _narrowing(area, category):
        if are_many or text:
            listed = listed.filter(Exists(links.filter(registration=OuterRef("pk"))))
        else:
            listed = listed.filter(pk__in=links.values("registration"))
    return _with_words(listed, text)


def providers_to_count(
    *, text: str = "", area: Area | None = None, category: NeedCategory | None = None
) -> QuerySet[Any, Any]:
    """As many rows as `providers_listed` has, found by places and needs, so that counting may stop early."""
    narrowing = _narrowing(area, category)
    if text or not narrowing:
        return providers_listed(text=text, area=area, category=category)
    counted = narrowing[0].exclude(registration__legal_form=NOT_TOLD)
    for links in narrowing[1:]:
        counted = counted.filter(Exists(links.filter(registration=OuterRef("registration"))))
    return counted.order_by().values("registration").distinct()


def _narrowing(area: Area | None, category: NeedCategory | None) -> list[QuerySet[Any]]:
    """Rows that link registrations to the places around the area, and to the need."""
    links: list[QuerySet[Any]] = []
    if area:
        links.append(Registration.areas.through.objects.filter(area__in=areas_touching(area)))
    if category:
        links.append(Registration.categories.through.objects.filter(needcategory=category))
    return links


def _with_words(listed: QuerySet[Registration], text: str) -> QuerySet[Registration]:
    holders = _holders_of_number(text)
    return listed.filter(organisation__in=holders) if holders else matching(listed, text, SEARCH)


def rows_of_page(keys: Sequence[Registration]) -> list[Registration]:
    """The same registrations in the same order with all that a line shows; keys are sorted with less to carry."""
    rows = with_work(Registration.objects.select_related("organisation")).in_bulk([row.pk for row in keys])
    return [rows[row.pk] for row in keys if row.pk in rows]


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
    found = Organisation.objects.alias(small_name=Lower("name")).filter(
        same, kind=OrganisationKind.PROVIDER, closed_at__isnull=True
    )
    return (found.exclude(pk=but.pk) if but else found).first()
