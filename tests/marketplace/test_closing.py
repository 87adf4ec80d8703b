"""A provider closes its account: what keeps it, what goes, what stays, and who was faster."""

import threading
import uuid

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django.utils import timezone

from core.access import Refused
from core.models import Document, Event, Membership, Notice, Organisation
from core.roles import Role
from core.services import leaving as closing
from core.services.leaving import close_organisation
from marketplace.models import Bid, BidConsent, BidMember, Opportunity, Submission
from marketplace.services import bid_submission, leaving
from marketplace.services.bid_submission import withdraw_bid
from providers.models import (
    Consortium,
    ConsortiumMember,
    DeclarationKind,
    Identifier,
    PartnerInterest,
    Registration,
    ShareCode,
    Snapshot,
)
from providers.policies.consortia import may_invite_member
from providers.queries.directory import provider_named, providers_visible_to
from providers.services.profiles import make_share_code
from providers.services.registration import register_provider
from tests.factories.alliances import AllianceFactory
from tests.factories.bids import handed_in, joint_bid, own_bid
from tests.factories.core import UserFactory, member
from tests.factories.evidence import evidence
from tests.factories.providers import (
    ConsortiumFactory,
    PartnerInterestFactory,
    PartnerNoticeFactory,
    RegistrationFactory,
    declaration,
    organisation_of,
    registered,
)
from tests.factories.statements import statement

pytestmark = pytest.mark.django_db

FACT = "Quokka"  # stands in everything that has to go, and in nothing else


def close(owner, organisation=None):
    close_organisation(by=owner, organisation=organisation or organisation_of(owner))


def rows_with(text):
    """Model and field of every text in the database, but for the record of events, that holds `text`."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if model is Event or not isinstance(field, models.CharField | models.TextField | models.JSONField):
                continue
            values = model._base_manager.values_list(field.attname, flat=True)
            found += [f"{model._meta.label}.{field.name}" for value in values if text in str(value)]
    return found


def test_nothing_of_what_goes_is_left_in_any_table(django_capture_on_commit_callbacks):
    owner = registered(
        told=True,
        trading_names=f"{FACT} House",
        welsh_name=f"{FACT} Cymru",
        governing_document=f"{FACT} rules",
        number="1234560",
    )
    organisation = organisation_of(owner)
    Registration.objects.filter(organisation=organisation).update(summary=f"{FACT} finds rooms")
    apps.get_model("providers.Contact").objects.create(
        organisation=organisation, name=f"{FACT} Smith", email="a@example.org"
    )
    declaration(organisation, DeclarationKind.CONFLICTS, owner, is_clear=False, details=f"{FACT} sits there")
    statement(organisation, "public_liability", words=f"{FACT} insures us")
    evidence(organisation, by=owner, name=f"{FACT}.pdf")
    make_share_code(by=owner, organisation=organisation)
    PartnerNoticeFactory(organisation=organisation, offers=f"{FACT} mentors")
    bid = own_bid(by=owner, text=f"{FACT} words")
    assert len(set(rows_with(FACT))) >= 9, rows_with(FACT)
    with django_capture_on_commit_callbacks(execute=True):
        close(owner)
    assert rows_with(FACT) == []
    assert rows_with("1234560") == []
    assert not Bid.objects.filter(pk=bid.pk).exists()
    pointing = [
        relation.related_model._meta.label
        for relation in Organisation._meta.get_fields(include_hidden=True)
        if relation.auto_created
        and not relation.concrete
        and relation.related_model._base_manager.filter(**{relation.field.name: organisation}).exists()
    ]
    assert pointing == ["core.Membership"]
    assert Event.objects.order_by("sequence").last().action == "organisation.close"


def test_name_and_number_are_free_again_and_the_closed_one_is_not_listed():
    owner = registered(number="1234560")
    organisation = organisation_of(owner)
    close(owner)
    assert organisation not in providers_visible_to(owner)
    assert provider_named(organisation.name) is None
    new = register_provider(
        by=UserFactory(),
        name=organisation.name,
        legal_form="charity",
        identifiers={"GB-CHC": "1234560"},
        form_key=uuid.uuid4(),
    )
    assert Identifier.objects.get(value="1234560").organisation == new


def test_others_there_are_told_and_nobody_belongs_any_more():
    owner = registered()
    organisation = organisation_of(owner)
    writer, asking = member(Role.BID_WRITER, organisation), UserFactory()
    Membership.objects.create(user=asking, organisation=organisation)
    close(owner)
    told = set(Notice.objects.filter(kind="core/organisation_closed").values_list("recipient", flat=True))
    assert told == {writer.pk, asking.pk}
    assert not Membership.objects.filter(organisation=organisation, status__in=["active", "requested"]).exists()
    organisation.refresh_from_db()
    with pytest.raises(PermissionDenied):
        close(owner, organisation)


def test_decided_bid_its_profile_consents_and_receipt_are_kept():
    joint = joint_bid()
    RegistrationFactory(organisation=joint.lead)
    joint.ask()
    joint.agree()
    joint.submit()
    make_share_code(by=joint.owner, organisation=joint.lead)
    Bid.objects.filter(pk=joint.bid.pk).update(status="unsuccessful")
    Opportunity.objects.filter(pk=joint.opportunity.pk).update(status="awarded")
    close(joint.owner, joint.lead)
    assert Submission.objects.filter(bid=joint.bid).exists()
    assert BidConsent.objects.filter(bid=joint.bid).exists()
    assert BidMember.objects.get(bid=joint.bid, organisation=joint.lead).snapshot == Snapshot.objects.get()
    assert not ShareCode.objects.exists()
    assert not Registration.objects.filter(organisation=joint.lead).exists()
    assert joint.now().bidder == joint.bid.bidder
    # Its partner no longer waits in a consortium that nobody leads.
    assert ConsortiumMember.objects.get(organisation=joint.partner).status == "removed"


def test_partner_leaves_a_bid_that_is_still_written():
    joint = joint_bid()
    close(joint.partner_owner, joint.partner)
    assert [place.organisation for place in joint.now().members.all()] == [joint.lead]
    assert Notice.objects.filter(recipient=joint.owner, kind="providers/member_left").exists()


def test_open_messages_and_invitations_end():
    owner = registered(told=True)
    organisation = organisation_of(owner)
    sent = PartnerInterestFactory(organisation=organisation, sent_by=owner)
    received = PartnerInterestFactory(partner=PartnerNoticeFactory(organisation=organisation).organisation)
    invited = ConsortiumFactory(invited=[organisation])
    led = ConsortiumFactory(lead=organisation)
    close(owner)
    statuses = dict(PartnerInterest.objects.values_list("pk", "status"))
    assert (statuses[sent.pk], statuses[received.pk]) == ("withdrawn", "declined")
    assert invited.members.get(organisation=organisation).status == "declined"
    assert not Consortium.objects.filter(pk=led.pk).exists()
    lead = member(Role.OWNER, invited.members.get(is_lead=True).organisation)
    organisation.refresh_from_db()
    assert "has closed its account" in str(may_invite_member(lead, invited, organisation).reason)


# --- What stands in the way --------------------------------------------------------------------------


def test_bid_that_waits_for_a_decision_keeps_every_member():
    joint = handed_in()
    for owner, organisation in ((joint.owner, joint.lead), (joint.partner_owner, joint.partner)):
        with pytest.raises(Refused, match=f"“{joint.opportunity.title}” waits for a decision"):
            close(owner, organisation)
        assert not Organisation.objects.get(pk=organisation.pk).is_closed
    withdraw_bid(by=joint.owner, bid=joint.bid, arrived_at=timezone.now())
    close(joint.partner_owner, joint.partner)


def test_lead_of_a_bid_still_written_with_others_stays():
    joint = joint_bid()
    with pytest.raises(Refused, match=r"You lead “.*”, which is writing a bid"):
        close(joint.owner, joint.lead)
    assert Bid.objects.filter(pk=joint.bid.pk).exists()


@pytest.mark.parametrize("stage", [{}, {"signing": True}, {"active": True}])
def test_live_alliance_keeps_its_members(stage):
    alliance = AllianceFactory(**stage)
    place = alliance.members.filter(organisation__kind="provider")[0]
    with pytest.raises(Refused, match=f"in the alliance “{alliance.name}”"):
        close(member(Role.OWNER, place.organisation), place.organisation)


@pytest.mark.parametrize("role", [Role.BID_WRITER, Role.VIEWER, Role.PROVIDER_FINANCE])
def test_only_owners_close(role):
    owner = registered()
    for person in (member(role, organisation_of(owner)), registered()):
        with pytest.raises(PermissionDenied):
            close(person, organisation_of(owner))


def test_everything_is_there_when_the_record_fails(monkeypatch):
    owner = registered(told=True)
    organisation = organisation_of(owner)
    bid = own_bid(by=owner)
    evidence(organisation, by=owner)
    monkeypatch.setattr(closing.audit, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        close(owner)
    organisation.refresh_from_db()
    assert not organisation.is_closed
    assert Bid.objects.filter(pk=bid.pk).exists()
    assert Document.objects.filter(organisation=organisation).exists()


# --- Closing while the bid is handed in --------------------------------------------------------------


def handed_in_meanwhile(monkeypatch, bid, owner):
    """The bid is handed in after the account was found free to close and before it is; what that gave."""
    results = []

    def submit():
        try:
            results.append(bid_submission.submit_bid(by=bid.created_by, bid=bid, arrived_at=timezone.now()))
        except Refused as refusal:
            results.append(refusal)
        finally:
            connection.close()

    other = threading.Thread(target=submit)
    require = closing.require

    def then(verdict):
        require(verdict)
        other.start()
        other.join(timeout=2)

    monkeypatch.setattr(closing, "require", then)
    close(owner)
    other.join(timeout=30)
    return results[0]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("committed")
def test_bid_is_not_handed_in_by_one_who_closes(monkeypatch):
    owner = member(Role.OWNER)
    bid = own_bid(by=owner)
    result = handed_in_meanwhile(monkeypatch, bid, owner)
    assert isinstance(result, Refused)
    assert "no longer here" in str(result)
    assert not Submission.objects.exists()
    assert Organisation.objects.get(pk=bid.organisation_id).is_closed


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("committed")
def test_bid_is_handed_in_by_one_who_closes_without_the_lock(monkeypatch):
    monkeypatch.setattr(leaving, "locked_bid", lambda bid: bid)
    owner = member(Role.OWNER)
    bid = own_bid(by=owner)
    result = handed_in_meanwhile(monkeypatch, bid, owner)
    assert isinstance(result, Submission)
    assert Organisation.objects.get(pk=bid.organisation_id).is_closed
