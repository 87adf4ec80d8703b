"""What manage.py seed_scale makes, and where it refuses to."""

from collections import Counter

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliances.models import Alliance, AllianceMember, Outcome
from alliances.queries.wording import read, written
from core import audit
from core.fingerprints import fingerprint
from core.models import Body, Event, Notice, Organisation, User
from core.queries.people import roles_by_organisation
from core.roles import Role
from demo.cast import MAIL as DEMO_MAIL
from demo.scale.fates import Fate, dates_of, fate_of
from demo.scale.rows import MAIL, Kind, rows_of
from demo.scale.words import provider_name
from marketplace.models import Award, Bid, Lot, Need, Opportunity, Submission
from marketplace.queries.bid_words import fingerprint_of, unsealed_content
from marketplace.states import BidStatus, OpportunityStatus
from providers.models import Consortium, PartnerInterest, PartnerNotice, Registration
from tests.factories.core import UserFactory

pytestmark = pytest.mark.django_db

HUNDRED = 100


def counts() -> dict[str, int]:
    made = (Registration, Need, Opportunity, Bid, Submission, Award, Alliance, Notice, Event, User, Consortium)
    return {model.__name__: model.objects.count() for model in made}


# --- what it makes


def test_seed_makes_as_many_as_it_was_asked_for(seed):
    seed(needs=120, providers=15, notices=70, events=90)
    assert Opportunity.objects.count() == HUNDRED
    assert Need.objects.count() == 120
    assert Registration.objects.count() == 15
    assert Notice.objects.count() == 70
    assert Event.objects.count() == 90


def test_seed_puts_providers_on_the_board_with_what_their_registration_says(seed):
    seed(providers=15, partner_notices=9)
    assert PartnerNotice.objects.count() == PartnerInterest.objects.count() == 9
    now = timezone.now()
    for notice in PartnerNotice.objects.select_related("organisation__registration"):
        registration = notice.organisation.registration
        assert notice.is_shown_at(now)
        assert set(notice.areas.all()) == set(registration.areas.all())
        assert set(notice.categories.all()) == set(registration.categories.all())
    seed(providers=15, partner_notices=12)
    assert PartnerNotice.objects.count() == 12


@pytest.mark.parametrize("wanted", [40, 260])
def test_seed_makes_as_many_bids_as_it_was_asked_for(seed, wanted):
    seed(bids=wanted)
    assert Bid.objects.count() == wanted


def test_seed_keeps_to_proportion_where_nothing_is_asked(seed):
    seed()
    found = counts()
    assert found["Need"] == HUNDRED
    assert found["Notice"] == 4 * HUNDRED
    assert found["Event"] == 2 * HUNDRED
    assert HUNDRED < found["Bid"] < 2 * HUNDRED
    assert Award.objects.count() == 66
    assert 0 < found["Alliance"] < 40


def test_each_opportunity_has_lot_criteria_outcomes_and_a_need(seed):
    seed()
    for opportunity in Opportunity.objects.prefetch_related("lots", "criteria", "outcomes", "needs"):
        assert len(opportunity.lots.all()) == 1
        assert sum(criterion.weight_bps for criterion in opportunity.criteria.all()) == 10_000
        assert sum(outcome.weight_bps for outcome in opportunity.outcomes.all()) == 10_000
        assert len(opportunity.needs.all()) == 1


def test_opportunities_stand_at_every_stage(seed):
    seed()
    assert Counter(Opportunity.objects.values_list("status", flat=True)) == {
        "open": 11,
        "evaluation": 2,
        "moderation": 1,
        "draft": 4,
        "in_review": 1,
        "cancelled": 7,
        "unsuccessful": 8,
        "awarded": 66,
    }
    phases = Counter(row.phase_at(timezone.now()).value for row in Opportunity.objects.filter(status="open"))
    assert phases == {"open": 8, "scheduled": 1, "closed": 2}


def test_every_hundred_numbers_meet_every_fate():
    assert {fate_of(number) for number in range(700, 800)} == set(Fate)


def test_titles_areas_and_needs_vary(seed):
    seed()
    rows = Opportunity.objects.all()
    assert len(set(rows.values_list("title", flat=True))) > 90
    assert len(set(rows.values_list("area", flat=True))) > 30
    assert len(set(rows.values_list("category", flat=True))) > 8
    assert len(set(rows.values_list("organisation", flat=True))) > 8
    assert set(rows.values_list("route", flat=True)) == {"tender", "grant", "alliance"}


def test_names_of_providers_never_repeat():
    names = {provider_name(number).lower() for number in range(60_000)}
    assert len(names) == 60_000


def test_people_hold_the_roles_their_pages_ask_for(seed):
    seed()
    director = User.objects.get(email=f"director.0@{MAIL}")
    assert list(roles_by_organisation(director).values()) == [frozenset({Role.DIRECTOR})]
    owner = User.objects.get(email=f"owner.0@{MAIL}")
    assert list(roles_by_organisation(owner).values()) == [frozenset({Role.OWNER})]
    assert not owner.has_usable_password()


def test_seed_uses_bodies_that_are_there_already(seed):
    body = Body.objects.filter(kind="probation_region").order_by("slug")[0]
    known = Organisation.objects.create(kind="commissioner", name="Known already", body=body)
    seed(10)
    assert Organisation.objects.filter(kind="commissioner").count() == 12
    assert known.opportunities.exists()


# --- what it makes is sound


def test_events_make_a_whole_chain_in_the_order_of_their_times(seed):
    seed()
    assert audit.first_break() == ""
    moments = list(Event.objects.order_by("sequence").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] <= timezone.now()


def test_events_follow_those_of_others(seed):
    audit.record("thing.change", by=None, obj=Organisation.objects.create(kind="provider", name="Here first"))
    seed(10)
    seed(20)
    assert audit.first_break() == ""
    assert Event.objects.count() == 41


def test_sealed_copy_says_what_its_receipt_says(seed):
    seed()
    for submission in Submission.objects.select_related("bid")[:20]:
        assert fingerprint_of(unsealed_content(submission)) == submission.content_sha256


def test_submitted_bid_has_no_words_in_the_clear(seed):
    seed()
    bids = Bid.objects.filter(status=BidStatus.SUBMITTED)
    assert bids.exists()
    for bid in bids:
        assert bid.price_pence is None
        assert {answer.text for answer in bid.answers.all()} == {""}
        assert {(member.part, member.share_bps) for member in bid.members.all()} == {("", 0)}


def test_shares_of_what_was_opened_make_a_whole(seed):
    seed()
    for bid in Bid.objects.exclude(status=BidStatus.SUBMITTED):
        assert sum(member.share_bps for member in bid.members.all()) == 10_000


def test_awards_are_of_the_first_place(seed):
    seed()
    for award in Award.objects.select_related("bid__summary", "bid__opportunity"):
        assert award.bid.status == BidStatus.SUCCESSFUL
        assert award.bid.summary.place == 1
        assert award.bid.opportunity.status == OpportunityStatus.AWARDED


def test_alliance_is_signed_by_all_for_the_text_it_has(seed):
    seed()
    alliances = Alliance.objects.exclude(activated_at__isnull=True)
    assert alliances.exists()
    for alliance in alliances:
        assert alliance.agreed_text == written(alliance)
        assert read(alliance.agreed_text).budget_pence == alliance.budget_pence
        signed = AllianceMember.objects.filter(alliance=alliance).values_list("signed_sha256", flat=True)
        assert set(signed) == {fingerprint(alliance.agreed_text)}
    assert Outcome.objects.filter(results__isnull=False).exists()


def test_needs_tell_what_became_of_them(seed):
    seed()
    for need in Need.objects.prefetch_related("opportunities"):
        stages = {opportunity.stage for opportunity in need.opportunities.all()}
        if need.status == "published":
            assert not stages & {"live", "awarded"}
        if need.status == "met":
            assert stages == {"awarded"}


def test_rows_are_as_old_as_they_say(seed):
    seed()
    begun = Opportunity.objects.filter(published_at__isnull=False).order_by("published_at")[0]
    assert begun.created_at < begun.published_at == begun.updated_at
    assert (timezone.now() - begun.published_at).days > 365


def test_dates_stand_in_order():
    now = timezone.now()
    for number in range(300):
        dates = dates_of(number, now)
        moments = [at for at in (dates.published_at, dates.opens_at, dates.closes_at, dates.decided_at) if at]
        assert moments == sorted(moments)
        assert dates.published_at is None or dates.published_at <= now


# --- a second run


def test_second_run_changes_nothing(seed):
    seed()
    before = counts()
    said = seed()
    assert counts() == before
    assert {line.split(":")[1].split()[0] for line in said.splitlines()} == {"0"}


def test_second_run_tops_up(seed):
    seed(50)
    first = list(rows_of(Opportunity, Kind.OPPORTUNITY).values_list("pk", "title"))
    seed(HUNDRED)
    assert Opportunity.objects.count() == HUNDRED
    assert list(rows_of(Opportunity, Kind.OPPORTUNITY).values_list("pk", "title"))[:50] == first
    assert Award.objects.count() == 66


def test_smaller_run_takes_nothing_away(seed):
    seed(50)
    seed(20)
    assert Opportunity.objects.count() == 50


def test_next_row_gets_a_number_of_its_own(seed):
    seed(10)
    last = Organisation.objects.order_by("-pk")[0]
    assert Organisation.objects.create(kind="provider", name="Came later").pk > last.pk


def test_constraints_hold_against_rows_in_bulk(seed):
    seed(10)
    lot = Lot.objects.all()[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Lot.objects.create(opportunity=lot.opportunity, number=lot.number, title="Again", value_pence=1)


def test_statements_do_not_grow_with_the_rows(seed):
    """Rows go in many to a statement: three times the rows take few more statements."""
    with CaptureQueriesContext(
        connection,
    ) as few:
        seed(20, providers=12, bids=20)
    with CaptureQueriesContext(connection) as many:
        seed(80, providers=12, bids=80)
    assert len(many) < len(few) + 40


# --- where it refuses


def test_seed_refuses_beside_a_real_person(seed):
    UserFactory(email="ann.other@charity.example")
    for into_demo in (False, True):
        with pytest.raises(CommandError, match="Real people"):
            seed(10, into_demo=into_demo)
    assert not Opportunity.objects.exists()


def test_seed_writes_beside_the_demonstration_only_when_told(seed):
    UserFactory(email=f"ruth@{DEMO_MAIL}")
    with pytest.raises(CommandError, match="--into-demo"):
        seed(10)
    seed(10, into_demo=True)
    assert Opportunity.objects.count() == 10


def test_seed_refuses_where_settings_do_not_allow_it(seed, settings):
    settings.THROW_AWAY_DATABASE = False
    with pytest.raises(CommandError, match="thrown away"):
        seed(10)
    settings.DEMO_SIGN_IN = True
    seed(10)


@pytest.mark.parametrize("number", ["-1", "ten", "1.5", "", "٣"])
def test_seed_asks_for_a_number(number):
    with pytest.raises(CommandError, match="opportunities"):
        call_command("seed_scale", "--opportunities", number)


def test_production_settings_do_not_know_the_command():
    source = (configured.BASE_DIR / "config/settings/production.py").read_text(encoding="utf-8")
    base = (configured.BASE_DIR / "config/settings/base.py").read_text(encoding="utf-8")
    assert '"demo"' not in source + base
    assert "THROW_AWAY" not in source + base
