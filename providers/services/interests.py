"""An organisation says that it would like to work with another, and the two are introduced if both want it."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, notices
from core.access import Refused, require
from core.models import Organisation, User
from core.permissions import Permission as P
from core.queries.people import people_with
from providers.models import Consortium, PartnerInterest, PartnerNotice
from providers.policies.interests import (
    may_answer_interest,
    may_bring_together,
    may_send_interest,
    may_withdraw_interest,
)
from providers.queries.interests import contacts_to_choose, pair_of
from providers.services.consortia import form_consortium, invite_member
from providers.states import PARTNER_INTEREST
from providers.subjects import Subject


@transaction.atomic
def send_interest(
    *,
    by: User,
    organisation: Organisation,
    notice: PartnerNotice,
    message: str,
    contact: User,
    form_key: UUID,
    subject: Subject | None = None,
) -> PartnerInterest:
    """Whoever posted `notice` is told that `organisation` would like to work with it, and reads `message`.

    `contact` is whose name and address they get if they accept, not before. `subject` is the opportunity it is
    about, if it is about one. The same `form_key` from the same person gives the one made the first time.
    """
    # Two colleagues who write at once must not both be the tenth of the day, nor may two write to each other.
    _lock(organisation.pk, notice.organisation_id)
    made = PartnerInterest.objects.filter(form_key=form_key, sent_by=by, organisation=organisation).first()
    if made:
        return made
    notice = PartnerNotice.objects.select_related("organisation").get(pk=notice.pk)
    now, number = timezone.now(), subject.number if subject else 0
    require(may_send_interest(by, organisation, notice, opportunity_number=number, at=now))
    _require_contact(contact, organisation)
    message = _told(message)
    try:
        with transaction.atomic():
            interest = PartnerInterest.objects.create(
                form_key=form_key,
                organisation=organisation,
                partner=notice.organisation,
                pair=pair_of(organisation, notice.organisation),
                opportunity_number=number,
                opportunity_title=subject.title if subject else "",
                message=message,
                sent_at=now,
                sent_by=by,
                contact=contact,
            )
    except IntegrityError:
        raise Refused(_("This page was used already. Open it again and start anew.")) from None
    _tell(interest, "interest", interest.partner)
    _record("interest.send", by, interest, organisation)
    return interest


@transaction.atomic
def accept_interest(*, by: User, interest: PartnerInterest, contact: User) -> None:
    """The two are introduced: each sees the person the other has chosen. `contact` is the one who answers."""
    interest = _locked(interest)
    require(may_answer_interest(by, interest))
    _require_contact(contact, interest.partner)
    PARTNER_INTEREST.apply(interest, "accept", answered_at=timezone.now(), answered_by=by, answer_contact=contact)
    _tell(interest, "interest_accepted", interest.organisation)
    _record("interest.accept", by, interest, interest.partner)


@transaction.atomic
def decline_interest(*, by: User, interest: PartnerInterest) -> None:
    """It comes to nothing; neither learns whom the other had chosen."""
    interest = _locked(interest)
    require(may_answer_interest(by, interest))
    PARTNER_INTEREST.apply(interest, "decline", answered_at=timezone.now(), answered_by=by)
    _tell(interest, "interest_declined", interest.organisation)
    _record("interest.decline", by, interest, interest.partner)


@transaction.atomic
def withdraw_interest(*, by: User, interest: PartnerInterest) -> None:
    """It can no longer be accepted; whoever was written to is told."""
    interest = _locked(interest)
    require(may_withdraw_interest(by, interest))
    PARTNER_INTEREST.apply(interest, "withdraw", answered_at=timezone.now(), answered_by=by)
    _tell(interest, "interest_withdrawn", interest.partner)
    _record("interest.withdraw", by, interest, interest.organisation)


@transaction.atomic
def bring_together(
    *,
    by: User,
    interest: PartnerInterest,
    lead: Organisation,
    form_key: UUID,
    consortium: Consortium | None = None,
    name: str = "",
    part: str = "",
) -> Consortium:
    """The other of the two is invited into `consortium`, or into a new one called `name` that `lead` leads."""
    interest = PartnerInterest.objects.select_related("organisation", "partner").get(pk=interest.pk)
    require(may_bring_together(by, interest, lead))
    other = interest.partner if lead.pk == interest.organisation_id else interest.organisation
    led = consortium or form_consortium(by=by, organisation=lead, name=name, form_key=form_key)
    invite_member(by=by, consortium=led, organisation=other, part=part)
    return led


def _lock(*organisations: int) -> None:
    """In the order of their numbers, so that two who write to each other do not wait in a circle."""
    list(Organisation.objects.select_for_update().filter(pk__in=organisations).order_by("pk"))


def _locked(interest: PartnerInterest) -> PartnerInterest:
    locked = PartnerInterest.objects.select_for_update(of=("self",)).select_related("organisation", "partner")
    return locked.get(pk=interest.pk)


def _require_contact(contact: User, organisation: Organisation) -> None:
    if not contacts_to_choose(organisation).filter(pk=contact.pk).exists():
        raise Refused(_("Choose somebody who writes bids for your organisation."))


def _told(message: str) -> str:
    message = message.strip()
    if not message:
        raise Refused(_("Write a line on why you would like to work together."))
    return message


def _tell(interest: PartnerInterest, notice: str, organisation: Organisation) -> None:
    context = {"interest": interest, "sender": interest.organisation, "partner": interest.partner}
    url = reverse("interest-detail", args=[interest.pk])
    notices.send(f"providers/{notice}", to=people_with(P.CONSORTIUM_FORM, organisation), context=context, url=url)


def _record(action: str, by: User, interest: PartnerInterest, organisation: Organisation) -> None:
    after = {"status": interest.status, "opportunity": interest.opportunity_title}
    audit.record(action, by=by, obj=interest, organisation=organisation, after=after)
