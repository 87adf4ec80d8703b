"""manage.py demo"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.test.utils import override_settings
from django.utils import timezone

from demo.build import build, is_empty


class Command(BaseCommand):
    """Fills an empty database with the demonstration."""

    help = "Build the demonstration: people, organisations and journeys at every stage, relative to today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--if-empty` makes a second run do nothing."""
        parser.add_argument("--if-empty", action="store_true", help="do nothing if anybody is here already")

    def handle(self, *args: Any, **options: Any) -> None:
        """All or nothing."""
        if not settings.DEMO_SIGN_IN:
            raise CommandError("The demonstration is for settings with DEMO_SIGN_IN, on a local machine.")
        if not is_empty():
            if options["if_empty"]:
                return
            raise CommandError("Somebody is here already. The demonstration is built in an empty database only.")
        # Two years of letters would only fill the mail folder; they stand in everybody's inbox.
        with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"), transaction.atomic():
            acts = build(timezone.localdate())
        self.stdout.write(f"demo: {acts} acts told")
