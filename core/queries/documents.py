"""Which documents a person may read. Apps that show documents to others say so here."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from core.models.documents import Document
from core.models.people import User
from core.permissions import Permission
from core.queries.people import roles_by_organisation, roles_with

Reader = Callable[[User], Q | None]
_readers: list[Reader] = []


def open_to(reader: Reader) -> Reader:
    """`reader` says which further documents a person may read, none where the person has no part in it.

    Apps call this when they are ready. A condition on Document, met by a subquery, so that it costs no query
    of its own.
    """
    if reader not in _readers:
        _readers.append(reader)
    return reader


def documents_visible_to(user: User | AnonymousUser) -> QuerySet[Document]:
    """Those of the person's own organisations, and those that an app opens to them; all for an auditor."""
    rows = Document.objects.select_related("organisation", "uploaded_by")
    if not user.is_authenticated:
        return rows.none()
    roles = roles_by_organisation(user)
    everything = frozenset(roles_with(Permission.EVERYTHING_READ))
    if any(everything & held for held in roles.values()):
        return rows
    wanted = Q(organisation__in=list(roles))
    for reader in _readers:
        condition = reader(user)
        if condition is not None:
            wanted |= condition
    return rows.filter(wanted)
