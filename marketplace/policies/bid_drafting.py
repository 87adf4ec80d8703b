"""Who may write, comment and look back while a bid is written by several organisations."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, denied, refused
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import organisations_where
from marketplace.models import Bid, BidAnswer, BidComment
from marketplace.policies.bids import is_being_written
from marketplace.queries.bid_drafting import organisations_in
from marketplace.queries.bids import BEING_WRITTEN

Person = User | AnonymousUser


def writes_for(user: Person, bid: Bid) -> set[int]:
    """Numbers of the organisations in the bid for which the person writes; none for anybody outside it."""
    return organisations_where(user, P.BID_WRITE) & organisations_in(bid)


def may_edit_answer(user: Person, bid: Bid, answer: BidAnswer, *, at: datetime.datetime) -> Verdict:
    """Writers of the lead, and writers of the member to which the question was given, while the bid is written."""
    own = writes_for(user, bid)
    if bid.organisation_id in own or (answer.owner_id and answer.owner_id in own):
        return is_being_written(bid, at=at)
    if answer.owner is None:
        sentence = _("Only people who write bids for %(lead)s, the lead, can change this answer.")
        return denied(sentence % {"lead": bid.organisation.name})
    sentence = _("%(owner)s writes this answer, and %(lead)s as the lead. You can read it and comment.")
    return denied(sentence % {"owner": answer.owner.name, "lead": bid.organisation.name})


def may_assign_answer(
    user: Person, bid: Bid, answer: BidAnswer, organisation: Organisation | None, *, at: datetime.datetime
) -> Verdict:
    """The lead gives a question to anybody in the bid; a member takes one nobody has, or gives its own back."""
    own = writes_for(user, bid)
    if not own:
        return denied(_("Only people who write for an organisation in this bid can do this."))
    if organisation is not None and organisation.pk not in organisations_in(bid):
        return refused(_("%(name)s is not in this bid.") % {"name": organisation.name})
    takes = answer.owner_id is None and organisation is not None and organisation.pk in own
    gives_back = answer.owner_id in own and organisation is None
    if bid.organisation_id in own or takes or gives_back:
        return is_being_written(bid, at=at)
    if answer.owner is not None:
        return refused(_("%(name)s writes this answer already.") % {"name": answer.owner.name})
    return denied(_("The lead says who else writes an answer."))


def may_comment(user: Person, bid: Bid) -> Verdict:
    """Writers of any organisation in the bid, until it is handed in."""
    if not writes_for(user, bid):
        return denied(_("Only people who write for an organisation in this bid can comment on it."))
    if bid.status not in BEING_WRITTEN:
        return refused(_("Comments end when the bid is handed in."))
    return ALLOWED


def may_delete_comment(user: Person, comment: BidComment) -> Verdict:
    """Whoever said it."""
    if comment.by_id != user.pk:
        return denied(_("Only %(name)s can delete this comment.") % {"name": comment.by.name})
    return may_comment(user, comment.bid)
