"""`manage.py import_places`: areas, overlaps, bodies and roles from CSV files, all of them or none."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.access import Refused
from core.models.people import User
from core.models.place_imports import PlaceFile
from core.services.places import NothingToDo, UnreadableFile, apply_place_import, check_places


class Command(BaseCommand):
    help = (
        "Import areas, their overlaps, bodies and the roles of bodies from CSV files, in this order. All files "
        "or none: the first wrong one stops it. With --dry-run it says what would be done and does nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        for holds in PlaceFile:
            parser.add_argument(f"--{holds.value}", type=Path, metavar="FILE", help=str(holds.label))
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the service administrator who imports")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done and do nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(email=options["by"].strip().lower(), is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody has an account with the address {options['by']}.")
        files = [(holds, options[holds.value]) for holds in PlaceFile if options[holds.value]]
        if not files:
            raise CommandError("Name at least one file: --areas, --overlaps, --bodies or --roles.")
        with transaction.atomic():
            for holds, path in files:
                self._import(person, holds, path)
            if options["dry_run"]:
                transaction.set_rollback(True)
        self.stdout.write("Nothing was kept: this was a dry run." if options["dry_run"] else "Imported.")

    def _import(self, by: User, holds: PlaceFile, path: Path) -> None:
        try:
            with path.open("rb") as file:
                found = check_places(by=by, holds=holds, file=file, file_name=path.name)
            apply_place_import(by=by, place_import=found, fingerprint=found.fingerprint)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except UnreadableFile as error:
            raise CommandError(self._told(path, error)) from error
        except NothingToDo as error:
            self.stdout.write(f"{path.name}: {error}")
            return
        except (Refused, PermissionDenied) as error:
            raise CommandError(f"{path.name}: {error}") from error
        self.stdout.write(
            f"{path.name}: {found.new_count} added, {found.changed_count} changed, {found.ended_count} ended, "
            f"{found.unchanged_count} unchanged"
        )

    def _told(self, path: Path, error: UnreadableFile) -> str:
        lines = [
            f"  line {problem.line}{', ' + problem.column.replace('_', ' ') if problem.column else ''}: "
            f"{problem.sentence}"
            for problem in error.problems
        ]
        more = error.problems.count - len(lines)
        if more:
            lines.append(f"  and {more:,} more")
        return "\n".join(
            [f"Nothing was imported. {path.name} has problems, {error.problems.count:,} in all:", *lines]
        )
