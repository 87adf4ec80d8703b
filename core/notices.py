"""Telling people: a row in their inbox with the change itself, an email after it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template import Context, Engine
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.models.notices import Notice
from core.models.people import User
from core.queries.notices import notices_to_send
from core.tasks import deliver_notice


def send(
    kind: str, *, to: Iterable[User], context: Mapping[str, Any] | None = None, url: str = ""
) -> list[Notice]:
    """Each person has the notice in the inbox once this transaction commits, and an email soon after.

    `kind` is app/name of a template `templates/<app>/notices/<name>.txt`, whose first line is the
    subject. It is written in each person's own language. Nobody gets the same notice twice in a call.
    """
    return send_each(kind, [Letter(person, context or {}, url) for person in dict.fromkeys(to)])


@dataclass(frozen=True)
class Letter:
    """What one person is told that others are told otherwise."""

    to: User
    context: Mapping[str, Any]
    url: str = ""


def send_each(kind: str, letters: Iterable[Letter]) -> list[Notice]:
    """As `send`, each person with words of their own; as many rows to a statement as fit."""
    notices = [_written(kind, each.to, {"person": each.to, **each.context}, each.url) for each in letters]
    Notice.objects.bulk_create(notices)
    for notice in notices:
        transaction.on_commit(partial(deliver_notice.enqueue, notice.pk), robust=True)
    return notices


def _written(kind: str, person: User, context: Mapping[str, Any], url: str) -> Notice:
    app, name = kind.split("/")
    template = Engine.get_default().get_template(f"{app}/notices/{name}.txt")
    with translation.override(person.language):
        # Plain text: "Smith & Sons" is not to be read as "Smith &amp; Sons".
        text = template.render(Context(dict(context), autoescape=False))
    subject, _newline, body = text.strip().partition("\n")
    return Notice(recipient=person, kind=kind, subject=subject.strip()[:200], body=body.strip(), url=url)


def deliver(notice_id: int) -> bool:
    """The notice is e-mailed, once; false if it already was or somebody else is sending it now.

    Safe to call again after a failure. No lock is held while the mail server answers: whoever sends takes
    the notice for ten minutes, and only a crash between sending and noting it can send it twice.
    """
    if not _take(notice_id):
        return False
    notice = Notice.objects.select_related("recipient").get(pk=notice_id)
    try:
        with translation.override(notice.recipient.language):
            send_mail(notice.subject, _letter(notice), settings.DEFAULT_FROM_EMAIL, [notice.recipient.email])
    except Exception:
        Notice.objects.filter(pk=notice_id).update(claimed_at=None)
        raise
    Notice.objects.filter(pk=notice_id).update(emailed_at=timezone.now())
    return True


def _take(notice_id: int) -> bool:
    now = timezone.now()
    return notices_to_send(now).filter(pk=notice_id).update(claimed_at=now) == 1


def _letter(notice: Notice) -> str:
    link = f"{settings.SITE_URL}{notice.url}" if notice.url else ""
    ending = _("You get this email because you use Accord.")
    return "\n\n".join(part for part in (notice.body, link, ending) if part) + "\n"
