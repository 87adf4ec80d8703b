"""Who would complete you: from an opportunity and the board to the page."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import Area, NeedCategory
from core.roles import Role
from marketplace.models import Bid, BidMember
from marketplace.queries.completing import wanted_by
from providers.queries import completing
from providers.queries.completing import brought_by, candidates_for, ground_of
from tests.core.signed_in import browser_of
from tests.factories.bids import joint_bid
from tests.factories.core import any_category, member
from tests.factories.marketplace import NeedFactory, OpportunityFactory
from tests.factories.providers import PartnerNoticeFactory, RegistrationFactory, organisation_of, registered

pytestmark = pytest.mark.django_db


def region(slug):
    return Area.objects.get(kind="probation_region", slug=slug)


def units(slug):
    return list(Area.objects.filter(kind="delivery_unit", belongs_to=region(slug)).order_by("name"))


def kind(number):
    return NeedCategory.objects.order_by("pk")[number]


def notice(name, areas, categories, **values):
    made = RegistrationFactory(told=True, organisation__name=name).organisation
    return PartnerNoticeFactory(organisation=made, links={"areas": areas, "categories": categories}, **values)


def provider(areas, categories):
    person = registered(told=True)
    registration = organisation_of(person).registration
    registration.areas.set(areas)
    registration.categories.set(categories)
    return person


def opportunity(area, category, **values):
    made = OpportunityFactory(is_open=True, area=area, category=category, **values)
    made.needs.clear()
    return made


def page_of(person, made, **query):
    answer = browser_of(person).get(f"/opportunities/{made.pk}/partners/", query)
    assert answer.status_code == 200
    return answer


def partners_in(answer):
    return [[part.name for part in each.parts][1:] for each in answer.context["sets"]]


# --- what is wanted


def test_opportunity_wants_its_own_and_what_its_needs_say_once():
    wales, london = region("wales"), region("london")
    made = opportunity(wales, kind(0))
    need = NeedFactory(published=True, area=london, category=kind(1))
    need.categories.add(kind(2))
    need.areas.add(wales)
    made.needs.add(need)
    assert set(wanted_by(made)) == {
        (wales.pk, kind(0).pk),
        *((area.pk, category.pk) for area in (london, wales) for category in (kind(1), kind(2))),
    }
    assert len(wanted_by(made)) == 5


def test_region_is_wanted_unit_by_unit_and_whoever_serves_it_serves_each():
    wales, parts = region("wales"), units("wales")
    ground = ground_of({wales.pk}, timezone.localdate())
    wanted = ground.requirements([(wales.pk, 1)])
    assert {place for place, _category in wanted} == {unit.pk for unit in parts}
    assert ground.met_in({wales.pk}, {1}) == set(wanted)
    assert ground.met_in({parts[0].pk}, {1}) == {(parts[0].pk, 1)}
    assert ground.met_in({region("london").pk}, {1}) == set()


def test_unit_is_met_by_whoever_serves_its_region():
    unit = units("wales")[0]
    ground = ground_of({unit.pk}, timezone.localdate())
    assert ground.requirements([(unit.pk, 1)]) == ((unit.pk, 1),)
    assert ground.met_in({region("wales").pk}, {1}) == {(unit.pk, 1)}


def test_unit_that_left_its_region_is_no_longer_part_of_it():
    wales = region("wales")
    first, *rest = units("wales")
    today = timezone.localdate()
    first.belongings.filter(parent=wales).update(valid_to=today)
    ground = ground_of({wales.pk}, today)
    assert set(ground.places[wales.pk]) == {unit.pk for unit in rest}


# --- who could bring it


def test_candidates_are_on_the_board_where_and_for_what_it_is_wanted():
    wales, now = region("wales"), timezone.now()
    here = notice("Here", [wales], [kind(0)])
    notice("Elsewhere", [region("london")], [kind(0)])
    notice("Other", [wales], [kind(1)])
    notice("Down", [wales], [kind(0)], status="taken_down")
    notice("Out", [wales], [kind(0)], posted_at=now - datetime.timedelta(days=400))
    own = notice("Own", [wales], [kind(0)])
    ground = ground_of({wales.pk}, timezone.localdate())
    wanted = ground.requirements([(wales.pk, kind(0).pk)])
    found, is_cut = candidates_for(wanted, ground, now, but=[own.organisation_id])
    assert [(each.key, each.brings, each.most_pence) for each in found] == [
        (here.pk, frozenset(wanted), here.most_pence_a_year)
    ]
    assert not is_cut


def test_of_many_those_who_meet_most_and_carry_most_are_compared(monkeypatch):
    monkeypatch.setattr(completing, "MOST_OF_ALL", 2)
    monkeypatch.setattr(completing, "MOST_FOR_EACH", 2)
    wales, parts = region("wales"), units("wales")
    kinds = [kind(0), kind(1)]
    both = notice("Both", [wales], kinds, most_pence_a_year=1_00)
    rich = notice("Rich", [parts[0]], [kind(0)], most_pence_a_year=9_00)
    for number in range(3):
        notice(f"Poor {number}", [parts[0]], [kind(0)], most_pence_a_year=2_00)
    only = notice("Only", [parts[1]], [kind(1)], most_pence_a_year=1_00)
    ground = ground_of({wales.pk}, timezone.localdate())
    wanted = ground.requirements([(wales.pk, each.pk) for each in kinds])
    found, is_cut = candidates_for(wanted, ground, timezone.now(), but=[organisation_of(registered()).pk])
    keys = {each.key for each in found}
    assert {both.pk, rich.pk, only.pk} <= keys
    assert len(keys) == 4
    assert is_cut
    brings = {each.key: each.brings for each in found}
    assert brings[both.pk] == set(wanted)
    assert brings[only.pk] == {(parts[1].pk, kind(1).pk)}


def test_candidates_cost_three_queries_however_many():
    wales = region("wales")
    ground = ground_of({wales.pk}, timezone.localdate())
    wanted = ground.requirements([(wales.pk, kind(0).pk)])
    own, counts = organisation_of(registered()), []
    for more in (1, 5):
        for number in range(more):
            notice(f"Here {more} {number}", [wales], [kind(0)])
        with CaptureQueriesContext(connection) as queries:
            candidates_for(wanted, ground, timezone.now(), but=[own.pk])
        counts.append(len(queries))
    assert counts == [3, 3]


def test_own_notice_goes_before_the_registration_while_it_is_shown():
    person = provider([region("wales")], [kind(0)])
    own, now = organisation_of(person), timezone.now()
    said = brought_by(own, now)
    assert (said.areas, said.categories, said.most_pence) == ({region("wales").pk}, {kind(0).pk}, None)
    mine = PartnerNoticeFactory(organisation=own, links={"areas": [region("london")], "categories": [kind(1)]})
    said = brought_by(own, now)
    assert (said.areas, said.categories) == ({region("london").pk}, {kind(1).pk})
    assert said.most_pence == mine.most_pence_a_year
    assert brought_by(own, mine.ends_at).areas == {region("wales").pk}


# --- the page


def test_page_names_the_fewest_who_complete_you_and_what_each_brings():
    wales, parts = region("wales"), units("wales")
    person = provider([parts[0]], [kind(0)])
    notice("Everywhere", [wales], [kind(0)], most_pence_a_year=50_000_00)
    notice("Half", parts[1:3], [kind(0)], most_pence_a_year=50_000_00)
    answer = page_of(person, opportunity(wales, kind(0)))
    assert partners_in(answer) == [["Everywhere"]]
    page = answer.content.decode()
    assert "You and Everywhere" in page
    assert f"{kind(0).name} in {parts[0].name}" in page
    assert f"{kind(0).name} in all {len(parts)} places" in page
    assert answer.context["is_exact"]


def test_money_decides_who_is_needed():
    wales = region("wales")
    person = provider([wales], [kind(0)])
    notice("Small", [wales], [kind(0)], most_pence_a_year=5_000_00)
    notice("Large", [wales], [kind(0)], most_pence_a_year=13_000_00)
    made = opportunity(wales, kind(0))  # £40,000 over three years
    assert partners_in(page_of(person, made, most="")) == [["Small", "Large"]]
    assert partners_in(page_of(person, made, most="1,000")) == [["Large"]]
    assert partners_in(page_of(person, made, most="20,000")) == []
    assert "so you need nobody" in page_of(person, made, most="20,000").content.decode()


def in_a_draft(made, *, share_bps=(6_000, 4_000), areas, categories):
    """The owner of a lead that works in the first of the areas, whose partner works in all the rest."""
    joint = joint_bid(made)
    for house, its_areas in ((joint.lead, areas[:1]), (joint.partner, areas[1:])):
        registration = RegistrationFactory(organisation=house, told=True)
        registration.areas.set(its_areas)
        registration.categories.set(categories)
    BidMember.objects.filter(bid=joint.bid, is_lead=True).update(share_bps=share_bps[0])
    BidMember.objects.filter(bid=joint.bid, is_lead=False).update(share_bps=share_bps[1])
    return joint


def test_those_who_joined_the_draft_count_with_what_they_cover_and_carry():
    wales, parts = region("wales"), units("wales")
    made = opportunity(wales, kind(0))
    joint = in_a_draft(made, areas=parts[:-1], categories=[kind(0)])
    for name, areas in (("Everywhere", [wales]), ("Last", parts[-1:])):
        notice(name, areas, [kind(0)], most_pence_a_year=8_000_00)
    answer = page_of(joint.owner, made)
    assert partners_in(answer) == [[joint.partner.name, "Everywhere"], [joint.partner.name, "Last"]]
    (_you, partner, _new) = answer.context["sets"][0].parts
    # 40% of £40,000 over three years.
    assert (partner.is_joined, partner.most) == (True, "£5,333.33 a year")
    page = answer.content.decode()
    assert f"You, {joint.partner.name} and Everywhere" in page
    assert "In your bid already" in page
    assert "in your bid" in page


def test_one_that_joined_sees_the_lead_as_joined_and_is_not_suggested_its_own_partners():
    wales = region("wales")
    made = opportunity(wales, kind(0))
    joint = in_a_draft(made, areas=units("wales"), categories=[kind(0)])
    PartnerNoticeFactory(organisation=joint.lead, links={"areas": [wales], "categories": [kind(0)]})
    answer = page_of(joint.partner_owner, made, most="20,000")
    assert partners_in(answer) == []
    assert "You and those in your bid cover all of it" in answer.content.decode()


def test_those_in_a_bid_that_is_out_of_the_running_do_not_count():
    made = opportunity(region("wales"), kind(0))
    joint = in_a_draft(made, areas=units("wales"), categories=[kind(0)])
    Bid.objects.filter(pk=joint.bid.pk).update(status="withdrawn")
    assert "In your bid already" not in page_of(joint.owner, made).content.decode()


def test_without_anybody_to_show_nothing_is_said_of_money_in_sets():
    made = opportunity(region("wales"), kind(0))
    page = page_of(provider([region("wales")], [kind(0)]), made).content.decode()
    assert "Nobody on the board would add anything" in page
    assert "cannot carry the money" not in page


def test_wrong_amount_is_said_beside_its_box_and_the_page_still_answers():
    person = provider([region("wales")], [kind(0)])
    answer = page_of(person, opportunity(region("wales"), kind(0)), most="much")
    assert "must be an amount in pounds" in answer.content.decode()


def test_lot_decides_the_money():
    wales = region("wales")
    person = provider([wales], [kind(0)])
    made = opportunity(wales, kind(0))
    made.lots.create(number=2, title="Large", value_pence=3_000_000_00)
    assert page_of(person, made).context["facts"][1].value == "£13,333.33 a year"
    assert page_of(person, made, lot="2").context["facts"][1].value == "£1,000,000 a year"
    assert page_of(person, made, lot="9").context["facts"][1].value == "£13,333.33 a year"


def test_what_nobody_brings_is_said():
    person = provider([region("wales")], [kind(0)])
    made = opportunity(region("wales"), kind(1))
    page = page_of(person, made, most="999,999").content.decode()
    assert "Nobody on the board brings" in page
    assert "Nobody on the board would add anything" in page


def test_too_many_partners_for_every_comparison_is_said():
    parts = units("north-west")
    person = provider([parts[0]], [kind(0)])
    for unit in parts[1:10]:
        notice(f"In {unit.name}", [unit], [kind(0)])
    answer = page_of(person, opportunity(region("north-west"), kind(0)), most="999,999")
    assert not answer.context["is_exact"]
    assert "so a smaller set may exist" in answer.content.decode()
    assert len(partners_in(answer)[0]) == 9


def test_provider_that_said_nothing_of_itself_is_led_to_its_registration():
    page = page_of(registered(), opportunity(region("wales"), kind(0))).content.decode()
    assert "Say first where you work" in page


def test_page_shows_nobodys_name_or_address():
    wales = region("wales")
    person = provider([wales], [kind(0)])
    other = registered(told=True)
    PartnerNoticeFactory(
        organisation=organisation_of(other), created_by=other, links={"areas": [wales], "categories": [kind(0)]}
    )
    page = page_of(person, opportunity(wales, kind(0))).content.decode()
    assert organisation_of(other).name in page
    for hidden in (other.name, other.email):
        assert hidden not in page


def test_page_is_for_providers_and_published_opportunities_that_take_bids(client):
    made = opportunity(region("wales"), kind(0))
    page = f"/opportunities/{made.pk}/partners/"
    assert client.get(page).status_code == 302
    assert browser_of(member(Role.DIRECTOR)).get(page).status_code == 403
    viewer = member(Role.VIEWER, RegistrationFactory(told=True).organisation)
    assert browser_of(viewer).get(page).status_code == 200
    draft = OpportunityFactory()
    assert browser_of(viewer).get(f"/opportunities/{draft.pk}/partners/").status_code == 404
    closed = OpportunityFactory(is_closed=True)
    refusal = browser_of(viewer).get(f"/opportunities/{closed.pk}/partners/")
    assert refusal.status_code == 409
    assert "This opportunity closed" in refusal.content.decode()


def test_providers_find_the_way_from_the_opportunity_and_others_do_not(client):
    made = opportunity(region("wales"), any_category())
    address = f"/opportunities/{made.pk}/"
    assert b"Who would complete you?" not in client.get(address).content
    assert b"Who would complete you?" not in browser_of(member(Role.DIRECTOR)).get(address).content
    assert b"Who would complete you?" in browser_of(registered(told=True)).get(address).content


def test_page_costs_the_same_queries_however_many_there_are():
    wales = region("wales")
    person = provider([wales], [kind(0)])
    made, browser, counts = opportunity(wales, kind(0)), browser_of(person), []
    for more in (1, 9):
        for number in range(more):
            notice(f"Here {more} {number}", [wales], [kind(0)])
        browser.get(f"/opportunities/{made.pk}/partners/")
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"/opportunities/{made.pk}/partners/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 25
