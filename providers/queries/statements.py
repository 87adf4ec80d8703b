"""What organisations have said for checks."""

from core.models import Organisation
from providers.models import Statement


def statement_of(organisation: Organisation, check: str) -> Statement | None:
    """What the organisation says for that check now, with who said it."""
    said = Statement.objects.filter(organisation=organisation, check_code=check)
    return said.select_related("stated_by").first()
