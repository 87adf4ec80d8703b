"""What waits for a person in evidence: to renew or give again for a provider, to look at for a commissioner."""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import holds
from core.templatetags.accord import day
from core.work import ASKED, Section, Task
from providers.checks.registry import check_named
from providers.policies.evidence import may_give_evidence
from providers.queries.evidence import OLDEST_FIRST, Shown, Standing, areas_around, shown_by, waiting_evidence

RENEW_DAYS = 60


def evidence_sections(user: User, organisation: Organisation) -> list[Section]:
    """What ran out, soon will, or was not accepted; for those who verify what waits in their own area."""
    if organisation.is_provider and may_give_evidence(user, organisation):
        return _to_give(organisation)
    if holds(user, P.EVIDENCE_VERIFY, organisation):
        return _to_look_at(organisation)
    return []


def _to_give(organisation: Organisation) -> list[Section]:
    today = timezone.localdate()
    tasks = [
        task
        for code, shown in shown_by([organisation])[organisation.pk].items()
        if (task := _task(organisation, code, shown, today)) is not None
    ]
    if not tasks:
        return []
    url = reverse("evidence-list", args=[organisation.pk])
    return [Section(_("Evidence"), tasks[:ASKED], url, _("What you have given"))]


def _task(organisation: Organisation, code: str, shown: Shown, today: datetime.date) -> Task | None:
    """The line for one check; none where nothing is to be done, or a newer one waits."""
    evidence, name = shown.evidence, check_named(code).name
    url = reverse("evidence-form", args=[organisation.pk, code])
    if shown.waiting or shown.standing is Standing.GIVEN:
        return None
    if shown.standing is Standing.REFUSED:
        return Task(_("Give something else: %(check)s") % {"check": name}, url, evidence.reason, tag=_("To do"))
    until = evidence.valid_until
    if until is None or (until - today).days > RENEW_DAYS:
        return None
    title, when = _("Renew: %(check)s") % {"check": name}, {"day": day(until)}
    if shown.standing is Standing.EXPIRED:
        return Task(title, url, _("Ran out on %(day)s.") % when, tag=_("Ran out"), tone="warn")
    return Task(title, url, _("Holds until %(day)s.") % when, tag=_("To do"))


def _to_look_at(organisation: Organisation) -> list[Section]:
    near = areas_around(organisation, timezone.localdate()) or None
    rows = waiting_evidence(areas=near).order_by(*OLDEST_FIRST)[:ASKED]
    tasks = [
        Task(
            title=_("%(check)s of %(name)s")
            % {"check": check_named(row.check_code).name, "name": row.organisation.name},
            url=reverse("evidence-detail", args=[row.pk]),
            hint=_("Given on %(day)s") % {"day": day(row.given_at)},
            tag=_("to look at"),
        )
        for row in rows
    ]
    if not tasks:
        return []
    return [Section(_("Evidence to look at"), tasks, reverse("evidence-queue"), _("All that waits"))]
