"""Which areas there are, and which lie in which."""

from django.db.models import QuerySet

from core.models.places import Area, AreaKind


def regions() -> QuerySet[Area]:
    """Every probation region, by name."""
    return Area.objects.filter(kind=AreaKind.PROBATION_REGION).order_by("name")


def delivery_units_of(region: Area) -> QuerySet[Area]:
    """The probation delivery units that lie in a region, by name."""
    return Area.objects.filter(kind=AreaKind.DELIVERY_UNIT, belongs_to=region).order_by("name")
