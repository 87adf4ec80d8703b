"""manage.py load_guidance"""

from typing import Any

from django.core.management.base import BaseCommand

from cms.starter_pages import load_starter_pages


class Command(BaseCommand):
    """Adds the starter pages that are not there; never touches one that is."""

    help = (
        "Add the home page and the starter guidance that are missing. Pages that editors changed stay as they are."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many pages were added."""
        self.stdout.write(f"guidance: {load_starter_pages()} pages added")
