"""What becomes of a provider's own rows when its account is closed, and of a person's when they go."""

from django.db import models
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from core.access import Sentence
from core.leaving import Part
from core.models import Document, Organisation, User
from core.services.documents import delete_document
from providers.models import (
    Consortium,
    ConsortiumMember,
    Contact,
    Declaration,
    Evidence,
    Identifier,
    IdentityLookUp,
    PartnerInterest,
    PartnerNotice,
    Registration,
    ShareCode,
    Snapshot,
    Statement,
    Timing,
    WrongCode,
)
from providers.policies.leaving import GOES, STAYS
from providers.services.consortia import (
    decline_invitation,
    leave_consortium,
    remove_member,
    take_back_invitation,
)
from providers.services.interests import decline_interest, withdraw_interest
from providers.states import ConsortiumMemberStatus as Status
from providers.states import PartnerInterestStatus

# In this order: evidence before the documents it shows.
OWN: tuple[type[models.Model], ...] = (
    PartnerNotice,
    Evidence,
    Statement,
    Declaration,
    Contact,
    IdentityLookUp,
    Timing,
    Identifier,
    Registration,
)
HELD = (Status.JOINED, Status.INVITED)


def _hold(organisation: Organisation) -> None:
    """Nobody joins or leaves its consortia meanwhile."""
    own = Consortium.objects.filter(members__organisation=organisation).values("pk")
    list(Consortium.objects.select_for_update(no_key=True).filter(pk__in=own).order_by("pk"))


def _keeps(organisation: Organisation) -> list[Sentence]:
    """Bids keep it, and they belong to an app above."""
    return []


def let_go(organisation: Organisation, by: User) -> None:
    """Its registration and all that it gave once are deleted, its places in consortia and open messages end."""
    _end_interests(organisation, by)
    _end_places(organisation, by)
    for kind in OWN:
        kind._default_manager.filter(organisation=organisation).delete()
    for document in Document.objects.filter(organisation=organisation).order_by("pk"):
        delete_document(by=by, document=document, reason=_reason(organisation))
    ShareCode.objects.filter(snapshot__organisation=organisation).delete()
    for snapshot in Snapshot.objects.filter(organisation=organisation):
        _delete_unless_needed(snapshot)


def _end_interests(organisation: Organisation, by: User) -> None:
    waiting = PartnerInterest.objects.filter(status=PartnerInterestStatus.SENT).order_by("pk")
    for interest in waiting.filter(organisation=organisation):
        withdraw_interest(by=by, interest=interest)
    for interest in waiting.filter(partner=organisation):
        decline_interest(by=by, interest=interest)


def _end_places(organisation: Organisation, by: User) -> None:
    places = ConsortiumMember.objects.filter(organisation=organisation, status__in=HELD)
    for place in places.select_related("consortium", "organisation").order_by("consortium_id"):
        if place.is_lead:
            _break_up(place.consortium, organisation, by)
        elif place.status == Status.INVITED:
            decline_invitation(by=by, place=place)
        else:
            leave_consortium(by=by, place=place, reason=_reason(organisation))


def _break_up(consortium: Consortium, lead: Organisation, by: User) -> None:
    others = consortium.members.filter(is_lead=False, status__in=HELD).select_related("consortium", "organisation")
    for place in others.order_by("pk"):
        if place.status == Status.INVITED:
            take_back_invitation(by=by, place=place)
        else:
            remove_member(by=by, place=place, reason=_reason(lead))
    if not consortium.members.exclude(organisation=lead).exists():
        _delete_unless_needed(consortium)


def _delete_unless_needed(row: Consortium | Snapshot) -> None:
    """Gone, unless something that is kept points to it."""
    try:
        row.delete()
    except ProtectedError:
        return


def _reason(organisation: Organisation) -> str:
    # Consortium members and the record of events read it: 500 characters at most.
    return _("%(name)s has closed its account.") % {"name": organisation.name}


def let_go_of_person(user: User) -> None:
    """Nothing is left of codes they mistyped and of pages they were at."""
    WrongCode.objects.filter(user=user).delete()
    Timing.objects.filter(person=user).delete()


PART = Part(goes=GOES, stays=STAYS, hold=_hold, keeps=_keeps, let_go=let_go)
