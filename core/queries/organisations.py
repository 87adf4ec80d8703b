"""Finding organisations."""

from django.db.models import QuerySet
from django.db.models.functions import Lower

from core.models.people import Organisation
from core.models.places import Body
from core.roles import OrganisationKind

FOUND_AT_MOST = 20


def organisations_to_join() -> QuerySet[Organisation]:
    """Those that people may ask to join: not whoever runs the service, and none whose account is closed."""
    return Organisation.objects.filter(closed_at__isnull=True).exclude(kind=OrganisationKind.OPERATOR)


def organisations_found(words: str) -> QuerySet[Organisation]:
    """Up to 20 that somebody may ask to join and whose names hold the words, by name; names are public."""
    found = organisations_to_join()
    for word in words.split()[:6]:
        found = found.filter(name__icontains=word)
    return found.order_by("name", "id")[:FOUND_AT_MOST]


def organisation_named(name: str, kind: str) -> Organisation | None:
    """The one of that kind with the name, however it is written in capitals; closed ones have let go of theirs."""
    there = Organisation.objects.filter(closed_at__isnull=True)
    return there.alias(low=Lower("name")).filter(low=name.lower(), kind=kind).first()


def operator() -> Organisation | None:
    """Who runs this service."""
    return Organisation.objects.filter(kind=OrganisationKind.OPERATOR).first()


def bodies_to_set_up() -> QuerySet[Body]:
    """Public bodies of the reference list that are not here yet."""
    return Body.objects.filter(organisation__isnull=True).order_by("name")
