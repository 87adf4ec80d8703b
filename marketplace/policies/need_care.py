"""What may be changed on a need after it was published, and by whom."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, refused
from core.models import User
from core.permissions import Permission as P
from core.policies import has_right
from marketplace.models import Need
from marketplace.queries.needs import is_under_way
from marketplace.states import NeedStatus

Person = User | AnonymousUser


def may_keep_up_need(user: Person, need: Need) -> Verdict:
    """Whether principles and co-commissioners may be kept up: by those who draft, until the need is closed."""
    right = has_right(user, P.NEED_DRAFT, need.organisation_id)
    if right and need.status == NeedStatus.CLOSED:
        return refused(_("This need is closed. Open it again to change something on it."))
    return right


def may_add_figure(user: Person, need: Need) -> Verdict:
    """Whether a figure may be added to the published need."""
    verdict = may_keep_up_need(user, need)
    if verdict and need.status == NeedStatus.DRAFT:
        return refused(_("The figures of a draft are written on its first page."))
    return verdict


def may_take_back_figure(user: Person, need: Need) -> Verdict:
    """Whether a figure of the published need may be taken back: another one remains."""
    verdict = may_add_figure(user, need)
    if verdict and len(need.evidence.all()) <= 1:
        return refused(_("This is the only figure that shows the need. Add another one first."))
    return verdict


def may_correct_need(user: Person, need: Need) -> Verdict:
    """Whether words and numbers of the published need may be corrected: not while bids rest on them."""
    right = has_right(user, P.NEED_PUBLISH, need.organisation_id)
    if not right:
        return right
    if need.status == NeedStatus.DRAFT:
        return refused(_("A draft is simply changed; only a published need is corrected."))
    if need.status == NeedStatus.CLOSED:
        return refused(_("This need is closed. Open it again to change something on it."))
    if is_under_way(need):
        return refused(_("An opportunity for this need is under way, and bidders have read these words."))
    return ALLOWED
