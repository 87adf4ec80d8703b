"""`manage.py load_reference`: the reference files become rows, as often as you like."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.reference.loading import FOLDER, BadReference, load_reference


class Command(BaseCommand):
    help = "Load areas, bodies, needs, outcomes, exclusion grounds and notice types. A second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=FOLDER, help="read the files from here instead")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            files = load_reference(options["folder"])
        except BadReference as error:
            raise CommandError(f"Nothing was loaded. {error}") from error
        for file in files:
            counts = f"{file.new} new, {file.changed} changed, {file.unchanged} unchanged"
            self.stdout.write(f"{file.name}: {file.rows} rows, {counts}")
