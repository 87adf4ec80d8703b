"""Two at once: a cover is not signed for a party that has changed, and no sponsor signs for more than it carries.

Each control takes the lock away and must go wrong; a control that holds would prove nothing.
"""

from uuid import uuid4

import pytest

from core.access import Refused, Stale
from core.roles import Role
from marketplace.models import Bid, Cover
from marketplace.queries.covers import party_of
from marketplace.services import bid_members, covers
from marketplace.services.covers import accept_cover, offer_cover, sign_cover
from providers.models import Registration
from providers.services.consortia import leave_consortium
from tests.factories.core import member
from tests.factories.covers import asked, registered_outsider, scene, terms_of
from tests.marketplace.test_bid_races import both_at_once, meet_before, without_locks

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]


def asked_of_another(joint):
    """The partner asked somebody outside the bid, whose owner signs."""
    third = registered_outsider(annual_income_pence=900_000_00)
    cover, signer = asked(joint, sponsor=third), member(Role.OWNER, third)
    return lambda: sign_cover(by=signer, cover=cover)


def offered_by_the_lead(joint):
    """The lead offered it, and the partner's owner accepts."""
    cover = offer_cover(by=joint.owner, bid=joint.now(), terms=terms_of(joint), form_key=uuid4())
    return lambda: accept_cover(by=joint.partner_owner, cover=cover)


def sign_while_the_partner_leaves(monkeypatch, first_signed):
    """Whether it went wrong: a cover signed for a party that is no more, or somebody sent away as too late."""
    joint = scene()
    completing = first_signed(joint)
    place = joint.now().consortium.members.get(organisation=joint.partner)
    meet_before(monkeypatch, covers, "terms_hold")
    meet_before(monkeypatch, bid_members, "live_consents")
    answers = both_at_once(
        completing,
        lambda: leave_consortium(by=joint.partner_owner, place=place, reason="No staff."),
    )
    cover = Cover.objects.get()
    is_wrong = cover.status == "signed" and cover.party != party_of(Bid.objects.get(pk=joint.bid.pk))
    return is_wrong or any(isinstance(answer, Stale) for answer in answers)


@pytest.mark.parametrize("first_signed", [asked_of_another, offered_by_the_lead])
def test_cover_is_not_signed_for_a_party_that_has_changed(monkeypatch, first_signed):
    assert not sign_while_the_partner_leaves(monkeypatch, first_signed)
    assert Cover.objects.get().status == "fallen"


def two_signatures_of_one_sponsor(monkeypatch):
    """How many of two covers were signed, of which its income carries one."""
    sponsor = registered_outsider(annual_income_pence=160_000_00)
    owner = member(Role.OWNER, sponsor)
    first, second = (asked(scene(), sponsor=sponsor) for _bid in range(2))
    meet_before(monkeypatch, covers, "terms_hold")
    answers = both_at_once(lambda: sign_cover(by=owner, cover=first), lambda: sign_cover(by=owner, cover=second))
    assert all(isinstance(answer, (Cover, Refused)) for answer in answers)
    return Cover.objects.filter(status="signed").count()


def test_sponsor_signs_at_once_for_no_more_than_it_carries(monkeypatch):
    assert two_signatures_of_one_sponsor(monkeypatch) == 1


def test_control_without_the_lock_it_signs_for_more(monkeypatch):
    def nothing_held(*args, **kwargs):
        return Registration.objects.all()

    monkeypatch.setattr(covers.Registration.objects, "select_for_update", nothing_held)
    assert two_signatures_of_one_sponsor(monkeypatch) == 2


@pytest.mark.parametrize("first_signed", [asked_of_another, offered_by_the_lead])
def test_control_without_the_lock_signing_and_leaving_meet(monkeypatch, first_signed):
    without_locks(monkeypatch, covers, bid_members)
    assert sign_while_the_partner_leaves(monkeypatch, first_signed)
