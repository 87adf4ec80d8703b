"""manage.py demo_users"""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from demo.people import demo_people


class Command(BaseCommand):
    """Prints who can sign in to the demonstration."""

    help = "List the people of the demonstration: password, organisation, roles, second factor."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--json` prints a list for programs."""
        parser.add_argument("--json", action="store_true", help="print a JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line, or one object, for each person and organisation."""
        people = demo_people()
        if options["json"]:
            self.stdout.write(json.dumps(people, ensure_ascii=False, indent=2))
            return
        for found in people:
            roles = ", ".join(found["roles"]) or "no role yet"
            self.stdout.write(f"{found['email']:45} {roles:40} {found['organisation'] or ''}")
