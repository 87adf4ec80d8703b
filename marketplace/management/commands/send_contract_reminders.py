"""Reminds the parties of contracts of days that are near."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from marketplace.services.contract_dates import send_contract_reminders


class Command(BaseCommand):
    """Writes every reminder that is due; run it from a timer, an hour apart. Reminds nobody twice."""

    help = "Remind parties of reviews, break dates and last days of their contracts, from seven in the morning."

    def handle(self, *args: Any, **options: Any) -> None:
        """Everybody to whom a reminder is due has it."""
        self.stdout.write(f"{send_contract_reminders(now=timezone.now())} days reminded of")
