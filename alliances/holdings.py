"""What this app holds about an organisation, for its own copy: its places in alliances."""

from alliances.models import AllianceMember
from core.holdings import Table, table
from core.models import Organisation, User


def of_organisation(organisation: Organisation, by: User) -> list[Table]:
    """Where it is a member, with what it signed when."""
    return [table("alliance_places", AllianceMember.objects.filter(organisation=organisation))]
