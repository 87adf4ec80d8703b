"""What waits for a person in needs and opportunities: to publish, to check, to finish."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import holds
from core.templatetags.accord import when
from core.work import Section, Task
from marketplace.models import Need, Opportunity
from marketplace.queries.needs import needs_of
from marketplace.queries.opportunities import opportunities_of
from marketplace.states import NeedStatus, OpportunityStatus

MOST = 10


def need_sections(user: User, organisation: Organisation) -> list[Section]:
    """Drafts of needs: for directors to publish, for the others to finish."""
    publishes = holds(user, P.NEED_PUBLISH, organisation)
    if not publishes and not holds(user, P.NEED_DRAFT, organisation):
        return []
    drafts = needs_of(organisation).filter(status=NeedStatus.DRAFT).select_related("updated_by")[:MOST]
    title = _("Needs ready for publication") if publishes else _("Draft needs")
    tasks = _tasks(drafts, "need-detail", tag=_("draft"))
    if tasks:
        return _section(title, tasks, "need-own", _("All your needs"))
    how = _("None now. A need begins with what is missing and one figure that shows it.")
    return [Section(title, [], url=reverse("need-create"), url_label=_("Draft a need"), empty=how)]


def opportunity_sections(user: User, organisation: Organisation) -> list[Section]:
    """For directors what was sent to be checked; for those who draft, what is not finished."""
    found = []
    own = opportunities_of(organisation).select_related("updated_by")
    if holds(user, P.OPPORTUNITY_PUBLISH, organisation):
        waiting = own.filter(status=OpportunityStatus.IN_REVIEW)[:MOST]
        tasks = _tasks(waiting, "opportunity-tasks", tag=_("to check"), tone="warn")
        found += _section(_("Opportunities to check"), tasks, "opportunity-own", _("All your opportunities"))
    if holds(user, P.OPPORTUNITY_DRAFT, organisation):
        drafts = own.filter(status=OpportunityStatus.DRAFT)[:MOST]
        tasks = _tasks(drafts, "opportunity-tasks", tag=_("draft"))
        found += _section(_("Draft opportunities"), tasks, "opportunity-own", _("All your opportunities"))
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
