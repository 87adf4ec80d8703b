"""The parts of a need as a list of things to do: what is there, what may be added, what comes next."""

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.display import Step
from core.models import User
from marketplace.models import Need, Urgency
from marketplace.policies.needs import may_edit_need
from marketplace.queries.signals import voices_for
from marketplace.views.signal_display import voices_in_words


def steps_of(need: Need, user: User | AnonymousUser) -> list[Step]:
    """The pages of a draft in the order in which people think of them; only the first must be filled in."""
    editable = bool(may_edit_need(user, need))
    pages = [
        (_("What is missing, where, for whom"), "need-edit", _figures(need), True),
        (_("Other areas and kinds of need"), "need-scope", _others(need), False),
        (_("How many, and by when"), "need-scale", _scale(need), False),
        (_("What good would look like"), "need-outcomes", _good(need), False),
        (_("Signals that say so"), "need-signals", _signals(need), False),
    ]
    return [
        Step(
            title=title,
            url=reverse(page, args=[need.pk]) if editable else "",
            hint=said,
            tag=_("written") if said else (_("not written") if needed else _("if you like")),
            tone="good" if said else ("warn" if needed else "plain"),
        )
        for title, page, said, needed in pages
    ]


def _figures(need: Need) -> str:
    figures = len(need.evidence.all())
    return (
        ngettext("%(n)s figure shows it.", "%(n)s figures show it.", figures) % {"n": figures} if figures else ""
    )


def _others(need: Need) -> str:
    areas, kinds = len(need.areas.all()) - 1, len(need.categories.all()) - 1
    found = []
    if areas:
        found.append(ngettext("%(n)s other area", "%(n)s other areas", areas) % {"n": areas})
    if kinds:
        found.append(ngettext("%(n)s other kind of need", "%(n)s other kinds of need", kinds) % {"n": kinds})
    return ", ".join(found)


def _scale(need: Need) -> str:
    if need.people_of is None and need.urgency == Urgency.NO_DATE:
        return ""
    label = str(Urgency(need.urgency).label)
    return label[:1].upper() + label[1:]


def _good(need: Need) -> str:
    outcomes = len(need.desired_outcomes.all())
    if outcomes:
        return ngettext("%(n)s desired outcome", "%(n)s desired outcomes", outcomes) % {"n": outcomes}
    return _("In your own words") if need.what_good_is else ""


def _signals(need: Need) -> str:
    voices = voices_for(need)
    return voices_in_words(voices) if voices else ""
