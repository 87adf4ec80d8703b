"""The rows that services hold while they decide: the alliance first, then what belongs to it."""

from alliances.models import Alliance, AllianceMember


def locked_alliance(alliance: Alliance) -> Alliance:
    """The alliance as it is now, held until the transaction ends; others who would change it wait."""
    return (
        Alliance.objects.select_for_update(of=("self",))
        .select_related("organisation", "updated_by")
        .get(pk=alliance.pk)
    )


def places_of(alliance: Alliance) -> list[AllianceMember]:
    """The members of an alliance that is held, as they are now."""
    return list(alliance.members.select_related("organisation", "signed_by"))
