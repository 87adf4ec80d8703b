"""Imports of case figures: which there are, who may see them, and for which areas a body may send them."""

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone

from core.cells import name_key
from core.models import Area, Cohort, NeedCategory, Organisation, User
from core.models.places import AreaBelonging, AreaKind, BodyRole, BodyRoleKind
from core.permissions import Permission as P
from core.policies import organisations_where, reads_everything
from core.queries.people import own_organisations
from core.queries.places import held_on
from core.roles import OrganisationKind
from marketplace.models import Assessment, AssessmentImport

# Figures are given for delivery units, or for a region as a whole.
ASSESSED = (AreaKind.PROBATION_REGION, AreaKind.DELIVERY_UNIT)


class Key(NamedTuple):
    """What one figure is about; cohort 0 is everyone."""

    area: int
    starts_on: str
    category: int
    cohort: int


class Standing(NamedTuple):
    """A row in force: its number and what it says."""

    pk: int
    counts: tuple[int, int, int]


def regions_of(organisation: Organisation) -> QuerySet[Area]:
    """The probation regions for which the body commissions today; none for any other organisation."""
    today = timezone.localdate()
    roles = BodyRole.objects.filter(
        held_on(today), body=organisation.body_id, role=BodyRoleKind.COMMISSIONS_PROBATION
    )
    return Area.objects.filter(kind=AreaKind.PROBATION_REGION, pk__in=roles.values("area")).order_by("name")


def units_of(regions: Iterable[Area] | Iterable[int]) -> QuerySet[Area]:
    """The delivery units that lie in the regions today, by name."""
    return Area.objects.filter(units_within(AreaBelonging.objects.filter(parent__in=list(regions)))).order_by(
        "name"
    )


def units_within(belongings: QuerySet[AreaBelonging]) -> Q:
    """That an area is a delivery unit and one of these belongings of it holds today."""
    inside = belongings.filter(held_on(timezone.localdate()), child__kind=AreaKind.DELIVERY_UNIT)
    return Q(pk__in=inside.values("child"))


def region_around(area: Area) -> Area | None:
    """The region itself, or the one in which a delivery unit lies today; none for other areas."""
    if area.kind == AreaKind.PROBATION_REGION:
        return area
    if area.kind != AreaKind.DELIVERY_UNIT:
        return None
    around = AreaBelonging.objects.filter(
        held_on(timezone.localdate()), child=area, parent__kind=AreaKind.PROBATION_REGION
    )
    found = around.select_related("parent").order_by("pk").first()
    return found.parent if found else None


def areas_to_assess(organisation: Organisation) -> set[int]:
    """Numbers of the areas for which it may send figures: its own regions and their units; the operator, all."""
    if organisation.kind == OrganisationKind.OPERATOR:
        return set(Area.objects.filter(kind__in=ASSESSED).values_list("pk", flat=True))
    own = list(regions_of(organisation).values_list("pk", flat=True))
    return {*own, *units_of(own).values_list("pk", flat=True)}


def assessed_areas_by_name() -> dict[str, int]:
    """Every region and delivery unit by its code, its short name and its name, as `name_key` writes them."""
    rows = list(Area.objects.filter(kind__in=ASSESSED).order_by("pk").values_list("pk", "code", "slug", "name"))
    return {name_key(name): pk for pk, *names in rows for name in names if name}


def categories_by_name() -> dict[str, int]:
    """Every kind of need by its code and its name."""
    rows = NeedCategory.objects.values_list("pk", "code", "name")
    return {name_key(name): pk for pk, *names in rows for name in names}


def cohorts_by_name() -> list[tuple[int, str, str]]:
    """Every group of people: number, code, name."""
    return list(Cohort.objects.order_by("name").values_list("pk", "code", "name"))


def standing(areas: Iterable[int], first: str, last: str) -> dict[Key, Standing]:
    """What is in force for these areas in quarters that begin from `first` to `last` (ISO days)."""
    rows = Assessment.objects.filter(
        area__in=list(areas), starts_on__gte=first, starts_on__lte=last, in_force=True
    ).values_list(
        *("area_id", "starts_on", "category_id", "cohort_id", "pk"),
        *("priority_cases", "available_cases", "sufficient_cases"),
    )
    return {
        Key(area, day.isoformat(), category, cohort or 0): Standing(pk, (priority, available, sufficient))
        for area, day, category, cohort, pk, priority, available, sufficient in rows.iterator(chunk_size=5000)
    }


def imports_visible_to(user: User | AnonymousUser) -> QuerySet[AssessmentImport]:
    """Those of the bodies for which the person may import; all for an auditor."""
    rows = AssessmentImport.objects.select_related("organisation", "uploaded_by", "applied_by", "taken_back_by")
    if reads_everything(user):
        return rows
    return rows.filter(organisation__in=organisations_where(user, P.EVIDENCE_IMPORT))


def reads_figures_of(user: User | AnonymousUser, region: Area) -> bool:
    """Whether the person sees every number of the region: people of the body that commissions for it, auditors."""
    if reads_everything(user):
        return True
    own = organisations_where(user, P.COMMISSIONING_READ)
    bodies = [each.body_id for each in own_organisations(user) if each.pk in own and each.body_id]
    if not bodies:
        return False
    today = timezone.localdate()
    roles = BodyRole.objects.filter(
        held_on(today), body__in=bodies, area=region, role=BodyRoleKind.COMMISSIONS_PROBATION
    )
    return roles.exists()
