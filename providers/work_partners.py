"""What waits for those who look for partners."""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import holds
from core.templatetags.accord import when
from core.work import Section, Task
from providers.queries.interests import waiting_at
from providers.states import PartnerNoticeStatus

REMIND_BEFORE = datetime.timedelta(days=14)


def partners_waiting(user: User, organisation: Organisation) -> list[Section]:
    """Messages to answer, and a notice about to run out, for those who write bids; one query."""
    if not organisation.is_provider or not holds(user, P.CONSORTIUM_FORM, organisation):
        return []
    rows = waiting_at(organisation)
    return [
        Section(
            title=_("Partners"),
            tasks=[*_ending(rows), *_answers(rows)],
            url=reverse("interest-list"),
            url_label=_("Introductions"),
            empty=_("Nobody waits for your answer."),
        )
    ]


def _answers(rows: list[dict[str, object]]) -> list[Task]:
    return [
        Task(
            title=_("Answer %(name)s, who would like to work with you") % {"name": row["name"]},
            url=reverse("interest-detail", args=[row["interest"]]),
            hint=str(row["title"]),
            tag=_("New"),
        )
        for row in rows
        if row["interest"]
    ]


def _ending(rows: list[dict[str, object]]) -> list[Task]:
    notice = rows[0] if rows else {}
    ends_at, now = notice.get("ends_at"), timezone.now()
    if notice.get("status") != PartnerNoticeStatus.LIVE or not isinstance(ends_at, datetime.datetime):
        return []
    if not now <= ends_at <= now + REMIND_BEFORE:
        return []
    return [
        Task(
            title=_("Renew your notice for partners"),
            url=reverse("partner-notice-renew", args=[notice["pk"]]),
            hint=_("It leaves the board on %(time)s.") % {"time": when(ends_at)},
            tag=_("Ends soon"),
            tone="warn",
        )
    ]
