"""What waits for a person in needs and opportunities: to publish, to check, to finish."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import holds
from core.templatetags.accord import when
from core.work import ASKED, Section, Task
from marketplace.models import Need, Opportunity
from marketplace.queries.needs import needs_of
from marketplace.queries.opportunities import latest_of_each
from marketplace.states import NeedStatus, OpportunityStatus


def need_sections(user: User, organisation: Organisation) -> list[Section]:
    """Drafts of needs: for directors to publish, for the others to finish."""
    publishes = holds(user, P.NEED_PUBLISH, organisation)
    if not publishes and not holds(user, P.NEED_DRAFT, organisation):
        return []
    drafts = needs_of(organisation).filter(status=NeedStatus.DRAFT).select_related("updated_by")
    drafts = drafts.only("title", "updated_at", "updated_by__name")[:ASKED]
    title = _("Needs ready for publication") if publishes else _("Draft needs")
    tasks = _tasks(drafts, "need-detail", tag=_("draft"))
    if tasks:
        return _section(title, tasks, "need-own", _("All your needs"))
    how = _("None now. A need begins with what is missing and one figure that shows it.")
    return [Section(title, [], url=reverse("need-create"), url_label=_("Draft a need"), empty=how)]


def opportunity_sections(user: User, organisation: Organisation) -> list[Section]:
    """For directors what was sent to be checked; for those who draft, what is not finished."""
    sorts = {
        OpportunityStatus.IN_REVIEW: (P.OPPORTUNITY_PUBLISH, _("Opportunities to check"), _("to check"), "warn"),
        OpportunityStatus.DRAFT: (P.OPPORTUNITY_DRAFT, _("Draft opportunities"), _("draft"), "info"),
    }
    mine = [status for status, (right, *_words) in sorts.items() if holds(user, right, organisation)]
    rows = list(latest_of_each(organisation, mine, ASKED)) if mine else []
    found = []
    for status in mine:
        _right, title, tag, tone = sorts[status]
        tasks = _tasks([row for row in rows if row.status == status], "opportunity-tasks", tag=tag, tone=tone)
        found += _section(title, tasks, "opportunity-own", _("All your opportunities"))
    return found


def _tasks(rows: Iterable[Need | Opportunity], page: str, *, tag: str, tone: str = "info") -> list[Task]:
    return [
        Task(
            title=row.title,
            url=reverse(page, args=[row.pk]),
            hint=_("Changed by %(name)s, %(time)s") % {"name": row.updated_by.name, "time": when(row.updated_at)},
            tag=tag,
            tone=tone,
        )
        for row in rows
    ]


def _section(title: str, tasks: list[Task], page: str, label: str) -> list[Section]:
    return [Section(title, tasks, url=reverse(page), url_label=label)] if tasks else []
