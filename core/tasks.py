"""What runs after a request: at once on a local machine, by a worker in production."""

from django.utils import timezone
from django_tasks import task


@task()
def deliver_notice(notice_id: int) -> bool:
    """E-mail one notice."""
    # Imported late: notices.py queues this task, and this task calls notices.py.
    from core import notices

    return notices.deliver(notice_id)


@task()
def sweep_documents() -> int:
    """Delete files that belong to no document; how many. Put it in the queue from a timer, once a day."""
    from core.services import documents

    return documents.sweep_documents(now=timezone.now())
