"""Areas that lie in each other, bodies with roles, and files of them."""

import datetime

import factory
from factory.django import DjangoModelFactory

from core.models import Area, AreaBelonging, Body, BodyRole, PlaceImport
from tests.factories.core import AreaFactory, UserFactory


class BodyFactory(DjangoModelFactory):
    """A council without an area."""

    class Meta:
        model = Body

    kind = "council"
    name = factory.Sequence(lambda number: f"Council {number}")
    slug = factory.Sequence(lambda number: f"council-{number}")
    source = "made for a test"


class PlaceImportFactory(DjangoModelFactory):
    """A file of areas that was checked."""

    class Meta:
        model = PlaceImport

    holds = "areas"
    file_name = "areas.csv"
    content = b""
    new_count = changed_count = ended_count = unchanged_count = 0
    created_by = factory.SubFactory(UserFactory)
    updated_by = factory.SelfAttribute("created_by")


def town(name: str = "Newtown", **fields: object) -> Area:
    """A town of that name."""
    slug = str(name).lower().replace(" ", "-")
    return AreaFactory(**{"kind": "town", "name": name, "slug": slug, **fields})


def lies(child: Area, parent: Area, extent: str = "whole", **fields: object) -> AreaBelonging:
    """The child lies in the parent, wholly unless told otherwise."""
    return AreaBelonging.objects.create(
        child=child, parent=parent, extent=extent, source="made for a test", **fields
    )


def acts(area: Area, role: str = "council", body: Body | None = None, **fields: object) -> BodyRole:
    """A body, a new council if none is given, has the role over the area."""
    return BodyRole.objects.create(
        body=body or BodyFactory(), area=area, role=role, source="made for a test", **fields
    )


def day(text: str) -> datetime.date:
    """2026-11-21 as a date."""
    return datetime.date.fromisoformat(text)
