"""Moves the seal to the first of the master keys."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.seal import SealBroken
from marketplace.services.bid_submission import rewrap_seal_keys


class Command(BaseCommand):
    """Wraps the key of every opportunity anew, so that the master keys after the first can be taken away."""

    help = "Wrap the key of every opportunity with the first of SEAL_MASTER_KEYS. Sealed bids stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many keys there are; changes none if one does not open."""
        try:
            count = rewrap_seal_keys()
        except SealBroken as broken:
            raise CommandError(
                "A key was wrapped by a master key that is not in SEAL_MASTER_KEYS. Nothing was changed."
            ) from broken
        self.stdout.write(f"Keys wrapped by the first master key: {count:,}.")
