"""Tells followers what is new."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from marketplace.services.digests import send_digests


class Command(BaseCommand):
    """Writes every digest that is due; run it from a timer, an hour apart. Tells nobody twice, however often."""

    help = "Tell the people who follow something what is new: daily from seven, weekly on Mondays."

    def handle(self, *args: Any, **options: Any) -> None:
        """Everybody to whom a digest is due has it."""
        self.stdout.write(f"{send_digests(now=timezone.now())} digests written")
