"""Expressions of interest as plain values for the components."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from core.display import Text
from core.templatetags.accord import when
from providers.models import PartnerInterest
from providers.states import PartnerInterestStatus as Status

TONES = {Status.SENT: "info", Status.ACCEPTED: "good", Status.DECLINED: "plain", Status.WITHDRAWN: "plain"}


@dataclass(frozen=True)
class InterestLine:
    """A line of the list: with whom, about what, when, and where it stands."""

    name: str
    url: str
    about: str
    sent: str
    tag: Text
    tone: str


def line_of(interest: PartnerInterest, *, is_sent: bool) -> InterestLine:
    """What a list shows; nobody's name or address."""
    other = interest.partner if is_sent else interest.organisation
    text, tone = tag_of(interest)
    return InterestLine(
        name=other.name,
        url=reverse("interest-detail", args=[interest.pk]),
        about=interest.opportunity_title or _("no opportunity in particular"),
        sent=when(interest.sent_at),
        tag=text,
        tone=tone,
    )


def tag_of(interest: PartnerInterest) -> tuple[Text, str]:
    """Its state in words, and the tone of the words."""
    status = Status(interest.status)
    return status.label, TONES[status]
