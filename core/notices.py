"""Telling people: a row in their inbox with the change itself, an e-mail after it."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.models.notices import Notice
from core.models.people import User
from core.tasks import deliver_notice


def send(
    kind: str, *, to: Iterable[User], context: Mapping[str, Any] | None = None, url: str = ""
) -> list[Notice]:
    """Each person has the notice in the inbox once this transaction commits, and an e-mail soon after.

    `kind` is app/name of a template `templates/<app>/notices/<name>.txt`, whose first line is the
    subject. It is written in each person's own language. Nobody gets the same notice twice in a call.
    """
    notices = [_written(kind, person, {"person": person, **(context or {})}, url) for person in dict.fromkeys(to)]
    Notice.objects.bulk_create(notices)
    for notice in notices:
        transaction.on_commit(partial(deliver_notice.enqueue, notice.pk), robust=True)
    return notices


def _written(kind: str, person: User, context: Mapping[str, Any], url: str) -> Notice:
    app, name = kind.split("/")
    with translation.override(person.language):
        text = render_to_string(f"{app}/notices/{name}.txt", dict(context))
    subject, _newline, body = text.strip().partition("\n")
    return Notice(recipient=person, kind=kind, subject=subject[:200], body=body.strip(), url=url)


def deliver(notice_id: int) -> bool:
    """The notice is e-mailed, once; false if it already was. Safe to call again after a failure."""
    with transaction.atomic():
        notice = Notice.objects.select_for_update(of=("self",)).select_related("recipient").get(pk=notice_id)
        if notice.emailed_at is not None:
            return False
        with translation.override(notice.recipient.language):
            send_mail(notice.subject, _letter(notice), settings.DEFAULT_FROM_EMAIL, [notice.recipient.email])
        Notice.objects.filter(pk=notice.pk).update(emailed_at=timezone.now())
    return True


def _letter(notice: Notice) -> str:
    link = f"{settings.SITE_URL}{notice.url}" if notice.url else ""
    ending = _("You get this e-mail because you use Accord.")
    return "\n\n".join(part for part in (notice.body, link, ending) if part) + "\n"
