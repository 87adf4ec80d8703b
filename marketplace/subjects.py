"""Opportunities as what organisations write to each other about."""

from django.urls import reverse

from core.models import User
from marketplace.queries.opportunities import opportunities_visible_to
from providers.subjects import Subject


def opportunity_as_subject(user: User, number: int) -> Subject | None:
    """The published opportunity of that number."""
    published = opportunities_visible_to(user).filter(published_at__isnull=False)
    found = published.filter(pk=number).values_list("title", flat=True).first()
    return Subject(number, found, reverse("opportunity-detail", args=[number])) if found else None
