"""What waits for a person in signals: to say what is missing, and to answer what most people say."""

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import holds
from core.work import Section, Task
from marketplace.queries.signals import signals_of
from marketplace.states import SignalStatus

MOST = 5


def signal_sections(user: User, organisation: Organisation) -> list[Section]:
    """For those who answer, the open signals of the most people; for the others a way to say what is missing."""
    if holds(user, P.SIGNAL_ANSWER, organisation):
        return _to_answer(organisation)
    if not holds(user, P.SIGNAL_GIVE, organisation):
        return []
    how = _("It takes two minutes. Your commissioning team tells you what became of it.")
    title, label = _("What is missing where you work?"), _("Say what is missing")
    return [Section(title, [], url=reverse("signal-give"), url_label=label, empty=how)]


def _to_answer(organisation: Organisation) -> list[Section]:
    open_now = signals_of(organisation).filter(status=SignalStatus.OPEN).select_related("area")
    tasks = [
        Task(
            title=Truncator(signal.text).words(14),
            url=reverse("signal-detail", args=[signal.pk]),
            hint=signal.area.name,
            tag=ngettext("%(n)s person", "%(n)s people", signal.voices) % {"n": signal.voices},
        )
        for signal in open_now.order_by("-voices", "-id")[:MOST]
    ]
    if not tasks:
        return []
    return [Section(_("Practitioners say"), tasks, url=reverse("signal-list"), url_label=_("All signals"))]
