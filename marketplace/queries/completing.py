"""What an opportunity wants where, so that partners can be sought for it."""

from marketplace.models import Need, Opportunity


def wanted_by(opportunity: Opportunity) -> list[tuple[int, int]]:
    """Each area with each kind of need that is wanted there, by their numbers: its own, then those of its needs.

    Lots are parts of the money and say nothing of places, so all of them want the same.
    """
    wanted = [(opportunity.area_id, opportunity.category_id)]
    needs = Need.objects.filter(opportunities=opportunity).prefetch_related("areas", "categories").order_by("pk")
    for need in needs.only("pk"):
        wanted += [(area.pk, category.pk) for area in need.areas.all() for category in need.categories.all()]
    return list(dict.fromkeys(wanted))
