"""A joint bid that was handed in, its deadline over, and an organisation that is to come into it."""

import datetime
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.utils import timezone

from core.models import Organisation, User
from core.roles import Role
from marketplace.models import Bid, Opportunity, PanelMember, Replacement
from marketplace.services.evaluation import confirm_opening
from marketplace.services.replacement_decisions import accept_replacement, declare_tie
from marketplace.services.replacements import (
    agree_to_come_in,
    agree_to_leave,
    propose_replacement,
)
from tests.factories import covers
from tests.factories.bids import Joint
from tests.factories.core import member
from tests.factories.marketplace import panel_member

WHY = "The partner has lost its manager and cannot go on."


@dataclass
class Change:
    """The bid with its people, who is to come in, and the people of the commissioner."""

    joint: Joint
    coming: Organisation
    coming_owner: User
    chair: PanelMember
    other: PanelMember
    directors: list[User] = field(default_factory=list)

    @property
    def bid(self) -> Bid:
        """As the database has it."""
        return self.joint.now()

    @property
    def opportunity(self) -> Opportunity:
        """As the database has it."""
        return Opportunity.objects.get(pk=self.joint.opportunity.pk)

    def propose(self, **values: Any) -> Replacement:
        """The lead proposes that the newcomer take the place of the partner."""
        asked: dict[str, Any] = {
            "by": self.joint.owner,
            "bid": self.bid,
            "leaving": self.joint.partner,
            "coming": self.coming,
            "reason": WHY,
            "form_key": uuid4(),
            "arrived_at": timezone.now(),
        }
        return propose_replacement(**{**asked, **values})

    def comes(self, replacement: Replacement) -> Replacement:
        """The newcomer agrees to exactly what it was asked."""
        return agree_to_come_in(
            by=self.coming_owner,
            replacement=replacement,
            terms_sha256=replacement.terms_sha256,
            arrived_at=timezone.now(),
        )

    def leaves(self, replacement: Replacement) -> Replacement:
        """The partner agrees to leave."""
        return agree_to_leave(by=self.joint.partner_owner, replacement=replacement, arrived_at=timezone.now())

    def agreed(self) -> Replacement:
        """Proposed, and both have agreed."""
        return self.leaves(self.comes(self.propose()))

    def open_bids(self) -> None:
        """Two directors open the bids."""
        for person in self.directors:
            confirm_opening(opportunity=self.opportunity, arrived_at=timezone.now(), by=person)

    def declare(self, replacement: Replacement, *, is_free: bool = True) -> None:
        """Everybody on the panel says whether they have a tie."""
        for seat in (self.chair, self.other):
            declare_tie(by=seat.user, replacement=replacement, is_free=is_free)

    def accept(self, replacement: Replacement) -> Replacement:
        """The chair records that the panel accepts."""
        return accept_replacement(
            by=self.chair.user, replacement=replacement, reason="It can do the same work as well."
        )


def change(*, members_may_change: bool = True, **scene: Any) -> Change:
    """Handed in with a partner that has to go, an hour after the deadline; the bids are sealed."""
    joint = covers.scene(**scene)
    rows = Opportunity.objects.filter(pk=joint.opportunity.pk)
    rows.update(members_may_change=members_may_change)
    joint.ask()
    joint.agree()
    joint.submit()
    rows.update(closes_at=timezone.now() - datetime.timedelta(hours=1))
    joint.opportunity.refresh_from_db()
    coming = covers.registered_outsider()
    body = joint.opportunity.organisation
    return Change(
        joint,
        coming,
        member(Role.OWNER, coming),
        panel_member(joint.opportunity, is_chair=True),
        panel_member(joint.opportunity),
        [member(Role.DIRECTOR, body) for _person in range(2)],
    )


def opened(**scene: Any) -> tuple[Change, Replacement]:
    """Both have agreed, and the bids are open: it waits for the panel."""
    made = change(**scene)
    replacement = made.agreed()
    made.open_bids()
    replacement.refresh_from_db()
    return made, replacement


def accepted(**scene: Any) -> tuple[Change, Replacement]:
    """The panel has accepted it."""
    made, replacement = opened(**scene)
    made.declare(replacement)
    return made, made.accept(replacement)
