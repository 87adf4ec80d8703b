"""The pages on which a member asks for a cover and the sponsor answers, and what they do with bad input."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.roles import Role
from core.work import sections_for
from marketplace.models import Cover
from providers.models import Registration
from tests.factories.core import member
from tests.factories.covers import asked, registered_outsider, scene, signed, terms_of
from tests.marketplace.bid_scene import text_of

pytestmark = pytest.mark.django_db


def sent(joint, **changes):
    day = terms_of(joint).expires_on
    values = {
        "form_key": uuid4(),
        "sponsor": joint.lead.pk,
        "limit_pence": "80,000",
        "expires_on_day": day.day,
        "expires_on_month": day.month,
        "expires_on_year": day.year,
    }
    return {**values, **changes}


def ask(page, joint, person=None, check="turnover", **kwargs):
    return page(person or joint.partner_owner, "cover-ask", joint.bid.pk, joint.partner.pk, check, **kwargs)


def test_member_asks_the_lead(page):
    joint = scene()
    shown = text_of(ask(page, joint))
    assert joint.lead.name in shown
    assert "£80,000" in shown
    answer = ask(page, joint, send=sent(joint))
    assert answer.headers["Location"] == reverse("bid-checks", args=[joint.bid.pk])
    cover = Cover.objects.get()
    assert (cover.sponsor, cover.limit_pence, cover.check_code) == (joint.lead, 80_000_00, "turnover")


def test_member_finds_a_sponsor_outside_the_bid(client):
    joint = scene()
    sponsor = registered_outsider(annual_income_pence=900_000_00)
    address = reverse("cover-ask", args=[joint.bid.pk, joint.partner.pk, "turnover"])
    query = f"?q={sponsor.name.replace(' ', '+')}"
    client.force_login(joint.partner_owner)
    assert sponsor.name in client.get(address + query).content.decode()
    assert client.post(address + query, sent(joint, sponsor=sponsor.pk)).status_code == 302
    assert Cover.objects.get().sponsor == sponsor


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"limit_pence": "79,999"}, "is below the share of"),
        ({"limit_pence": "much"}, "must be an amount in pounds"),
        ({"limit_pence": ""}, "Answer “Up to how much?”"),
        ({"sponsor": "999999"}, "choose from what is offered"),
        ({"expires_on_day": "40"}, "must be a real date"),
        ({"expires_on_year": "2020"}, "not past"),
    ],
)
def test_bad_terms_are_said_beside_what_was_typed(page, changes, sentence):
    joint = scene()
    shown = text_of(ask(page, joint, send=sent(joint, **changes)))
    assert sentence in shown
    assert "There is a problem" in shown
    assert not Cover.objects.exists()


@pytest.mark.parametrize("check", ["identity", "exclusions", "safeguarding", "dbs", "subsidy", "nonsense"])
def test_page_for_a_check_nobody_may_cover_is_not_there(page, check):
    assert ask(page, scene(), check=check).status_code == 404


def test_page_is_for_those_who_can_commit_the_member(page):
    joint = scene()
    assert ask(page, joint, member(Role.BID_WRITER, joint.partner)).status_code == 403
    assert ask(page, joint, joint.owner).status_code == 403
    assert ask(page, joint, member(Role.OWNER)).status_code == 404


def test_sponsor_signs_from_its_work(page):
    joint = scene()
    cover = asked(joint)
    (section,) = [
        each for each in sections_for(joint.owner, joint.lead) if each.title == "Covers you are asked for"
    ]
    assert section.tasks[0].url == reverse("cover-detail", args=[cover.pk])
    assert reverse("cover-sign", args=[cover.pk]) in text_of(page(joint.owner, "cover-detail", cover.pk))
    assert "Sign the cover" in text_of(page(joint.owner, "cover-sign", cover.pk))
    assert page(joint.owner, "cover-sign", cover.pk, send={}).status_code == 302
    assert "signed by both" in text_of(page(joint.partner_owner, "cover-detail", cover.pk))


def test_refusal_at_signing_is_said_on_the_page(page):
    joint = scene()
    cover = asked(joint)
    Registration.objects.filter(organisation=joint.lead).update(annual_income_pence=1)
    assert "too small" in text_of(page(joint.owner, "cover-sign", cover.pk, send={}))


def test_sponsor_declines_and_member_withdraws(page):
    joint = scene()
    cover = asked(joint)
    assert page(joint.owner, "cover-decline", cover.pk).status_code == 200
    assert page(joint.owner, "cover-decline", cover.pk, send={}).status_code == 302
    again = asked(joint)
    assert page(joint.partner_owner, "cover-withdraw", again.pk).status_code == 200
    assert page(joint.partner_owner, "cover-withdraw", again.pk, send={}).status_code == 302
    assert set(Cover.objects.values_list("status", flat=True)) == {"declined", "withdrawn"}


@pytest.mark.parametrize("name", ["cover-detail", "cover-sign", "cover-decline", "cover-withdraw"])
def test_pages_are_not_there_for_others_and_closed_without_the_right(page, name):
    joint = scene()
    cover = asked(joint)
    assert page(member(Role.OWNER), name, cover.pk).status_code == 404
    if name != "cover-detail":
        assert page(member(Role.VIEWER, joint.lead), name, cover.pk).status_code == 403


def test_signed_cover_stands_on_the_page_of_what_is_asked(page):
    joint = scene(lead_income=500_000_00, partner_income=1_00)
    cover = signed(joint)
    shown = text_of(page(joint.partner_owner, "bid-checks", joint.bid.pk))
    assert reverse("cover-detail", args=[cover.pk]) in shown


def test_list_is_empty_at_first_and_asks_as_much_for_three_as_for_one(page):
    joint = scene()
    assert "No covers yet" in text_of(page(joint.owner, "cover-list"))
    counts = []
    for more in (1, 2):
        for _number in range(more):
            asked(scene(), sponsor=joint.lead, limit_pence=80_000_00)
        page(joint.owner, "cover-list")
        with CaptureQueriesContext(connection) as queries:
            page(joint.owner, "cover-list")
        counts.append(len(queries))
    assert counts[0] == counts[1]
