"""Reminds providers of what soon runs out."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from providers.services.reminders import send_evidence_reminders


class Command(BaseCommand):
    """Writes every reminder that is due; run it from a timer, an hour apart. Reminds nobody twice."""

    help = "Remind providers of evidence that runs out: 60, 30 and 7 days before, from seven in the morning."

    def handle(self, *args: Any, **options: Any) -> None:
        """Everybody to whom a reminder is due has it."""
        self.stdout.write(f"{send_evidence_reminders(now=timezone.now())} reminders written")
