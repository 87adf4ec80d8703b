"""Giving evidence, looking at it, taking it back, and undoing a mistake."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.access import Refused
from core.models import Document, Event, Membership, Notice
from core.roles import Role
from core.states import MembershipStatus
from providers.checks.registry import CODES
from providers.evidence_kinds import KINDS, Asked, Told
from providers.models import Evidence
from providers.queries.evidence import Standing, shown_by, standing_of
from providers.services import evidence as services
from providers.services.evidence import (
    give_evidence,
    refuse_evidence,
    undo_decision,
    verify_evidence,
    withdraw_evidence,
)
from providers.states import EvidenceStatus
from tests.factories.core import CommissionerFactory, UserFactory, member
from tests.factories.evidence import evidence, not_accepted, told, verified
from tests.factories.providers import organisation_of, registered

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


def give(by, code="safeguarding", shown=None, **more):
    kwargs = {"check_code": code, "told": shown or told(code), "form_key": uuid.uuid4(), **more}
    return give_evidence(by=by, organisation=organisation_of(by), **kwargs)


@pytest.fixture
def owner():
    return registered(told=True)


@pytest.fixture
def director():
    return member(Role.DIRECTOR)


def judged(act, row, by, **more):
    act(by=by, evidence=row, organisation=organisation_of(by), **more)
    row.refresh_from_db()
    return row


# --- the table


def test_every_check_that_is_asked_for_is_a_check_and_has_boxes_of_the_model():
    assert set(KINDS) == set(CODES)
    names = {field.name for field in Evidence._meta.get_fields()}
    for kind in KINDS.values():
        assert set(kind.answers) <= names
        shows = kind.document is Asked.MUST or any(answer.asked is Asked.MUST for answer in kind.answers.values())
        assert shows, kind.code


# --- giving


@pytest.mark.parametrize("code", KINDS)
def test_whole_answer_to_each_check_is_kept(owner, code):
    row = give(owner, code)
    assert row.status == "given"
    assert (row.document is not None) == (KINDS[code].document is Asked.MUST)
    event = Event.objects.get(action="evidence.give")
    assert event.after["check"] == code


def test_bid_writer_gives_too_and_viewer_does_not(owner):
    house = organisation_of(owner)
    writer, viewer = member(Role.BID_WRITER, house), member(Role.VIEWER, house)
    assert give(writer).given_by == writer
    with pytest.raises(PermissionDenied):
        give(viewer)
    assert Evidence.objects.count() == Document.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "shown", "sentence"),
    [
        ("safeguarding", Told(None, {"details": "Rosa"}), "Choose the file"),
        ("safeguarding", told("safeguarding", details="  "), "Who leads"),
        ("data_protection", Told(told("safeguarding").file, {"reference": "ZA1"}), "No file"),
        ("public_liability", told("public_liability", valid_until=None), "Insured until"),
        ("public_liability", told("public_liability", valid_until=datetime.date(2020, 1, 1)), "ran out"),
        (
            "public_liability",
            told("public_liability", valid_from=datetime.date(2199, 1, 2)),
            "cannot end before it begins",
        ),
        ("shoe_size", Told(None, {"details": "44"}), "Nothing is shown"),
    ],
)
def test_half_an_answer_is_refused_and_leaves_nothing(owner, code, shown, sentence):
    with pytest.raises(Refused, match=sentence):
        give(owner, code, shown)
    assert not Evidence.objects.exists()
    assert not Document.objects.exists()


def test_commissioner_shows_nothing():
    director = member(Role.DIRECTOR)
    with pytest.raises(PermissionDenied):
        give(director)


def test_form_sent_twice_makes_one(owner):
    key = uuid.uuid4()
    assert give(owner, form_key=key) == give(owner, form_key=key)
    with pytest.raises(Refused, match="used already"):
        give(registered(told=True), form_key=key)


def test_newer_one_replaces_what_waits_and_not_what_is_verified(owner, director):
    first = give(owner)
    second = give(owner)
    first.refresh_from_db()
    assert first.status == "superseded"
    judged(verify_evidence, second, director)
    third = give(owner)
    second.refresh_from_db()
    assert second.status == "verified"
    found = shown_by([organisation_of(owner)])[organisation_of(owner).pk]["safeguarding"]
    assert (found.standing, found.evidence, found.waiting) == (Standing.VERIFIED, second, third)


def test_box_that_is_not_asked_is_left_out(owner):
    row = give(owner, "safeguarding", told("safeguarding", reference="not asked"))
    assert row.reference == ""


def test_nothing_is_kept_where_the_end_fails(owner, monkeypatch):
    def fails(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(services.audit, "record", fails)
    with pytest.raises(ZeroDivisionError):
        give(owner, "data_protection")
    assert not Evidence.objects.exists()


# --- looking at it


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.COMMISSIONING_MANAGER])
def test_verified_by_somebody_for_a_body_and_the_provider_is_told(owner, role):
    row, by = give(owner), member(role)
    judged(verify_evidence, row, by)
    assert (row.status, row.decided_by, row.decided_for) == ("verified", by, organisation_of(by))
    notice = Notice.objects.get(kind="providers/evidence_verified")
    assert notice.recipient == owner
    assert "Safeguarding policy" in notice.subject
    assert organisation_of(by).name in notice.body
    assert Event.objects.get(action="evidence.verify").after["status"] == "verified"


def test_refused_with_a_reason_that_the_provider_reads(owner, director):
    row = judged(refuse_evidence, give(owner), director, reason=" Too dark to read. ")
    assert (row.status, row.reason) == ("refused", "Too dark to read.")
    assert "Too dark to read." in Notice.objects.get(kind="providers/evidence_refused").body


def test_refused_without_a_reason_is_not(owner, director):
    with pytest.raises(Refused, match="Say why"):
        judged(refuse_evidence, give(owner), director, reason="  ")


@pytest.mark.parametrize("role", [Role.PANEL_MEMBER, Role.PRACTITIONER, Role.COMMISSIONER_FINANCE, Role.AUDITOR])
def test_others_decide_nothing(owner, role):
    row, by = give(owner), member(role)
    for act, more in ((verify_evidence, {}), (refuse_evidence, {"reason": "No"})):
        with pytest.raises(PermissionDenied):
            judged(act, row, by, **more)


def test_owner_does_not_verify_own_evidence(owner):
    with pytest.raises(PermissionDenied):
        judged(verify_evidence, give(owner), owner)


@pytest.mark.parametrize("status", [MembershipStatus.ACTIVE, MembershipStatus.REQUESTED])
def test_person_who_works_for_the_provider_decides_nothing_about_it(owner, director, status):
    row = give(owner)
    Membership.objects.create(user=director, organisation=organisation_of(owner), status=status)
    body = CommissionerFactory._meta.model.objects.get(memberships__user=director, kind="commissioner")
    with pytest.raises(Refused, match="somebody else has to look"):
        verify_evidence(by=director, evidence=row, organisation=body)


def test_decision_falls_once(owner, director):
    row = judged(verify_evidence, give(owner), director)
    with pytest.raises(Refused, match="now “verified”"):
        judged(refuse_evidence, row, member(Role.DIRECTOR), reason="No")
    assert Notice.objects.filter(kind__startswith="providers/evidence").count() == 1


@pytest.mark.parametrize("made", [verified, not_accepted])
def test_mistake_is_undone_by_another_and_waits_again(made):
    row, colleague = made(), member(Role.COMMISSIONING_MANAGER)
    judged(undo_decision, row, colleague, reason="The wrong file was open.")
    assert (row.status, row.decided_by, row.decided_at, row.reason) == ("given", None, None, "")
    assert "The wrong file was open." in Notice.objects.get(kind="providers/evidence_undone").body
    event = Event.objects.get(action="evidence.undo")
    assert event.reason == "The wrong file was open."
    judged(verify_evidence, row, colleague)
    assert row.status == "verified"


def test_undo_asks_for_a_reason_and_a_decision(owner, director):
    row = give(owner)
    with pytest.raises(Refused, match="waiting to be looked at"):
        judged(undo_decision, row, director, reason="x")
    judged(verify_evidence, row, director)
    with pytest.raises(Refused, match="Say why"):
        judged(undo_decision, row, director, reason=" ")


def test_undo_gives_way_to_something_newer(owner, director):
    row = judged(refuse_evidence, give(owner), director, reason="No")
    give(owner)
    with pytest.raises(Refused, match="Something newer"):
        judged(undo_decision, row, director, reason="x")


# --- taking it back


@pytest.mark.parametrize("made", [evidence, verified, not_accepted])
def test_provider_takes_back_what_it_showed(made):
    row = made()
    withdraw_evidence(by=row.given_by, evidence=row)
    row.refresh_from_db()
    assert row.status == "withdrawn"
    assert row.document is not None
    assert not shown_by([row.organisation])[row.organisation_id]
    with pytest.raises(Refused, match="withdrawn"):
        withdraw_evidence(by=row.given_by, evidence=row)


def test_others_take_nothing_back(owner, director):
    row = give(owner)
    for person in (director, UserFactory(), member(Role.VIEWER, organisation_of(owner))):
        with pytest.raises(PermissionDenied):
            withdraw_evidence(by=person, evidence=row)


# --- what counts, by the clock

DAY = datetime.date(2026, 11, 22)
ROWS = st.lists(
    st.builds(
        Evidence,
        status=st.sampled_from(["given", "verified", "refused"]),
        valid_until=st.none() | st.dates(DAY - datetime.timedelta(days=3), DAY + datetime.timedelta(days=3)),
    ),
    min_size=1,
    max_size=5,
)


@given(ROWS, st.dates(DAY - datetime.timedelta(days=2), DAY + datetime.timedelta(days=2)))
def test_what_counts_is_verified_exactly_while_something_verified_holds(rows, day):
    shown = standing_of(rows, day)
    holding = [row for row in rows if row.holds_on(day)]
    assert (shown.standing is Standing.VERIFIED) == bool(holding)
    if holding:
        assert shown.evidence is holding[0]
    if shown.standing is Standing.GIVEN:
        assert shown.waiting is None
    if shown.standing is Standing.EXPIRED:
        assert shown.evidence.status == "verified"


def test_last_day_still_counts():
    row = Evidence(status=EvidenceStatus.VERIFIED, valid_until=DAY)
    assert standing_of([row], DAY).standing is Standing.VERIFIED
    assert standing_of([row], DAY + datetime.timedelta(days=1)).standing is Standing.EXPIRED
