"""What may be done with a need, by whom and when."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, refused
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import has_right
from marketplace.models import Need
from marketplace.queries.needs import COMMISSIONABLE, is_under_way
from marketplace.states import NEED, NeedStatus

Person = User | AnonymousUser


def may_draft_need(user: Person, organisation: Organisation | int | None) -> Verdict:
    """Whether the person may begin a need for that body."""
    return has_right(user, P.NEED_DRAFT, organisation)


def may_edit_need(user: Person, need: Need) -> Verdict:
    """Whether the words and figures of the need may be changed: only before it is published."""
    right = has_right(user, P.NEED_DRAFT, need.organisation_id)
    if right and need.status != NeedStatus.DRAFT:
        return refused(
            _("A published need cannot be changed, only corrected by a director or closed with a reason.")
        )
    return right


def may_publish_need(user: Person, need: Need) -> Verdict:
    """Whether the need may become public."""
    verdict = has_right(user, P.NEED_PUBLISH, need.organisation_id).and_then(NEED.verdict(need, "publish"))
    if verdict and not need.evidence.all():
        return refused(_("A need is published with at least one figure that shows it. Add one first."))
    return verdict


def may_mark_need_met(user: Person, need: Need) -> Verdict:
    """Whether the need may be marked met: something was commissioned for it, and nothing is under way."""
    verdict = has_right(user, P.NEED_PUBLISH, need.organisation_id).and_then(NEED.verdict(need, "meet"))
    if verdict and is_under_way(need):
        return refused(_("There is an opportunity for this need that has not ended. Wait for its result."))
    return verdict


def may_close_need(user: Person, need: Need) -> Verdict:
    """Whether the need may be closed without being met: not while bids are invited for it."""
    verdict = has_right(user, P.NEED_PUBLISH, need.organisation_id).and_then(NEED.verdict(need, "close"))
    if verdict and is_under_way(need):
        return refused(_("There is an opportunity for this need that has not ended. Cancel that first."))
    return verdict


def may_reopen_need(user: Person, need: Need) -> Verdict:
    """Whether a need that was met or closed may stand as unmet again."""
    return has_right(user, P.NEED_PUBLISH, need.organisation_id).and_then(NEED.verdict(need, "reopen"))


def may_commission_need(user: Person, need: Need) -> Verdict:
    """Whether an opportunity may be made from the need."""
    right = has_right(user, P.OPPORTUNITY_DRAFT, need.organisation_id)
    if not right:
        return right
    if need.status == NeedStatus.DRAFT:
        return refused(_("An opportunity is made from a published need. Publish this need first."))
    if need.status not in COMMISSIONABLE:
        return refused(_("This need is no longer open. Reopen it to make an opportunity from it."))
    return ALLOWED
