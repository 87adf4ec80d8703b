"""What runs beside requests: at once on a local machine, by a worker in production."""

from django.utils import timezone
from django_tasks import task


@task()
def send_evidence_reminders_due() -> int:
    """Remind providers of what soon runs out; how many reminders. Put it in the queue from a timer."""
    from providers.services.reminders import send_evidence_reminders

    return send_evidence_reminders(now=timezone.now())
