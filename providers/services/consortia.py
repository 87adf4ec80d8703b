"""Providers come together to bid, and part again."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, notices
from core.access import Refused, require
from core.concurrency import save_version
from core.models import Organisation, User
from core.permissions import Permission as P
from core.queries.people import people_with
from providers.joint_bids import followed
from providers.models import Consortium, ConsortiumMember
from providers.policies.consortia import (
    is_parting_reason,
    may_answer_invitation,
    may_change_consortium,
    may_form_consortium,
    may_invite_member,
    may_leave_consortium,
    may_remove_member,
    may_take_back_invitation,
)
from providers.queries.consortia import lead_of, place_of
from providers.states import CONSORTIUM_MEMBER


@transaction.atomic
def form_consortium(*, by: User, organisation: Organisation, name: str, form_key: UUID) -> Consortium:
    """A consortium is there, led by `organisation`, with nobody else in it yet.

    The same `form_key` from the same person gives the consortium made the first time.
    """
    require(may_form_consortium(by, organisation))
    name = _named(name)
    if made := _made_before(form_key, by):
        return made
    try:
        with transaction.atomic():
            consortium = Consortium.objects.create(name=name, form_key=form_key, created_by=by, updated_by=by)
    except IntegrityError:
        # The same form came twice in one moment.
        if made := _made_before(form_key, by):
            return made
        raise
    place = ConsortiumMember.objects.create(consortium=consortium, organisation=organisation, is_lead=True)
    CONSORTIUM_MEMBER.apply(place, "lead", decided_at=timezone.now(), decided_by=by)
    audit.record(
        "consortium.form", by=by, obj=consortium, organisation=organisation, after={"name": consortium.name}
    )
    return consortium


def _made_before(form_key: UUID, by: User) -> Consortium | None:
    made = Consortium.objects.filter(form_key=form_key).first()
    if made and made.created_by_id != by.pk:
        raise Refused(_("This page was used already. Open it again and start anew."))
    return made


@transaction.atomic
def rename_consortium(*, by: User, consortium: Consortium, version: int, name: str) -> None:
    """The consortium has this name. Raises Stale where it is no longer at `version`."""
    require(may_change_consortium(by, consortium))
    before = consortium.name
    save_version(consortium, expected=version, by=by, name=_named(name))
    if consortium.name != before:
        audit.record(
            "consortium.rename",
            by=by,
            obj=consortium,
            organisation=lead_of(consortium),
            before={"name": before},
            after={"name": consortium.name},
        )


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused(_("Enter a name for the consortium."))
    return name


@transaction.atomic
def invite_member(
    *, by: User, consortium: Consortium, organisation: Organisation, part: str = ""
) -> ConsortiumMember:
    """The organisation is invited, again if it declined or left before; its people who can accept are told.

    `part` says in a line what it would do.
    """
    consortium = _locked(consortium)
    require(may_invite_member(by, consortium, organisation))
    place = place_of(consortium, organisation)
    again = place is not None
    if place is None:
        place = ConsortiumMember.objects.create(consortium=consortium, organisation=organisation, part=part)
    else:
        CONSORTIUM_MEMBER.apply(
            place,
            "invite_again",
            part=part,
            invited_at=timezone.now(),
            decided_at=None,
            decided_by=None,
            reason="",
        )
    _tell_member(place, "invitation", url=reverse("invitation-detail", args=[place.pk]))
    _record("consortium.invite_again" if again else "consortium.invite", by, place, lead_of(consortium))
    return place


@transaction.atomic
def take_back_invitation(*, by: User, place: ConsortiumMember) -> None:
    """The invitation no longer stands; those who were asked are told."""
    place = _locked_place(place)
    require(may_take_back_invitation(by, place))
    CONSORTIUM_MEMBER.apply(place, "take_back", decided_at=timezone.now(), decided_by=by)
    _tell_member(place, "invitation_taken_back", url=reverse("consortium-list"))
    _record("consortium.take_back_invitation", by, place, lead_of(place.consortium))


@transaction.atomic
def accept_invitation(*, by: User, place: ConsortiumMember) -> None:
    """The organisation has joined the consortium and stands in the bids it is writing; none is agreed to yet."""
    with followed(place, by):
        place = _locked_place(place)
        require(may_answer_invitation(by, place))
        CONSORTIUM_MEMBER.apply(place, "accept", decided_at=timezone.now(), decided_by=by)
        _tell_lead(place, "invitation_accepted")
    _record("consortium.accept_invitation", by, place, place.organisation)


@transaction.atomic
def decline_invitation(*, by: User, place: ConsortiumMember) -> None:
    """The organisation stays out; the lead may ask again."""
    place = _locked_place(place)
    require(may_answer_invitation(by, place))
    CONSORTIUM_MEMBER.apply(place, "decline", decided_at=timezone.now(), decided_by=by)
    _tell_lead(place, "invitation_declined")
    _record("consortium.decline_invitation", by, place, place.organisation)


@transaction.atomic
def leave_consortium(*, by: User, place: ConsortiumMember, reason: str) -> None:
    """The organisation is in neither the consortium nor a bid being written; the lead reads why, may ask again."""
    with followed(place, by):
        place = _locked_place(place)
        require(may_leave_consortium(by, place).and_then(is_parting_reason(reason)))
        CONSORTIUM_MEMBER.apply(place, "leave", decided_at=timezone.now(), decided_by=by, reason=reason)
        _tell_lead(place, "member_left")
    _record("consortium.leave", by, place, place.organisation, reason=reason)


@transaction.atomic
def remove_member(*, by: User, place: ConsortiumMember, reason: str) -> None:
    """The lead has parted with a member: it is in no bid being written, and its people are told why.

    What others agreed to in those bids has lapsed. Refused while a bid that was handed in counts on it.
    """
    with followed(place, by):
        place = _locked_place(place)
        require(may_remove_member(by, place).and_then(is_parting_reason(reason)))
        CONSORTIUM_MEMBER.apply(place, "remove", decided_at=timezone.now(), decided_by=by, reason=reason)
        _tell_member(place, "member_removed", url=reverse("consortium-list"))
    _record("consortium.remove", by, place, lead_of(place.consortium), reason=reason)


def _locked(consortium: Consortium) -> Consortium:
    return Consortium.objects.select_for_update().get(pk=consortium.pk)


def _locked_place(place: ConsortiumMember) -> ConsortiumMember:
    """The place as it stands now, with its consortium locked: the parent before the child."""
    consortium = _locked(place.consortium)
    current = ConsortiumMember.objects.select_related("organisation").get(pk=place.pk)
    current.consortium = consortium
    return current


def _tell_member(place: ConsortiumMember, notice: str, *, url: str) -> None:
    _tell(place, notice, P.CONSORTIUM_JOIN, place.organisation, url)


def _tell_lead(place: ConsortiumMember, notice: str) -> None:
    lead = lead_of(place.consortium)
    _tell(place, notice, P.CONSORTIUM_FORM, lead, reverse("consortium-detail", args=[place.consortium_id]))


def _tell(place: ConsortiumMember, notice: str, holders: P, organisation: Organisation, url: str) -> None:
    context = {"place": place, "consortium": place.consortium, "lead": lead_of(place.consortium)}
    notices.send(f"providers/{notice}", to=people_with(holders, organisation), context=context, url=url)


def _record(
    action: str, by: User, place: ConsortiumMember, organisation: Organisation, *, reason: str = ""
) -> None:
    after = {"status": place.status, "part": place.part}
    audit.record(action, by=by, obj=place, organisation=organisation, after=after, reason=reason)
