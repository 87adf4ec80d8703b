"""What the page of one need shows beside its words: where the consultation stands, and the ways to keep it up."""

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from core.display import Row
from core.models import User
from core.templatetags.accord import when
from marketplace.models import Need, Principle
from marketplace.policies.need_care import may_add_figure, may_correct_need, may_keep_up_need
from marketplace.queries.consultations import InShort
from marketplace.states import NeedStatus
from marketplace.views.need_display import Action


def standing_of(need: Need, heard: InShort) -> list[Row]:
    """Two lines of the summary that lead to the other sides of the need."""
    consultation = reverse("need-consultation", args=[need.pk])
    principles = _("%(n)s of %(all)s answered") % {"n": heard.principles, "all": len(Principle)}
    return [
        Row(_("Consultation"), _consulted(heard), consultation, _("Read")),
        Row(_("Eight principles"), principles, reverse("need-principles", args=[need.pk]), _("Read")),
    ]


def _consulted(heard: InShort) -> str:
    if heard.open_until:
        return _("Open until %(time)s") % {"time": when(heard.open_until)}
    if heard.heard:
        return _("What was heard is published")
    return _("None was held, and the page says why") if heard.why_none else _("Nothing published yet")


def upkeep_of(need: Need, user: User | AnonymousUser) -> list[Action]:
    """What may be changed on the need after publication, for those who have a right to it."""
    if need.status == NeedStatus.DRAFT:
        return []
    steps = (
        (_("Add a figure"), "figure-add", may_add_figure(user, need)),
        (_("Name co-commissioners"), "need-partners", may_keep_up_need(user, need)),
        (_("Correct a mistake"), "need-correct", may_correct_need(user, need)),
    )
    return [
        Action(label, reverse(page, args=[need.pk]), verdict) for label, page, verdict in steps if verdict.right
    ]
