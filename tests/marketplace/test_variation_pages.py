"""The pages of variations: who may open them, what they show, and what they do with bad input."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.roles import Role
from core.work import sections_for
from marketplace.models import Variation
from tests.factories.contracts import (
    agreed_variation,
    in_force,
    proposed_variation,
    sign_variation_for_all,
    signed_variation,
)
from tests.factories.core import member
from tests.marketplace.bid_scene import text_of
from tests.marketplace.evaluation_scene import client_of
from tests.marketplace.test_contract_pages import on, sent, shown, tags

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal():
    """A contract of two providers worth £38,000, in force."""
    return in_force()


def place(deal, house):
    return deal.contract.parties.get(organisation=house).pk


def words(deal, **changes):
    contract = deal.again()
    years = {f"year_{row.year}": f"{row.value_pence / 100:.2f}" for row in contract.years.all()}
    last = max(row.year for row in contract.years.all())
    values = {"title": "A third town", "reason": "People ask.", "terms": contract.terms, "form_key": uuid4()}
    values |= {**years, f"year_{last + 1}": "0", f"year_{last + 2}": "0", "based_on": contract.last_variation}
    return {**values, **on("ends_on", contract.ends_on), **changes}


def test_party_proposes_and_the_difference_is_shown(deal):
    number = deal.contract.pk
    assert "Propose a variation" in shown(deal.owner, "contract-detail", number)
    assert "We say bad news first" in shown(deal.owner, "variation-create", number)
    same = sent(deal.owner, "variation-create", number, **words(deal))
    assert same.status_code == 422
    assert "Nothing changes" in text_of(same)
    assert "People ask." in text_of(same)
    year = deal.contract.years.all()[1].year
    data = words(deal, terms="We meet each person within a day.", **{f"year_{year}": "20,000"})
    answer = sent(deal.owner, "variation-create", number, **data)
    variation = Variation.objects.get()
    assert answer.headers["Location"] == reverse("variation-detail", args=[variation.pk])
    page = shown(deal.director, "variation-detail", variation.pk)
    assert "<ins>" in page
    assert "£20,000" in page
    assert "Agree for" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "There is a problem"),
        ({"reason": ""}, "Say why the contract should change"),
        ({"ends_on_day": "40"}, "must be a real date"),
        ({"based_on": "7"}, "Look at the figures again"),
    ],
)
def test_bad_words_are_said_beside_what_was_typed(deal, changes, sentence):
    answer = sent(deal.owner, "variation-create", deal.contract.pk, **words(deal, **changes))
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not Variation.objects.exists()


def test_page_to_propose_is_for_parties(deal):
    address = reverse("variation-create", args=[deal.contract.pk])
    assert client_of(member(Role.OWNER)).get(address).status_code == 404
    assert client_of(member(Role.VIEWER, deal.lead)).get(address).status_code == 403


def test_all_agree_and_sign_from_their_pages(deal):
    variation = proposed_variation(deal)
    for by, house in deal.places():
        if house == deal.lead:
            continue
        numbers = [variation.pk, place(deal, house)]
        assert "does not bind yet" in shown(by, "variation-agree", *numbers)
        assert sent(by, "variation-agree", *numbers, version="9").status_code == 422
        assert sent(by, "variation-agree", *numbers, version="1").status_code == 302
    variation.refresh_from_db()
    for by, house in deal.places():
        numbers = [variation.pk, place(deal, house)]
        form = {"signed_as": "Chief executive", "confirms": "on", "sha256": variation.agreed_sha256}
        assert "Read the whole difference" in shown(by, "variation-sign", *numbers)
        assert sent(by, "variation-sign", *numbers, **{**form, "confirms": ""}).status_code == 422
        old = sent(by, "variation-sign", *numbers, **{**form, "sha256": "0" * 64})
        assert variation.agreed_sha256 in text_of(old)
        assert sent(by, "variation-sign", *numbers, **form).status_code == 302
    page = shown(deal.owner, "contract-detail", deal.contract.pk)
    assert "£39,000, VAT included" in page
    assert "£38,000, VAT included" in page
    public = shown(member(Role.VIEWER), "contract-detail", deal.contract.pk)
    assert "£39,000" not in public
    assert "A third town" not in public


def test_party_refuses_and_proposer_withdraws_with_reasons(deal):
    first, second = proposed_variation(deal), proposed_variation(deal)
    numbers = [first.pk, place(deal, deal.body)]
    assert "contract stays as it is" in shown(deal.director, "variation-refuse", *numbers)
    assert sent(deal.director, "variation-refuse", *numbers, reason="").status_code == 422
    assert sent(deal.director, "variation-refuse", *numbers, reason="No money.").status_code == 302
    assert "No money." in shown(deal.owner, "variation-detail", first.pk)
    assert client_of(deal.director).get(reverse("variation-withdraw", args=[second.pk])).status_code == 403
    assert shown(deal.owner, "variation-withdraw", second.pk)
    assert sent(deal.owner, "variation-withdraw", second.pk, reason="Later.").status_code == 302


@pytest.mark.parametrize("name", ["variation-detail", "variation-text", "variation-notice-data"])
def test_pages_are_not_there_for_others(deal, name, client):
    address = reverse(name, args=[agreed_variation(deal).pk])
    assert client_of(deal.owners[1]).get(address).status_code == 200
    assert client_of(member(Role.OWNER)).get(address).status_code == 404
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("name", ["variation-agree", "variation-refuse", "variation-sign"])
def test_answers_of_others_are_not_given(deal, name):
    variation = agreed_variation(deal) if name == "variation-sign" else proposed_variation(deal)
    address = reverse(name, args=[variation.pk, place(deal, deal.body)])
    assert client_of(member(Role.OWNER)).get(address).status_code in (403, 404)
    assert client_of(deal.owner).get(address).status_code == 403
    assert client_of(member(Role.VIEWER, deal.lead)).get(address).status_code == 403


def test_large_change_asks_for_its_notice_first(deal):
    variation = agreed_variation(deal, more=20_000_00)
    numbers = [variation.pk, place(deal, deal.lead)]
    blocked = shown(deal.owner, "variation-sign", *numbers)
    assert "must publish a notice" in blocked
    assert "Your signature for" not in blocked
    assert "Record that it was published" in shown(deal.director, "variation-detail", variation.pk)
    data = client_of(deal.director).get(reverse("variation-notice-data", args=[variation.pk]))
    assert json.loads(data.content)["contracts"][0]["value"]["amount"] == 58_000
    assert shown(deal.director, "variation-notice", variation.pk)
    assert sent(deal.director, "variation-notice", variation.pk, reference=" ").status_code == 422
    assert sent(deal.owner, "variation-notice", variation.pk, reference="1").status_code == 403
    assert sent(deal.director, "variation-notice", variation.pk, reference="2026/S 1").status_code == 302
    assert "Your signature for" in shown(deal.owner, "variation-sign", *numbers)
    assert "2026/S 1" in shown(deal.owner, "variation-detail", variation.pk)


def test_notice_as_data_is_of_the_text_to_sign_and_not_of_an_older_one(deal):
    variation = agreed_variation(deal, more=20_000_00)
    sent(deal.director, "variation-notice", variation.pk, reference="2026/S 1")
    signed_variation(deal, more=1_000_00)
    for by, house in deal.places():
        if house != deal.lead:
            sent(by, "variation-agree", variation.pk, place(deal, house), version="2")
    data = client_of(deal.owner).get(reverse("variation-notice-data", args=[variation.pk]))
    assert json.loads(data.content)["contracts"][0]["value"]["amount"] == 59_000


def test_contract_warns_from_ten_percent_on(deal):
    signed_variation(deal, more=3_799_99)
    assert "Changes come to" not in shown(deal.owner, "contract-detail", deal.contract.pk)
    signed_variation(deal, more=1)
    assert "Changes come to 10% of the first value" in shown(deal.owner, "contract-detail", deal.contract.pk)


def test_work_page_says_what_waits(deal):
    variation = proposed_variation(deal)
    assert "to agree" in tags(deal.director, deal.body)
    assert "to agree" not in tags(deal.owner, deal.lead)
    for by, house in deal.places():
        if house != deal.lead:
            sent(by, "variation-agree", variation.pk, place(deal, house), version="1")
    assert "to sign" in tags(deal.director, deal.body)
    variation.refresh_from_db()
    sign_variation_for_all(deal, variation)
    assert "to sign" not in tags(deal.director, deal.body)


def test_page_asks_as_many_queries_for_three_as_for_one(deal):
    browser, counts = client_of(deal.director), []
    first = proposed_variation(deal)
    for _number in range(2):
        for name, number in (("contract-detail", deal.contract.pk), ("variation-detail", first.pk)):
            browser.get(reverse(name, args=[number]))
            with CaptureQueriesContext(connection) as queries:
                browser.get(reverse(name, args=[number]))
            counts.append(len(queries))
        proposed_variation(deal)
        proposed_variation(deal)
    assert counts[:2] == counts[2:]
    assert sections_for(deal.director, deal.body)
