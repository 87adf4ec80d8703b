"""The pages of contracts: who may open them, what they show, and what they do with bad input."""

import csv
import io
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import Event
from core.roles import Role
from core.sequels import sequels_of
from core.work import sections_for
from marketplace.models import Award, Contract, ContractDocument, Opportunity
from marketplace.quarters import Quarter
from marketplace.services.contract_reports import save_report
from marketplace.services.contracts import terminate_contract
from tests.factories.alliances import award
from tests.factories.contracts import draft, in_force, out_to_sign, sign_for, terms
from tests.factories.core import member
from tests.factories.files import GOOD
from tests.factories.settled import settle
from tests.marketplace.bid_scene import text_of
from tests.marketplace.evaluation_scene import client_of

pytestmark = pytest.mark.django_db


def shown(person, name, *numbers, **query):
    answer = client_of(person).get(reverse(name, args=numbers), query)
    assert answer.status_code == 200, answer.status_code
    return text_of(answer)


def sent(person, name, *numbers, **data):
    return client_of(person).post(reverse(name, args=numbers), data)


def on(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def words(**changes):
    told = terms()
    values = {"title": told.title, "terms": told.terms, "review_months": "6", "form_key": uuid4()}
    return {**values, **on("starts_on", told.starts_on), **on("ends_on", told.ends_on), **changes}


# --- made


def test_director_makes_the_contract_from_the_decision():
    made = award(route="tender", title="Mentoring in two towns")
    decision = shown(made.awarded_by, "award-choose", made.lot.opportunity_id)
    assert reverse("contract-create", args=[made.pk]) in decision
    page = shown(made.awarded_by, "contract-create", made.pk)
    assert "£38,000, VAT included" in page
    assert "30 days of a correct invoice" in page
    answer = sent(made.awarded_by, "contract-create", made.pk, **words())
    contract = Contract.objects.get()
    assert answer.headers["Location"] == reverse("contract-detail", args=[contract.pk])
    again = client_of(made.awarded_by).get(reverse("contract-create", args=[made.pk]))
    assert again.headers["Location"] == reverse("contract-detail", args=[contract.pk])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "Give the contract a title"),
        ({"terms": " "}, "Write down the terms"),
        ({"ends_on_year": "1999"}, "must come after the first"),
        ({"starts_on_day": "40"}, "must be a real date"),
        ({"review_months": "5"}, "choose from what is offered"),
        (on("break_on", timezone.localdate().replace(year=2001)), "must lie between"),
    ],
)
def test_bad_words_are_said_beside_what_was_typed(changes, sentence):
    made = award(route="tender")
    answer = sent(made.awarded_by, "contract-create", made.pk, **words(**changes))
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert not Contract.objects.exists()


def test_page_to_make_one_is_for_the_body_and_says_what_stands_in_the_way():
    made = award(route="tender")
    body = made.lot.opportunity.organisation
    address = reverse("contract-create", args=[made.pk])
    assert client_of(member(Role.DIRECTOR)).get(address).status_code == 404
    assert client_of(member(Role.OWNER)).get(address).status_code == 403
    assert client_of(member(Role.PANEL_MEMBER, body)).get(address).status_code == 403
    Award.objects.update(public_at=None)
    assert client_of(made.awarded_by).get(address).status_code == 409


# --- read


def test_public_sees_what_the_award_says_and_no_more():
    deal = in_force()
    contract = deal.contract
    contract.contact_name = "Zoe Contact"
    contract.save(update_fields=["contact_name"])
    for page in (
        text_of(client_of(member(Role.VIEWER)).get(reverse("contract-detail", args=[contract.pk]))),
        shown(member(Role.PANEL_MEMBER, deal.body), "contract-detail", contract.pk),
    ):
        assert "£38,000, VAT included" in page
        assert deal.lead.name in page
        assert "Zoe Contact" not in page
        assert "We say bad news first" not in page
        assert deal.owners[1].name not in page
        assert contract.parties.last().organisation.name not in page
        assert contract.agreed_sha256 not in page


def test_parties_and_auditors_read_it_whole():
    deal = in_force()
    for person in (deal.owner, deal.owners[1], member(Role.AUDITOR), member(Role.COMMISSIONER_FINANCE, deal.body)):
        page = shown(person, "contract-detail", deal.contract.pk)
        assert "We say bad news first" in page
        assert deal.contract.agreed_sha256 in page
        assert deal.owners[1].name in page


def test_contract_not_signed_yet_is_for_its_parties(client):
    deal = out_to_sign()
    address = reverse("contract-detail", args=[deal.contract.pk])
    assert client.get(address).status_code == 404
    assert client_of(member(Role.OWNER)).get(address).status_code == 404
    assert "0 of 3 parties have signed" in shown(deal.owners[1], "contract-detail", deal.contract.pk)


def test_text_is_for_parties_exactly_as_fixed(client):
    deal = in_force()
    address = reverse("contract-text", args=[deal.contract.pk])
    assert client_of(deal.owner).get(address).content.decode() == deal.contract.agreed_text
    assert client_of(member(Role.OWNER)).get(address).status_code == 404
    assert client.get(address).status_code == 302


# --- changed


def test_draft_is_edited_and_divided():
    deal = draft()
    number = deal.contract.pk
    assert "We say bad news first" in shown(deal.director, "contract-edit", number)
    answer = sent(deal.director, "contract-edit", number, **words(title="Another title", version="1"))
    assert answer.status_code == 302
    late = sent(deal.director, "contract-edit", number, **words(title="Too late", version="1"))
    assert late.status_code == 422
    assert "Another title" in text_of(late)
    years = [row.year for row in deal.contract.years.all()]
    money = {f"year_{year}": "0" for year in years} | {f"year_{years[0]}": "38,000"}
    assert sent(deal.director, "contract-years", number, version="2", **money).status_code == 302
    short = sent(deal.director, "contract-years", number, version="3", **{**money, f"year_{years[0]}": "37,999"})
    assert short.status_code == 422
    assert "£1 apart" in text_of(short)
    assert "37,999" in text_of(short)


def test_contact_and_coverage_are_kept_by_the_body():
    deal = in_force()
    number, area = deal.contract.pk, deal.contract.award.area
    assert "without a variation" in shown(deal.director, "contract-contacts", number)
    data = {"contact_name": "Zoe", "contact_email": "zoe@example.org", "coverage": area.pk, "version": "1"}
    data["version"] = deal.contract.version
    assert sent(deal.director, "contract-contacts", number, **data).status_code == 302
    bad = sent(deal.director, "contract-contacts", number, contact_name="", contact_email="zoe", version=2)
    assert bad.status_code == 422
    assert "at least one area" in text_of(bad)
    assert sent(deal.owner, "contract-contacts", number, **data).status_code == 403


def test_document_is_added_read_by_the_parties_and_taken_out_of_a_draft():
    deal = draft()
    number = deal.contract.pk
    answer = client_of(deal.owner).post(
        reverse("contract-document-add", args=[number]),
        {"document": SimpleUploadedFile("policy.pdf", GOOD["policy.pdf"])},
    )
    assert answer.status_code == 302
    placed = ContractDocument.objects.get()
    download = reverse("document-download", args=[placed.document_id])
    assert client_of(deal.owners[1]).get(download).status_code == 200
    assert client_of(member(Role.OWNER)).get(download).status_code == 404
    assert placed.document.name in shown(deal.owner, "contract-document-remove", number, placed.pk)
    assert sent(deal.owner, "contract-document-remove", number, placed.pk).status_code == 302
    assert not ContractDocument.objects.exists()
    empty = sent(deal.owner, "contract-document-add", number)
    assert empty.status_code == 422


def test_document_of_a_fixed_text_stays():
    deal = in_force()
    client_of(deal.director).post(
        reverse("contract-document-add", args=[deal.contract.pk]),
        {"document": SimpleUploadedFile("policy.pdf", GOOD["policy.pdf"])},
    )
    placed = ContractDocument.objects.get()
    assert not placed.is_signed
    refused = sent(deal.director, "contract-document-remove", deal.contract.pk, placed.pk)
    assert refused.status_code == 422
    assert "Documents stay" in text_of(refused)


# --- signed and ended


def test_contract_is_sent_out_signed_and_in_force():
    deal = draft(1)
    number = deal.contract.pk
    settle(deal.contract.award.bid)
    assert "Ask every party to sign" in shown(deal.director, "contract-ask-signatures", number)
    assert sent(deal.director, "contract-ask-signatures", number, version="1").status_code == 302
    for by, house in deal.places():
        place = deal.contract.parties.get(organisation=house)
        assert "Read the whole contract" in shown(by, "contract-sign", number, place.pk)
        form = {"signed_as": "Chief executive", "confirms": "on", "sha256": deal.again().agreed_sha256}
        assert sent(by, "contract-sign", number, place.pk, **{**form, "confirms": ""}).status_code == 422
        old = sent(by, "contract-sign", number, place.pk, **{**form, "sha256": "0" * 64})
        assert old.status_code == 422
        assert deal.again().agreed_sha256 in text_of(old)
        assert sent(by, "contract-sign", number, place.pk, **form).status_code == 302
    assert deal.again().status == "active"


def test_sign_page_says_what_is_open_and_leads_there():
    deal = out_to_sign(1)
    place = deal.contract.parties.get(organisation=deal.lead)
    page = shown(deal.owner, "contract-sign", deal.contract.pk, place.pk)
    assert reverse("bid-checks", args=[deal.contract.award.bid_id]) in page
    assert "Your signature for" not in page
    assert (
        client_of(deal.director).get(reverse("contract-sign", args=[deal.contract.pk, place.pk])).status_code
        == 403
    )


def test_text_is_taken_back_and_contract_terminated_from_their_pages():
    deal = out_to_sign()
    sign_for(deal.contract, deal.body, deal.director)
    number = deal.contract.pk
    assert deal.body.name in shown(deal.director, "contract-take-back", number)
    assert sent(deal.director, "contract-take-back", number, reason="").status_code == 422
    assert sent(deal.director, "contract-take-back", number, reason="The days.").status_code == 302
    assert "no other can be made" in shown(deal.director, "contract-terminate", number)
    assert sent(deal.director, "contract-terminate", number, reason="").status_code == 422
    assert sent(deal.director, "contract-terminate", number, reason="They closed.").status_code == 302
    assert "They closed." in shown(deal.owner, "contract-detail", number)
    assert sent(deal.owner, "contract-terminate", number, reason="No.").status_code == 403


# --- reports


def test_lead_reports_and_the_body_reads():
    deal = in_force()
    number = deal.contract.pk
    quarter = Quarter.of(timezone.localdate()).previous()
    assert quarter.label in shown(deal.owner, "contract-report-create", number)
    form = {"quarter": quarter.code, "delivered": "31 people met.", "paid_pence": "9,000", "version": "0"}
    bad = sent(deal.owner, "contract-report-create", number, **{**form, "paid_pence": "99,000"})
    assert bad.status_code == 422
    assert "31 people met." in text_of(bad)
    assert sent(deal.owner, "contract-report-create", number, **form).status_code == 302
    report = deal.contract.reports.get()
    assert "31 people met." in shown(deal.owner, "contract-report-edit", report.pk)
    assert "I have read it" in shown(deal.director, "contract-report", report.pk)
    assert sent(deal.director, "contract-report", report.pk, version="1", note="Good.").status_code == 302
    assert "Good." in shown(deal.owner, "contract-report", report.pk)
    assert client_of(member(Role.OWNER)).get(reverse("contract-report", args=[report.pk])).status_code == 404
    assert sent(deal.owners[1], "contract-report", report.pk, version="1").status_code == 403
    assert sent(deal.director, "contract-report-create", number, **form).status_code == 403


# --- the list


def test_list_is_searched_narrowed_and_says_when_nothing_fits(client):
    found, other = in_force(title="x"), in_force()
    Contract.objects.filter(pk=other.contract.pk).update(title="Gardens for everyone")
    hidden = draft()
    address = reverse("contract-list")
    page = text_of(client.get(address))
    assert "2 contracts" in page
    assert reverse("contract-detail", args=[hidden.contract.pk]) not in page
    assert "1 contract" in text_of(client.get(address, {"q": found.lead.name}))
    assert "Nothing fits" in text_of(client.get(address, {"q": "zebra"}))
    assert "Nothing fits" in text_of(client.get(address, {"state": "ended"}))
    partner = found.contract.parties.last().organisation.name
    assert "Nothing fits" in text_of(client.get(address, {"q": f"{partner} {found.contract.title}"}))
    assert "1 contract" in shown(hidden.owner, "contract-list", whose="own")
    assert "1 contract" in shown(hidden.director, "contract-list", state="draft")
    terminate_contract(by=found.director, contract=found.contract, reason="No.")
    assert "1 contract" in text_of(client.get(address, {"state": "terminated"}))


def test_empty_list_says_what_will_be_there(client):
    assert "No contracts yet" in text_of(client.get(reverse("contract-list")))


def test_file_holds_the_list_and_no_formula(client):
    deal = in_force()
    Contract.objects.filter(pk=deal.contract.pk).update(title="=HYPERLINK(1)")
    answer = client.get(reverse("contract-export"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(text))
    line = dict(zip(header, row, strict=True))
    assert line["title"] == "'=HYPERLINK(1)"
    assert line["awarded_value_pounds"] == "38000.00"
    assert line["provider"] == deal.lead.name


def test_pages_ask_as_many_queries_for_three_as_for_one():
    deal = in_force()
    browser, counts = client_of(deal.director), []
    for _number in range(2):
        for name, numbers in (("contract-list", []), ("contract-detail", [deal.contract.pk])):
            browser.get(reverse(name, args=numbers))
            with CaptureQueriesContext(connection) as queries:
                browser.get(reverse(name, args=numbers))
            counts.append(len(queries))
        in_force()
        in_force()
        last = Quarter.of(timezone.localdate()).previous()
        for quarter in (last, last.previous()):
            if not deal.contract.reports.filter(quarter_ends_on=quarter.ends_on).exists():
                save_report(
                    by=deal.owner,
                    contract=deal.contract,
                    quarter=quarter,
                    delivered="Much.",
                    paid_pence=1,
                    version=0,
                )
    assert counts[:2] == counts[2:]
    assert counts[0] <= 12


def test_plan_of_the_newest_of_a_state_follows_an_index():
    in_force()
    rows = Contract.objects.filter(status="active").order_by("-id").values("id")[:25]
    if connection.vendor == "sqlite":
        assert "contract_of_status" in rows.explain()


# --- around it


def test_opportunity_tells_of_its_contract_once_it_is_signed():
    waiting, signed = draft(), in_force()
    opportunities = list(Opportunity.objects.filter(lots__award__contract__isnull=False))
    found = sequels_of(opportunities, member(Role.OWNER))
    assert [sequel.url for sequel in found] == [reverse("contract-detail", args=[signed.contract.pk])]
    assert len(sequels_of(opportunities, waiting.owner)) == 2


def tags(person, house):
    found = [section for section in sections_for(person, house) if section.title == "Contracts"]
    return {task.tag for section in found for task in section.tasks}


def test_work_page_says_what_waits():
    deal = draft()
    assert tags(deal.director, deal.body) == {"draft"}
    assert not tags(deal.owner, deal.lead)
    deal = out_to_sign()
    assert tags(deal.director, deal.body) == tags(deal.owner, deal.lead) == {"to sign"}
    assert not tags(member(Role.BID_WRITER, deal.lead), deal.lead)
    deal = in_force()
    assert tags(deal.owner, deal.lead) == {"report due"}
    assert not tags(deal.owners[1], deal.contract.parties.last().organisation)
    quarter = Quarter.of(timezone.localdate()).previous()
    save_report(by=deal.owner, contract=deal.contract, quarter=quarter, delivered="Much.", paid_pence=1, version=0)
    assert not tags(deal.owner, deal.lead)
    assert tags(deal.director, deal.body) == {"to read"}


def test_reading_leaves_no_event():
    deal = in_force()
    before = Event.objects.count()
    shown(deal.owner, "contract-detail", deal.contract.pk)
    assert Event.objects.count() == before
