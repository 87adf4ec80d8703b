"""A copy of everything held, to take away."""

import csv
import io
import json
import zipfile
from unittest.mock import ANY
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.holdings import Table, as_json, as_zip, held_about, held_about_person
from core.models import Event
from core.roles import Role
from core.services import holdings
from core.services.holdings import take_everything, take_own
from marketplace.services.bid_comments import add_comment
from marketplace.services.bid_costs import enter_cost
from tests.factories.bids import joint_bid
from tests.factories.core import member
from tests.factories.covers import asked, scene
from tests.factories.providers import PartnerInterestFactory, RegistrationFactory, organisation_of, registered

pytestmark = pytest.mark.django_db


def files_in(content):
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def test_owner_takes_everything_and_it_is_on_record():
    owner = registered(told=True, declared=True)
    tables = {each.name: each.rows for each in take_everything(by=owner, organisation=organisation_of(owner))}
    assert tables["registration"][0]["annual_income_pence"] == 180_000_00
    assert tables["registration"][0]["areas"]
    assert len(tables["declarations"]) == 4
    assert tables["people"][0]["email"] == owner.email
    event = Event.objects.get(action="organisation.take_everything")
    assert event.actor_id == owner.pk
    assert event.after["declarations"] == 4


def test_own_bids_are_in_it_with_their_words_sealed_or_not_and_nobody_elses():
    joint = joint_bid()
    RegistrationFactory(organisation=joint.lead)
    joint.ask()
    joint.agree()
    joint.submit()
    tables = {each.name: each.rows for each in held_about(joint.lead, joint.owner)}
    (bid,) = tables["bids"]
    assert bid["status"] == "submitted"
    assert "kept rooms ready" in str(bid["words"])
    stranger = registered()
    assert not next(each.rows for each in held_about(organisation_of(stranger), stranger) if each.name == "bids")


def test_what_was_said_and_entered_beside_a_bid_is_in_it_for_those_who_did_alone():
    joint = scene()
    add_comment(by=joint.owner, bid=joint.bid, text="Shall we ask for rooms too?", form_key=uuid4())
    for person, organisation, label in (
        (joint.owner, joint.lead, "Two keyworkers"),
        (joint.partner_owner, joint.partner, "A mentor"),
    ):
        enter_cost(
            by=person,
            bid=joint.bid,
            organisation=organisation,
            label=label,
            amount_pence=21_000_00,
            form_key=uuid4(),
            arrived_at=timezone.now(),
        )
    cover = asked(joint)
    tables = {each.name: each.rows for each in held_about(joint.lead, joint.owner)}
    assert [row["text"] for row in tables["bid_comments"]] == ["Shall we ask for rooms too?"]
    assert tables["bids"][0]["own_costs"] == [
        {"label": "Two keyworkers", "amount_pence": 21_000_00, "number": ANY}
    ]
    assert [row["id"] for row in tables["covers"]] == [cover.pk]
    assert "bid.comment" in {row["action"] for row in tables["own_acts"]}
    others = {each.name: each.rows for each in held_about(joint.partner, joint.partner_owner)}
    assert not others["bid_comments"]
    assert others["bids"][0]["own_costs"][0]["label"] == "A mentor"
    assert "bid.comment" not in {row["action"] for row in others["own_acts"]}


def test_what_others_wrote_is_in_it_without_their_people():
    owner = registered()
    interest = PartnerInterestFactory(partner=organisation_of(owner))
    tables = {each.name: each.rows for each in held_about(organisation_of(owner), owner)}
    (row,) = tables["partner_interests_received"]
    assert row["message"] == interest.message
    assert not {"sent_by_id", "contact_id"} & row.keys()


@pytest.mark.parametrize("role", [Role.BID_WRITER, Role.VIEWER, Role.PROVIDER_FINANCE])
def test_only_owners_take_it(role):
    owner = registered()
    with pytest.raises(PermissionDenied):
        take_everything(by=member(role, organisation_of(owner)), organisation=organisation_of(owner))
    with pytest.raises(PermissionDenied):
        take_everything(by=registered(), organisation=organisation_of(owner))
    assert not Event.objects.exists()


def test_taking_is_undone_when_the_record_fails(monkeypatch):
    owner = registered()
    monkeypatch.setattr(holdings.audit, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take_everything(by=owner, organisation=organisation_of(owner))
    with pytest.raises(ZeroDivisionError):
        take_own(by=owner)


def test_person_takes_what_is_held_about_them_without_the_password():
    owner, other = registered(), registered()
    tables = {each.name: each.rows for each in take_own(by=owner)}
    assert tables["account"][0]["email"] == owner.email
    assert "password" not in tables["account"][0]
    assert other.email not in str(held_about_person(owner))
    assert Event.objects.get().action == "account.take_everything"
    again = {each.name: each.rows for each in take_own(by=owner)}
    assert [row["action"] for row in again["acts"]] == ["account.take_everything"]


def test_files_open_in_a_spreadsheet_and_in_a_program():
    tables = [Table("one", [{"name": "=1+1", "more": ["a", "b"]}]), Table("none", [])]
    files = files_in(as_zip(tables))
    (row,) = csv.DictReader(io.StringIO(files["one.csv"]))
    assert row["name"] == "'=1+1"
    assert json.loads(row["more"]) == ["a", "b"]
    assert set(files) == {"one.csv", "none.csv"}
    assert json.loads(as_json(tables))["one"][0]["name"] == "=1+1"


def test_pages_and_downloads():
    owner = registered(told=True)
    client, pk = Client(), organisation_of(owner).pk
    client.force_login(owner)
    assert client.get(reverse("organisation-held", args=[pk])).status_code == 200
    answer = client.post(reverse("organisation-take", args=[pk, "zip"]))
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "registration.csv" in files_in(answer.content)
    assert "registration" in json.loads(client.post(reverse("organisation-take", args=[pk, "json"])).content)
    assert client.post(reverse("organisation-take", args=[pk, "exe"])).status_code == 404
    assert client.get(reverse("organisation-take", args=[pk, "zip"])).status_code == 405
    for address in (reverse("account-held"), reverse("organisation-held", args=[pk])):
        assert client.get(address).content.decode().count("csrfmiddlewaretoken") >= 2
    assert json.loads(client.post(reverse("account-take", args=["json"])).content)["account"]


def test_pages_are_for_those_they_concern():
    owner = registered()
    pk = organisation_of(owner).pk
    viewer, client = member(Role.VIEWER, organisation_of(owner)), Client()
    client.force_login(viewer)
    assert (
        "This is for people with the role owner"
        in client.get(reverse("organisation-held", args=[pk])).content.decode()
    )
    assert client.post(reverse("organisation-take", args=[pk, "zip"])).status_code == 403
    client.force_login(registered())
    assert client.get(reverse("organisation-held", args=[pk])).status_code == 404
    assert client.post(reverse("organisation-take", args=[pk, "zip"])).status_code == 404
