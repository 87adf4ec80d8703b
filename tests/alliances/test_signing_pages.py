"""Pages that send an agreement out, sign it and take it back."""

import pytest
from django.urls import reverse

from core.roles import Role
from tests.factories.alliances import AllianceFactory, declare_everything, provider_of, sign_for
from tests.factories.core import member
from tests.factories.providers import RegistrationFactory

pytestmark = pytest.mark.django_db


# --- sent out


def test_asking_shows_the_text_and_fixes_it(browse):
    alliance = AllianceFactory()
    client = browse(member(Role.DIRECTOR, alliance.organisation))
    url = reverse("alliance-ask-signatures", args=[alliance.pk])

    assert alliance.purpose in client.get(url).content.decode()
    page = client.post(url, {"version": "1"}, follow=True)

    alliance.refresh_from_db()
    assert alliance.status == "signing"
    assert "every member has been asked" in page.content.decode()


def test_asking_for_a_text_changed_meanwhile_shows_the_new_one(browse):
    alliance = AllianceFactory(version=3)
    client = browse(member(Role.DIRECTOR, alliance.organisation))

    page = client.post(reverse("alliance-ask-signatures", args=[alliance.pk]), {"version": "2"})

    assert page.status_code == 422
    assert "Read it again" in page.content.decode()
    assert page.context["form"]["version"].value() == "3"
    alliance.refresh_from_db()
    assert alliance.status == "draft"


def test_asking_twice_is_told(browse):
    alliance = AllianceFactory(signing=True)
    client, url = (
        browse(member(Role.DIRECTOR, alliance.organisation)),
        reverse("alliance-ask-signatures", args=[alliance.pk]),
    )

    assert client.post(url, {"version": "1"}).status_code == 422
    assert client.get(url).status_code == 409


@pytest.mark.parametrize("page", ["alliance-ask-signatures", "alliance-edit-again"])
def test_sending_and_taking_back_are_for_the_body(browse, page):
    alliance = AllianceFactory(signing=page == "alliance-edit-again")
    url = reverse(page, args=[alliance.pk])

    assert browse(member(Role.DIRECTOR)).get(url).status_code == 404
    assert browse(member(Role.OWNER, provider_of(alliance))).get(url).status_code == 403


# --- signed


@pytest.fixture
def scene():
    """An agreement to sign, the place of a provider clear of declarations, its owner and the page."""
    alliance = AllianceFactory(signing=True)
    place = alliance.members.get(organisation=provider_of(alliance))
    declare_everything(place.organisation)
    owner = member(Role.OWNER, place.organisation)
    return alliance, place, owner, reverse("alliance-sign", args=[alliance.pk, place.pk])


def signature(alliance, **changes):
    return {"signed_as": "Chief executive", "confirms": "on", "sha256": alliance.agreed_sha256, **changes}


def test_signing_shows_the_whole_text(browse, scene):
    alliance, _place, owner, url = scene

    text = browse(owner).get(url).content.decode()

    assert alliance.purpose in text
    assert alliance.agreed_sha256 in text
    assert owner.name in text


def test_signing_signs(browse, scene):
    alliance, place, owner, url = scene

    page = browse(owner).post(url, signature(alliance), follow=True)

    place.refresh_from_db()
    assert (place.signed_by, place.signed_as) == (owner, "Chief executive")
    assert "told when every member has" in page.content.decode()


def test_last_to_sign_is_told_that_it_is_active(browse, scene):
    alliance, place, owner, url = scene
    for other in alliance.members.exclude(pk=place.pk):
        sign_for(other)

    page = browse(owner).post(url, signature(alliance), follow=True)

    assert "the alliance is now active" in page.content.decode()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"signed_as": ""}, "in what capacity"),
        ({"signed_as": "x" * 121}, "120 characters or fewer"),
        ({"confirms": ""}, "Tick the box to confirm"),
        ({"sha256": ""}, "missing or had been changed"),
        ({"sha256": "abc"}, "missing or had been changed"),
        ({"sha256": "f" * 64}, "changed after you opened"),
    ],
)
def test_signature_that_is_not_whole_is_refused(browse, scene, change, says):
    alliance, place, owner, url = scene

    page = browse(owner).post(url, signature(alliance, **change))

    assert page.status_code == 422
    assert says in page.content.decode()
    assert page.context["form"]["sha256"].value() == alliance.agreed_sha256
    place.refresh_from_db()
    assert place.signed_at is None


def test_whoever_read_an_older_text_confirms_afresh(browse, scene):
    alliance, _place, owner, url = scene

    page = browse(owner).post(url, signature(alliance, sha256="f" * 64))

    form = page.context["form"]
    assert form["signed_as"].value() == "Chief executive"
    assert not form["confirms"].value()


def test_signing_twice_is_told(browse, scene):
    alliance, place, owner, url = scene
    client = browse(owner)
    client.post(url, signature(alliance))

    page = client.post(url, signature(alliance))

    assert page.status_code == 422
    assert f"{place.organisation.name} has signed this agreement already" in page.content.decode()


def test_provider_that_owes_a_declaration_is_led_to_it(browse):
    alliance = AllianceFactory(signing=True)
    place = alliance.members.get(organisation=provider_of(alliance))
    owner = member(Role.OWNER, place.organisation)
    RegistrationFactory(organisation=place.organisation)
    url = reverse("alliance-sign", args=[alliance.pk, place.pk])

    text = browse(owner).get(url).content.decode()

    assert "has to declare: exclusion grounds" in text
    assert reverse("registration-detail", args=[place.organisation.pk]) in text
    assert 'name="signed_as"' not in text


def test_signing_page_of_another_member_takes_the_right(browse, scene):
    alliance, _place, owner, _url = scene
    other = alliance.members.get(organisation=provider_of(alliance, 1))

    assert browse(owner).get(reverse("alliance-sign", args=[alliance.pk, other.pk])).status_code == 403


def test_viewer_of_the_member_cannot_open_it(browse, scene):
    _alliance, place, _owner, url = scene

    assert browse(member(Role.VIEWER, place.organisation)).get(url).status_code == 403


def test_signing_page_of_others_is_not_found(browse, scene):
    assert browse(member(Role.OWNER)).get(scene[3]).status_code == 404


def test_place_of_another_alliance_is_not_found(browse, scene):
    alliance, _place, owner, _url = scene
    elsewhere = AllianceFactory(signing=True).members.first()

    assert browse(owner).get(reverse("alliance-sign", args=[alliance.pk, elsewhere.pk])).status_code == 404


# --- taken back


def test_taking_back_says_whose_signatures_lapse(browse):
    alliance = AllianceFactory(signing=True)
    place = alliance.members.get(organisation=provider_of(alliance))
    sign_for(place)
    client, url = (
        browse(member(Role.DIRECTOR, alliance.organisation)),
        reverse("alliance-edit-again", args=[alliance.pk]),
    )

    assert place.signed_by.name in client.get(url).content.decode()
    page = client.post(url, {"reason": "The second outcome was wrong."})

    assert page.url == reverse("alliance-edit", args=[alliance.pk])
    alliance.refresh_from_db()
    assert alliance.status == "draft"


def test_taking_back_without_a_reason_is_refused(browse):
    alliance = AllianceFactory(signing=True)

    page = browse(member(Role.DIRECTOR, alliance.organisation)).post(
        reverse("alliance-edit-again", args=[alliance.pk]), {"reason": " "}
    )

    assert page.status_code == 422
    assert "Say what has to change" in page.content.decode()


def test_taking_back_what_all_have_signed_is_told(browse):
    alliance = AllianceFactory(active=True)
    client, url = (
        browse(member(Role.DIRECTOR, alliance.organisation)),
        reverse("alliance-edit-again", args=[alliance.pk]),
    )

    assert client.get(url).status_code == 409
    page = client.post(url, {"reason": "Second thoughts."})
    assert page.status_code == 422
    assert "Second thoughts." in page.content.decode()
