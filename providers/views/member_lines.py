"""The members of a consortium as cards: their state in words, and what can be done about each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import Verdict
from core.models import User
from providers.models import ConsortiumMember
from providers.policies.consortia import (
    may_invite_again,
    may_leave_consortium,
    may_take_back_invitation,
    may_think_of_removing,
)
from providers.states import ConsortiumMemberStatus as Status
from providers.views.returning import PARAMETER

TONES = {Status.INVITED: "info", Status.JOINED: "good"}


@dataclass(frozen=True)
class Action:
    """Something that can be done about a member: a link to a page of its own."""

    label: str
    url: str


@dataclass(frozen=True)
class MemberLine:
    """A member as the page shows it: its state in words, what it may do or have done to it, or why not."""

    place: ConsortiumMember
    tag: str
    tone: str
    action: Action | None = None
    reason: Any = ""


def member_lines(user: User, places: Iterable[ConsortiumMember], *, back: str = "") -> list[MemberLine]:
    """A line for each place; `back` is the page to return to after doing something about one."""
    return [_line(user, place, back) for place in places]


def _line(user: User, place: ConsortiumMember, back: str) -> MemberLine:
    action, verdict = _action(user, place, back)
    return MemberLine(
        place=place,
        tag=_("lead") if place.is_lead else place.get_status_display(),
        tone=TONES.get(Status(place.status), "plain"),
        action=action if verdict else None,
        reason="" if verdict or not verdict.right else verdict.reason,
    )


def _action(user: User, place: ConsortiumMember, back: str) -> tuple[Action | None, Verdict]:
    """What this person could do about the member, and whether they may."""
    if place.is_lead:
        return None, Verdict(allowed=True)
    if place.status == Status.INVITED:
        label, page, verdict = _("Take the invitation back"), "invitation-take-back", may_take_back_invitation
    elif place.status == Status.JOINED and may_leave_consortium(user, place).right:
        label, page, verdict = _("Leave this consortium"), "consortium-leave", may_leave_consortium
    elif place.status == Status.JOINED:
        label, page, verdict = _("Remove from the consortium"), "consortium-remove", may_think_of_removing
    else:
        url = _address("consortium-invite", place.consortium_id, place.organisation_id, back=back)
        return Action(_("Invite again"), url), may_invite_again(user, place)
    return Action(label, _address(page, place.pk, back=back)), verdict(user, place)


def _address(page: str, *numbers: int, back: str) -> str:
    address = reverse(page, args=numbers)
    return f"{address}?{urlencode({PARAMETER: back})}" if back else address
