"""Where a need is, or an opportunity: the area itself or one that lies in it."""

from collections.abc import Sequence

from django.db.models import BigIntegerField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.lookups import In
from django.utils import timezone

from core.models import Area, Organisation
from core.models.places import COMMISSIONED_FOR, AreaBelonging, AreaKind, BodyRole
from core.queries.places import commissioned_around, held_on, lies_in


def areas_within(region: Area | int | Sequence[int]) -> list[int]:
    """Numbers of the area and of those in it that needs are posted for; a region also finds its delivery units.

    Several areas stand for themselves.
    """
    if isinstance(region, Sequence):
        return list(region)
    number = region if isinstance(region, int) else region.pk
    inside = AreaBelonging.objects.filter(
        held_on(timezone.localdate()), parent=number, child__kind__in=COMMISSIONED_FOR
    )
    return [number, *inside.order_by("child").values_list("child", flat=True)]


def areas_of_place(place: Area) -> list[int]:
    """Numbers of the areas whose needs are needs of a place: itself, what it lies in and what lies in it."""
    return commissioned_around(place, lies_in(place), timezone.localdate())


def in_region(region: Area | int | Sequence[int], *, are_many: bool) -> Q:
    """That the `area` of a row is the region or lies in it.

    Rows are found by their areas and then sorted, unless they `are_many`: then all would have to be read to be
    sorted, so the list's own order is followed and what lies elsewhere passed over. The sum keeps the index of
    areas out of it.
    """
    areas = areas_within(region)
    if not are_many:
        return Q(area__in=areas)
    return Q(In(ExpressionWrapper(F("area_id") + 0, output_field=BigIntegerField()), areas))


def areas_of(organisation: Organisation | None) -> QuerySet[Area]:
    """The areas a body acts over and what lies in them, the largest maps first; none without a public body."""
    if organisation is None or organisation.body_id is None:
        return Area.objects.none()
    own = BodyRole.objects.filter(body=organisation.body_id).values("area")
    return areas_today().filter(Q(pk__in=own) | Q(belongings__parent__in=own)).distinct().order_by("-kind", "name")


def areas_today() -> QuerySet[Area]:
    """Areas that exist today and for which needs are posted. Towns and the like are too many to choose from."""
    return Area.objects.filter(held_on(timezone.localdate()), kind__in=COMMISSIONED_FOR)


def areas_by_group(organisation: Organisation | None) -> list[tuple[str, list[tuple[int, str]]]]:
    """Every area as (group, [(number, name)]): the body's own first, then maps, delivery units by region."""
    areas = list(areas_today().order_by("name").values_list("pk", "name", "kind"))
    parents = dict(
        AreaBelonging.objects.filter(
            child__kind=AreaKind.DELIVERY_UNIT, parent__kind=AreaKind.PROBATION_REGION
        ).values_list("child", "parent__name")
    )
    groups: dict[str, list[tuple[int, str]]] = {}
    own = _own_areas(organisation)
    if organisation is not None and own:
        groups[organisation.name] = [(pk, name) for pk, name, _kind in areas if pk in own]
    for kind in COMMISSIONED_FOR:
        for pk, name, _kind in (area for area in areas if area[2] == kind):
            group = str(kind.label)
            if kind == AreaKind.DELIVERY_UNIT:
                group = f"{kind.label}: {parents.get(pk, '')}"
            groups.setdefault(group, []).append((pk, name))
    return list(groups.items())


def _own_areas(organisation: Organisation | None) -> set[int]:
    if organisation is None or organisation.body_id is None:
        return set()
    roles = organisation.body.roles.values_list("area", flat=True)  # type: ignore[union-attr]  # it has one
    return set(roles) | {child for area in roles for child in areas_within(area)}
