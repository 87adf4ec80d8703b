"""`manage.py import_register --register charity|company FILE`: an extract of a public register, to look up in."""

import datetime
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.access import Refused
from core.models import User
from core.sheets import Problems
from providers.register_files import FILES, day_in_file_name
from providers.services.register_imports import Imported, UnreadableRegister, import_register

TOLD = 20


class Command(BaseCommand):
    help = (
        "Import an extract of the charity register or of the company register, to look organisations up in. "
        "With --dry-run it says what would be done and keeps nothing. Run it again with a newer extract: what is "
        "no longer in it counts as gone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--register", required=True, choices=sorted(FILES), help="which register it is")
        parser.add_argument(
            "file", type=Path, nargs="+", help="the extract as CSV or tab-separated text, or its parts"
        )
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the service administrator who imports")
        parser.add_argument(
            "--on", type=datetime.date.fromisoformat, metavar="YYYY-MM-DD", help="day of the extract"
        )
        parser.add_argument("--source", default="", help="where it comes from; the name of the file if not given")
        parser.add_argument("--no-quotes", action="store_true", help="quotation marks in it are plain letters")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done and do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email=options["by"].strip().lower(), is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody has an account with the address {options['by']}.")
        with transaction.atomic():
            for path in options["file"]:
                self._import(person, path, options)
            if options["dry_run"]:
                transaction.set_rollback(True)
        self.stdout.write("Nothing was kept: this was a dry run." if options["dry_run"] else "Imported.")

    def _import(self, by: User, path: Path, options: dict[str, Any]) -> None:
        try:
            with path.open("rb") as file:
                done = import_register(
                    by=by,
                    kind=FILES[options["register"]],
                    file=file,
                    source=(options["source"] or path.name)[:200],
                    extracted_on=options["on"] or day_in_file_name(path.name),
                    quoted=not options["no_quotes"],
                )
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except UnreadableRegister as error:
            lines = "\n".join(_lines(error.problems))
            raise CommandError(f"Nothing was imported. {path.name} has problems:\n{lines}") from error
        except (Refused, PermissionDenied) as error:
            raise CommandError(f"{path.name}: {error}") from error
        self._tell(path, done)

    def _tell(self, path: Path, done: Imported) -> None:
        for line in _lines(done.problems):
            self.stderr.write(line)
        extract = done.extract
        self.stdout.write(
            f"{path.name}, extract of {extract.extracted_on}: {extract.new_count:,} new, "
            f"{extract.changed_count:,} changed, {extract.unchanged_count:,} unchanged, "
            f"{extract.wrong_count:,} lines left out; {done.looked_up_count:,} organisations looked up again"
        )


def _lines(problems: Problems) -> list[str]:
    told = [
        f"  line {each.line}{', ' + each.title if each.column else ''}: {each.sentence}"
        for each in list(problems)[:TOLD]
    ]
    more = problems.count - len(told)
    return [*told, f"  and {more:,} more"] if more else told
