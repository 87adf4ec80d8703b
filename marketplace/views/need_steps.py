"""The parts of a need as a list of things to do: what is there, what may be added, what comes next."""

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.display import Step
from core.models import User
from marketplace.models import Need, Principle, Urgency
from marketplace.policies.need_care import may_keep_up_need
from marketplace.policies.needs import may_edit_need
from marketplace.queries.need_care import marks_of
from marketplace.queries.needs import NeedParts, parts_of
from marketplace.queries.signals import voices_for
from marketplace.views.signal_display import voices_in_words

# Open for as long as the need is; the others only until it is published.
KEPT_UP = frozenset({"need-partners", "need-principles"})


def steps_of(need: Need, user: User | AnonymousUser) -> list[Step]:
    """The pages of a draft in the order in which people think of them; only the first must be filled in."""
    editable, parts = bool(may_edit_need(user, need)), parts_of(need)
    pages = [
        (_("What is missing, where, for whom"), "need-edit", _figures(need), True),
        (_("Other areas and kinds of need"), "need-scope", _others(parts), False),
        (_("How many, and by when"), "need-scale", _scale(need), False),
        (_("What good would look like"), "need-outcomes", _good(need, parts), False),
        (_("Signals that say so"), "need-signals", _signals(need), False),
        (_("Co-commissioners"), "need-partners", _partners(parts), False),
        (_("The eight principles"), "need-principles", _principles(need), False),
    ]
    kept = bool(may_keep_up_need(user, need))
    return [
        Step(
            title=title,
            url=reverse(page, args=[need.pk]) if (kept if page in KEPT_UP else editable) else "",
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


def _others(parts: NeedParts) -> str:
    areas, kinds = len(parts.areas) - 1, len(parts.kinds) - 1
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


def _good(need: Need, parts: NeedParts) -> str:
    outcomes = len(parts.outcomes)
    if outcomes:
        return ngettext("%(n)s desired outcome", "%(n)s desired outcomes", outcomes) % {"n": outcomes}
    return _("In your own words") if need.what_good_is else ""


def _signals(need: Need) -> str:
    voices = voices_for(need)
    return voices_in_words(voices) if voices else ""


def _partners(parts: NeedParts) -> str:
    return ", ".join(name for name, _note in parts.partners)


def _principles(need: Need) -> str:
    answered = len(marks_of(need))
    return _("%(n)s of %(all)s answered") % {"n": answered, "all": len(Principle)} if answered else ""
