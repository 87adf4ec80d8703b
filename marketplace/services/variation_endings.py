"""A variation is over before it came into force."""

from django.utils import timezone

from core.models import User
from marketplace import notices
from marketplace.models import Variation
from marketplace.states import VARIATION


def close_variation(variation: Variation, action: str, *, by: User, reason: str) -> None:
    """Part of another act on a held contract: the variation is over, and everybody in the contract is told why."""
    VARIATION.apply(variation, action, closed_at=timezone.now(), closed_by=by, closing_reason=reason)
    notices.variation_over(variation, VARIATION.step(action).notice, by=by)
