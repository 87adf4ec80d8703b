"""Pages of introductions: nobody's address before both agreed, on any of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import Notice, Organisation
from core.roles import Role
from core.work import sections_for
from providers.models import Consortium, PartnerInterest
from providers.queries.interests import interests_received, interests_sent
from providers.work_partners import partners_waiting
from tests.core.signed_in import browser_of
from tests.factories.core import member
from tests.factories.marketplace import OpportunityFactory
from tests.factories.providers import (
    PartnerInterestFactory,
    PartnerNoticeFactory,
    RegistrationFactory,
    organisation_of,
    registered,
)
from tests.scale.test_lists import plan_of

pytestmark = pytest.mark.django_db

KEY = "22222222-2222-4222-8222-222222222222"
LIST = "/partners/introductions/"


def poster(**values):
    person = registered(told=True)
    return person, PartnerNoticeFactory(organisation=organisation_of(person), created_by=person, **values)


def typed(person, **other):
    return {"message": "We have rooms.", "contact": person.pk, "form_key": KEY, **other}


# --- the way there, and no address on it


def test_whole_way_shows_no_address_before_both_agreed():
    owner, notice = poster()
    person = registered(told=True)
    made = OpportunityFactory(is_open=True)
    mine, theirs = browser_of(person), browser_of(owner)
    write = f"/partners/{notice.pk}/interest/?opportunity={made.pk}"
    pages = [
        mine.get("/partners/"),
        mine.get(f"/partners/{notice.pk}/?opportunity={made.pk}"),
        mine.get(write),
        mine.post(write, typed(person, message="")),
        mine.post(write, typed(person), follow=True),
        mine.post(write, typed(person, form_key="33333333-3333-4333-8333-333333333333")),
        mine.get(write),
        mine.get(f"{LIST}?side=sent"),
        mine.get(f"{LIST}9999/"),
        mine.get(f"/opportunities/{made.pk}/partners/"),
        mine.get(f"/providers/{notice.organisation_id}/"),
    ]
    interest = PartnerInterest.objects.get()
    one = f"{LIST}{interest.pk}/"
    back = [
        theirs.get("/work/"),
        theirs.get("/inbox/"),
        theirs.get(LIST),
        theirs.get(one),
        theirs.post(f"{one}accept/", {"contact": ""}),
        theirs.get(f"{one}withdraw/"),
        theirs.get(f"{one}together/{notice.organisation_id}/"),
    ]
    assert interest.opportunity_title == made.title
    for page in pages:
        text = page.content.decode()
        assert owner.name not in text, page.request["PATH_INFO"]
        assert owner.email not in text, page.request["PATH_INFO"]
    for page in back:
        text = page.content.decode()
        assert person.name not in text, page.request["PATH_INFO"]
        assert person.email not in text, page.request["PATH_INFO"]
    for letter in Notice.objects.all():
        assert "@" not in letter.subject + letter.body

    theirs.post(f"{one}accept/", {"contact": owner.pk})
    for browser, other in ((mine, owner), (theirs, person)):
        text = browser.get(one).content.decode()
        assert other.name in text
        assert f"mailto:{other.email}" in text
    for browser, other in ((mine, owner), (theirs, person)):
        for page in (LIST, f"{LIST}?side=sent", "/partners/", "/inbox/"):
            assert other.email not in browser.get(page).content.decode()


def test_one_that_has_closed_its_account_is_named_without_a_way_to_a_page_that_is_gone():
    person = registered(told=True)
    interest = PartnerInterestFactory(partner=organisation_of(person))
    page, gone = f"{LIST}{interest.pk}/", f"/providers/{interest.organisation_id}/"
    assert gone in browser_of(person).get(page).content.decode()
    Organisation.objects.filter(pk=interest.organisation_id).update(closed_at=timezone.now(), closed_by=person)
    shown = browser_of(person).get(page).content.decode()
    assert gone not in shown
    assert "(has closed its account)" in shown


def test_strangers_find_no_page(client):
    interest = PartnerInterestFactory(accepted=True)
    one = f"{LIST}{interest.pk}/"
    assert client.get(one).status_code == 302
    assert browser_of(registered(told=True)).get(one).status_code == 404
    assert browser_of(member(Role.DIRECTOR)).get(one).status_code == 403
    for step in ("accept", "decline"):
        assert browser_of(registered(told=True)).post(f"{one}{step}/").status_code == 404
    for step in ("withdraw", f"together/{interest.partner_id}"):
        assert browser_of(registered(told=True)).get(f"{one}{step}/").status_code == 404


def test_auditor_reads_what_was_written_and_no_address():
    interest = PartnerInterestFactory(accepted=True)
    text = browser_of(member(Role.AUDITOR)).get(f"{LIST}{interest.pk}/").content.decode()
    assert interest.message in text
    assert interest.contact.email not in text
    assert interest.answer_contact.email not in text


def test_viewer_reads_and_does_nothing():
    interest = PartnerInterestFactory()
    browser = browser_of(member(Role.VIEWER, interest.partner))
    page = browser.get(f"{LIST}{interest.pk}/")
    assert page.status_code == 200
    assert "Accept and be introduced" not in page.content.decode()
    assert browser.post(f"{LIST}{interest.pk}/accept/").status_code == 403
    assert browser.post(f"{LIST}{interest.pk}/decline/").status_code == 403


# --- writing


def test_page_of_writing_says_why_it_cannot_be():
    owner, notice = poster()
    text = browser_of(owner).get(f"/partners/{notice.pk}/interest/").content.decode()
    assert "This is your own notice." in text
    assert "<textarea" not in text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"message": ""}, "message"), ({"message": "x" * 1001}, "message"), ({"contact": "9" * 30}, "contact")],
)
def test_wrong_answer_comes_back_with_what_was_typed(wrong, field):
    _owner, notice = poster()
    person = registered(told=True)
    answer = browser_of(person).post(f"/partners/{notice.pk}/interest/", typed(person, **wrong))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    if field != "message":
        assert "We have rooms." in answer.content.decode()


@pytest.mark.parametrize("named", ["x", "9" * 40, "-1", "999999"])
def test_opportunity_that_is_none_is_left_out(named):
    _owner, notice = poster()
    person = registered(told=True)
    page = f"/partners/{notice.pk}/interest/?opportunity={named}"
    assert browser_of(person).get(page).status_code == 200
    browser_of(person).post(page, typed(person))
    assert PartnerInterest.objects.get().opportunity_number == 0


def test_draft_opportunity_is_not_named_to_anybody():
    _owner, notice = poster()
    draft = OpportunityFactory()
    page = browser_of(registered(told=True)).get(f"/partners/{notice.pk}/interest/?opportunity={draft.pk}")
    assert draft.title not in page.content.decode()


def test_notice_off_the_board_cannot_be_written_to():
    _owner, notice = poster(status="taken_down")
    assert browser_of(registered(told=True)).get(f"/partners/{notice.pk}/interest/").status_code == 404


def test_notice_leads_to_writing_and_then_to_what_was_written():
    _owner, notice = poster()
    person = registered(told=True)
    browser = browser_of(person)
    assert "Say that you are interested" in browser.get(f"/partners/{notice.pk}/").content.decode()
    interest = PartnerInterestFactory(organisation=organisation_of(person), partner=notice.organisation)
    text = browser.get(f"/partners/{notice.pk}/").content.decode()
    assert f"{LIST}{interest.pk}/" in text
    assert "Say that you are interested" not in text


def test_owner_of_a_notice_sees_how_many_wrote():
    owner, notice = poster()
    for _number in range(3):
        PartnerInterestFactory(partner=notice.organisation)
    assert "3 messages have come." in browser_of(owner).get(f"/partners/{notice.pk}/").content.decode()
    other = browser_of(registered(told=True)).get(f"/partners/{notice.pk}/").content.decode()
    assert "messages have come" not in other


# --- the list


def test_list_shows_each_side_its_own():
    interest = PartnerInterestFactory(opportunity_number=3, opportunity_title="Housing in Leeds")
    theirs = browser_of(member(Role.OWNER, interest.partner))
    mine = browser_of(member(Role.OWNER, interest.organisation))
    assert [line.name for line in theirs.get(LIST).context["lines"]] == [interest.organisation.name]
    assert theirs.get(f"{LIST}?side=sent").context["lines"] == []
    [line] = mine.get(f"{LIST}?side=sent").context["lines"]
    assert (line.name, line.about) == (interest.partner.name, "Housing in Leeds")
    assert "Nobody has written to you yet" in mine.get(LIST).content.decode()
    assert "You have written to nobody yet" in theirs.get(f"{LIST}?side=sent").content.decode()


def test_list_goes_on_and_costs_the_same_queries_however_long():
    person = registered(told=True)
    own, browser, counts = organisation_of(person), browser_of(person), []
    for more in (2, 27):
        for _number in range(more):
            PartnerInterestFactory(partner=own)
        browser.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            first = browser.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
    second = browser.get(first.context["pages"].next_url)
    assert len(first.context["lines"]) == 25
    assert len(second.context["lines"]) == 4


@pytest.mark.parametrize(
    ("read", "index"),
    [(interests_received, "interest_received_newest"), (interests_sent, "interest_sent_newest")],
)
def test_list_is_read_along_an_index(read, index):
    assert index in plan_of(lambda: list(read(1)[:26]))


# --- answering and going on


def test_declined_and_withdrawn_after_a_question():
    first, second = PartnerInterestFactory(), PartnerInterestFactory()
    theirs = browser_of(member(Role.OWNER, first.partner))
    assert theirs.post(f"{LIST}{first.pk}/decline/").status_code == 302
    mine = browser_of(member(Role.OWNER, second.organisation))
    assert mine.get(f"{LIST}{second.pk}/withdraw/").status_code == 200
    mine.post(f"{LIST}{second.pk}/withdraw/")
    assert [row.status for row in PartnerInterest.objects.order_by("pk")] == ["declined", "withdrawn"]


def test_accepting_twice_is_refused_with_a_sentence():
    interest = PartnerInterestFactory(declined=True)
    owner = member(Role.OWNER, interest.partner)
    answer = browser_of(owner).post(f"{LIST}{interest.pk}/accept/", {"contact": owner.pk})
    assert answer.status_code == 409
    assert "is now “declined”" in answer.content.decode()


def test_introduced_ones_go_on_to_a_consortium():
    interest = PartnerInterestFactory(accepted=True)
    owner = interest.answer_contact
    RegistrationFactory(organisation=interest.partner) if not hasattr(interest.partner, "registration") else None
    browser = browser_of(owner)
    assert "Bid together" in browser.get(f"{LIST}{interest.pk}/").content.decode()
    page = f"{LIST}{interest.pk}/together/{interest.partner_id}/"
    assert browser.get(page).status_code == 200
    assert browser.post(page, {"consortium": "new", "name": " ", "form_key": KEY}).status_code == 422
    browser.post(page, {"consortium": "new", "name": "North", "form_key": KEY})
    made = Consortium.objects.get()
    assert {place.organisation_id for place in made.members.all()} == {
        interest.organisation_id,
        interest.partner_id,
    }
    again = browser.get(page).context["form"]
    assert [key for key, _label in again.fields["consortium"].choices if key] == ["new"]


# --- what waits


def test_messages_and_a_notice_that_ends_wait_for_those_who_write_bids(time_machine):
    owner, notice = poster()
    sender = PartnerInterestFactory(partner=notice.organisation).organisation
    PartnerInterestFactory(partner=notice.organisation, declined=True)
    [section] = partners_waiting(owner, notice.organisation)
    assert [task.title for task in section.tasks] == [f"Answer {sender.name}, who would like to work with you"]
    time_machine.move_to(notice.ends_at.replace(hour=0))
    [section] = partners_waiting(owner, notice.organisation)
    assert section.tasks[0].title == "Renew your notice for partners"
    assert len(section.tasks) == 2


def test_nothing_waits_for_others():
    _owner, notice = poster()
    PartnerInterestFactory(partner=notice.organisation)
    assert partners_waiting(member(Role.VIEWER, notice.organisation), notice.organisation) == []
    director = member(Role.DIRECTOR)
    assert partners_waiting(director, organisation_of(director)) == []
    [section] = partners_waiting(registered(told=True), organisation_of(registered(told=True))) or [None]
    assert section is None or section.tasks == []


def test_what_waits_costs_one_query_and_stands_on_the_work_page():
    owner, notice = poster()
    for _number in range(12):
        PartnerInterestFactory(partner=notice.organisation)
    partners_waiting(owner, notice.organisation)
    with CaptureQueriesContext(connection) as queries:
        [section] = partners_waiting(owner, notice.organisation)
    assert len(queries) == 1
    assert len(section.shown) == 8
    assert section.has_more
    assert "Partners" in [each.title for each in sections_for(owner, notice.organisation)]
