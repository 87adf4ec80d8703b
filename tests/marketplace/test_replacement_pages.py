"""The pages on which a member is replaced: as the lead, both organisations, the panel, and strangers."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import Event
from core.roles import Role
from core.work import sections_for
from marketplace.models import Replacement, ReplacementDeclaration
from marketplace.services.replacements import decline_replacement
from tests.factories.core import member
from tests.factories.replacements import WHY, accepted, change, opened
from tests.marketplace.bid_scene import text_of
from tests.marketplace.evaluation_scene import client_of
from tests.marketplace.test_replacement_decisions import ready

pytestmark = pytest.mark.django_db

PAGES = (
    "replacement-detail",
    "replacement-bid",
    "replacement-profile",
    "replacement-come-in",
    "replacement-leave",
    "replacement-decline",
    "replacement-state",
    "replacement-take-back",
    "replacement-declare",
    "replacement-decide",
)


def sent(made, **changes):
    values = {"form_key": uuid4(), "leaving": made.joint.partner.pk, "coming": made.coming.pk, "reason": WHY}
    return {**values, **changes}


def seen(user, name, replacement, send=None):
    """The page as the panel and directors open it, with both steps of signing in."""
    client, address = client_of(user), reverse(name, args=[replacement.pk])
    return client.get(address) if send is None else client.post(address, send)


# --- the lead


def test_lead_finds_the_newcomer_and_asks_both(client):
    made = change()
    client.force_login(made.joint.owner)
    address = reverse("replacement-propose", args=[made.bid.pk])
    assert address in text_of(client.get(reverse("bid-detail", args=[made.bid.pk])))
    assert "Who comes in?" in text_of(client.get(address))
    query = f"{address}?q={made.coming.name.replace(' ', '+')}"
    assert made.coming.name in text_of(client.get(query))
    assert "No registered provider fits" in text_of(client.get(f"{address}?q=zzzz"))
    answer = client.post(query, sent(made))
    made_now = Replacement.objects.get()
    assert answer.headers["Location"] == reverse("replacement-detail", args=[made_now.pk])
    assert client.get(address).headers["Location"] == reverse("replacement-detail", args=[made_now.pk])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"leaving": ""}, "Who leaves?"),
        ({"coming": "999999"}, "choose from what is offered"),
        ({"reason": ""}, "Say why the member is replaced"),
        ({"reason": "Gone"}, "at least 3 words"),
        ({"reason": "word " * 500}, "2000"),
    ],
)
def test_bad_answers_are_said_beside_what_was_typed(client, changes, sentence):
    made = change()
    client.force_login(made.joint.owner)
    address = reverse("replacement-propose", args=[made.bid.pk])
    answer = client.post(f"{address}?q={made.coming.name.replace(' ', '+')}", sent(made, **changes))
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert "There is a problem" in text_of(answer)
    if "reason" not in changes:
        assert WHY in text_of(answer)
    assert not Replacement.objects.exists()


def test_page_says_why_nobody_can_be_replaced_and_the_link_is_not_offered(page):
    made = change(members_may_change=False)
    assert reverse("replacement-propose", args=[made.bid.pk]) not in text_of(
        page(made.joint.owner, "bid-detail", made.bid.pk)
    )
    assert "does not allow" in text_of(page(made.joint.owner, "replacement-propose", made.bid.pk))
    assert page(made.joint.owner, "replacement-propose", made.bid.pk, send=sent(made)).status_code == 409


def test_proposing_is_for_those_who_hand_in_for_the_lead(page):
    made = change()
    for person, status in ((made.joint.writer, 403), (made.joint.partner_owner, 403), (made.coming_owner, 404)):
        assert page(person, "replacement-propose", made.bid.pk).status_code == status


def test_lead_speaks_for_a_silent_member_and_takes_the_proposal_back(page):
    made = change()
    replacement = made.propose()
    bad = page(made.joint.owner, "replacement-state", replacement.pk, send={"statement": "Gone"})
    assert (bad.status_code, "at least 3 words" in text_of(bad)) == (422, True)
    said = {"statement": "It has closed its office."}
    assert page(made.joint.owner, "replacement-state", replacement.pk, send=said).status_code == 302
    assert "It has closed its office." in text_of(
        page(made.joint.partner_owner, "replacement-detail", replacement.pk)
    )
    again = page(made.joint.owner, "replacement-state", replacement.pk)
    assert "said already" in text_of(again)
    assert page(made.joint.owner, "replacement-take-back", replacement.pk).status_code == 200
    assert page(made.joint.owner, "replacement-take-back", replacement.pk, send={}).status_code == 302
    assert "taken back" in text_of(page(made.coming_owner, "replacement-detail", replacement.pk))


# --- both organisations


def test_newcomer_reads_everything_and_agrees_to_exactly_that(page):
    made = change()
    replacement = made.propose()
    (section,) = [
        each for each in sections_for(made.coming_owner, made.coming) if each.title == "Places in submitted bids"
    ]
    assert section.tasks[0].url == reverse("replacement-detail", args=[replacement.pk])
    shown = text_of(page(made.coming_owner, "replacement-come-in", replacement.pk))
    for words in ("Mentoring in two towns", "£79,506.18 of the price of £198,765.44", replacement.terms_sha256):
        assert words in shown
    whole = text_of(page(made.coming_owner, "replacement-bid", replacement.pk))
    assert made.joint.partner.name in whole
    stale = page(made.coming_owner, "replacement-come-in", replacement.pk, send={"terms_sha256": "0" * 64})
    assert (stale.status_code, "not the words you read" in text_of(stale)) == (422, True)
    words = {"terms_sha256": replacement.terms_sha256}
    assert page(made.coming_owner, "replacement-come-in", replacement.pk, send=words).status_code == 302
    assert page(made.coming_owner, "replacement-profile", replacement.pk).status_code == 200
    assert not [
        each for each in sections_for(made.coming_owner, made.coming) if each.title == "Places in submitted bids"
    ]


def test_newcomer_that_said_no_reads_the_bid_no_more(page):
    made = change()
    replacement = made.propose()
    assert page(made.coming_owner, "replacement-decline", replacement.pk).status_code == 200
    assert page(made.coming_owner, "replacement-decline", replacement.pk, send={}).status_code == 302
    assert page(made.coming_owner, "replacement-bid", replacement.pk).status_code == 404
    assert page(made.coming_owner, "replacement-detail", replacement.pk).status_code == 200
    assert page(made.coming_owner, "bid-detail", made.bid.pk).status_code == 404


def test_member_agrees_to_leave_and_reads_what_was_handed_in_for_good(page):
    made = change()
    replacement = made.propose()
    assert page(made.joint.partner_owner, "replacement-leave", replacement.pk).status_code == 200
    assert page(made.joint.partner_owner, "replacement-leave", replacement.pk, send={}).status_code == 302
    made.comes(replacement)
    made.open_bids()
    made.declare(replacement)
    made.accept(replacement)
    whole = text_of(page(made.joint.partner_owner, "replacement-bid", replacement.pk))
    assert made.joint.partner.name in whole
    assert made.coming.name not in whole
    assert page(made.joint.partner_owner, "bid-detail", made.bid.pk).status_code == 404


def test_bid_shows_its_new_member_and_says_that_the_seal_was_not_touched(page):
    made, replacement = accepted()
    shown = text_of(page(made.joint.owner, "bid-detail", made.bid.pk))
    assert reverse("replacement-detail", args=[replacement.pk]) in shown
    assert "accepted by the panel" in shown
    whole = text_of(page(made.joint.owner, "bid-read", made.bid.pk))
    assert "with the members it has now" in whole
    assert replacement.content_sha256 in whole
    assert page(made.coming_owner, "bid-detail", made.bid.pk).status_code == 200


def test_answers_are_for_those_who_commit_the_organisation(page):
    made = change()
    replacement = made.propose()
    viewer = member(Role.VIEWER, made.coming)
    assert page(viewer, "replacement-detail", replacement.pk).status_code == 200
    for name in ("replacement-come-in", "replacement-decline", "replacement-leave", "replacement-take-back"):
        assert page(viewer, name, replacement.pk).status_code == 403
        assert page(viewer, name, replacement.pk, send={}).status_code == 403


# --- strangers, and the commissioner before the opening


def test_no_page_is_there_for_anybody_outside_before_the_opening(client):
    made = change()
    replacement = made.agreed()
    body = made.opportunity.organisation
    outside = {
        "director": made.directors[0],
        "manager": member(Role.COMMISSIONING_MANAGER, body),
        "chair": made.chair.user,
        "panel member": made.other.user,
        "auditor": member(Role.AUDITOR),
        "administrator": member(Role.SERVICE_ADMINISTRATOR),
        "other provider": member(Role.OWNER),
    }
    for who, person in outside.items():
        for name in PAGES:
            for send in (None, {}):
                answer = seen(person, name, replacement, send=send)
                assert answer.status_code in (403, 404), (who, name)
                assert made.coming.name not in text_of(answer), (who, name)


def test_pages_of_the_commissioner_say_nothing_before_the_opening():
    made = change()
    replacement = made.agreed()
    opportunity = made.opportunity
    pages = [
        reverse("opportunity-detail", args=[opportunity.pk]),
        reverse("evaluation-detail", args=[opportunity.pk]),
        reverse("opening-confirm", args=[opportunity.pk]),
        reverse("panel-edit", args=[opportunity.pk]),
    ]
    for person in (*made.directors, made.chair.user):
        browser = client_of(person)
        for address in [*pages, reverse("inbox")]:
            assert made.coming.name not in text_of(browser.get(address)), address
    auditor = client_of(member(Role.AUDITOR))
    told = text_of(auditor.get(reverse("audit"), {"action": "replacement"}))
    for event in Event.objects.filter(action__startswith="replacement."):
        told += text_of(auditor.get(reverse("event-detail", args=[event.sequence])))
    assert f"replacement {replacement.pk}" in told
    for organisation in (made.joint.lead, made.joint.partner, made.coming):
        assert organisation.name not in told
    assert Event.objects.filter(object_id=replacement.pk, action="replacement.agree").exists()


def test_strangers_find_nothing_after_the_opening_either(client):
    _made, replacement = opened()
    for person in (member(Role.OWNER), member(Role.DIRECTOR)):
        for name in PAGES:
            assert seen(person, name, replacement).status_code in (403, 404)


# --- the panel


def test_panel_sees_both_names_declares_and_decides():
    made, replacement = opened()
    evaluation = text_of(client_of(made.chair.user).get(reverse("evaluation-detail", args=[made.opportunity.pk])))
    assert f"{made.coming.name} in the place of {made.joint.partner.name}" in evaluation
    shown = text_of(seen(made.chair.user, "replacement-detail", replacement))
    for words in (WHY, "Mentoring in two towns", made.other.user.name, "Say whether you have a tie"):
        assert words in shown
    assert f"Checks of {made.coming.name} on this share" in shown
    assert seen(made.chair.user, "replacement-profile", replacement).status_code == 200
    bad = seen(made.chair.user, "replacement-declare", replacement, send={})
    assert (bad.status_code, "Say whether you have a tie with it." in text_of(bad)) == (422, True)
    for seat in (made.chair, made.other):
        answer = seen(seat.user, "replacement-declare", replacement, send={"is_free": "yes"})
        assert answer.status_code == 302
    assert ReplacementDeclaration.objects.filter(is_free=True).count() == 2
    assert seen(made.other.user, "replacement-decide", replacement).status_code == 403
    bad = seen(made.chair.user, "replacement-decide", replacement, send={"decision": "accept", "reason": "Yes"})
    assert (bad.status_code, "at least 3 words" in text_of(bad)) == (422, True)
    words = {"decision": "accept", "reason": "It does the same work as well."}
    assert seen(made.chair.user, "replacement-decide", replacement, send=words).status_code == 302
    shown = text_of(seen(made.directors[0], "replacement-detail", replacement))
    assert "A member replaced after the deadline" in shown
    assert "It does the same work as well." in shown


def test_refusal_is_said_on_the_page_of_the_decision():
    made, replacement = opened()
    words = {"decision": "accept", "reason": "It does the same work as well."}
    early = seen(made.chair.user, "replacement-decide", replacement, send=words)
    assert (early.status_code, made.other.user.name in text_of(early)) == (422, True)
    assert "It does the same work as well." in text_of(early)
    words["decision"] = "refuse"
    assert seen(made.chair.user, "replacement-decide", replacement, send=words).status_code == 302
    assert seen(made.chair.user, "replacement-decide", replacement).status_code == 200
    assert seen(made.chair.user, "replacement-declare", replacement).status_code == 200


def test_panel_member_is_led_from_scoring_to_the_declaration():
    made, replacement = opened()
    shown = text_of(client_of(made.other.user).get(reverse("score-edit", args=[made.bid.pk, 1])))
    assert "Say first whether you have a tie" in shown
    assert replacement.status == "agreed"


def test_what_an_organisation_declined_is_not_for_the_panel():
    made, replacement = opened()
    decline_replacement(by=made.coming_owner, replacement=replacement)
    assert seen(made.chair.user, "replacement-detail", replacement).status_code == 404


def test_page_of_the_award_says_what_waits():
    made, _replacement = opened()
    ready(made)
    shown = text_of(client_of(made.directors[0]).get(reverse("award-choose", args=[made.opportunity.pk])))
    assert "has yet to decide whether" in shown


def test_evaluation_asks_as_much_for_three_as_for_one():
    made, replacement = opened()
    counts = []
    for _round in range(2):
        browser = client_of(made.chair.user)
        address = reverse("evaluation-detail", args=[made.opportunity.pk])
        browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            browser.get(address)
        counts.append(len(queries))
        for _more in range(2):
            Replacement.objects.filter(status="agreed").update(
                status="refused", decided_at=replacement.agreed_at, decided_by=made.chair.user, reason="No."
            )
            made.agreed()
    assert counts[0] == counts[1]
