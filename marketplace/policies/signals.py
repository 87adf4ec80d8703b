"""What may be done with a signal, by whom and when."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from core.access import Verdict, denied, refused
from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import has_right
from marketplace.models import Need, Signal
from marketplace.states import SIGNAL, NeedStatus, SignalStatus

Person = User | AnonymousUser

# How long whoever sent it may take it back, as long as nobody else says so too.
SECOND_THOUGHTS = datetime.timedelta(minutes=10)


def may_give_signal(user: Person, organisation: Organisation | int | None) -> Verdict:
    """Whether the person may say what is missing to that body."""
    return has_right(user, P.SIGNAL_GIVE, organisation)


def may_withdraw_signal(user: Person, signal: Signal, *, at: datetime.datetime) -> Verdict:
    """Whether whoever gave the signal may still take it back."""
    if signal.given_by_id != user.pk:
        return denied(_("Only the person who gave a signal can take it back."))
    verdict = SIGNAL.verdict(signal, "withdraw")
    if not verdict:
        return verdict
    if signal.voices > 1 or signal.merged.exists():
        return refused(_("Others say so too, so it stays. Ask a commissioning manager to set it aside."))
    if at - signal.given_at > SECOND_THOUGHTS:
        return refused(
            _("A signal can be taken back for ten minutes. Ask a commissioning manager to set it aside.")
        )
    return verdict


def may_support_signal(user: Person, signal: Signal) -> Verdict:
    """Whether the person may say “me too”: to a signal of their own body that nobody has decided about."""
    right = has_right(user, P.SIGNAL_GIVE, signal.organisation_id)
    if right and signal.given_by_id == user.pk:
        return refused(_("You gave this signal yourself, so you are counted already."))
    if right and signal.status != SignalStatus.MERGED:
        return right.and_then(SIGNAL.verdict(signal, "answer"))
    return right


def may_merge_signal(user: Person, signal: Signal) -> Verdict:
    """Whether the signal may be joined to another, or another to it."""
    return _may(user, signal, "merge")


def may_part_signal(user: Person, signal: Signal) -> Verdict:
    """Whether a signal that was joined to another may stand by itself again."""
    return _may(user, signal, "part")


def may_answer_signal(user: Person, signal: Signal) -> Verdict:
    """Whether those who say so may be told what was done."""
    return _may(user, signal, "answer")


def may_set_signal_aside(user: Person, signal: Signal) -> Verdict:
    """Whether the signal may be set aside with a reason."""
    return _may(user, signal, "set_aside")


def may_reopen_signal(user: Person, signal: Signal) -> Verdict:
    """Whether an answer or a setting aside may be undone; not once the text is erased."""
    verdict = _may(user, signal, "reopen")
    if verdict and not signal.text:
        return refused(_("Its text was erased, so there is nothing left to open again."))
    return verdict


def may_share_signal(user: Person, signal: Signal) -> Verdict:
    """Whether the body may let other commissioning bodies read the signal, or no longer."""
    return has_right(user, P.SIGNAL_ANSWER, signal.organisation_id)


def may_link_signals(user: Person, need: Need) -> Verdict:
    """Whether signals may be linked to the need as evidence, or taken from it: while it is not met or closed."""
    right = has_right(user, P.NEED_DRAFT, need.organisation_id)
    if right and need.status in (NeedStatus.MET, NeedStatus.CLOSED):
        return refused(_("This need is no longer open, so its evidence stays as it is."))
    return right


def _may(user: Person, signal: Signal, action: str) -> Verdict:
    return has_right(user, P.SIGNAL_ANSWER, signal.organisation_id).and_then(SIGNAL.verdict(signal, action))
