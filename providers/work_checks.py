"""Drafts of the checks that wait for whoever keeps them."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import holds
from core.templatetags.accord import when
from core.work import ASKED, Section, Task
from providers.queries.checks import drafts_of_checks


def check_sections(user: User, organisation: Organisation) -> list[Section]:
    """The drafts, changed last first; nothing for people who do not keep the checks."""
    if not holds(user, P.CHECKS_EDIT, organisation):
        return []
    tasks = [
        Task(
            title=str(draft),
            url=reverse("check-version-detail", args=[draft.pk]),
            hint=_("Changed %(time)s") % {"time": when(draft.updated_at)},
            tag=draft.get_status_display(),
        )
        for draft in drafts_of_checks()[:ASKED]
    ]
    return [
        Section(
            title=_("What providers are asked"),
            tasks=tasks,
            url=reverse("check-version-list"),
            url_label=_("Versions of the checks"),
            empty=_("No draft of the checks is under way."),
        )
    ]
