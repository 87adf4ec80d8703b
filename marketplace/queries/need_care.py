"""Who may put money in with a body, and how its needs stand by the eight principles."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.models import AreaBelonging, Body, BodyRole, Organisation
from core.queries.places import held_on
from core.roles import OrganisationKind
from marketplace.models import CoCommissioner, Need, PrincipleMark


def bodies_near(need: Need) -> QuerySet[Body]:
    """Bodies that act today over an area of the need, over what it lies in, or over what lies in it; by name."""
    own = [area.pk for area in need.areas.all()]
    today = timezone.localdate()
    links = AreaBelonging.objects.filter(Q(child__in=own) | Q(parent__in=own))
    around = {*own, *(pk for pair in links.values_list("child", "parent") for pk in pair)}
    roles = BodyRole.objects.filter(held_on(today), area__in=around)
    found = Body.objects.filter(pk__in=roles.values("body"))
    return found.exclude(pk=need.organisation.body_id or 0).order_by("name")


def other_commissioners(need: Need) -> QuerySet[Organisation]:
    """Commissioning bodies with an account here, without the one whose need it is; by name."""
    found = Organisation.objects.filter(kind=OrganisationKind.COMMISSIONER)
    return found.exclude(pk=need.organisation_id).order_by("name")


def partners_of(need: Need) -> QuerySet[CoCommissioner]:
    """Who may bring something into meeting the need, in the order in which they were added."""
    return (
        CoCommissioner.objects.filter(need=need).select_related("body", "organisation", "added_by").order_by("id")
    )


def marks_of(need: Need) -> dict[int, PrincipleMark]:
    """What is said of each principle on the need, by its number."""
    marks = PrincipleMark.objects.filter(need=need).select_related("updated_by")
    return {mark.principle: mark for mark in marks}
