"""Profiles frozen, shared by code, and read."""

import datetime
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from core.access import Refused
from core.models import Event
from core.roles import Role
from providers.models import Registration, ShareCode, Snapshot, WrongCode
from providers.queries.profiles import WRONG_AT_MOST, canonical, fingerprint, profile_of
from providers.services import profiles
from providers.services.profiles import freeze_profile, hash_of, make_share_code, read_by_code, revoke_share_code
from tests.factories.core import member
from tests.factories.providers import RegistrationFactory, named_only, organisation_of, registered

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return registered(told=True, declared=True)


@pytest.fixture
def organisation(owner):
    return organisation_of(owner)


@pytest.fixture
def reader():
    return member(Role.COMMISSIONING_MANAGER)


def now():
    return timezone.now()


# --- freezing


def test_profile_is_frozen_whole_with_its_fingerprint(organisation):
    snapshot = freeze_profile(organisation=organisation)
    told = json.loads(snapshot.content)
    assert snapshot.number == 1
    assert snapshot.sha256 == fingerprint(snapshot.content)
    assert told["identity"]["name"] == organisation.name
    assert told["facts"]["annual_income_pence"] == 180_000_00
    assert set(told["declarations"]) == {"exclusions", "conflicts", "safeguarding", "insurance"}
    assert canonical(profile_of(organisation)) == snapshot.content


def test_unchanged_profile_is_the_last_one_again_and_a_changed_one_the_next(organisation):
    first, again = freeze_profile(organisation=organisation), freeze_profile(organisation=organisation)
    Registration.objects.update(staff_count=4)
    changed = freeze_profile(organisation=organisation)
    Registration.objects.update(staff_count=3)
    back = freeze_profile(organisation=organisation)
    assert first == again
    assert [first.number, changed.number, back.number] == [1, 2, 3]
    assert json.loads(first.content)["facts"]["staff_count"] == 3
    assert first.sha256 == back.sha256 != changed.sha256


def test_bare_name_has_a_profile_too():
    organisation = organisation_of(named_only())
    assert json.loads(freeze_profile(organisation=organisation).content)["identity"]["legal_form"] == ""


def test_two_profiles_of_one_number_cannot_be(organisation):
    snapshot = freeze_profile(organisation=organisation)
    with pytest.raises(IntegrityError):
        Snapshot.objects.create(
            organisation=organisation, number=1, taken_at=now(), content="{}", sha256=snapshot.sha256
        )


# --- codes


def test_code_opens_the_one_profile_and_is_kept_nowhere(owner, organisation, reader):
    row, code = make_share_code(by=owner, organisation=organisation)
    Registration.objects.update(staff_count=99)
    snapshot = read_by_code(by=reader, typed=f" {code.lower().replace('-', ' ')} ", at=now())
    row.refresh_from_db()
    assert snapshot == row.snapshot
    assert row.read_count == 1
    assert row.code_sha256 == hash_of(code)
    assert Event.objects.filter(action="profile.read_by_code", actor_id=reader.pk).count() == 1
    assert not any(code in str(event.after) for event in Event.objects.all())


def test_code_that_expired_or_was_taken_back_opens_nothing(owner, organisation, reader):
    row, code = make_share_code(by=owner, organisation=organisation)
    with pytest.raises(Refused, match="opens nothing"):
        read_by_code(by=reader, typed=code, at=row.expires_at + datetime.timedelta(seconds=1))
    revoke_share_code(by=owner, code=row)
    with pytest.raises(Refused, match="opens nothing"):
        read_by_code(by=reader, typed=code, at=now())
    row.refresh_from_db()
    assert (row.revoked_by, row.read_count) == (owner, 0)
    with pytest.raises(Refused, match="already"):
        revoke_share_code(by=owner, code=row)


def test_wrong_codes_are_counted_and_no_more_are_taken(owner, organisation, reader):
    _row, code = make_share_code(by=owner, organisation=organisation)
    for _try in range(WRONG_AT_MOST):
        with pytest.raises(Refused, match="opens nothing"):
            read_by_code(by=reader, typed="WRONG", at=now())
    assert WrongCode.objects.count() == WRONG_AT_MOST
    with pytest.raises(Refused, match="too many"):
        read_by_code(by=reader, typed=code, at=now())
    later = now() + datetime.timedelta(minutes=61)
    assert read_by_code(by=reader, typed=code, at=later).organisation == organisation


@pytest.mark.parametrize("role", [Role.BID_WRITER, Role.VIEWER])
def test_only_owners_give_codes_out(organisation, role):
    with pytest.raises(PermissionDenied):
        make_share_code(by=member(role, organisation), organisation=organisation)
    with pytest.raises(PermissionDenied):
        make_share_code(by=registered(), organisation=organisation)
    assert not Snapshot.objects.exists()


def test_only_commissioners_read_by_code(owner, organisation):
    _row, code = make_share_code(by=owner, organisation=organisation)
    with pytest.raises(PermissionDenied):
        read_by_code(by=registered(), typed=code, at=now())


def test_nothing_is_left_when_the_record_fails(owner, organisation, monkeypatch):
    monkeypatch.setattr(profiles.audit, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make_share_code(by=owner, organisation=organisation)
    assert not ShareCode.objects.exists()
    assert not Snapshot.objects.exists()


# --- pages


def test_owner_makes_a_code_shown_once(client, owner, organisation):
    client.force_login(owner)
    answer = client.post(reverse("profile-share", args=[organisation.pk]))
    code = answer.context["code"]
    assert code in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    page = client.get(reverse("profile-list", args=[organisation.pk])).content.decode()
    # The button to make one and the button to take it back.
    assert page.count('name="csrfmiddlewaretoken"') >= 2
    assert code not in page
    assert "Read 0 times." in page
    answer = client.post(reverse("share-code-revoke", args=[ShareCode.objects.get().pk]), follow=True)
    assert "The code is taken back." in answer.content.decode()


def test_commissioner_reads_and_prints(client, owner, organisation, reader, settings):
    settings.BEFORE_SECOND_FACTOR = settings.BEFORE_SECOND_FACTOR | {"profile-shared"}
    _row, code = make_share_code(by=owner, organisation=organisation)
    client.force_login(reader)
    assert client.get(reverse("profile-shared")).status_code == 200
    wrong = client.post(reverse("profile-shared"), {"code": "x"})
    assert wrong.status_code == 422
    page = client.post(reverse("profile-shared"), {"code": code}).content.decode()
    assert organisation.name in page
    assert "£180,000" in page
    assert "None of the reasons for exclusion applies." in page


def test_pages_are_for_those_they_concern(client, owner, organisation):
    freeze_profile(organisation=organisation)
    addresses = [
        reverse("profile-list", args=[organisation.pk]),
        reverse("profile-detail", args=[organisation.pk, 1]),
    ]
    for person, status in ((owner, 200), (registered(), 404)):
        client.force_login(person)
        assert [client.get(address).status_code for address in addresses] == [status, status]
    assert client.post(reverse("profile-share", args=[organisation.pk])).status_code == 404
    client.force_login(member(Role.VIEWER, organisation))
    assert client.get(addresses[0]).status_code == 200
    assert client.post(reverse("profile-share", args=[organisation.pk])).status_code == 403
    assert client.get(reverse("profile-shared")).status_code == 403
    row, _code = make_share_code(by=owner, organisation=organisation)
    assert client.post(reverse("share-code-revoke", args=[row.pk])).status_code == 403
    client.force_login(registered())
    assert client.post(reverse("share-code-revoke", args=[row.pk])).status_code == 404


def test_list_takes_as_many_queries_for_ten_as_for_one(client, owner, organisation, django_assert_max_num_queries):
    RegistrationFactory()
    for staff in range(12):
        Registration.objects.update(staff_count=staff)
        make_share_code(by=owner, organisation=organisation)
    client.force_login(owner)
    client.get(reverse("profile-list", args=[organisation.pk]))
    with django_assert_max_num_queries(12):
        client.get(reverse("profile-list", args=[organisation.pk]))
