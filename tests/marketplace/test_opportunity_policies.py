"""What a draft opportunity lacks, in sentences."""

import datetime
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from core.models import Organisation, User
from core.roles import Role
from marketplace.drafts import About, CriterionWords, OutcomeWords
from marketplace.models import Opportunity
from marketplace.policies.opportunities import what_is_missing
from marketplace.services.opportunities import save_criteria, save_outcomes, start_opportunity
from tests.factories.core import AreaFactory, CommissionerFactory, member
from tests.factories.marketplace import NeedFactory, OpportunityFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = datetime.timedelta(days=1)
CRITERIA = [CriterionWords("How?", 6000), CriterionWords("With whom?", 4000)]
OUTCOME = OutcomeWords("Settled", "%", Decimal(42), Decimal(60), 5000)


@pytest.fixture
def body() -> Organisation:
    return CommissionerFactory()


@pytest.fixture
def manager(body: Organisation) -> User:
    return member(Role.COMMISSIONING_MANAGER, body)


@pytest.fixture
def draft(body: Organisation, manager: User) -> Opportunity:
    """Complete."""
    return OpportunityFactory(organisation=body, created_by=manager)


def test_nothing_is_missing_from_a_complete_draft(draft: Opportunity) -> None:
    assert what_is_missing(draft) == []


def test_everything_is_missing_from_a_draft_just_begun(manager: User, body: Organisation) -> None:
    need = NeedFactory(published=True, organisation=body)
    opportunity = start_opportunity(
        by=manager,
        need=need,
        about=About("alliance", "Homes", "A place to stay.", AreaFactory()),
        form_key=uuid4(),
    )
    assert what_is_missing(opportunity) == [
        "Say what the lot is and what it is worth.",
        "Say when bidding closes.",
        "Say when the service starts and ends.",
        "Write at least 2 criteria.",
        "Name at least 2 shared outcomes.",
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"summary": " "}, "Say what is wanted."),
        ({"contact_email": ""}, "Name somebody whom bidders can ask, with an e-mail address."),
        ({"closes_at": NOW + DAY - datetime.timedelta(minutes=1)}, "Bidding must stay open for at least a day"),
        ({"opens_at": NOW + 14 * DAY, "closes_at": NOW + 14.5 * DAY}, "Bidding must stay open for at least a day"),
        ({"starts_on": timezone.localdate(NOW) + 14 * DAY}, "The service must start after bidding closes"),
    ],
)
def test_missing_is_said_in_a_sentence(changes: dict[str, object], sentence: str, body: Organisation) -> None:
    values = {"closes_at": NOW + 14 * DAY, **changes}
    opportunity = OpportunityFactory.build(organisation=body, **values)
    opportunity = OpportunityFactory(organisation=body, **values)
    with time_machine.travel(NOW, tick=False):
        [found] = what_is_missing(opportunity)
    assert found.startswith(sentence)


def test_a_day_to_bid_is_enough(body: Organisation) -> None:
    opportunity = OpportunityFactory(organisation=body, closes_at=NOW + DAY)
    assert what_is_missing(opportunity, at=NOW) == []
    assert what_is_missing(opportunity, at=NOW + datetime.timedelta(microseconds=1))


def test_weights_must_make_the_whole(draft: Opportunity, manager: User) -> None:
    save_criteria(by=manager, opportunity=draft, criteria=[CRITERIA[0], CriterionWords("Why?", 3550)], version=1)
    assert what_is_missing(draft) == ["The weights of the criteria make 95.5%. They must make 100%."]
    save_criteria(by=manager, opportunity=draft, criteria=CRITERIA, version=2)
    heavy = [OUTCOME, OutcomeWords("Nights", "nights", Decimal(2), Decimal(1), 5001)]
    save_outcomes(by=manager, opportunity=draft, outcomes=heavy, version=3)
    assert what_is_missing(draft) == ["The weights of the outcomes make 100.01%. They must make 100%."]
