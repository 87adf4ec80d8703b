"""The pages of claims: who opens them, what they say, and what they keep."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import paging
from core.roles import Role
from providers.models import Claim
from providers.services.claims import accept_claim, refuse_claim
from tests.core.signed_in import browser_of
from tests.factories.claims import claimed, fresh, overdue
from tests.factories.core import CommissionerFactory, UserFactory, member
from tests.factories.providers import RegistrationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return RegistrationFactory().organisation


@pytest.fixture
def owner(house):
    return member(Role.OWNER, house)


@pytest.fixture
def administrator():
    return member(Role.SERVICE_ADMINISTRATOR)


def page(name, row):
    return reverse(name, args=[row.pk])


def filled(**values):
    told = {"ground": "not_theirs", "reason": "The number is ours.", "form_key": str(uuid.uuid4())}
    return told | values


# --- making one


def test_whoever_types_a_name_that_is_taken_is_offered_to_join_or_to_claim(house, owner):
    answer = browser_of(UserFactory()).post("/register/", {"name": house.name, "form_key": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert reverse("organisation-join", args=[house.pk]).encode() in answer.content
    assert page("claim-make", house).encode() in answer.content


def test_claim_is_made_and_its_page_opens(house, owner):
    by = UserFactory()
    answer = browser_of(by).post(page("claim-make", house), filled(), follow=True)
    assert answer.redirect_chain == [(page("claim-detail", Claim.objects.get()), 302)]
    assert "The number is ours." in answer.content.decode()
    assert owner.name not in answer.content.decode()


def test_bad_claim_keeps_what_was_typed(house, owner):
    browser = browser_of(UserFactory())
    assert browser.get(page("claim-make", house)).status_code == 200
    answer = browser.post(page("claim-make", house), filled(ground=""))
    assert answer.status_code == 422
    assert "Choose why you claim it." in answer.content.decode()
    assert "The number is ours." in answer.content.decode()
    assert not Claim.objects.exists()


def test_claim_that_is_refused_says_why(house, owner):
    answer = browser_of(owner).get(page("claim-make", house))
    assert "You are an owner" in answer.content.decode()
    answer = browser_of(owner).post(page("claim-make", house), filled())
    assert answer.status_code == 422


def test_only_a_provider_has_a_page_to_claim_it():
    assert browser_of(UserFactory()).get(page("claim-make", CommissionerFactory())).status_code == 404


# --- the claim's page


def test_page_is_there_for_those_concerned_and_for_nobody_else(house, owner, administrator):
    claim = claimed(house)
    for person in (claim.claimant, owner, administrator, member(Role.AUDITOR)):
        assert browser_of(person).get(page("claim-detail", claim)).status_code == 200
    for person in (UserFactory(), member(Role.OWNER), member(Role.VIEWER, house)):
        assert browser_of(person).get(page("claim-detail", claim)).status_code == 404


def test_each_is_offered_what_they_may_do(house, owner, administrator):
    claim, links = claimed(house), ("claim-accept", "claim-refuse", "claim-withdraw", "claim-undo")

    def offered(person):
        text = browser_of(person).get(page("claim-detail", claim)).content.decode()
        return {name for name in links if page(name, claim) in text}

    assert offered(owner) == {"claim-accept", "claim-refuse"}
    assert offered(claim.claimant) == {"claim-withdraw"}
    assert offered(administrator) == offered(member(Role.AUDITOR)) == set()
    refuse_claim(by=owner, claim=claim, reason="No.")
    assert offered(administrator) == {"claim-undo"}
    assert offered(owner) == offered(claim.claimant) == set()


def test_claimant_reads_the_reasons_but_not_who_decided(house, owner):
    claim = claimed(house)
    refuse_claim(by=owner, claim=claim, reason="We do not know you.")
    text = browser_of(claim.claimant).get(page("claim-detail", claim)).content.decode()
    assert "We do not know you." in text
    assert owner.name not in text
    assert owner.name in browser_of(member(Role.AUDITOR)).get(page("claim-detail", claim)).content.decode()


def test_claimant_without_an_organisation_finds_it_on_the_work_page(house, owner):
    claim = claimed(house)
    text = browser_of(claim.claimant).get("/work/").content.decode()
    assert f"You claim {house}" in text
    assert page("claim-detail", claim) in text


# --- deciding


def test_owner_accepts(house, owner):
    claim = claimed(house)
    browser = browser_of(owner)
    assert browser.get(page("claim-accept", claim)).status_code == 200
    answer = browser.post(page("claim-accept", claim))
    assert answer.headers["Location"] == page("claim-detail", claim)
    assert fresh(claim).status == "accepted"


def test_administrator_says_what_becomes_of_the_owners(administrator):
    claim, browser = overdue(), browser_of(administrator)
    answer = browser.post(page("claim-accept", claim), {"reason": "She is."})
    assert answer.status_code == 422
    assert "Choose what becomes" in answer.content.decode()
    assert "She is." in answer.content.decode()
    assert browser.post(page("claim-accept", claim), {"reason": "She is.", "owners": "end"}).status_code == 302
    assert list(claim.organisation.memberships.filter(status="active").values_list("user", flat=True)) == [
        claim.claimant_id
    ]


def test_nothing_is_asked_about_owners_where_there_are_none(house, administrator):
    claim, browser = claimed(house), browser_of(administrator)
    assert "present owners" not in browser.get(page("claim-accept", claim)).content.decode()
    assert browser.post(page("claim-accept", claim), {"reason": "She is."}).status_code == 302


def test_refusal_wants_reasons(house, owner):
    claim, browser = claimed(house), browser_of(owner)
    assert browser.get(page("claim-refuse", claim)).status_code == 200
    assert browser.post(page("claim-refuse", claim), {"reason": ""}).status_code == 422
    assert fresh(claim).status == "open"
    assert browser.post(page("claim-refuse", claim), {"reason": "No."}).status_code == 302
    assert fresh(claim).status == "refused"


def test_administrator_who_comes_too_early_is_told_so(house, owner, administrator):
    claim, browser = claimed(house), browser_of(administrator)
    assert "have until" in browser.get(page("claim-accept", claim)).content.decode()
    answer = browser.post(page("claim-refuse", claim), {"reason": "No."})
    assert answer.status_code == 422
    assert fresh(claim).status == "open"


def test_another_administrator_undoes(administrator):
    claim = overdue()
    accept_claim(by=administrator, claim=claim, reason="She is.")
    answer = browser_of(administrator).get(page("claim-undo", claim))
    assert "Another administrator" in answer.content.decode()
    browser = browser_of(member(Role.SERVICE_ADMINISTRATOR))
    assert browser.get(page("claim-undo", claim)).status_code == 200
    assert browser.post(page("claim-undo", claim), {"reason": ""}).status_code == 422
    assert browser.post(page("claim-undo", claim), {"reason": "A mistake."}).status_code == 302
    assert fresh(claim).status == "open"


def test_claimant_withdraws(house, owner):
    claim = claimed(house)
    browser = browser_of(claim.claimant)
    assert browser.get(page("claim-withdraw", claim)).status_code == 200
    assert fresh(claim).status == "open"
    assert browser.post(page("claim-withdraw", claim)).status_code == 302
    assert fresh(claim).status == "withdrawn"


def test_steps_are_closed_to_those_without_the_right(house, owner):
    claim = claimed(house)
    stranger, auditor = browser_of(member(Role.OWNER)), browser_of(member(Role.AUDITOR))
    for name in ("claim-accept", "claim-refuse"):
        assert stranger.get(page(name, claim)).status_code == 404
        assert stranger.post(page(name, claim), {"reason": "No."}).status_code == 404
        assert auditor.post(page(name, claim), {"reason": "No."}).status_code == 403
        assert browser_of(claim.claimant).post(page(name, claim), {"reason": "No."}).status_code == 403
    assert browser_of(owner).get(page("claim-undo", claim)).status_code == 403
    assert browser_of(owner).post(page("claim-withdraw", claim)).status_code == 403
    assert fresh(claim).status == "open"


# --- the administrator's list


def test_list_has_the_oldest_first_a_page_at_a_time(administrator, monkeypatch):
    monkeypatch.setattr(paging.page_of, "__kwdefaults__", {**paging.page_of.__kwdefaults__, "size": 2})
    new, old, middle, _early = (claimed(days=days) for days in (15, 30, 20, 1))
    browser = browser_of(administrator)
    answer = browser.get("/claims/")
    assert answer.context["claims"] == [old, middle]
    assert browser.get(answer.context["pages"].next_url).context["claims"] == [new]


def test_list_is_for_administrators_and_auditors(owner):
    assert "Nothing to decide" in browser_of(member(Role.AUDITOR)).get("/claims/").content.decode()
    assert browser_of(owner).get("/claims/").status_code == 403


def test_list_costs_as_much_with_three_as_with_one(administrator):
    browser = browser_of(administrator)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert browser.get("/claims/").status_code == 200
        return len(seen)

    overdue()
    browser.get("/claims/")
    one = queries()
    overdue()
    overdue()
    assert queries() == one
