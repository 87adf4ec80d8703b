"""Proves that no event was changed, removed or put in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import audit
from core.models.audit import Event


class Command(BaseCommand):
    """Reads the whole chain of events and says whether it is whole, or where it breaks first."""

    help = "Check the chain of events. Exit code 1 and the first break if it is not whole."

    def add_arguments(self, parser: CommandParser) -> None:
        """An end noted earlier shows that nothing was cut off and written anew since."""
        parser.add_argument("--noted", metavar="NUMBER:HASH", help="the end that an earlier check printed")

    def handle(self, *args: Any, noted: str | None = None, **options: Any) -> None:
        """Says "whole" with the end of the chain, or fails with the first break."""
        found = audit.first_break() or (noted and _differs(noted))
        if found:
            raise CommandError(f"The chain of events is broken: {found}.")
        head = audit.end()
        self.stdout.write(f"The chain of events is whole: {head.sequence:,} events.")
        self.stdout.write(f"Note its end and keep it elsewhere: {head.sequence}:{head.hash}")


def _differs(noted: str) -> str:
    """Why an end noted earlier is no longer in the chain; empty if it is."""
    number, _colon, digest = noted.partition(":")
    if not number.isdecimal():
        raise CommandError("Give the noted end as it was printed, NUMBER:HASH.")
    if int(number) == 0 or Event.objects.filter(sequence=int(number), hash=digest).exists():
        return ""
    return f"event {number} is not the one that was noted"
