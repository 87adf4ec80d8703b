"""What a body does with signals: joins what says the same, answers, sets aside, shares, and undoes each."""

from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, notices
from core.access import Refused, require
from core.models import User
from marketplace.models import Need, Signal
from marketplace.policies.signals import (
    may_answer_signal,
    may_link_signals,
    may_merge_signal,
    may_part_signal,
    may_reopen_signal,
    may_set_signal_aside,
    may_share_signal,
)
from marketplace.queries.signals import COUNTED, voices_of
from marketplace.services.locks import locked_group, locked_signals
from marketplace.services.needs import locked_need
from marketplace.services.signals import count_voices
from marketplace.states import SIGNAL


@transaction.atomic
def merge_signals(*, by: User, stays: Signal, goes: Signal) -> Signal:
    """`goes` counts in `stays` from now on, with all that was joined to it; who said both counts once.

    Supports stay where they were given, so that `part_signal` restores everything exactly.
    """
    if stays == goes:
        raise Refused(_("Choose another signal to join it to."))
    stays, goes = locked_signals(stays.pk, goes.pk)
    require(may_merge_signal(by, goes).and_then(may_merge_signal(by, stays)))
    _in_one_body(stays, goes)
    Signal.objects.filter(counted_in=goes).update(counted_in=stays)
    SIGNAL.apply(goes, "merge", merged_into=stays, counted_in=stays, decided_at=timezone.now(), decided_by=by)
    count_voices(stays)
    audit.record("signal.merge", by=by, obj=goes, organisation=goes.organisation, after={"into": stays.pk})
    return stays


def _in_one_body(stays: Signal, goes: Signal) -> None:
    if stays.organisation_id != goes.organisation_id:
        raise Refused(_("Only signals of one commissioning body can be joined."))


@transaction.atomic
def part_signal(*, by: User, signal: Signal) -> Signal:
    """A signal that was joined to another stands by itself again, with what had been joined to it before."""
    signal, root = locked_group(signal)
    require(may_part_signal(by, signal))
    before = {"into": signal.merged_into_id}
    Signal.objects.filter(pk__in=_below(signal, root)).update(counted_in=signal)
    SIGNAL.apply(signal, "part", merged_into=None, counted_in=None, decided_at=None, decided_by=None)
    count_voices(signal)
    count_voices(root)
    audit.record("signal.part", by=by, obj=signal, organisation=signal.organisation, before=before)
    return signal


def _below(signal: Signal, root: Signal) -> list[int]:
    """Numbers of the signals that came to `root` through `signal`, however many joins ago."""
    joined = list(Signal.objects.filter(counted_in=root).values_list("pk", "merged_into"))
    below, found = [signal.pk], [signal.pk]
    while found:
        found = [number for number, into in joined if into in found]
        below += found
    return below[1:]


@transaction.atomic
def answer_signal(*, by: User, signal: Signal, reply: str, became: Need | None = None) -> Signal:
    """Everybody who says so is told what was done, and which need it became, if it did."""
    signal, _root = locked_group(signal)
    require(may_answer_signal(by, signal))
    if became is not None and became.organisation_id != signal.organisation_id:
        raise Refused(_("Choose one of the needs of your own organisation."))
    reply = _given(reply, _("Say what was done."))
    SIGNAL.apply(signal, "answer", reply=reply, became=became, decided_at=timezone.now(), decided_by=by)
    if became is not None:
        signal.needs.add(became)
    _tell(signal, "answer", by=by, need=became)
    after = {"status": signal.status, "became": became.pk if became else None}
    audit.record("signal.answer", by=by, obj=signal, organisation=signal.organisation, after=after, reason=reply)
    return signal


@transaction.atomic
def set_signal_aside(*, by: User, signal: Signal, reason: str, erase: bool = False) -> Signal:
    """The signal is set aside and everybody who said so is told why; with `erase` its words are gone for good.

    Erasing is for a text that tells of a person in spite of all.
    """
    signal, _root = locked_group(signal)
    require(may_set_signal_aside(by, signal))
    reason = _given(reason, _("Say why it is set aside."))
    fields = {"reply": reason, "decided_at": timezone.now(), "decided_by": by, **({"text": ""} if erase else {})}
    SIGNAL.apply(signal, "set_aside", **fields)
    _tell(signal, "set_aside", by=by)
    after = {"status": signal.status, "erased": erase}
    audit.record(
        "signal.set_aside", by=by, obj=signal, organisation=signal.organisation, after=after, reason=reason
    )
    return signal


@transaction.atomic
def reopen_signal(*, by: User, signal: Signal) -> Signal:
    """A signal that was answered or set aside is open again, and everybody who says so is told.

    A need it was linked to keeps it as evidence.
    """
    signal, _root = locked_group(signal)
    require(may_reopen_signal(by, signal))
    before = {"status": signal.status}
    SIGNAL.apply(signal, "reopen", reply="", became=None, decided_at=None, decided_by=None)
    _tell(signal, "reopen", by=by)
    audit.record("signal.reopen", by=by, obj=signal, organisation=signal.organisation, before=before)
    return signal


@transaction.atomic
def share_signal(*, by: User, signal: Signal, is_shared: bool) -> None:
    """Other commissioning bodies may read the signal, without the giver's name, or no longer."""
    signal, _root = locked_group(signal)
    require(may_share_signal(by, signal))
    if signal.is_shared == is_shared:
        return
    Signal.objects.filter(pk=signal.pk).update(is_shared=is_shared)
    action = "signal.share" if is_shared else "signal.unshare"
    audit.record(action, by=by, obj=signal, organisation=signal.organisation)


@transaction.atomic
def link_signals(*, by: User, need: Need, signals: Sequence[Signal]) -> int:
    """The signals say what the need says; how many did not before. Refused for one of another body."""
    need = locked_need(need)
    require(may_link_signals(by, need))
    ours = Signal.objects.filter(pk__in=[each.pk for each in signals], organisation=need.organisation_id)
    found = list(ours.filter(status__in=COUNTED).order_by("pk").values_list("pk", flat=True))
    if len(found) != len({each.pk for each in signals}):
        raise Refused(_("One of these signals can no longer be linked. Look at the list again."))
    fresh = set(found) - set(need.signals.values_list("pk", flat=True))
    if fresh:
        need.signals.add(*fresh)
        after = {"signals": sorted(fresh)}
        audit.record("need.link_signals", by=by, obj=need, organisation=need.organisation, after=after)
    return len(fresh)


@transaction.atomic
def unlink_signal(*, by: User, need: Need, signal: Signal) -> None:
    """The signal is no evidence of the need any more."""
    need = locked_need(need)
    require(may_link_signals(by, need))
    if not need.signals.filter(pk=signal.pk).exists():
        return
    need.signals.remove(signal)
    before = {"signals": [signal.pk]}
    audit.record("need.unlink_signal", by=by, obj=need, organisation=need.organisation, before=before)


def _given(words: str, sentence: str) -> str:
    if not words.strip():
        raise Refused(sentence)
    return words.strip()


def _tell(signal: Signal, action: str, *, by: User, need: Need | None = None) -> None:
    people = voices_of([signal.pk]).filter(is_active=True).exclude(pk=by.pk).order_by("pk")
    page = reverse("need-detail", args=[need.pk]) if need else reverse("signal-detail", args=[signal.pk])
    context = {"signal": signal, "by": by, "need": need, "reply": signal.reply}
    notices.send(SIGNAL.step(action).notice, to=people, context=context, url=page)
