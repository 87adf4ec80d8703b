"""manage.py seed_scale"""

import time
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from core.models import User
from demo.cast import MAIL as DEMO_MAIL
from demo.scale import Sizes, fill
from demo.scale.rows import MAIL, let_numbers_go_on

PARTS = (
    "needs",
    "providers",
    "bids",
    "alliances",
    "notices",
    "events",
    "signals",
    "follows",
    "assessments",
    "partner_notices",
)


def count(text: str) -> int:
    """A number from nought up."""
    if not text.isascii() or not text.isdecimal():
        raise ArgumentTypeError(f"{text!r} is not a number from nought up")
    return int(text)


class Command(BaseCommand):
    """Fills a throw-away database with as much as years of use, to measure pages against.

    This command alone may write rows directly, past the services: it keeps the constraints, the seal and the
    chain of events, but sends nothing and asks no policy. So it runs only where settings say that the database
    can be thrown away, never beside a real person, and beside the demonstration only with --into-demo.
    """

    help = "Fill a throw-away database with much of everything; a second run tops up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many opportunities there shall be; everything else follows in proportion unless it is said."""
        parser.add_argument(
            "--opportunities", type=count, required=True, help="how many there shall be in the end"
        )
        for name in PARTS:
            option = f"--{name.replace('_', '-')}"
            parser.add_argument(option, type=count, default=None, help="in proportion if not given")
        parser.add_argument(
            "--into-demo", action="store_true", help="even if the demonstration is in the database"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Tops up to what was asked for."""
        self._refuse_unless_thrown_away()
        self._refuse_beside_people(into_demo=options["into_demo"])
        began = time.monotonic()

        def say(what: str, number: int) -> None:
            self.stdout.write(f"{what}: {number:,} new ({time.monotonic() - began:.0f} s)")

        sizes = Sizes(options["opportunities"], **{name: options[name] for name in PARTS})
        try:
            fill(sizes, timezone.now(), say)
        finally:
            let_numbers_go_on()
        if connection.vendor == "postgresql":  # as its own housekeeping does soon after so many new rows
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    def _refuse_unless_thrown_away(self) -> None:
        if not (settings.DEMO_SIGN_IN or getattr(settings, "THROW_AWAY_DATABASE", False)):
            raise CommandError(
                "These settings do not say that the database can be thrown away. Nothing was written."
            )

    def _refuse_beside_people(self, *, into_demo: bool) -> None:
        others = User.objects.exclude(email__endswith=f"@{MAIL}")
        if others.exclude(email__endswith=f"@{DEMO_MAIL}").exists():
            raise CommandError("Real people are in this database. Nothing was written.")
        if others.exists() and not into_demo:
            raise CommandError("The demonstration is in this database. Say --into-demo to write beside it.")
