"""The whole journey, from a need to a result, by the people who would do it, through the pages alone."""

import datetime
from collections.abc import Callable

import pytest
from django.utils import timezone

from alliances.models import Alliance
from core.models import NeedCategory, Organisation, User
from core.roles import Role
from marketplace.models import Award, Bid, Opportunity
from tests.browser.conftest import PHONE, Visitor, give_second_factor
from tests.factories.core import CommissionerFactory, UserFactory, member
from tests.factories.settled import settle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ANSWER = "We meet each person at the gate, go to the room with them and visit every day in the first week. " * 3


@pytest.fixture
def region() -> Organisation:
    """The commissioning body."""
    return CommissionerFactory(name="Greater Manchester Probation Service")


@pytest.fixture
def staff(region: Organisation) -> dict[str, User]:
    """Its people, each with a code generator."""
    people = {
        "director": member(Role.DIRECTOR, region, name="Ruth Okafor"),
        "manager": member(Role.COMMISSIONING_MANAGER, region, name="Daniel Whitworth"),
        "first": member(Role.PANEL_MEMBER, region, name="Shabnam Iqbal"),
        "second": member(Role.PANEL_MEMBER, region, name="Peter Lomax"),
    }
    return {place: give_second_factor(person) for place, person in people.items()}


def test_journey_from_need_to_result(
    staff: dict[str, User], signed_in: Callable[..., Visitor], visitor: Callable[..., Visitor], clock: Callable
) -> None:
    manager, director = signed_in(staff["manager"]), signed_in(staff["director"])
    lead = signed_in(UserFactory(name="Bernadette Quinn"), size=PHONE)
    partner = signed_in(UserFactory(name="Marcus Bell"))

    _need_is_drafted_and_published(manager, director)
    opportunity = _opportunity_is_written_and_published(manager, director)
    visitor(size=PHONE).open("/opportunities/?text=rooms").reads("A place for a year").follow("A place for a year")

    _charity_registers(lead, "Doorstep Salford", "1990017")
    _charity_registers(partner, "Northgate Mentors", "1990025")
    _consortium_is_formed(lead, partner)
    bid = _bid_is_written(lead, opportunity)
    _bid_is_agreed_and_submitted(lead, partner, bid)

    clock(opportunity.closes_at + datetime.timedelta(minutes=5))
    # An hour of idleness has passed on the server's clock: everybody signs in again.
    manager, director = signed_in(staff["manager"]), signed_in(staff["director"])
    first, second = signed_in(staff["first"]), signed_in(staff["second"])
    _panel_is_appointed_and_bids_opened(manager, director, opportunity)
    _panel_scores(opportunity, manager, first, second)
    _scores_are_agreed(manager, opportunity)
    award = _award_is_made(director, opportunity)

    lead, partner = signed_in(bid.created_by, size=PHONE), signed_in(User.objects.get(name="Marcus Bell"))
    lead.open(f"/bids/{bid.pk}/result/").reads("Named people and dates")
    alliance = _alliance_is_signed(manager, director, lead, partner, award)
    clock(
        timezone.make_aware(datetime.datetime.combine(alliance.starts_on, datetime.time(9)))
        + datetime.timedelta(days=120)
    )
    _result_is_shown(signed_in(bid.created_by, size=PHONE), alliance)


def _need_is_drafted_and_published(manager: Visitor, director: Visitor) -> None:
    manager.open("/needs/new/").press("Save the draft").reads("There is a problem")
    manager.write(
        title="A place to stay on release",
        summary="Too many people leave custody on a Friday with nowhere to sleep.",
        area="Greater Manchester",
        category=str(NeedCategory.objects.get(code="accommodation").pk),
        people_affected="640",
        figure_1="42% sufficient",
        source_1="HM Inspectorate of Probation, 2024",
    )
    manager.tick("People leaving prison").press("Save the draft").reads("A place to stay on release")
    director.open("/work/").follow("A place to stay on release").follow("Publish").press("Publish")
    director.reads("Published")


def _opportunity_is_written_and_published(manager: Visitor, director: Visitor) -> Opportunity:
    manager.open("/needs/").follow("A place to stay on release").follow("Make an opportunity from it")
    manager.write(
        title="A place for a year", summary="Rooms and support for a year after release.", route="alliance"
    )
    manager.write(contact_name="Daniel Whitworth", contact_email="daniel@example.org").press("Save and go on")
    opportunity = Opportunity.objects.get()
    today = timezone.localdate()
    closing, starting = today + datetime.timedelta(days=30), today + datetime.timedelta(days=90)
    ending = starting + datetime.timedelta(days=730)
    manager.open(f"/opportunities/{opportunity.pk}/lot/").write(lot_title="Whole region", value_pence="£40,000")
    manager.write_date("closes_at", closing, "12 noon").write_date("starts_on", starting).write_date(
        "ends_on", ending
    )
    manager.press("Save").open(f"/opportunities/{opportunity.pk}/criteria/")
    manager.write(question_1="How will people have a room on a Friday?", weight_bps_1="60", word_limit_1="500")
    manager.write(question_2="How will you work with probation staff?", weight_bps_2="40", word_limit_2="300")
    manager.press("Save").open(f"/opportunities/{opportunity.pk}/outcomes/")
    manager.write(
        indicator_1="Settled after a year", unit_1="%", baseline_1="42", target_1="60", weight_bps_1="60"
    )
    manager.write(
        indicator_2="Recalled in three months", unit_2="%", baseline_2="35", target_2="25", weight_bps_2="40"
    )
    manager.press("Save").open(f"/opportunities/{opportunity.pk}/send/").press("Send to the director")
    publish = f"/opportunities/{opportunity.pk}/publish/"
    director.open("/work/").follow("A place for a year").open(publish).reads("under Consultation")
    director.open("/needs/").follow("A place to stay on release").follow("Consultation")
    director.follow("Say why nobody is consulted").write(reason="Everybody was asked in spring.")
    director.press("Record the reason").reads("Everybody was asked in spring.").open(publish).press("Publish")
    opportunity.refresh_from_db()
    assert opportunity.status == "open"
    return opportunity


def _charity_registers(owner: Visitor, name: str, number: str) -> None:
    owner.open("/work/").follow("Register your organisation").write(name=name).press("Register")
    organisation = Organisation.objects.get(name=name)
    start = f"/organisations/{organisation.pk}/registration/"
    owner.open(start + "name/").write(legal_form="charity").press("Continue")
    owner.write(**{"GB-CHC": number}).press("Save")
    owner.open(start + "about/").write(summary="Rooms and visits.", annual_income_pence="60,000", staff_count="3")
    owner.write(volunteer_count="12").press("Save")
    owner.open(start + "areas/").tick("Greater Manchester").press("Save")
    owner.open(start + "needs/").tick("Accommodation").tick("People leaving prison").press("Save")
    owner.open(start + "exclusions/").write(none_apply="on").press("Declare and save")
    for subject in ("conflicts", "safeguarding", "insurance"):
        owner.open(f"{start}{subject}/").write(answer="clear")
        if subject == "safeguarding":
            owner.write(named_lead="Bernadette Quinn")
        owner.press("Declare and save")


def _consortium_is_formed(lead: Visitor, partner: Visitor) -> None:
    lead.open("/consortia/new/").write(name="Doorstep and Northgate").press("Form the consortium")
    lead.follow("Invite an organisation").write(q="northgate").press("Search").follow("Invite Northgate Mentors")
    lead.write(part="Mentors at the gate").press("Send the invitation").reads("invited")
    partner.open("/work/").follow("Doorstep and Northgate").press("Join the consortium").reads("joined")


def _bid_is_written(lead: Visitor, opportunity: Opportunity) -> Bid:
    lead.open(f"/opportunities/{opportunity.pk}/").follow("Start a bid")
    lead.tick("Doorstep and Northgate").press("Start the bid")
    bid = Bid.objects.get()
    for number in (1, 2):
        lead.open(f"/bids/{bid.pk}/questions/{number}/").write(text=ANSWER).press("Save")
    places = {}
    for place, share in zip(bid.members.all(), ("60", "40"), strict=True):
        places[f"share_{place.organisation_id}"] = share
        places[f"part_{place.organisation_id}"] = "Rooms and visits"
    lead.open(f"/bids/{bid.pk}/members/").write(**places, liability="several").press("Save")
    lead.open(f"/bids/{bid.pk}/price/").write(price="50,000").press("Save").reads("£40,000")
    lead.write(price="38,500").press("Save")
    return bid


def _bid_is_agreed_and_submitted(lead: Visitor, partner: Visitor, bid: Bid) -> None:
    lead.open(f"/bids/{bid.pk}/ask-consent/").press("Ask them to agree")
    partner.open("/work/").follow("A place for a year").open(f"/bids/{bid.pk}/consent/").press(
        "Agree to this version"
    )
    lead.open(f"/bids/{bid.pk}/submit/").press("Submit the bid").reads("Receipt")
    bid.refresh_from_db()
    lead.reads(bid.submissions.get().content_sha256)
    assert bid.status == "submitted"


def _panel_is_appointed_and_bids_opened(manager: Visitor, director: Visitor, opportunity: Opportunity) -> None:
    panel = f"/opportunities/{opportunity.pk}/panel/"
    manager.open(panel).write(person="Shabnam Iqbal").press("Appoint").write(person="Peter Lomax").press("Appoint")
    manager.write(person="Daniel Whitworth", is_chair="on").press("Appoint")
    opening = f"/opportunities/{opportunity.pk}/opening/"
    manager.open(opening).press("Confirm")
    director.open(opening).press("Open the bids")
    opportunity.refresh_from_db()
    assert opportunity.status == "evaluation"


def _panel_scores(opportunity: Opportunity, *panel: Visitor) -> None:
    bid = opportunity.bids.get()
    for place, scorer in enumerate(panel):
        scorer.open(f"/opportunities/{opportunity.pk}/evaluation/").follow("Score this")
        for number in (1, 2):
            scorer.open(f"/bids/{bid.pk}/score/{number}/")
            scorer.write(points=str(3 + place % 2), reason="Named people and dates, and results from last year.")
            scorer.press("Save and go on")
        scorer.open(f"/opportunities/{opportunity.pk}/scores/lock/").press("Lock my scores")
    opportunity.refresh_from_db()
    assert opportunity.status == "moderation"


def _scores_are_agreed(chair: Visitor, opportunity: Opportunity) -> None:
    bid = opportunity.bids.get()
    chair.open(f"/opportunities/{opportunity.pk}/moderation/")
    for number in (1, 2):
        chair.open(f"/bids/{bid.pk}/moderation/{number}/").write(points="4", reason="Named people and dates.")
        chair.press("Record and go on")


def _award_is_made(director: Visitor, opportunity: Opportunity) -> Award:
    director.open("/work/").follow("A place for a year").open(f"/opportunities/{opportunity.pk}/award/")
    director.write(bid=str(opportunity.bids.get().pk), reason="It shows how people will have a room on a Friday.")
    director.press("Go on to check").reads("Doorstep").press("Award and tell every bidder")
    return Award.objects.get()


def _alliance_is_signed(
    manager: Visitor, director: Visitor, lead: Visitor, partner: Visitor, award: Award
) -> Alliance:
    manager.open(f"/alliances/from-award/{award.pk}/").press("Make the draft")
    alliance = Alliance.objects.get()
    manager.open(f"/alliances/{alliance.pk}/ask-signatures/").press("Fix the text and ask for signatures")
    lead.open("/work/").follow("Sign for").reads("settle what its share of the work asks")
    lead.follow("See what is asked, and settle it").reads("Safeguarding policy and named lead")
    # Papers are given and looked at on pages that have tests of their own.
    settle(award.bid)
    for someone, authority in ((lead, "Chief executive"), (partner, "Chair"), (director, "Regional director")):
        someone.open("/work/").follow("Sign for").write(signed_as=authority, confirms="on").press("Sign")
    alliance.refresh_from_db()
    assert alliance.status == "active"
    return alliance


def _result_is_shown(lead: Visitor, alliance: Alliance) -> None:
    outcome = alliance.outcomes.get(number=1)
    lead.open(f"/alliances/{alliance.pk}/").follow("Settled after a year").reads("42").follow("Enter a result")
    lead.write_date("period_end", alliance.starts_on + datetime.timedelta(days=60))
    lead.write(actual="51", source="Case records").press("Enter the result").reads("51")
    assert lead.page.locator("main svg").count() == 1
    assert lead.page.locator("main table").count() >= 1
    assert outcome.results.get().actual == 51
