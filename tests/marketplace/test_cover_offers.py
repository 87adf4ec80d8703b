"""A member of a bid offers, unasked, to stand behind another: offered, accepted, declined, withdrawn, fallen."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core.access import Refused
from core.models import Event, Notice
from core.roles import Role
from core.work import sections_for
from marketplace.check_states import CheckState
from marketplace.models import Bid, Cover
from marketplace.services.covers import (
    accept_cover,
    ask_cover,
    decline_cover,
    offer_cover,
    sign_cover,
    withdraw_cover,
)
from providers.models import Registration
from providers.services.consortia import leave_consortium
from tests.factories.core import member
from tests.factories.covers import registered_outsider, scene, terms_of
from tests.factories.evidence import verified
from tests.marketplace.bid_scene import text_of
from tests.marketplace.test_covers import state

pytestmark = pytest.mark.django_db
S = CheckState


def offered(joint, by=None, form_key=None, **values):
    """The lead has offered to stand behind the partner."""
    terms = terms_of(joint, **values)
    return offer_cover(by=by or joint.owner, bid=joint.now(), terms=terms, form_key=form_key or uuid4())


def test_offer_counts_once_the_member_accepts():
    joint = scene(lead_income=400_000_00, partner_income=0)
    cover = offered(joint)
    assert (cover.status, cover.member_signed_at, cover.sponsor_signed_by) == ("offered", None, joint.owner)
    assert Notice.objects.get(kind="marketplace/cover_offered").recipient == joint.partner_owner
    cover = accept_cover(by=joint.partner_owner, cover=cover)
    assert (cover.status, cover.member_signed_by) == ("signed", joint.partner_owner)
    assert Notice.objects.filter(kind="marketplace/cover_accepted", recipient=joint.owner).exists()
    assert state(joint) is S.COVERED
    assert [event.action for event in Event.objects.filter(action__startswith="cover").order_by("pk")] == [
        "cover.offer",
        "cover.accept",
    ]


def test_nothing_counts_before_it_is_accepted():
    joint = scene()
    accounts = verified(joint.lead, "accounts", by=joint.owner)
    cover = offered(joint, check="accounts")
    assert state(joint, "accounts") is S.NEEDED
    accept_cover(by=joint.partner_owner, cover=cover)
    assert accounts.status == "verified"
    assert state(joint, "accounts") is S.COVERED


def test_partner_may_offer_to_the_lead_as_well():
    joint = scene(lead_income=0, partner_income=900_000_00)
    cover = offered(
        joint, by=joint.partner_owner, member=joint.lead, sponsor=joint.partner, limit_pence=120_000_00
    )
    accept_cover(by=joint.owner, cover=cover)
    assert state(joint, organisation=joint.lead) is S.COVERED


def test_somebody_outside_the_bid_cannot_offer():
    joint = scene()
    outsider = registered_outsider(annual_income_pence=900_000_00)
    with pytest.raises(PermissionDenied, match="is not a member of this bid"):
        offered(joint, by=member(Role.OWNER, outsider), sponsor=outsider)
    with pytest.raises(PermissionDenied, match="is not a member of this bid"):
        offered(joint, member=outsider)
    assert not Cover.objects.exists()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"check": "dbs"}, "is for each organisation itself"),
        ({"check": "identity"}, "is for each organisation itself"),
        ({"limit_pence": 1}, "is below the share"),
    ],
)
def test_offer_keeps_to_the_same_terms(values, sentence):
    joint = scene()
    with pytest.raises(Refused, match=sentence):
        offered(joint, **values)
    with pytest.raises(Refused, match="Nobody stands behind itself"):
        offered(joint, member=joint.lead)
    assert not Cover.objects.exists()


def test_people_who_cannot_sign_offer_and_accept_nothing():
    joint = scene()
    with pytest.raises(PermissionDenied):
        offered(joint, by=joint.writer)
    cover = offered(joint)
    for person in (joint.owner, joint.writer, member(Role.OWNER)):
        with pytest.raises(PermissionDenied):
            accept_cover(by=person, cover=cover)
    assert Cover.objects.get().status == "offered"


def test_bid_out_of_the_running_takes_no_offer():
    joint = scene()
    cover = offered(joint)
    Bid.objects.filter(pk=joint.bid.pk).update(status="withdrawn")
    with pytest.raises(Refused, match="out of the running"):
        offered(joint)
    with pytest.raises(Refused, match="out of the running"):
        accept_cover(by=joint.partner_owner, cover=cover)


def test_same_form_sent_twice_offers_once():
    joint, key = scene(), uuid4()
    assert offered(joint, form_key=key) == offered(joint, form_key=key)
    with pytest.raises(Refused, match="asked for or signed already"):
        offered(joint)
    assert Cover.objects.count() == 1


def test_member_declines_what_it_was_offered():
    joint = scene()
    cover = offered(joint)
    with pytest.raises(PermissionDenied):
        decline_cover(by=joint.owner, cover=cover)
    decline_cover(by=joint.partner_owner, cover=cover)
    assert Notice.objects.filter(kind="marketplace/cover_turned_down", recipient=joint.owner).exists()
    assert Cover.objects.get().status == "declined"


def test_sponsor_takes_its_offer_back_and_the_member_does_not():
    joint = scene()
    cover = offered(joint)
    with pytest.raises(Refused, match="Decline it instead"):
        withdraw_cover(by=joint.partner_owner, cover=cover)
    withdraw_cover(by=joint.owner, cover=cover)
    assert Cover.objects.get().status == "withdrawn"


def test_offer_that_the_sponsor_no_longer_carries_cannot_be_accepted():
    joint = scene()
    cover = offered(joint)
    Registration.objects.filter(organisation=joint.lead).update(annual_income_pence=0)
    with pytest.raises(Refused, match="too small"):
        accept_cover(by=joint.partner_owner, cover=cover)
    assert Cover.objects.get().status == "offered"


def test_member_that_asked_another_does_not_accept_as_well():
    joint = scene()
    cover = offered(joint)
    outsider = registered_outsider(annual_income_pence=900_000_00)
    asked = ask_cover(
        by=joint.partner_owner, bid=joint.now(), terms=terms_of(joint, sponsor=outsider), form_key=uuid4()
    )
    with pytest.raises(Refused, match="asked for or signed already"):
        accept_cover(by=joint.partner_owner, cover=cover)
    sign_cover(by=member(Role.OWNER, outsider), cover=asked)
    assert Cover.objects.get(pk=cover.pk).status == "offered"


def test_offer_falls_when_the_member_leaves():
    joint = scene()
    offered(joint)
    place = joint.now().consortium.members.get(organisation=joint.partner)
    leave_consortium(by=joint.partner_owner, place=place, reason="No staff.")
    assert Cover.objects.get().status == "fallen"


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "proposed"},
        {"status": "signed"},
        {"sponsor_signed_at": None, "sponsor_signed_by": None},
        {"member_signed_at": timezone.now},
    ],
)
def test_database_holds_who_has_signed(changes):
    cover = offered(scene())
    values = {name: value() if callable(value) else value for name, value in changes.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Cover.objects.filter(pk=cover.pk).update(**values)


# --- the pages


def form_of(joint, **changes):
    day = terms_of(joint).expires_on
    values = {
        "form_key": uuid4(),
        "check": "turnover",
        "limit_pence": "80,000",
        "expires_on_day": day.day,
        "expires_on_month": day.month,
        "expires_on_year": day.year,
    }
    return {**values, **changes}


def offer(page, joint, person=None, **kwargs):
    return page(person or joint.owner, "cover-offer", joint.bid.pk, joint.partner.pk, **kwargs)


def test_lead_finds_the_way_from_the_checks_and_offers(page):
    joint = scene()
    address = reverse("cover-offer", args=[joint.bid.pk, joint.partner.pk])
    assert address in text_of(page(joint.owner, "bid-checks", joint.bid.pk))
    assert address not in text_of(page(joint.writer, "bid-checks", joint.bid.pk))
    shown = text_of(offer(page, joint))
    assert "You do not see where" in shown
    assert "Criminal record" not in shown.split("<aside")[0]
    answer = offer(page, joint, send=form_of(joint))
    assert answer.headers["Location"] == reverse("bid-checks", args=[joint.bid.pk])
    cover = Cover.objects.get()
    assert (cover.status, cover.sponsor, cover.member) == ("offered", joint.lead, joint.partner)
    assert "offers to stand behind you" in text_of(page(joint.partner_owner, "bid-checks", joint.bid.pk))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"limit_pence": "79,999"}, "is below the share of"),
        ({"check": "dbs"}, "choose from what is offered"),
        ({"check": ""}, "In which check?"),
        ({"expires_on_year": "2020"}, "not past"),
    ],
)
def test_wrong_offer_comes_back_with_a_sentence(page, changes, sentence):
    joint = scene()
    answer = offer(page, joint, send=form_of(joint, **changes))
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not Cover.objects.exists()


def test_offer_page_is_for_those_who_sign_for_a_member(page):
    joint = scene()
    assert offer(page, joint, member(Role.OWNER)).status_code == 404
    assert offer(page, joint, joint.writer).status_code == 403
    assert page(joint.owner, "cover-offer", joint.bid.pk, 999_999).status_code == 404


def test_member_reads_the_offer_and_accepts(page):
    joint = scene()
    cover = offered(joint)
    tasks = [task for section in sections_for(joint.partner_owner, joint.partner) for task in section.tasks]
    assert reverse("cover-detail", args=[cover.pk]) in [task.url for task in tasks]
    assert reverse("cover-accept", args=[cover.pk]) in text_of(page(joint.partner_owner, "cover-detail", cover.pk))
    assert reverse("cover-accept", args=[cover.pk]) not in text_of(page(joint.owner, "cover-detail", cover.pk))
    assert "By accepting you sign for" in text_of(page(joint.partner_owner, "cover-accept", cover.pk))
    assert page(joint.owner, "cover-accept", cover.pk).status_code == 403
    assert page(member(Role.OWNER), "cover-accept", cover.pk).status_code == 404
    assert page(joint.partner_owner, "cover-accept", cover.pk, send={}).status_code == 302
    assert Cover.objects.get().status == "signed"


def test_member_declines_on_the_page(page):
    joint = scene()
    cover = offered(joint)
    assert "do not take its offer" in text_of(page(joint.partner_owner, "cover-decline", cover.pk))
    page(joint.partner_owner, "cover-decline", cover.pk, send={})
    assert Cover.objects.get().status == "declined"
