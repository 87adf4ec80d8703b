"""The demonstration: built through the services, at every stage, and never on a server."""

import datetime
import json
from collections import Counter
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from alliances.models import Alliance, Result
from core.audit import first_break
from core.models import Event, Notice, Organisation, User
from core.roles import Role
from demo.build import build
from demo.cast import NEWCOMER, PASSWORD, everybody
from demo.people import demo_people
from demo.timeline import Story, tell, together
from marketplace.models import Bid, Contract, Follow, Need, Opportunity, Signal
from marketplace.states import BidStatus, NeedStatus, OpportunityStatus
from providers.models import Claim, Evidence, PartnerInterest, PartnerNotice
from providers.queries.claims import claims_to_decide
from tests.factories.core import UserFactory

TODAY = datetime.date(2026, 11, 21)


@pytest.fixture(scope="class")
def built(django_db_setup: None, django_db_blocker: pytest.FixtureRequest):  # type: ignore[no-untyped-def]  # pytest's own fixture has no public type
    """The demonstration, built once for this class and taken back after it."""
    from django.db import transaction

    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        build(TODAY)
        yield
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


@pytest.mark.usefixtures("built")
@pytest.mark.django_db
class TestBuilt:
    """What stands once it is built."""

    def test_build_leaves_something_at_every_stage(self) -> None:
        opportunities = set(Opportunity.objects.values_list("status", flat=True))
        assert opportunities >= {
            OpportunityStatus.DRAFT,
            OpportunityStatus.IN_REVIEW,
            OpportunityStatus.OPEN,
            OpportunityStatus.EVALUATION,
            OpportunityStatus.MODERATION,
            OpportunityStatus.AWARDED,
        }
        bids = set(Bid.objects.values_list("status", flat=True))
        assert bids >= set(BidStatus.values) - {BidStatus.WITHDRAWN}
        assert set(Alliance.objects.values_list("status", flat=True)) == {"signing", "active"}
        assert Result.objects.count() == 8

    def test_one_tender_became_a_contract_with_a_signed_variation_and_one_that_waits(self) -> None:
        contract = Contract.objects.get()
        assert (contract.status, contract.last_variation) == ("active", 1)
        assert sorted(contract.variations.values_list("status", flat=True)) == ["in_force", "signing"]
        assert sum(contract.years.values_list("value_pence", flat=True)) == contract.value_pence
        assert contract.reports.count() == 2
        assert contract.dates.filter(reminded_at__isnull=False).exists()

    def test_build_covers_three_regions_with_needs_of_their_own(self) -> None:
        regions = Organisation.objects.filter(kind="commissioner", needs__isnull=False).distinct()
        assert regions.count() == 3
        assert set(Need.objects.values_list("status", flat=True)) >= {NeedStatus.DRAFT, NeedStatus.PUBLISHED}

    def test_practitioners_are_heard_and_charities_told(self) -> None:
        states = Counter(Signal.objects.values_list("status", flat=True))
        assert set(states) == {"open", "merged", "answered", "set_aside"}
        became = Signal.objects.get(became__isnull=False)
        assert became.voices == 11
        assert Signal.objects.filter(needs__isnull=False, voices__gte=10).count() == 2
        told = Notice.objects.filter(kind="marketplace/digest")
        assert told.values("recipient").distinct().count() == 5
        assert {follow.frequency for follow in Follow.objects.all()} == {"daily", "weekly"}

    def test_small_charity_has_shown_things_in_every_state_and_commissioners_have_a_queue(self) -> None:
        small = Organisation.objects.get(name="Doorstep Salford")
        assert set(small.evidence.values_list("status", flat=True)) == {"given", "verified", "refused"}
        assert Evidence.objects.filter(status="given").count() >= 4
        assert Evidence.objects.filter(status="verified", valid_until__lt=TODAY).exists()
        assert Notice.objects.filter(
            kind="providers/evidence_runs_out", recipient__email__startswith="bern"
        ).exists()

    def test_charities_look_for_partners_and_two_are_introduced(self) -> None:
        assert Counter(PartnerNotice.objects.values_list("status", flat=True)) == {"live": 7, "taken_down": 1}
        assert Counter(PartnerInterest.objects.values_list("status", flat=True)) == {"accepted": 1, "sent": 1}

    def test_build_leaves_a_whole_chain_of_events_in_the_order_of_their_times(self) -> None:
        times = list(Event.objects.order_by("sequence").values_list("at", flat=True))
        assert first_break() == ""
        assert times == sorted(times)
        assert times[-1] <= timezone.make_aware(datetime.datetime.combine(TODAY, datetime.time.max))

    def test_people_hold_every_role_and_have_the_second_factor_their_role_asks_for(self) -> None:
        people = demo_people()
        labels = {role for found in people for role in found["roles"]}
        assert labels == {str(role.label) for role in Role}
        assert {found["email"] for found in people} == {person.email for person in everybody()}
        with_secret = {found["email"] for found in people if found["totp_secret"]}
        assert len(with_secret) == Authenticator.objects.count() == 16

    def test_one_claim_waits_for_the_service_administrator(self) -> None:
        claim = Claim.objects.get()
        assert list(claims_to_decide(timezone.now())) == [claim]

    def test_demo_users_prints_what_a_program_can_read(self) -> None:
        out = StringIO()
        call_command("demo_users", json=True, stdout=out)
        rows = json.loads(out.getvalue())
        newcomer = next(row for row in rows if row["email"] == NEWCOMER.email)
        assert newcomer == {
            "email": NEWCOMER.email,
            "password": PASSWORD,
            "name": NEWCOMER.name,
            "organisation": None,
            "roles": [],
            "totp_secret": None,
        }

    def test_a_person_of_the_demonstration_signs_in_with_the_printed_password(self) -> None:
        assert User.objects.get(email=NEWCOMER.email).check_password(PASSWORD)

    def test_a_second_build_is_refused_and_if_empty_does_nothing(self, settings: pytest.FixtureRequest) -> None:
        settings.DEMO_SIGN_IN = True  # type: ignore[attr-defined]  # the settings fixture takes any name
        before = Event.objects.count()
        with pytest.raises(CommandError, match="already"):
            call_command("demo")
        call_command("demo", if_empty=True)
        assert Event.objects.count() == before


def test_demo_is_refused_where_demo_sign_in_is_off() -> None:
    with pytest.raises(CommandError, match="local machine"):
        call_command("demo")


def test_demo_sign_in_with_debug_off_stops_every_start(settings) -> None:  # type: ignore[no-untyped-def]  # as above
    settings.DEMO_SIGN_IN, settings.DEBUG = True, False
    assert "demo.E001" in [found.id for found in run_checks()]
    settings.DEBUG = True
    assert "demo.E001" not in [found.id for found in run_checks()]


@pytest.mark.django_db
@pytest.mark.urls("tests.demo.urls")
class TestSignIn:
    """One click and somebody is signed in; on a local machine alone."""

    @pytest.fixture(autouse=True)
    def _demo(self, settings) -> None:  # type: ignore[no-untyped-def]  # as above
        settings.DEMO_SIGN_IN = settings.DEBUG = True
        settings.PUBLIC_PAGES = settings.PUBLIC_PAGES | {"demo-sign-in"}

    def test_sign_in_opens_the_work_page(self, client: Client) -> None:
        UserFactory(email=NEWCOMER.email)
        answer = client.post("/demo/sign-in/", {"email": NEWCOMER.email})
        assert answer.headers["Location"] == "/work/"
        assert client.get("/work/").status_code == 200

    def test_sign_in_goes_on_to_a_page_of_this_site_only(self, client: Client) -> None:
        UserFactory(email=NEWCOMER.email)
        here = client.post("/demo/sign-in/", {"email": NEWCOMER.email, "next": "/inbox/"})
        elsewhere = client.post("/demo/sign-in/", {"email": NEWCOMER.email, "next": "https://example.com/"})
        assert (here.headers["Location"], elsewhere.headers["Location"]) == ("/inbox/", "/work/")

    def test_sign_in_knows_nobody_outside_the_cast(self, client: Client) -> None:
        someone = UserFactory()
        assert client.post("/demo/sign-in/", {"email": someone.email}).status_code == 404

    def test_sign_in_is_not_found_with_debug_off(self, client: Client, settings) -> None:  # type: ignore[no-untyped-def]  # as above
        UserFactory(email=NEWCOMER.email)
        settings.DEBUG = False
        assert client.post("/demo/sign-in/", {"email": NEWCOMER.email}).status_code == 404

    def test_sign_in_takes_no_get(self, client: Client) -> None:
        assert client.get("/demo/sign-in/").status_code == 405


def _moments(*hours: int, into: list[int]) -> Story:
    for hour in hours:
        yield datetime.datetime(2026, 1, 1, hour, tzinfo=datetime.UTC)
        into.append(timezone.now().hour)


def test_together_tells_acts_in_the_order_of_their_moments() -> None:
    told: list[int] = []
    acts = tell(together([_moments(1, 5, 9, into=told), _moments(2, 3, 12, into=told)]))
    assert (acts, told) == (6, [1, 2, 3, 5, 9, 12])


def test_tell_refuses_to_go_back_in_time() -> None:
    with pytest.raises(ValueError, match="back in time"):
        tell(_moments(5, 4, into=[]))


def test_tell_puts_the_clock_back() -> None:
    real = timezone.now
    tell(_moments(5, into=[]))
    assert timezone.now is real
