"""What runs beside requests: at once on a local machine, by a worker in production."""

from django.utils import timezone
from django_tasks import task


@task()
def send_contract_reminders_due() -> int:
    """Remind parties of days of their contracts that are near; how many days. Put it in the queue from a timer."""
    from marketplace.services.contract_dates import send_contract_reminders

    return send_contract_reminders(now=timezone.now())


@task()
def send_digests_due() -> int:
    """Tell followers what is new; how many were told. Put it in the queue from a timer, as often as you like."""
    from marketplace.services.digests import send_digests

    return send_digests(now=timezone.now())
