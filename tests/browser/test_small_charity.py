"""A charity with three staff, on a phone: from nothing to a joint bid, and registered whole."""

import re
from collections.abc import Callable

import pytest
from django.core import mail

from core.models import Organisation
from marketplace.models import Bid
from tests.browser.conftest import PASSWORD, PHONE, Visitor
from tests.factories.marketplace import OpportunityFactory
from tests.factories.providers import RegistrationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Someone slow with a thumb: characters a minute, and seconds to read a page and to make a choice on it.
CHARACTERS_A_MINUTE = 100
SECONDS_A_PAGE = 10
SECONDS_A_TAP = 3
# What the charity says of itself.
SUMMARY = "We meet people at the gate on the day of release and keep a room for them."


def minutes(visitor: Visitor) -> float:
    """How long it has taken someone slow so far."""
    hands = visitor.pages * SECONDS_A_PAGE + visitor.taps * SECONDS_A_TAP
    return visitor.typed / CHARACTERS_A_MINUTE + hands / 60


def test_small_charity_registers_and_starts_a_joint_bid(visitor: Callable[..., Visitor]) -> None:
    OpportunityFactory(is_open=True, title="A room on the day of release", area__name="Salford")
    partner = RegistrationFactory(organisation__name="Northgate Mentors").organisation
    chair = visitor(size=PHONE)

    _makes_an_account(chair)
    _begins_a_joint_bid(chair)
    invited = Bid.objects.get().consortium.members.get(organisation=partner)
    assert invited.status == "invited"
    assert minutes(chair) < 6

    _registers(chair)
    assert minutes(chair) < 15


def _makes_an_account(chair: Visitor) -> None:
    chair.open("/opportunities/").follow("A room on the day of release").follow("bid").follow("Make an account")
    chair.write(name="Bernadette Quinn", email="chair@doorstep.example.org", password1=PASSWORD)
    chair.press("Make the account")
    link = re.search(r"https?://\S+", mail.outbox[-1].body)
    assert link
    chair.open(link[0]).press("Yes, confirm it")
    chair.write(login="chair@doorstep.example.org", password=PASSWORD).press("Sign in")


def _begins_a_joint_bid(chair: Visitor) -> None:
    chair.write(name="Doorstep Salford").press("Register").press("Start the bid")
    chair.follow("Alone or together").press("Bid together and find partners")
    chair.write(q="northgate").press("Search").follow("Invite Northgate Mentors")
    chair.write(part="Mentors at the gate").press("Send the invitation").reads("invited")


def _registers(chair: Visitor) -> None:
    """Everything on the task list that a bid needs."""
    organisation = Organisation.objects.get(name="Doorstep Salford")
    chair.open(f"/organisations/{organisation.pk}/registration/").follow("Name")
    chair.write(legal_form="charity").press("Continue").write(**{"GB-CHC": "1990017"}).press("Save")
    chair.follow("What you do")
    chair.write(summary=SUMMARY, annual_income_pence="60000", staff_count="3", volunteer_count="12").press("Save")
    chair.follow("Where you work").tick("Greater Manchester").press("Save")
    chair.follow("Whom you help").tick("Accommodation").tick("People leaving prison").press("Save")
    chair.follow("Reasons for exclusion").write(none_apply="on").press("Declare and save")
    chair.follow("Conflicts of interest").write(answer="clear").press("Declare and save")
    chair.follow("Safeguarding").write(answer="clear", named_lead="Bernadette Quinn").press("Declare and save")
    chair.follow("Employers").write(answer="clear").press("Declare and save").reads("Everything is here.")
