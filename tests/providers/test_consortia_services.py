"""Consortia: formed once, joined by one's own decision, left by one's own decision."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from core.access import ALLOWED, Refused, Stale, refused
from core.models import Event, Notice
from core.roles import Role
from providers.models import Consortium, ConsortiumMember
from providers.policies import consortia as policies
from providers.policies.consortia import keep_from_leaving, may_leave_consortium
from providers.queries.consortia import consortia_visible_to, lead_of, places_of
from providers.services import consortia as services
from providers.services.consortia import (
    accept_invitation,
    decline_invitation,
    form_consortium,
    invite_member,
    leave_consortium,
    remove_member,
    rename_consortium,
    take_back_invitation,
)
from providers.states import CONSORTIUM_MEMBER
from tests.factories.core import CommissionerFactory, OperatorFactory, UserFactory, member
from tests.factories.providers import (
    ConsortiumFactory,
    RegistrationFactory,
    consortium_member,
    organisation_of,
    registered,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    """Somebody who writes bids for the lead, so that nothing here needs an owner."""
    return registered(Role.BID_WRITER)


@pytest.fixture
def partner():
    """The owner of another charity."""
    return registered(Role.OWNER)


@pytest.fixture
def consortium(lead):
    return form_consortium(by=lead, organisation=organisation_of(lead), name="Coast", form_key=uuid4())


@pytest.fixture
def place(lead, partner, consortium):
    """The partner’s invitation."""
    return invite_member(by=lead, consortium=consortium, organisation=organisation_of(partner), part="Mentoring")


def fresh(place):
    return ConsortiumMember.objects.get(pk=place.pk)


def told(person):
    return list(Notice.objects.filter(recipient=person).order_by("id").values_list("kind", flat=True))


# --- forming and naming


def test_whoever_forms_it_leads_it(lead, consortium):
    place = consortium.members.get()
    assert (place.organisation, place.is_lead, place.status) == (organisation_of(lead), True, "joined")
    assert place.decided_by == lead
    assert lead_of(consortium) == organisation_of(lead)
    assert Event.objects.filter(action="consortium.form").count() == 1


def test_same_form_sent_twice_makes_one_consortium(lead):
    given = {"by": lead, "organisation": organisation_of(lead), "name": "Coast", "form_key": uuid4()}
    assert form_consortium(**given) == form_consortium(**given)
    assert Consortium.objects.count() == 1


def test_form_key_of_somebody_else_is_refused(lead, partner, consortium):
    with pytest.raises(Refused, match="used already"):
        form_consortium(
            by=partner, organisation=organisation_of(partner), name="Coast", form_key=consortium.form_key
        )


def test_consortium_without_a_name_is_refused(lead):
    with pytest.raises(Refused, match="name"):
        form_consortium(by=lead, organisation=organisation_of(lead), name=" ", form_key=uuid4())


@pytest.mark.parametrize("role", [Role.VIEWER, Role.PROVIDER_FINANCE])
def test_forming_takes_the_right_to_it(role):
    by = registered(role)
    with pytest.raises(PermissionDenied):
        form_consortium(by=by, organisation=organisation_of(by), name="Coast", form_key=uuid4())
    assert not Consortium.objects.exists()


def test_nobody_forms_one_for_somebody_elses_organisation(lead):
    with pytest.raises(PermissionDenied):
        form_consortium(by=lead, organisation=RegistrationFactory().organisation, name="Coast", form_key=uuid4())


def test_commissioning_body_leads_no_consortium():
    by = member(Role.DIRECTOR)
    with pytest.raises(PermissionDenied):
        form_consortium(by=by, organisation=organisation_of(by), name="Coast", form_key=uuid4())


def test_another_name_is_given_once(lead, consortium):
    rename_consortium(by=lead, consortium=consortium, version=1, name="Coast and country")
    with pytest.raises(Stale):
        rename_consortium(by=lead, consortium=consortium, version=1, name="Late")
    consortium.refresh_from_db()
    assert (consortium.name, consortium.version) == ("Coast and country", 2)
    assert Event.objects.get(action="consortium.rename").before == {"name": "Coast"}


def test_member_does_not_rename_it(partner, place):
    accept_invitation(by=partner, place=place)
    with pytest.raises(PermissionDenied):
        rename_consortium(by=partner, consortium=place.consortium, version=1, name="Mine")


# --- inviting


def test_invitation_is_told_to_those_who_can_accept(lead, partner, consortium):
    writer = member(Role.BID_WRITER, organisation_of(partner))
    place = invite_member(by=lead, consortium=consortium, organisation=organisation_of(partner), part="Mentoring")
    assert place.status == "invited"
    assert told(partner) == ["providers/invitation"]
    assert told(writer) == []
    notice = Notice.objects.get(recipient=partner)
    assert "Coast" in notice.subject
    assert "Mentoring" in notice.body
    assert notice.url == f"/consortia/invitations/{place.pk}/"


def test_names_in_a_notice_are_as_they_are_written(lead, consortium):
    partner = registered()
    lead_organisation = organisation_of(lead)
    type(lead_organisation).objects.filter(pk=lead_organisation.pk).update(name="O’Brien & <Sons>")
    invite_member(
        by=lead,
        consortium=Consortium.objects.get(pk=consortium.pk),
        organisation=organisation_of(partner),
        part="Work & training",
    )
    notice = Notice.objects.get(recipient=partner)
    assert notice.subject.startswith("O’Brien & <Sons> invites you")
    assert "Work & training" in notice.body


def test_nobody_is_invited_twice(lead, partner, place):
    with pytest.raises(Refused, match="invited already"):
        invite_member(by=lead, consortium=place.consortium, organisation=organisation_of(partner), part="")
    accept_invitation(by=partner, place=place)
    with pytest.raises(Refused, match="a member already"):
        invite_member(by=lead, consortium=place.consortium, organisation=organisation_of(partner), part="")
    assert told(partner) == ["providers/invitation"]


def test_lead_does_not_invite_itself(lead, consortium):
    with pytest.raises(Refused, match="leads this consortium"):
        invite_member(by=lead, consortium=consortium, organisation=organisation_of(lead), part="")


@pytest.mark.parametrize("factory", [CommissionerFactory, OperatorFactory])
def test_only_providers_are_invited(factory, lead, consortium):
    with pytest.raises(Refused, match="does not deliver services"):
        invite_member(by=lead, consortium=consortium, organisation=factory(), part="")


def test_member_invites_nobody(partner, place):
    accept_invitation(by=partner, place=place)
    with pytest.raises(PermissionDenied):
        invite_member(
            by=partner, consortium=place.consortium, organisation=RegistrationFactory().organisation, part=""
        )


def test_invitation_is_undone_when_the_record_fails(lead, partner, consortium, monkeypatch):
    monkeypatch.setattr(services.audit, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        invite_member(by=lead, consortium=consortium, organisation=organisation_of(partner), part="")
    assert consortium.members.count() == 1
    assert told(partner) == []


# --- answering


def test_accepting_makes_a_member_and_tells_the_lead(lead, partner, place):
    accept_invitation(by=partner, place=place)
    current = fresh(place)
    assert (current.status, current.decided_by) == ("joined", partner)
    assert told(lead) == ["providers/invitation_accepted"]
    assert Event.objects.get(action="consortium.accept_invitation").organisation_id == place.organisation_id


def test_declining_keeps_out_and_tells_the_lead(lead, partner, place):
    decline_invitation(by=partner, place=place)
    assert fresh(place).status == "declined"
    assert told(lead) == ["providers/invitation_declined"]
    assert place.consortium not in consortia_visible_to(partner)


@pytest.mark.parametrize("answer", [accept_invitation, decline_invitation])
@pytest.mark.parametrize("role", [Role.BID_WRITER, Role.PROVIDER_FINANCE, Role.VIEWER])
def test_answering_takes_somebody_who_can_commit_the_organisation(answer, role, partner, place):
    by = member(role, organisation_of(partner))
    with pytest.raises(PermissionDenied):
        answer(by=by, place=place)
    assert fresh(place).status == "invited"


@pytest.mark.parametrize("answer", [accept_invitation, decline_invitation])
def test_nobody_answers_for_somebody_else(answer, lead, place):
    for by in (lead, registered(), member(Role.DIRECTOR)):
        with pytest.raises(PermissionDenied):
            answer(by=by, place=place)


@pytest.mark.parametrize("answer", [accept_invitation, decline_invitation])
def test_invitation_is_answered_once(answer, partner, place):
    answer(by=partner, place=place)
    with pytest.raises(Refused, match="can no longer be done"):
        accept_invitation(by=partner, place=place)
    with pytest.raises(Refused, match="can no longer be done"):
        decline_invitation(by=partner, place=place)


# --- taking back, leaving, inviting again


def test_invitation_taken_back_cannot_be_accepted(lead, partner, place):
    take_back_invitation(by=lead, place=place)
    assert fresh(place).status == "taken_back"
    assert told(partner) == ["providers/invitation", "providers/invitation_taken_back"]
    with pytest.raises(Refused):
        accept_invitation(by=partner, place=place)


def test_accepted_invitation_cannot_be_taken_back(lead, partner, place):
    accept_invitation(by=partner, place=place)
    with pytest.raises(Refused):
        take_back_invitation(by=lead, place=place)
    with pytest.raises(PermissionDenied):
        take_back_invitation(by=partner, place=place)


def test_member_leaves_by_its_own_decision(lead, partner, place):
    accept_invitation(by=partner, place=place)
    with pytest.raises(PermissionDenied):
        leave_consortium(by=lead, place=place, reason="No room this year.")

    leave_consortium(by=partner, place=place, reason="No room this year.")

    assert fresh(place).status == "left"
    assert told(lead)[-1] == "providers/member_left"


def test_lead_cannot_leave(consortium):
    owner = member(Role.OWNER, lead_of(consortium))
    with pytest.raises(Refused, match="answers for the consortium"):
        leave_consortium(by=owner, place=consortium.members.get(), reason="No room this year.")


def test_invited_organisation_declines_and_does_not_leave(partner, place):
    with pytest.raises(Refused, match="can no longer be done"):
        leave_consortium(by=partner, place=place, reason="No room this year.")


def test_rule_from_above_keeps_a_member_in(partner, place, monkeypatch):
    monkeypatch.setattr(policies, "_leaving_rules", [])
    asked = []
    keep_from_leaving(lambda found: asked.append(found) or ALLOWED)
    rule = keep_from_leaving(lambda found: refused("A live bid names you."))
    keep_from_leaving(rule)
    accept_invitation(by=partner, place=place)

    with pytest.raises(Refused, match="A live bid names you"):
        leave_consortium(by=partner, place=place, reason="No room this year.")

    assert asked == [place]
    assert fresh(place).status == "joined"
    assert may_leave_consortium(registered(), fresh(place)).right is False


@pytest.mark.parametrize("ending", ["declined", "left", "taken_back"])
def test_whoever_is_out_can_be_invited_again(ending, lead, partner, place):
    if ending == "declined":
        decline_invitation(by=partner, place=place)
    elif ending == "left":
        accept_invitation(by=partner, place=place)
        leave_consortium(by=partner, place=place, reason="No room this year.")
    else:
        take_back_invitation(by=lead, place=place)

    again = invite_member(
        by=lead, consortium=place.consortium, organisation=organisation_of(partner), part="Workshops"
    )

    assert again.pk == place.pk
    assert (again.status, again.part, again.decided_at, again.decided_by) == ("invited", "Workshops", None, None)
    assert again.invited_at > place.invited_at
    accept_invitation(by=partner, place=again)
    assert fresh(place).status == "joined"


def test_every_notice_of_the_table_is_sent_by_some_service():
    sent = {step.notice for step in CONSORTIUM_MEMBER.steps if step.notice}
    assert sent == {
        "providers/invitation",
        "providers/invitation_accepted",
        "providers/invitation_declined",
        "providers/invitation_taken_back",
        "providers/member_left",
        "providers/member_removed",
    }


# --- removed by the lead


@pytest.fixture
def joined(partner, place):
    accept_invitation(by=partner, place=place)
    return fresh(place)


def test_lead_removes_a_member_and_says_why(lead, partner, joined):
    remove_member(by=lead, place=joined, reason="You told us on the phone that you have no staff.")
    assert fresh(joined).status == "removed"
    assert told(partner)[-1] == "providers/member_removed"
    assert "no staff" in Notice.objects.filter(recipient=partner).latest("id").body
    assert Event.objects.get(action="consortium.remove").reason.endswith("no staff.")
    assert list(consortia_visible_to(partner)) == []


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_nobody_parts_without_a_reason_that_can_be_read(lead, partner, joined, reason):
    for part, by in ((remove_member, lead), (leave_consortium, partner)):
        with pytest.raises(Refused):
            part(by=by, place=joined, reason=reason)
    assert fresh(joined).status == "joined"


def test_only_the_lead_removes_and_never_itself(lead, partner, joined, consortium):
    with pytest.raises(PermissionDenied):
        remove_member(by=partner, place=joined, reason="We do not need you.")
    with pytest.raises(Refused, match="answers for the consortium"):
        remove_member(by=lead, place=consortium.members.get(is_lead=True), reason="Too much work.")


def test_removed_member_can_be_invited_again(lead, partner, joined):
    remove_member(by=lead, place=joined, reason="No staff.")
    invite_member(by=lead, consortium=joined.consortium, organisation=organisation_of(partner), part="Mentors")
    assert (fresh(joined).status, fresh(joined).reason) == ("invited", "")


def test_member_on_whom_something_counts_is_not_removed(lead, joined, monkeypatch):
    monkeypatch.setattr(policies, "_leaving_rules", [])
    keep_from_leaving(lambda found: refused("A live bid names it."))
    with pytest.raises(Refused, match="A live bid names it"):
        remove_member(by=lead, place=joined, reason="No staff.")


# --- who sees what


def test_members_and_invited_see_it_and_others_do_not(lead, partner, place):
    declined = registered()
    consortium_member(place.consortium, organisation_of(declined), status="declined")
    viewer = member(Role.VIEWER, organisation_of(partner))
    for person in (lead, partner, viewer, member(Role.AUDITOR)):
        assert list(consortia_visible_to(person)) == [place.consortium]
    for person in (declined, registered(), member(Role.DIRECTOR), UserFactory()):
        assert list(consortia_visible_to(person)) == []


def test_places_of_an_organisation_put_invitations_first(lead):
    organisation = organisation_of(lead)
    ConsortiumFactory(name="A member of", joined=[organisation])
    ConsortiumFactory(name="Z invited to", invited=[organisation])
    ConsortiumFactory(name="Led by it", lead=organisation, joined=[RegistrationFactory().organisation])
    places = list(places_of(organisation))
    assert places[0].consortium.name == "Z invited to"
    assert {place.consortium.name: place.joined_count for place in places} == {
        "Z invited to": 1,
        "A member of": 2,
        "Led by it": 2,
    }
