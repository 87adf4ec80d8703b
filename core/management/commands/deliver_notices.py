"""E-mails what a crash or a mail server that was away left behind."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.notices import deliver
from core.queries.notices import notices_to_send


class Command(BaseCommand):
    """Sends every notice that waits; run it from a timer. Sends none twice, however often it runs."""

    help = "E-mail the notices that have not been sent yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Every notice that waited is sent, or stays for the next time; an error code if any stays."""
        sent, failed = 0, 0
        for number in notices_to_send(timezone.now()).values_list("pk", flat=True).iterator():
            try:
                sent += deliver(number)
            except Exception as error:  # noqa: BLE001  one bad address must not keep the rest waiting
                failed += 1
                self.stderr.write(f"notice {number} was not sent: {error}")
        self.stdout.write(f"{sent} sent")
        if failed:
            raise CommandError(f"{failed} could not be sent and wait for the next time")
