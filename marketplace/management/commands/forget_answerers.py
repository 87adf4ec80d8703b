"""manage.py forget_answerers"""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from marketplace.services.consultation_answers import forget_answerers


class Command(BaseCommand):
    """For the daily run: consultations that have closed lose what kept people from answering twice."""

    help = "Destroy the secrets, marks and codes of consultations that have closed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Safe to run at any time and twice."""
        number = forget_answerers(at=timezone.now())
        if options["verbosity"]:
            self.stdout.write(f"{number} consultations")
