"""Draws the workflow tables."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from core.diagrams import states_page


class Command(BaseCommand):
    """Writes docs/reference/states.md."""

    requires_system_checks = []
    help = "Draw who may become what, from every app's states.py, into docs/reference/states.md."

    def handle(self, *args: Any, **options: Any) -> None:
        """The file holds what the tables say now."""
        page = Path(settings.BASE_DIR) / "docs" / "reference" / "states.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        with translation.override("en-gb"):
            page.write_text(states_page(), encoding="utf-8")
        self.stdout.write(f"{page.relative_to(settings.BASE_DIR)} written")
