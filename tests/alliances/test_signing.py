"""Members sign the same text, each by a person with authority; the last signature counts for all."""

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from alliances.models import Alliance, AllianceMember
from alliances.services.agreements import edit_again
from alliances.services.signing import sign_alliance
from core.access import Refused, Stale
from core.models import Event, Notice
from core.roles import Role
from providers.models import Declaration
from tests.factories.alliances import AllianceFactory, declare_everything, provider_of, sign_for
from tests.factories.core import OrganisationFactory, member

pytestmark = pytest.mark.django_db


def signed(by, alliance, organisation, **changes):
    fields = {"signed_as": "Chief executive", "confirms": True, "sha256": alliance.agreed_sha256}
    return sign_alliance(**{"by": by, "alliance": alliance, "organisation": organisation, **fields, **changes})


def to_sign(**values):
    """An alliance out to be signed, its largest provider clear of declarations, and that provider's owner."""
    alliance = AllianceFactory(signing=True, **values)
    provider = provider_of(alliance)
    declare_everything(provider)
    return alliance, provider, member(Role.OWNER, provider)


def sign_all_but(alliance, organisation):
    for place in alliance.members.exclude(organisation=organisation):
        sign_for(place)


# --- one signature


def test_signature_holds_person_authority_time_and_text():
    alliance, provider, owner = to_sign()

    with time_machine.travel("2026-11-21 12:00:00+00:00", tick=False):
        signed(owner, alliance, provider, signed_as=" Chair of trustees ")
        now = timezone.now()

    place = alliance.members.get(organisation=provider)
    assert (place.signed_by, place.signed_as, place.signed_at) == (owner, "Chair of trustees", now)
    assert place.signed_sha256 == alliance.agreed_sha256
    alliance.refresh_from_db()
    assert alliance.status == "signing"
    event = Event.objects.get(action="alliance.sign")
    assert (event.actor_id, event.organisation_id) == (owner.pk, provider.pk)
    assert event.after == {"sha256": alliance.agreed_sha256, "signed_as": "Chair of trustees"}


def test_director_signs_for_the_commissioner():
    alliance = AllianceFactory(signing=True)

    signed(member(Role.DIRECTOR, alliance.organisation), alliance, alliance.organisation)

    assert alliance.members.get(organisation=alliance.organisation).signed_at


@pytest.mark.parametrize("role", [Role.BID_WRITER, Role.PROVIDER_FINANCE, Role.VIEWER])
def test_role_without_authority_cannot_sign(role):
    alliance, provider, _owner = to_sign()

    with pytest.raises(PermissionDenied):
        signed(member(role, provider), alliance, provider)


def test_owner_of_one_member_cannot_sign_for_another():
    alliance, _provider, owner = to_sign()

    with pytest.raises(PermissionDenied):
        signed(owner, alliance, provider_of(alliance, 1))


def test_outsider_cannot_sign():
    alliance, _provider, _owner = to_sign()
    outsider = OrganisationFactory()

    with pytest.raises(Refused, match="not a member"):
        signed(member(Role.OWNER, outsider), alliance, outsider)


def test_nobody_signs_twice():
    alliance, provider, owner = to_sign()
    signed(owner, alliance, provider)

    with pytest.raises(Refused, match="already"):
        signed(member(Role.OWNER, provider), alliance, provider)
    assert alliance.members.get(organisation=provider).signed_by == owner


def test_older_text_is_not_signed():
    alliance, provider, owner = to_sign()

    with pytest.raises(Stale, match="changed after you opened"):
        signed(owner, alliance, provider, sha256="0" * 64)
    assert not AllianceMember.objects.filter(signed_at__isnull=False).exists()


def test_draft_is_not_signed():
    alliance = AllianceFactory()
    declare_everything(provider_of(alliance))

    with pytest.raises(Refused, match="still being written"):
        signed(member(Role.OWNER, provider_of(alliance)), alliance, provider_of(alliance))


def test_text_taken_back_is_not_signed():
    alliance, provider, owner = to_sign()
    edit_again(by=member(Role.DIRECTOR, alliance.organisation), alliance=alliance, reason="A typing error.")

    with pytest.raises(Refused, match="still being written"):
        signed(owner, Alliance.objects.get(pk=alliance.pk), provider, sha256=alliance.agreed_sha256)


def test_confirmation_is_needed():
    alliance, provider, owner = to_sign()

    with pytest.raises(Refused, match="Tick the box"):
        signed(owner, alliance, provider, confirms=False)


def test_authority_is_needed():
    alliance, provider, owner = to_sign()

    with pytest.raises(Refused, match="what capacity"):
        signed(owner, alliance, provider, signed_as="   ")


def test_provider_that_owes_a_declaration_cannot_sign():
    alliance, provider, owner = to_sign()
    Declaration.objects.filter(organisation=provider, kind="safeguarding").delete()

    with pytest.raises(Refused, match="safeguarding policy"):
        signed(owner, alliance, provider)


# --- the last one


def test_last_signature_makes_the_alliance_active_and_tells_everybody():
    alliance, provider, owner = to_sign()
    sign_all_but(alliance, provider)
    reader = member(Role.VIEWER, provider_of(alliance, 1))

    assert signed(owner, alliance, provider).status == "active"

    alliance.refresh_from_db()
    assert alliance.status == "active"
    assert alliance.activated_at == alliance.members.get(organisation=provider).signed_at
    told = {notice.recipient for notice in Notice.objects.filter(kind="alliances/alliance_active")}
    assert told == {owner, reader, *(place.signed_by for place in alliance.members.all())}
    assert list(Event.objects.order_by("sequence").values_list("action", flat=True)) == [
        "alliance.sign",
        "alliance.activate",
    ]


def test_one_signature_short_is_not_active():
    alliance, provider, owner = to_sign(providers=3)
    sign_all_but(alliance, provider)
    alliance.members.filter(organisation=provider_of(alliance, 2)).update(
        signed_at=None, signed_by=None, signed_as="", signed_sha256=""
    )

    signed(owner, alliance, provider)

    alliance.refresh_from_db()
    assert (alliance.status, alliance.activated_at) == ("signing", None)
    assert not Notice.objects.filter(kind="alliances/alliance_active").exists()


def test_signature_is_not_kept_when_activation_fails(monkeypatch):
    alliance, provider, owner = to_sign()
    sign_all_but(alliance, provider)

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("alliances.services.signing.audit.record", broken)
    with pytest.raises(RuntimeError):
        signed(owner, alliance, provider)

    alliance.refresh_from_db()
    assert alliance.status == "signing"
    assert alliance.members.get(organisation=provider).signed_at is None
    assert not Notice.objects.exists()
