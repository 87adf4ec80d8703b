"""What runs after a request: at once on a local machine, by a worker in production."""

from django_tasks import task


@task()
def deliver_notice(notice_id: int) -> bool:
    """E-mail one notice."""
    # Imported late: notices.py queues this task, and this task calls notices.py.
    from core import notices

    return notices.deliver(notice_id)
