"""An evaluation with everybody in it, at the stage a test asks for."""

import time
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone

from core.models import User
from core.queries.people import forget_roles
from core.roles import Role
from marketplace.models import AgreedScore, Bid, Opportunity, PanelMember, Score
from marketplace.queries.awards import ranking_of
from providers.models import DeclarationKind
from tests.factories.core import OrganisationFactory, member
from tests.factories.marketplace import BidFactory, OpportunityFactory, panel_member
from tests.factories.providers import declaration

MARKER = "MARKER of the other member"
REASON = "It shows ten years of steady work."


@dataclass
class Scene:
    """One opportunity in evaluation: its people, its panel of two and its opened bids."""

    opportunity: Opportunity
    director: User
    manager: User
    chair: PanelMember
    other: PanelMember
    bids: list[Bid]
    bidders: list[User] = field(default_factory=list)

    @property
    def criteria(self) -> list[Any]:
        """The two questions."""
        return list(self.opportunity.criteria.all())

    @property
    def fingerprint(self) -> str:
        """Of the ranking of the first lot as it is now."""
        return ranking_of(self.opportunity.lots.first()).fingerprint

    def again(self) -> Opportunity:
        """The opportunity as the database has it."""
        return Opportunity.objects.get(pk=self.opportunity.pk)


def evaluation(bids: int = 2, **opportunity: Any) -> Scene:
    """Bids opened, nothing scored; every bidder has made its declarations."""
    made = OpportunityFactory(in_evaluation=True, **opportunity)
    scene = Scene(
        opportunity=made,
        director=member(Role.DIRECTOR, made.organisation, name="Dora Director"),
        manager=member(Role.COMMISSIONING_MANAGER, made.organisation, name="Mo Manager"),
        chair=panel_member(made, is_chair=True),
        other=panel_member(made),
        bids=[],
    )
    for _number in range(bids):
        add_bid(scene)
    return scene


def add_bid(scene: Scene, **bid: Any) -> Bid:
    """One more opened bid, of a new organisation with an owner."""
    organisation = OrganisationFactory()
    owner = member(Role.OWNER, organisation)
    made = BidFactory(opened=True, opportunity=scene.opportunity, organisation=organisation, **bid)
    for kind in DeclarationKind:
        declaration(organisation, kind, owner)
    scene.bids.append(made)
    scene.bidders.append(owner)
    return made


def score_everything(scene: Scene, seat: PanelMember, points: int = 3, reason: str = REASON) -> None:
    """The member has scored every answer alike."""
    Score.objects.bulk_create(
        Score(
            bid=bid, criterion=criterion, panel_member=seat, points=points, reason=reason, scored_at=timezone.now()
        )
        for bid in scene.bids
        for criterion in scene.criteria
    )


def marked(scene):
    """The other member has scored everything in words that can be found again, and locked."""
    score_everything(scene, scene.other, 1, MARKER)
    scene.opportunity.panel.filter(pk=scene.other.pk).update(locked_at=timezone.now())
    return scene


def in_moderation(bids: int = 2, **opportunity: Any) -> Scene:
    """Both members have scored and locked; the chair gave 4, the other 3."""
    scene = evaluation(bids, **opportunity)
    score_everything(scene, scene.chair, 4)
    score_everything(scene, scene.other, 3)
    scene.opportunity.panel.update(locked_at=timezone.now())
    Opportunity.objects.filter(pk=scene.opportunity.pk).update(status="moderation")
    scene.opportunity.refresh_from_db()
    return scene


def agree_everything(scene: Scene, *points: int) -> None:
    """Every answer of the bids has agreed points: `points` for one bid after another (4 for the rest)."""
    for place, bid in enumerate(scene.bids):
        AgreedScore.objects.bulk_create(
            AgreedScore(
                bid=bid,
                criterion=criterion,
                points=points[place] if place < len(points) else 4,
                reason=f"Agreed reason {place} for question {criterion.number}.",
                agreed_by=scene.chair.user,
                agreed_at=timezone.now(),
            )
            for criterion in scene.criteria
        )
        Bid.objects.filter(pk=bid.pk).update(status="evaluated")
        bid.refresh_from_db()


def agreed(*points: int, bids: int = 2, **opportunity: Any) -> Scene:
    """Everything is agreed and waits for the director: the first bid has the first of `points`, and so on."""
    scene = in_moderation(bids, **opportunity)
    agree_everything(scene, *(points or (5, 3)))
    return scene


def client_of(user: User) -> Client:
    """A browser in which the person has signed in, with both steps."""
    forget_roles(user)
    client = Client()
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
