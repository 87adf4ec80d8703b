"""`manage.py import_assessments file.csv`: case figures from a file, or what it would change."""

import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from core.access import Refused
from core.models import Organisation, User
from marketplace.services.assessments import (
    Plan,
    UnreadableFile,
    check_file,
    confirm_import,
    upload_assessments,
)


class Command(BaseCommand):
    """The same steps as on the page, for a file that lies on this machine."""

    help = "Import case figures from a CSV file: all of it, or nothing where one line is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """File, who does it, for which body, where the figures come from."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who imports; must have the right to")
        parser.add_argument("--organisation", required=True, metavar="NAME", help="the body it is imported for")
        parser.add_argument("--source", default="", help="where the figures come from")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """All or nothing; every problem with its line on the way out."""
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        person = User.objects.filter(email=options["by"].lower()).first()
        organisation = Organisation.objects.filter(name=options["organisation"]).first()
        if person is None or organisation is None:
            raise CommandError("There is no such person, or no such organisation.")
        try:
            with path.open("rb") as file:
                self._do(file, path.name, person, organisation, options)
        except UnreadableFile as unreadable:
            for problem in unreadable.problems:
                self.stderr.write(f"line {problem.line} {problem.column}: {problem.sentence}")
            raise CommandError(f"{unreadable.problems.count:,} problems. Nothing was imported.") from unreadable
        except (Refused, PermissionDenied) as refusal:
            raise CommandError(str(refusal)) from refusal

    def _do(
        self, file: IO[bytes], name: str, person: User, organisation: Organisation, options: dict[str, Any]
    ) -> None:
        if options["dry_run"]:
            self._say(check_file(file, organisation=organisation)[1], "Nothing was imported; it would be")
            return
        batch = upload_assessments(
            by=person,
            organisation=organisation,
            file=file,
            file_name=name,
            source=options["source"],
            form_key=uuid.uuid4(),
        )
        confirm_import(by=person, batch=batch, plan_sha256=batch.plan_sha256)
        self.stdout.write(f"Imported: {batch.adds:,} new, {batch.replaces:,} changed, {batch.keeps:,} unchanged.")

    def _say(self, plan: Plan, words: str) -> None:
        numbers = f"{len(plan.adds):,} new, {len(plan.replaces):,} changed, {plan.keeps:,} unchanged"
        self.stdout.write(f"{words}: {numbers}.")
