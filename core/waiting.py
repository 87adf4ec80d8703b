"""What core itself has for the work page: people who wait to be let in."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.models.people import Organisation, User
from core.policies import may_manage_people
from core.queries.people import requests_to
from core.work import ASKED, Section, Task


def people_waiting(user: User, organisation: Organisation) -> list[Section]:
    """Requests to join that the person may decide about; nothing where nobody waits."""
    if not may_manage_people(user, organisation):
        return []
    waiting = list(requests_to(organisation)[:ASKED])
    if not waiting:
        return []
    tasks = [
        Task(
            title=_("%(name)s asks to join") % {"name": request.user},
            url=reverse("membership-approve", args=[request.pk]),
            hint=request.message,
            tag=_("to decide"),
        )
        for request in waiting
    ]
    return [Section(_("People"), tasks, reverse("member-list", args=[organisation.pk]), _("All people"))]
