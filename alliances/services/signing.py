"""Members sign, and the last signature brings the alliance into force."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliances import notices
from alliances.models import Alliance, AllianceMember
from alliances.policies.signing import may_sign_alliance
from alliances.services.locks import locked_alliance, places_of
from alliances.states import ALLIANCE
from core import audit
from core.access import Refused, Stale, require
from core.models import Organisation, User


@transaction.atomic
def sign_alliance(
    *, by: User, alliance: Alliance, organisation: Organisation, signed_as: str, confirms: bool, sha256: str
) -> Alliance:
    """The member has signed the exact text that `sha256` names; the last signature makes the alliance active.

    `signed_as` is the person's authority in words. Raises Stale if the text is another by now, Refused if
    the member has signed, is not asked to, owes a declaration, or the person does not confirm.
    """
    alliance = locked_alliance(alliance)
    place = _place_of(alliance, organisation)
    require(may_sign_alliance(by, place))
    if sha256 != alliance.agreed_sha256:
        raise Stale(_("The text was changed after you opened this page. Read the new text below before you sign."))
    if not confirms:
        raise Refused(_("Tick the box to confirm that you have read the agreement and may sign it."))
    if not signed_as.strip():
        raise Refused(_("Say in what capacity you sign, like “Chief executive”."))
    _sign(place, by=by, signed_as=signed_as.strip())
    is_last = not alliance.members.filter(signed_at__isnull=True).exists()
    if is_last:
        ALLIANCE.apply(alliance, "activate", activated_at=place.signed_at)
        notices.alliance_active(alliance, places_of(alliance))
    signature = {"sha256": sha256, "signed_as": place.signed_as}
    audit.record("alliance.sign", by=by, obj=alliance, organisation=organisation, after=signature)
    if is_last:
        audit.record(
            "alliance.activate",
            by=by,
            obj=alliance,
            organisation=alliance.organisation,
            after={"activated_at": alliance.activated_at},
        )
    return alliance


def _place_of(alliance: Alliance, organisation: Organisation) -> AllianceMember:
    place = alliance.members.select_related("organisation").filter(organisation=organisation).first()
    if place is None:
        raise Refused(_("%(name)s is not a member of this alliance.") % {"name": organisation.name})
    place.alliance = alliance
    return place


def _sign(place: AllianceMember, *, by: User, signed_as: str) -> None:
    place.signed_at = timezone.now()
    place.signed_by = by
    place.signed_as = signed_as
    place.signed_sha256 = place.alliance.agreed_sha256
    place.save(update_fields=["signed_at", "signed_by", "signed_as", "signed_sha256"])
