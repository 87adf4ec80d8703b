"""Two at once: a cover is not signed for a party that has changed, and no sponsor signs for more than it carries.

Each control takes the lock away and must go wrong; a control that holds would prove nothing.
"""

import pytest

from core.access import Refused, Stale
from core.roles import Role
from marketplace.models import Bid, Cover
from marketplace.queries.covers import party_of
from marketplace.services import bid_members, covers
from marketplace.services.covers import sign_cover
from providers.models import Registration
from providers.services.consortia import leave_consortium
from tests.factories.core import member
from tests.factories.covers import asked, registered_outsider, scene
from tests.marketplace.test_bid_races import both_at_once, meet_before, without_locks

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("committed"),
]


def sign_while_the_partner_leaves(monkeypatch):
    """Whether it went wrong: a cover signed for a party that is no more, or somebody sent away as too late."""
    joint = scene()
    third = registered_outsider(annual_income_pence=900_000_00)
    cover = asked(joint, sponsor=third)
    signer = member(Role.OWNER, third)
    place = joint.now().consortium.members.get(organisation=joint.partner)
    meet_before(monkeypatch, covers, "terms_hold")
    meet_before(monkeypatch, bid_members, "live_consents")
    answers = both_at_once(
        lambda: sign_cover(by=signer, cover=cover),
        lambda: leave_consortium(by=joint.partner_owner, place=place, reason="No staff."),
    )
    cover.refresh_from_db()
    is_wrong = cover.status == "signed" and cover.party != party_of(Bid.objects.get(pk=joint.bid.pk))
    return is_wrong or any(isinstance(answer, Stale) for answer in answers)


def test_cover_is_not_signed_for_a_party_that_has_changed(monkeypatch):
    assert not sign_while_the_partner_leaves(monkeypatch)
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


def test_control_without_the_lock_signing_and_leaving_meet(monkeypatch):
    without_locks(monkeypatch, covers, bid_members)
    assert sign_while_the_partner_leaves(monkeypatch)
