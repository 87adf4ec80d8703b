"""Pages that make, show and change an agreement."""

import hashlib
import uuid

import pytest
from django.urls import reverse

from alliances.models import Alliance
from core.roles import Role
from tests.factories.alliances import (
    AllianceFactory,
    ResultFactory,
    award,
    declare_everything,
    provider_of,
    sign_for,
)
from tests.factories.core import member

pytestmark = pytest.mark.django_db


def words(**changes):
    return {
        "name": "Homes for Dorset",
        "purpose": "A home for everyone.",
        "principles": "We are equal parties.\nBad news first.",
        "starts_on_day": "1",
        "starts_on_month": "4",
        "starts_on_year": "2026",
        "ends_on_day": "31",
        "ends_on_month": "March",
        "ends_on_year": "2029",
        "form_key": str(uuid.uuid4()),
        **changes,
    }


# --- set up from an award


def test_set_up_page_is_filled_from_the_award(browse):
    decision = award(title="Settled homes")

    page = browse(decision.awarded_by).get(reverse("alliance-create", args=[decision.pk]))

    assert page.status_code == 200
    text = page.content.decode()
    assert 'value="Settled homes"' in text
    assert "We are equal parties." in text
    assert "£38,000" in text
    assert "60%" in text


def test_set_up_makes_the_draft_once(browse):
    decision = award()
    client, url, sent = browse(decision.awarded_by), reverse("alliance-create", args=[decision.pk]), words()

    first, second = client.post(url, sent), client.post(url, sent)

    alliance = Alliance.objects.get()
    assert first.url == second.url == reverse("alliance-detail", args=[alliance.pk])
    assert alliance.name == "Homes for Dorset"
    assert str(alliance.ends_on) == "2029-03-31"


def test_award_with_alliance_leads_to_it(browse):
    decision = award()
    alliance = AllianceFactory(award=decision, organisation=decision.lot.opportunity.organisation)

    page = browse(decision.awarded_by).get(reverse("alliance-create", args=[decision.pk]))

    assert page.url == reverse("alliance-detail", args=[alliance.pk])


def test_second_who_sets_up_loses_nothing(browse):
    decision = award()
    AllianceFactory(award=decision, organisation=decision.lot.opportunity.organisation)

    page = browse(decision.awarded_by).post(reverse("alliance-create", args=[decision.pk]), words())

    assert page.status_code == 422
    assert "already" in page.content.decode()
    assert "Bad news first." in page.content.decode()
    assert Alliance.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": ""}, "Give the alliance a name."),
        ({"name": "x" * 201}, "200 characters or fewer"),
        ({"purpose": "  "}, "Say what the alliance is for."),
        ({"purpose": "x" * 3001}, "3000 characters or fewer"),
        ({"principles": ""}, "at least one principle"),
        ({"starts_on_day": "31", "starts_on_month": "2"}, "real date"),
        ({"starts_on_year": "2030"}, "must come after the first"),
        ({"ends_on_day": "", "ends_on_month": "", "ends_on_year": ""}, "Enter the last day"),
        ({"form_key": "not a key"}, "missing or had been changed"),
    ],
)
def test_bad_form_says_what_to_do_and_keeps_what_was_typed(browse, change, says):
    decision = award()
    sent = words(**change)

    page = browse(decision.awarded_by).post(reverse("alliance-create", args=[decision.pk]), sent)

    assert page.status_code == 422
    assert says in page.content.decode()
    assert page.context["form"]["principles"].value() == sent["principles"]
    assert not Alliance.objects.exists()


def test_nul_never_reaches_the_database(browse):
    decision = award()

    browse(decision.awarded_by).post(reverse("alliance-create", args=[decision.pk]), words(name="Ho\x00mes"))

    assert Alliance.objects.get().name == "Homes"


def test_award_of_another_body_is_not_found(browse):
    assert browse(member(Role.DIRECTOR)).get(reverse("alliance-create", args=[award().pk])).status_code == 404


def test_set_up_page_takes_the_right(browse):
    decision = award()

    panel = member(Role.PANEL_MEMBER, decision.lot.opportunity.organisation)

    assert browse(panel).get(reverse("alliance-create", args=[decision.pk])).status_code == 403


def test_award_by_another_route_says_why_not(browse):
    decision = award(route="tender")

    page = browse(decision.awarded_by).get(reverse("alliance-create", args=[decision.pk]))

    assert page.status_code == 409
    assert "another route" in page.content.decode()


# --- shown


def detail(client, alliance):
    return client.get(reverse("alliance-detail", args=[alliance.pk]))


def test_agreement_reads_whole(client):
    alliance = AllianceFactory(active=True, award=award())

    text = detail(client, alliance).content.decode()

    for part in (
        alliance.name,
        alliance.purpose,
        "We tell each other bad news first.",
        "£38,000.01",
        "£22,800.01",
        "£15,200",
        "42%",
        "60%",
        alliance.agreed_sha256,
        *(place.organisation.name for place in alliance.members.all()),
    ):
        assert part in text


def test_names_of_signatories_are_for_members(client, browse):
    alliance = AllianceFactory(active=True)
    name = alliance.members.first().signed_by.name

    assert name not in detail(client, alliance).content.decode()
    assert name not in detail(browse(member(Role.OWNER)), alliance).content.decode()
    assert name in detail(browse(member(Role.VIEWER, provider_of(alliance))), alliance).content.decode()
    assert name in detail(browse(member(Role.AUDITOR)), alliance).content.decode()


@pytest.mark.parametrize("stage", [{}, {"signing": True}])
def test_unsigned_agreement_is_for_its_members_and_auditors(client, browse, stage):
    alliance = AllianceFactory(**stage)

    assert detail(client, alliance).status_code == 404
    assert detail(browse(member(Role.OWNER)), alliance).status_code == 404
    assert detail(browse(member(Role.PANEL_MEMBER, alliance.organisation)), alliance).status_code == 404
    assert detail(browse(member(Role.VIEWER, provider_of(alliance))), alliance).status_code == 200
    assert detail(browse(member(Role.COMMISSIONER_FINANCE, alliance.organisation)), alliance).status_code == 200
    assert detail(browse(member(Role.AUDITOR)), alliance).status_code == 200


def test_page_offers_what_the_person_may_do(browse):
    alliance = AllianceFactory()
    director, owner = member(Role.DIRECTOR, alliance.organisation), member(Role.OWNER, provider_of(alliance))

    assert "ask-signatures" in detail(browse(director), alliance).content.decode()
    assert "ask-signatures" not in detail(browse(owner), alliance).content.decode()


def test_signing_page_is_offered_for_the_own_member_alone(browse):
    alliance = AllianceFactory(signing=True)
    declare_everything(provider_of(alliance))
    own, other = (alliance.members.get(organisation=provider_of(alliance, place)) for place in (0, 1))

    text = detail(browse(member(Role.OWNER, own.organisation)), alliance).content.decode()

    assert reverse("alliance-sign", args=[alliance.pk, own.pk]) in text
    assert reverse("alliance-sign", args=[alliance.pk, other.pk]) not in text


def test_page_shows_results_against_targets(client):
    alliance = AllianceFactory(active=True)
    ResultFactory(outcome=alliance.outcomes.get(number=1))

    text = detail(client, alliance).content.decode()

    assert "Moved 13 of the 18 needed: from 42% to 55% so far." in text
    assert "72%" in text
    assert "Score 0.3611" in text
    assert "1 of 2 outcomes measured so far" in text


def test_exact_text_has_the_fingerprint_shown(client):
    alliance = AllianceFactory(active=True)

    response = client.get(reverse("alliance-text", args=[alliance.pk]))

    assert hashlib.sha256(response.content).hexdigest() == alliance.agreed_sha256
    assert "attachment" in response["Content-Disposition"]


def test_exact_text_of_a_draft_is_for_members(client):
    assert client.get(reverse("alliance-text", args=[AllianceFactory().pk])).status_code == 404


def test_page_takes_as_many_queries_for_ten_members_as_for_two(browse, django_assert_max_num_queries):
    person = member(Role.DIRECTOR)
    body = person.memberships.get().organisation
    client = browse(person)
    client.get(reverse("alliance-list"))  # the first page of a session notes that somebody is there
    counts = []
    for providers in (1, 9):
        alliance = AllianceFactory(active=True, providers=providers, organisation=body, award=award(by=person))
        ResultFactory(outcome=alliance.outcomes.first())
        with django_assert_max_num_queries(12) as queries:
            detail(client, alliance)
        counts.append(len(queries))

    assert counts[0] == counts[1]


# --- changed


def edit(client, alliance, **changes):
    sent = words(version=str(alliance.version), **changes)
    return client.post(reverse("alliance-edit", args=[alliance.pk]), sent)


def test_draft_is_changed(browse):
    alliance = AllianceFactory()
    client = browse(member(Role.COMMISSIONING_MANAGER, alliance.organisation))

    assert client.get(reverse("alliance-edit", args=[alliance.pk])).status_code == 200
    assert edit(client, alliance).status_code == 302
    alliance.refresh_from_db()
    assert alliance.name == "Homes for Dorset"


def test_stale_page_shows_both_and_saves_knowingly(browse):
    alliance = AllianceFactory()
    one, other = (browse(member(Role.COMMISSIONING_MANAGER, alliance.organisation)) for _ in range(2))
    edit(one, alliance, purpose="What the first one wrote.")

    page = edit(other, alliance, purpose="What the second one wrote.")

    assert page.status_code == 422
    text = page.content.decode()
    assert "What the first one wrote." in text
    assert "What the second one wrote." in text
    assert page.context["form"]["version"].value() == "2"
    alliance.version = 2
    assert edit(other, alliance, purpose="What the second one wrote.").status_code == 302
    alliance.refresh_from_db()
    assert alliance.purpose == "What the second one wrote."


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999"])
def test_changed_version_is_told(browse, version):
    alliance = AllianceFactory()

    page = browse(member(Role.DIRECTOR, alliance.organisation)).post(
        reverse("alliance-edit", args=[alliance.pk]), words(version=version)
    )

    assert page.status_code == 422
    assert "missing or had been changed" in page.content.decode()


def test_text_out_to_sign_keeps_what_was_typed(browse):
    alliance = AllianceFactory(signing=True)
    client = browse(member(Role.DIRECTOR, alliance.organisation))

    page = edit(client, alliance)

    assert page.status_code == 422
    assert "Take it back first" in page.content.decode()
    assert "Bad news first." in page.content.decode()
    assert client.get(reverse("alliance-edit", args=[alliance.pk])).status_code == 409


def test_edit_page_of_others_is_not_found_and_of_members_refused(browse):
    alliance = AllianceFactory()
    url = reverse("alliance-edit", args=[alliance.pk])

    assert browse(member(Role.DIRECTOR)).get(url).status_code == 404
    assert browse(member(Role.OWNER, provider_of(alliance))).get(url).status_code == 403


def test_logged_out_visitor_is_asked_to_sign_in(client):
    alliance = AllianceFactory()

    page = client.post(reverse("alliance-edit", args=[alliance.pk]), words())

    assert page.status_code == 302
    assert "login" in page.url


def test_signed_page_does_not_change_when_somebody_signs(browse):
    alliance = AllianceFactory(signing=True)
    sign_for(alliance.members.get(organisation=provider_of(alliance)))

    page = detail(browse(member(Role.DIRECTOR, alliance.organisation)), alliance)

    assert "1 of 3 members have signed" in page.content.decode()
