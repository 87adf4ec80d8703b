"""Takes away files that belong to no document."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.services.documents import sweep_documents


class Command(BaseCommand):
    """Deletes files that no document names; run it from a timer, once a day. Running it again does no harm."""

    help = "Delete files in the storage of documents that no document names and that are older than a day."

    def handle(self, *args: Any, **options: Any) -> None:
        """Nothing is left behind."""
        self.stdout.write(f"{sweep_documents(now=timezone.now())} files deleted")
