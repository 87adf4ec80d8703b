"""Opportunities from draft to publication or end: each act, each refusal, all or nothing."""

import datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from core.access import Refused, Stale
from core.models import Event, Notice, Organisation, User
from core.roles import Role
from marketplace.drafts import About, CriterionWords, LotAndDates, OutcomeWords
from marketplace.models import Opportunity
from marketplace.services.needs import close_need
from marketplace.services.opportunities import (
    cancel_opportunity,
    publish_opportunity,
    return_opportunity,
    save_about,
    save_criteria,
    save_lot_and_dates,
    save_outcomes,
    send_for_review,
    start_opportunity,
)
from tests.factories.core import AreaFactory, CommissionerFactory, OrganisationFactory, member
from tests.factories.marketplace import BidFactory, NeedFactory, OpportunityFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now()
DAY = datetime.timedelta(days=1)


def about(**changes: object) -> About:
    values = {"route": "alliance", "title": "Homes", "summary": "A place to stay.", "area": AreaFactory()}
    return About(**{**values, **changes})


def lot_and_dates(**changes: object) -> LotAndDates:
    today = timezone.localdate()
    values = {
        "lot_title": "Whole region",
        "value_pence": 480_000_00,
        "closes_at": timezone.now() + 20 * DAY,
        "starts_on": today + 90 * DAY,
        "ends_on": today + 900 * DAY,
    }
    return LotAndDates(**{**values, **changes})


CRITERIA = [CriterionWords("How?", 6000, "Say how.", 300), CriterionWords("With whom?", 4000)]
OUTCOMES = [
    OutcomeWords("Settled", "%", Decimal(42), Decimal(60), 5000),
    OutcomeWords("Nights outside", "nights", Decimal("2.4"), Decimal("0.5"), 5000),
]


@pytest.fixture
def body() -> Organisation:
    return CommissionerFactory()


@pytest.fixture
def manager(body: Organisation) -> User:
    return member(Role.COMMISSIONING_MANAGER, body)


@pytest.fixture
def director(body: Organisation) -> User:
    return member(Role.DIRECTOR, body)


@pytest.fixture
def outsider() -> User:
    return member(Role.DIRECTOR)


@pytest.fixture
def draft(body: Organisation, manager: User) -> Opportunity:
    """Complete."""
    return OpportunityFactory(organisation=body, created_by=manager)


# --- Drafting ----------------------------------------------------------------------------------------


def test_start_takes_kind_and_body_from_the_need_and_the_author_to_ask(manager: User, body: Organisation) -> None:
    need = NeedFactory(published=True, organisation=body)
    opportunity = start_opportunity(by=manager, need=need, about=about(), form_key=uuid4())
    opportunity.refresh_from_db()
    assert (opportunity.status, opportunity.organisation, opportunity.category) == ("draft", body, need.category)
    assert (opportunity.contact_name, opportunity.contact_email) == (manager.name, manager.email)
    assert [each.pk for each in opportunity.needs.all()] == [need.pk]
    assert Event.objects.get().action == "opportunity.draft"


def test_start_sent_twice_makes_one(manager: User, body: Organisation) -> None:
    need, key = NeedFactory(published=True, organisation=body), uuid4()
    first = start_opportunity(by=manager, need=need, about=about(), form_key=key)
    assert start_opportunity(by=manager, need=need, about=about(), form_key=key) == first
    with pytest.raises(Refused, match="sent before"):
        start_opportunity(by=member(Role.DIRECTOR, body), need=need, about=about(), form_key=key)
    assert Opportunity.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "sentence"), [("draft", "Publish this need first"), ("met", "Reopen it"), ("closed", "Reopen it")]
)
def test_start_wants_a_need_that_stands(status: str, sentence: str, manager: User, body: Organisation) -> None:
    need = NeedFactory(organisation=body, published=status != "draft", status=status, closing_reason="x")
    with pytest.raises(Refused, match=sentence):
        start_opportunity(by=manager, need=need, about=about(), form_key=uuid4())


def test_start_is_for_those_who_draft_there(body: Organisation, outsider: User) -> None:
    need = NeedFactory(published=True, organisation=body)
    for person in (outsider, member(Role.PANEL_MEMBER, body), member(Role.OWNER)):
        with pytest.raises(PermissionDenied):
            start_opportunity(by=person, need=need, about=about(), form_key=uuid4())
    assert not Opportunity.objects.exists()


def test_each_part_is_saved_with_the_version(manager: User, body: Organisation) -> None:
    need = NeedFactory(published=True, organisation=body)
    opportunity = start_opportunity(by=manager, need=need, about=about(), form_key=uuid4())
    save_about(by=manager, opportunity=opportunity, about=about(title="Settled"), version=1)
    save_lot_and_dates(by=manager, opportunity=opportunity, parts=lot_and_dates(), version=2)
    save_criteria(by=manager, opportunity=opportunity, criteria=CRITERIA, version=3)
    save_outcomes(by=manager, opportunity=opportunity, outcomes=OUTCOMES, version=4)
    saved = Opportunity.objects.get()
    assert (saved.title, saved.version) == ("Settled", 5)
    assert [(lot.title, lot.value_pence) for lot in saved.lots.all()] == [("Whole region", 480_000_00)]
    assert [(each.number, each.weight_bps, each.word_limit) for each in saved.criteria.all()] == [
        (1, 6000, 300),
        (2, 4000, 500),
    ]
    assert [(each.indicator, each.baseline, each.target) for each in saved.outcomes.all()] == [
        ("Settled", Decimal("42.00"), Decimal("60.00")),
        ("Nights outside", Decimal("2.40"), Decimal("0.50")),
    ]
    assert Event.objects.filter(action="opportunity.edit").count() == 4


def test_parts_are_replaced_not_added(draft: Opportunity, manager: User) -> None:
    save_criteria(by=manager, opportunity=draft, criteria=CRITERIA[:1], version=1)
    save_outcomes(by=manager, opportunity=draft, outcomes=OUTCOMES[:1], version=2)
    save_lot_and_dates(by=manager, opportunity=draft, parts=lot_and_dates(lot_title="North"), version=3)
    assert (draft.criteria.count(), draft.outcomes.count()) == (1, 1)
    assert [lot.title for lot in draft.lots.all()] == ["North"]


SAVES = [
    lambda by, draft, version: save_about(by=by, opportunity=draft, about=about(), version=version),
    lambda by, draft, version: save_lot_and_dates(
        by=by, opportunity=draft, parts=lot_and_dates(), version=version
    ),
    lambda by, draft, version: save_criteria(by=by, opportunity=draft, criteria=CRITERIA[:1], version=version),
    lambda by, draft, version: save_outcomes(by=by, opportunity=draft, outcomes=OUTCOMES[:1], version=version),
]


@pytest.mark.parametrize("save", SAVES)
def test_an_old_version_saves_nothing(save, draft: Opportunity, manager: User) -> None:
    before = (draft.criteria.count(), draft.outcomes.count(), draft.lots.get().title, draft.title)
    save_about(by=manager, opportunity=draft, about=about(title=draft.title), version=1)
    with pytest.raises(Stale, match="not yet saved"):
        save(manager, draft, 1)
    draft.refresh_from_db()
    assert (draft.criteria.count(), draft.outcomes.count(), draft.lots.get().title, draft.title) == before


@pytest.mark.parametrize("save", SAVES)
def test_parts_are_shut_to_others_in_review_and_after_publication(
    save, draft: Opportunity, manager: User, director: User, outsider: User
) -> None:
    with pytest.raises(PermissionDenied):
        save(outsider, draft, 1)
    send_for_review(by=manager, opportunity=draft, version=1)
    with pytest.raises(Refused, match="with the director now"):
        save(manager, draft, 1)
    publish_opportunity(by=director, opportunity=draft, version=1)
    with pytest.raises(Refused, match="published opportunity cannot be changed"):
        save(manager, draft, 1)


def test_dates_must_be_in_order_and_targets_differ(draft: Opportunity, manager: User) -> None:
    later, same = timezone.now() + 30 * DAY, timezone.localdate() + 90 * DAY
    at_once = lot_and_dates(opens_at=later, closes_at=later)
    with pytest.raises(Refused, match="Bidding must close after it opens"):
        save_lot_and_dates(by=manager, opportunity=draft, parts=at_once, version=1)
    no_time = lot_and_dates(starts_on=same, ends_on=same)
    with pytest.raises(Refused, match="service must end after it starts"):
        save_lot_and_dates(by=manager, opportunity=draft, parts=no_time, version=1)
    flat = OutcomeWords("Settled", "%", Decimal(42), Decimal("42.00"), 5000)
    with pytest.raises(Refused, match="target must differ"):
        save_outcomes(by=manager, opportunity=draft, outcomes=[flat], version=1)


# --- Review ------------------------------------------------------------------------------------------


def test_review_tells_the_directors(draft: Opportunity, manager: User, director: User) -> None:
    send_for_review(by=manager, opportunity=draft, version=1)
    draft.refresh_from_db()
    assert draft.status == "in_review"
    notice = Notice.objects.get()
    assert (notice.recipient, notice.url) == (director, f"/opportunities/{draft.pk}/tasks/")
    assert Event.objects.get().action == "opportunity.ask_review"


def test_review_is_refused_to_what_is_incomplete_or_changed(
    draft: Opportunity, manager: User, outsider: User
) -> None:
    with pytest.raises(PermissionDenied):
        send_for_review(by=outsider, opportunity=draft, version=1)
    with pytest.raises(Stale, match="as it is now"):
        send_for_review(by=manager, opportunity=draft, version=2)
    save_criteria(by=manager, opportunity=draft, criteria=[], version=1)
    with pytest.raises(Refused, match="at least 2 criteria"):
        send_for_review(by=manager, opportunity=draft, version=2)
    assert not Notice.objects.exists()


def test_return_gives_it_back_with_the_reason(draft: Opportunity, manager: User, director: User) -> None:
    send_for_review(by=manager, opportunity=draft, version=1)
    Notice.objects.all().delete()
    with pytest.raises(PermissionDenied):
        return_opportunity(by=manager, opportunity=draft, reason="x")
    with pytest.raises(Refused, match="Say what has to change"):
        return_opportunity(by=director, opportunity=draft, reason=" ")
    return_opportunity(by=director, opportunity=draft, reason="More weight on <people> & places.")
    draft.refresh_from_db()
    assert draft.status == "draft"
    notice = Notice.objects.get()
    assert notice.recipient == manager
    assert "More weight on <people> & places." in notice.body
    with pytest.raises(Refused, match="now “draft”"):
        return_opportunity(by=director, opportunity=draft, reason="x")


# --- Publication -------------------------------------------------------------------------------------


def test_publish_opens_it_and_commissions_its_need(draft: Opportunity, manager: User, director: User) -> None:
    publish_opportunity(by=director, opportunity=draft, version=1, arrived_at=NOW)
    draft.refresh_from_db()
    assert (draft.status, draft.stage, draft.published_by) == ("open", "live", director)
    assert (draft.published_at, draft.opens_at) == (NOW, NOW)
    assert draft.needs.get().status == "in_commissioning"
    assert Notice.objects.get().recipient == manager
    assert [event.action for event in Event.objects.order_by("sequence")] == [
        "need.commission",
        "opportunity.publish",
    ]


def test_publish_keeps_a_later_opening_and_forgets_an_earlier_one(body: Organisation, director: User) -> None:
    later = OpportunityFactory(organisation=body, opens_at=NOW + 3 * DAY)
    publish_opportunity(by=director, opportunity=later, version=1, arrived_at=NOW)
    earlier = OpportunityFactory(organisation=body, opens_at=NOW - 3 * DAY)
    publish_opportunity(by=director, opportunity=earlier, version=1, arrived_at=NOW)
    assert Opportunity.objects.get(pk=later.pk).opens_at == NOW + 3 * DAY
    assert Opportunity.objects.get(pk=earlier.pk).opens_at == NOW


def test_publish_of_a_second_opportunity_leaves_the_need_in_commissioning(
    draft: Opportunity, director: User, body: Organisation
) -> None:
    publish_opportunity(by=director, opportunity=draft, version=1)
    second = OpportunityFactory(organisation=body)
    second.needs.set(draft.needs.all())
    publish_opportunity(by=director, opportunity=second, version=1)
    assert draft.needs.get().status == "in_commissioning"
    assert Event.objects.filter(action="need.commission").count() == 1


def test_publish_is_refused_to_others_unread_incomplete_and_twice(
    draft: Opportunity, manager: User, director: User, outsider: User
) -> None:
    for person in (manager, outsider):
        with pytest.raises(PermissionDenied):
            publish_opportunity(by=person, opportunity=draft, version=1)
    with pytest.raises(Stale, match="as it is now"):
        publish_opportunity(by=director, opportunity=draft, version=2)
    late = draft.closes_at - datetime.timedelta(hours=23)
    with pytest.raises(Refused, match="at least a day"):
        publish_opportunity(by=director, opportunity=draft, version=1, arrived_at=late)
    assert not Event.objects.exists()
    publish_opportunity(by=director, opportunity=draft, version=1)
    with pytest.raises(Refused, match="now “open”"):
        publish_opportunity(by=director, opportunity=draft, version=1)


def test_publish_is_refused_once_the_need_is_closed(draft: Opportunity, director: User) -> None:
    close_need(by=director, need=draft.needs.get(), reason="The council offers it.")
    with pytest.raises(Refused, match="no longer open"):
        publish_opportunity(by=director, opportunity=draft, version=1)
    draft.refresh_from_db()
    assert (draft.status, draft.published_at) == ("draft", None)


# --- Cancelling --------------------------------------------------------------------------------------


def test_cancel_tells_authors_and_everyone_bidding_but_those_who_withdrew(
    draft: Opportunity, manager: User, director: User
) -> None:
    publish_opportunity(by=director, opportunity=draft, version=1)
    Notice.objects.all().delete()
    bidder, gone = OrganisationFactory(), OrganisationFactory()
    writer, viewer = member(Role.BID_WRITER, bidder), member(Role.VIEWER, bidder)
    member(Role.OWNER, gone)
    BidFactory(opportunity=draft, organisation=bidder)
    BidFactory(opportunity=draft, organisation=gone, status="withdrawn")
    cancel_opportunity(by=director, opportunity=draft, reason="The money was withdrawn.")
    draft.refresh_from_db()
    assert (draft.status, draft.stage, draft.cancelling_reason) == (
        "cancelled",
        "ended",
        "The money was withdrawn.",
    )
    told = {notice.recipient for notice in Notice.objects.all()}
    assert told == {manager, writer}
    assert viewer not in told
    assert all("The money was withdrawn." in notice.body for notice in Notice.objects.all())
    assert draft.needs.get().status == "published"


def test_cancel_of_a_draft_leaves_the_need_and_stays_private(draft: Opportunity, director: User) -> None:
    cancel_opportunity(by=director, opportunity=draft, reason="Written twice.")
    draft.refresh_from_db()
    assert (draft.status, draft.stage) == ("cancelled", "private")
    assert draft.needs.get().status == "published"


def test_cancel_is_refused_to_others_without_reason_and_once_bids_are_open(
    draft: Opportunity, manager: User, director: User, body: Organisation
) -> None:
    with pytest.raises(PermissionDenied):
        cancel_opportunity(by=manager, opportunity=draft, reason="x")
    with pytest.raises(Refused, match="Say why"):
        cancel_opportunity(by=director, opportunity=draft, reason="")
    evaluated = OpportunityFactory(organisation=body, in_evaluation=True)
    with pytest.raises(Refused, match="now “evaluation”"):
        cancel_opportunity(by=director, opportunity=evaluated, reason="x")
    draft.refresh_from_db()
    assert draft.status == "draft"
