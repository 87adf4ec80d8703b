"""Forgets who began a page of questions and left it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from providers.services.timings import forget_unfinished


class Command(BaseCommand):
    """Deletes measures that nobody went on with for 90 days; run it from a timer, once a day."""

    help = "Forget the time measured for pages of questions that nobody went on with for 90 days."

    def handle(self, *args: Any, **options: Any) -> None:
        """Only what was done is left, without names."""
        self.stdout.write(f"{forget_unfinished(now=timezone.now())} forgotten")
