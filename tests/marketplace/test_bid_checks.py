"""What is asked of each member of a bid, and the page that says so."""

import datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.roles import Role
from marketplace.check_states import CheckState
from marketplace.models import BidMember, Opportunity
from marketplace.queries.bid_checks import checks_of_bid, shares_of
from marketplace.queries.bid_words import own_words
from providers.models import Registration
from providers.services.check_matrices import publish_matrix, save_edges
from tests.factories.bids import handed_in, joint_bid, own_bid
from tests.factories.checks import draft_of
from tests.factories.core import OrganisationFactory, member
from tests.factories.marketplace import BidFactory, OpportunityFactory
from tests.factories.providers import RegistrationFactory
from tests.factories.statements import every_word, statement
from tests.marketplace.bid_scene import text_of

pytestmark = pytest.mark.django_db
S = CheckState


def known(organisation, **facts):
    """The organisation is registered, a charity with three staff and £180,000, unless told otherwise."""
    RegistrationFactory(organisation=organisation, told=True, **facts)


def joint(value=40_000_00, years=1, **kwargs):
    """Two registered charities with 60% and 40% of a lot of that value, for a service of so many years."""
    days = {"starts_on": datetime.date(2027, 4, 1), "ends_on": datetime.date(2027 + years, 3, 31)}
    opportunity = OpportunityFactory(is_open=True, **days)
    opportunity.lots.update(value_pence=value)
    made = joint_bid(opportunity, **kwargs)
    known(made.lead)
    known(made.partner)
    return made


def checks_of(made):
    bid = made.now()
    return checks_of_bid(bid, own_words(bid))


def state(made, organisation, check):
    lines = checks_of(made).of(organisation.pk).lines
    return next(line for line in lines if line.asked.check == check).state


def test_each_member_is_asked_on_its_own_share():
    made = joint(30_000_00)
    checks = checks_of(made)
    assert [each.share_pence for each in checks.members] == [18_000_00, 12_000_00]
    lead, partner = checks.members
    assert "accounts" in {line.asked.check for line in lead.asked}
    assert "accounts" not in {line.asked.check for line in partner.asked}


def test_word_given_once_settles_what_a_word_is_enough_for():
    made = joint()
    assert state(made, made.lead, "track_record") is S.NEEDED
    every_word(made.lead)
    assert state(made, made.lead, "track_record") is S.SELF_DECLARED
    assert state(made, made.lead, "dbs") is S.NEEDED
    assert state(made, made.partner, "track_record") is S.NEEDED


def test_nothing_told_asks_with_care_and_breaks_nothing():
    made = joint_bid()
    lines = {line.asked.check: line for line in checks_of(made).members[0].lines}
    assert lines["identity"].state is S.NEEDED
    assert lines["employers_liability"].asked.is_asked


def test_shares_count_as_equal_until_somebody_has_one():
    made = joint_bid(written=False)
    checks = checks_of(made)
    assert checks.is_guess
    assert len({each.share_pence for each in checks.members}) == 1


@pytest.mark.parametrize(
    ("shares", "parts"),
    [([6_000, 4_000], [601, 400]), ([], []), ([0, 0, 0], [334, 334, 333]), ([5_000, 0], [501, 0])],
)
def test_shares_of_a_lot_in_pence(shares, parts):
    assert shares_of(1_001, shares) == parts


def test_later_versions_of_the_checks_change_nothing():
    made = joint(30_000_00)
    before = [line.asked for each in checks_of(made).members for line in each.lines]
    by = member(Role.SERVICE_ADMINISTRATOR)
    draft = draft_of(by)
    edges = [edge // 100 for edge in draft.edges]
    draft = save_edges(by=by, draft=draft, edges=edges, version=draft.version)
    today = timezone.localdate()
    Opportunity.objects.filter(pk=made.opportunity.pk).update(
        published_at=timezone.now() - datetime.timedelta(days=2)
    )
    publish_matrix(by=by, draft=draft, effective_from=today, reason="Tried.", version=draft.version)
    assert [line.asked for each in checks_of(made).members for line in each.lines] == before


def test_nothing_is_asked_on_a_day_before_the_first_version_of_the_checks():
    made = joint()
    Opportunity.objects.filter(pk=made.opportunity.pk).update(
        published_at=timezone.now() - datetime.timedelta(days=5_000), checks_version=None
    )
    checks = checks_of_bid(made.now(), own_words(made.now()), on=datetime.date(2020, 1, 1))
    assert [(each.name, each.lines) for each in checks.members] == [(made.lead.name, []), (made.partner.name, [])]


def test_opportunity_without_contact_asks_no_criminal_records():
    made = joint()
    Opportunity.objects.filter(pk=made.opportunity.pk).update(contact_with_people=False)
    assert state(made, made.lead, "dbs") is S.NOT_ASKED


def test_sealed_bid_is_still_asked_on_the_shares_it_was_handed_in_with():
    made = handed_in()
    assert [each.share_pence for each in checks_of(made).members] != [0, 0]


# --- together


def test_incomes_are_met_together_or_short_by_how_much():
    made = joint(200_000_00)
    (turnover,) = [each for each in checks_of(made).together if each.check == "turnover"]
    assert (turnover.asked_pence, turnover.have_pence) == (400_000_00, 360_000_00)
    assert turnover.short_pence == 40_000_00
    assert state(made, made.lead, "turnover") is S.NEEDED
    Registration.objects.filter(organisation=made.partner).update(annual_income_pence=220_000_00)
    assert state(made, made.lead, "turnover") is S.COVERED


def test_incomes_carry_a_year_of_the_work():
    made = joint(600_000_00, years=3)
    (turnover,) = [each for each in checks_of(made).together if each.check == "turnover"]
    assert (turnover.work_pence, turnover.asked_pence, turnover.short_pence) == (200_000_00, 400_000_00, 40_000_00)
    Registration.objects.filter(organisation=made.partner).update(annual_income_pence=220_000_00)
    assert state(made, made.lead, "turnover") is S.COVERED
    Opportunity.objects.filter(pk=made.opportunity.pk).update(starts_on=None, ends_on=None)
    assert state(made, made.lead, "turnover") is S.NEEDED


def test_page_says_how_the_size_of_the_work_was_worked_out(page):
    made = joint(600_000_00, years=3)
    shown = text_of(page(made.owner, "bid-checks", made.bid.pk))
    assert (
        "A share of £360,000 is above £135,018 and at most £663,540 and over 36 months comes to £120,000" in shown
    )
    assert "A year of the work comes to £200,000. That may be at most 50% of your yearly incomes" in shown


def test_insurance_of_the_lead_serves_all_and_of_a_partner_only_if_it_names_them():
    made = joint(200_000_00)
    mine = statement(made.partner, "public_liability", amount_pence=2_000_000_00)
    assert state(made, made.lead, "public_liability") is S.NEEDED
    mine.names_partners = True
    mine.save()
    assert state(made, made.lead, "public_liability") is S.SELF_DECLARED
    mine.delete()
    statement(made.lead, "public_liability", amount_pence=2_000_000_00)
    assert state(made, made.partner, "public_liability") is S.SELF_DECLARED


# --- the page


def test_page_shows_own_checks_in_full_and_of_others_only_whether_done(page):
    made = joint()
    statement(made.partner, "track_record", words="SECRET of the partner")
    shown = text_of(page(made.owner, "bid-checks", made.bid.pk))
    assert reverse("statement-form", args=[made.lead.pk, "track_record"]) in shown
    assert f"/organisations/{made.partner.pk}/" not in shown
    assert "SECRET" not in shown
    assert "not done yet" in shown
    assert "Nothing here stops you" in shown


def test_reader_without_the_right_sees_no_ways_to_change(page):
    made = joint()
    shown = text_of(page(member(Role.VIEWER, made.lead), "bid-checks", made.bid.pk))
    assert "/word/" not in shown
    assert "Track record" in shown


def test_page_of_a_bid_alone_speaks_of_nobody_else(page):
    owner = member(Role.OWNER)
    bid = own_bid(by=owner)
    shown = text_of(page(owner, "bid-checks", bid.pk))
    assert "What you may meet together" not in shown
    assert "The other members" not in shown


def test_page_is_for_the_bidders_alone(page):
    made = joint()
    director = member(Role.DIRECTOR, made.opportunity.organisation)
    assert page(member(Role.OWNER), "bid-checks", made.bid.pk).status_code == 404
    assert page(director, "bid-checks", made.bid.pk).status_code in (302, 403)
    assert page(member(Role.AUDITOR), "bid-checks", made.bid.pk).status_code in (302, 403)


def test_opened_bid_shows_its_checks_to_no_panel_here(page):
    bid = BidFactory(opened=True)
    assert page(member(Role.OWNER), "bid-checks", bid.pk).status_code == 404


def test_page_asks_as_many_queries_for_nine_as_for_two(page):
    made = joint()
    page(made.owner, "bid-checks", made.bid.pk)
    counts = []
    for more in (0, 7):
        for _number in range(more):
            organisation = OrganisationFactory()
            known(organisation)
            every_word(organisation)
            BidMember.objects.create(bid=made.bid, organisation=organisation, share_bps=0, part=str(uuid4()))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(made.owner, "bid-checks", made.bid.pk)
        counts.append(len(queries))
    assert counts[0] == counts[1]
