"""Claims: made, decided by whose turn it is, undone so that everything is as before, and withdrawn."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.access import Refused
from core.models import Event, Membership, Notice
from core.permissions import Permission as P
from core.queries.people import forget_roles, people_with
from core.roles import Role
from core.services.holdings import take_own
from core.services.memberships import end_membership, request_membership
from core.states import MembershipStatus
from providers.holdings import of_organisation
from providers.models import Claim
from providers.queries.claims import claims_to_decide, claims_visible_to, open_claims_of, open_claims_to
from providers.services import claims as services
from providers.services.claims import accept_claim, make_claim, refuse_claim, undo_claim, withdraw_claim
from providers.work_claims import claims_waiting
from tests.factories.claims import claimed, fresh, overdue
from tests.factories.core import CommissionerFactory, OperatorFactory, UserFactory, member
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


@pytest.fixture
def second():
    return member(Role.SERVICE_ADMINISTRATOR)


def make(by, organisation, key=None, **values):
    told = {"ground": "not_theirs", "reason": "The charity number is ours.", **values}
    return make_claim(by=by, organisation=organisation, form_key=key or uuid.uuid4(), **told)


def owners_of(organisation):
    return set(people_with(P.MEMBERS_MANAGE, organisation))


def told_to(person, kind):
    return Notice.objects.filter(recipient=person, kind=f"providers/{kind}").count()


def people_as_they_are(organisation):
    return {
        place.user_id: (place.status, sorted(place.roles.values_list("role", flat=True)))
        for place in Membership.objects.filter(organisation=organisation)
    }


# --- made


def test_claim_tells_the_owners_at_once_and_gives_them_14_days(house, owner):
    by = UserFactory()
    claim = make(by, house)
    assert claim.owners_until - claim.made_at == datetime.timedelta(days=14)
    notice = Notice.objects.get(recipient=owner, kind="providers/claim_made")
    assert by.email in notice.body
    assert "The charity number is ours." in notice.body
    assert Event.objects.filter(action="claim.make", object_id=claim.pk).exists()


def test_same_form_sent_twice_is_one_claim_and_of_one_person(house, owner):
    by, key = UserFactory(), uuid.uuid4()
    assert make(by, house, key) == make(by, house, key)
    with pytest.raises(Refused):
        make(UserFactory(), house, key)


def test_second_claim_is_refused_while_the_first_waits(house, owner):
    by = UserFactory()
    claim = make(by, house)
    with pytest.raises(Refused, match="already"):
        make(by, house)
    withdraw_claim(by=by, claim=claim)
    assert make(by, house) != claim


def test_three_a_day_and_no_more(owner):
    by = UserFactory()
    for _each in range(3):
        make(by, RegistrationFactory().organisation)
    with pytest.raises(Refused, match="tomorrow"):
        make(by, RegistrationFactory().organisation)
    Claim.objects.update(made_at=timezone.now() - datetime.timedelta(hours=25))
    make(by, RegistrationFactory().organisation)


def test_owner_needs_no_claim(house, owner):
    with pytest.raises(Refused, match="owner"):
        make(owner, house)


def test_viewer_may_claim(house, owner):
    assert make(member(Role.VIEWER, house), house)


def test_whoever_awards_money_cannot_claim(house, owner):
    with pytest.raises(Refused, match="use another"):
        make(member(Role.DIRECTOR), house)


def test_only_providers_can_be_claimed():
    with pytest.raises(Refused):
        make(UserFactory(), CommissionerFactory())


def test_claim_without_reasons_is_refused(house):
    with pytest.raises(Refused):
        make(UserFactory(), house, reason="  ")


def test_claim_is_not_made_when_its_notice_fails(house, owner, monkeypatch):
    monkeypatch.setattr(services, "send", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make(UserFactory(), house)
    assert not Claim.objects.exists()


# --- who sees what, and whose turn it is


def test_claim_is_seen_by_claimant_owners_administrators_and_auditors(house, owner, administrator):
    claim = claimed(house)
    for person in (claim.claimant, owner, administrator, member(Role.AUDITOR)):
        assert list(claims_visible_to(person)) == [claim]
    for person in (UserFactory(), member(Role.VIEWER, house), member(Role.OWNER), member(Role.DIRECTOR)):
        assert not claims_visible_to(person).exists()


def test_owners_first_then_the_administrator(house, owner):
    claim, now = claimed(house), timezone.now()
    assert list(open_claims_to(house, now)) == [claim]
    assert not claims_to_decide(now).exists()
    late = claim.owners_until
    assert not open_claims_to(house, late).exists()
    assert list(claims_to_decide(late)) == [claim]
    assert list(open_claims_of(claim.claimant)) == [claim]


@pytest.mark.parametrize("change", ["none", "ended", "inactive"])
def test_claim_goes_to_the_administrator_at_once_where_nobody_is_an_owner(house, administrator, change):
    if change != "none":
        gone = member(Role.OWNER, house)
        if change == "ended":
            Membership.objects.filter(user=gone).update(status=MembershipStatus.ENDED)
        else:
            type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    claim = claimed(house)
    assert list(claims_to_decide(timezone.now())) == [claim]
    accept_claim(by=administrator, claim=claim, reason="She is the secretary in the register.")
    assert fresh(claim).status == "accepted"


def test_work_page_has_it_for_owner_administrator_and_claimant(house, owner):
    claim = claimed(house)
    operator = OperatorFactory()
    administrator = member(Role.SERVICE_ADMINISTRATOR, operator)
    (section,) = claims_waiting(owner, house)
    assert len(section.tasks) == 1
    assert claims_waiting(administrator, operator) == []
    Claim.objects.update(made_at=claim.made_at - datetime.timedelta(days=15), owners_until=claim.made_at)
    assert claims_waiting(owner, house) == []
    (section,) = claims_waiting(administrator, operator)
    assert section.url == "/claims/"
    other = RegistrationFactory().organisation
    (section,) = claims_waiting(claim.claimant, other)
    assert str(house) in section.tasks[0].title
    assert claims_waiting(member(Role.VIEWER, house), house) == []


# --- decided


def test_owner_lets_the_claimant_in_as_owner(house, owner):
    claim = claimed(house)
    accept_claim(by=owner, claim=claim, ends_owners=True)
    claim = fresh(claim)
    assert (claim.status, claim.is_decided_by_owner, claim.decided_by) == ("accepted", True, owner)
    # An owner removes nobody this way.
    assert owners_of(house) == {owner, claim.claimant}
    assert told_to(claim.claimant, "claim_accepted") == 1
    assert told_to(owner, "claim_handed_over") == 0


def test_administrator_accepts_and_the_owners_stay(administrator):
    claim = overdue()
    (owner,) = owners_of(claim.organisation)
    accept_claim(by=administrator, claim=claim, reason="The register names her.")
    claim = fresh(claim)
    assert (claim.is_decided_by_owner, claim.decision_reason) == (False, "The register names her.")
    assert owners_of(claim.organisation) == {owner, claim.claimant}
    assert told_to(owner, "claim_handed_over") == told_to(claim.claimant, "claim_accepted") == 1
    assert Event.objects.filter(action="claim.accept", reason="The register names her.").exists()


def test_administrator_accepts_and_the_owners_are_removed(administrator):
    claim = overdue()
    (owner,) = owners_of(claim.organisation)
    viewer = member(Role.VIEWER, claim.organisation)
    accept_claim(by=administrator, claim=claim, reason="They are strangers.", ends_owners=True)
    assert owners_of(claim.organisation) == {claim.claimant}
    assert people_as_they_are(claim.organisation)[owner.pk] == ("ended", [])
    assert people_as_they_are(claim.organisation)[viewer.pk] == ("active", ["viewer"])
    assert told_to(owner, "claim_handed_over") == 0
    assert "They are strangers." in Notice.objects.get(recipient=owner, kind="core/membership_ended").body
    assert Event.objects.filter(action="membership.end", object_id=owner.memberships.get().pk).exists()


def test_claimant_keeps_the_roles_they_had(house, owner):
    by = member(Role.BID_WRITER, house)
    accept_claim(by=owner, claim=claimed(house, by=by))
    assert people_as_they_are(house)[by.pk] == ("active", ["bid_writer", "owner"])


def test_refusal_changes_nobody_and_tells_why(house, owner, administrator):
    claim = claimed(house)
    refuse_claim(by=owner, claim=claim, reason="We do not know you.")
    assert fresh(claim).status == "refused"
    assert owners_of(house) == {owner}
    assert "We do not know you." in Notice.objects.get(recipient=claim.claimant).body
    late = overdue()
    (other,) = owners_of(late.organisation)
    refuse_claim(by=administrator, claim=late, reason="The register names somebody else.")
    assert told_to(other, "claim_stays") == 1


@pytest.mark.parametrize("act", [accept_claim, refuse_claim])
def test_who_may_not_decide(house, owner, administrator, act):
    early, late = claimed(house), overdue()
    (late_owner,) = owners_of(late.organisation)
    for person in (
        UserFactory(),
        early.claimant,
        member(Role.VIEWER, house),
        member(Role.OWNER),
        member(Role.AUDITOR),
    ):
        with pytest.raises(PermissionDenied):
            act(by=person, claim=early, reason="Because.")
    with pytest.raises(Refused, match="have until"):
        act(by=administrator, claim=early, reason="Because.")
    with pytest.raises(Refused, match="is over"):
        act(by=late_owner, claim=late, reason="Because.")
    with pytest.raises(Refused, match=r"Say why"):
        act(by=administrator, claim=late, reason=" ")
    withdraw_claim(by=early.claimant, claim=early)
    with pytest.raises(Refused, match="withdrawn"):
        act(by=owner, claim=early, reason="Because.")


def test_claimant_who_became_owner_meanwhile_does_not_decide_about_it(house, owner):
    claim = claimed(house, by=member(Role.VIEWER, house))
    place = Membership.objects.get(user=claim.claimant)
    place.roles.create(role=Role.OWNER)
    forget_roles(claim.claimant)
    with pytest.raises(PermissionDenied, match="your own"):
        accept_claim(by=claim.claimant, claim=claim)


def test_claimant_who_awards_money_by_now_cannot_be_let_in(house, owner):
    claim = claimed(house)
    person = claim.claimant
    body = member(Role.DIRECTOR).memberships.get().organisation
    Membership.objects.create(user=person, organisation=body, status=MembershipStatus.ACTIVE)
    with pytest.raises(Refused, match="use another"):
        accept_claim(by=owner, claim=claim)


@pytest.mark.parametrize("act", ["accept", "refuse", "undo", "withdraw"])
def test_nothing_is_changed_when_the_record_fails(administrator, second, monkeypatch, act):
    claim = overdue()
    if act == "undo":
        accept_claim(by=administrator, claim=claim, reason="She is.", ends_owners=True)
    before, people = fresh(claim).__dict__ | {"_state": 0}, people_as_they_are(claim.organisation)
    monkeypatch.setattr(services.audit, "record", lambda *args, **kwargs: 1 / 0)
    acts = {
        "accept": lambda: accept_claim(by=administrator, claim=claim, reason="She is.", ends_owners=True),
        "refuse": lambda: refuse_claim(by=administrator, claim=claim, reason="No."),
        "undo": lambda: undo_claim(by=second, claim=claim, reason="No."),
        "withdraw": lambda: withdraw_claim(by=claim.claimant, claim=claim),
    }
    with pytest.raises(ZeroDivisionError):
        acts[act]()
    assert fresh(claim).__dict__ | {"_state": 0} == before
    assert people_as_they_are(claim.organisation) == people


# --- undone


@pytest.mark.parametrize("ends_owners", [False, True])
@pytest.mark.parametrize("was", ["nobody", "viewer", "asking"])
def test_undo_puts_everybody_back(house, owner, administrator, second, ends_owners, was):
    by = member(Role.VIEWER, house) if was == "viewer" else UserFactory()
    if was == "asking":
        request_membership(by=by, organisation=house)
    claim, before = claimed(house, by=by, days=15), people_as_they_are(house)
    accept_claim(by=administrator, claim=claim, reason="She is.", ends_owners=ends_owners)
    assert people_as_they_are(house) != before
    undo_claim(by=second, claim=claim, reason="The wrong one.")
    expected = before if was != "nobody" else before | {by.pk: ("ended", [])}
    assert people_as_they_are(house) == expected
    claim = fresh(claim)
    assert (claim.status, claim.decided_by, claim.decision_reason, claim.before) == ("open", None, "", {})
    assert list(claims_to_decide(timezone.now())) == [claim]
    assert told_to(by, "claim_undone") == told_to(owner, "claim_undone") == 1


def test_owner_whom_the_claimant_removed_since_is_put_back_too(house, owner, administrator, second):
    claim = claimed(house, days=15)
    leaver = member(Role.OWNER, house)
    accept_claim(by=administrator, claim=claim, reason="She is.")
    end_membership(by=claim.claimant, membership=owner.memberships.get())
    end_membership(by=leaver, membership=leaver.memberships.get())
    undo_claim(by=second, claim=claim, reason="She is not.")
    assert owners_of(house) == {owner}


def test_owner_who_acts_for_the_other_side_by_now_is_left_out(house, owner, administrator, second):
    claim = claimed(house, days=15)
    accept_claim(by=administrator, claim=claim, reason="She is.", ends_owners=True)
    Membership.objects.create(user=owner, organisation=CommissionerFactory(), status=MembershipStatus.ACTIVE)
    undo_claim(by=second, claim=claim, reason="She is not.")
    assert owners_of(house) == set()


def test_owners_refusal_is_undone_and_then_the_administrators_to_decide(house, owner, administrator):
    claim = claimed(house)
    refuse_claim(by=owner, claim=claim, reason="No.")
    undo_claim(by=administrator, claim=claim, reason="They are not who they say.")
    with pytest.raises(Refused, match="is over"):
        refuse_claim(by=owner, claim=claim, reason="No.")
    accept_claim(by=administrator, claim=fresh(claim), reason="The register names her.", ends_owners=True)
    assert owners_of(house) == {claim.claimant}


def test_who_may_not_undo(administrator, second):
    claim = overdue()
    (owner,) = owners_of(claim.organisation)
    with pytest.raises(Refused, match="waiting"):
        undo_claim(by=second, claim=claim, reason="Why not.")
    refuse_claim(by=administrator, claim=claim, reason="No.")
    with pytest.raises(Refused, match="yourself"):
        undo_claim(by=administrator, claim=claim, reason="A mistake.")
    with pytest.raises(Refused, match="Say why"):
        undo_claim(by=second, claim=claim, reason="")
    for person in (owner, claim.claimant, member(Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            undo_claim(by=person, claim=claim, reason="A mistake.")
    make(claim.claimant, claim.organisation)
    with pytest.raises(Refused, match="again since"):
        undo_claim(by=second, claim=claim, reason="A mistake.")


def test_only_the_claimant_withdraws_and_only_while_it_waits(house, owner, administrator):
    claim = claimed(house)
    for person in (owner, administrator):
        with pytest.raises(PermissionDenied):
            withdraw_claim(by=person, claim=claim)
    withdraw_claim(by=claim.claimant, claim=claim)
    assert told_to(owner, "claim_withdrawn") == 1
    with pytest.raises(Refused):
        withdraw_claim(by=claim.claimant, claim=claim)


# --- what the database holds, and copies


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "lost"},
        {"ground": "spite"},
        {"reason": ""},
        {"status": "accepted"},
        {"decided_at": timezone.now()},
        {"owners_until": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)},
    ],
)
def test_database_refuses_what_cannot_be(wrong):
    claim = claimed()
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(**wrong)


def test_database_refuses_a_decision_without_reasons_unless_an_owner_accepts():
    claim = claimed()
    decided = {"decided_at": timezone.now(), "decided_by": claim.claimant}
    for wrong in ({"status": "refused", "is_decided_by_owner": True}, {"status": "accepted"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Claim.objects.filter(pk=claim.pk).update(**decided, **wrong)
    Claim.objects.filter(pk=claim.pk).update(**decided, status="accepted", is_decided_by_owner=True)


def test_claims_are_in_the_copies_of_organisation_and_person(house, owner):
    claim = claimed(house)
    held = {each.name: each.rows for each in of_organisation(house, owner)}
    assert [row["id"] for row in held["claims"]] == [claim.pk]
    own = {each.name: each.rows for each in take_own(by=claim.claimant)}
    assert "decided_by_id" not in own["claims"][0]
