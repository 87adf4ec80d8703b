"""Saying what is missing: giving a signal, taking it back, and “me too”."""

import datetime
import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, require
from core.forms.text import count_words
from core.models import Area, Cohort, Organisation, User
from core.personal import refusal_of
from marketplace.drafts import SignalWords
from marketplace.models import Signal, SignalSupport
from marketplace.models.signals import MOST_WORDS
from marketplace.policies.signals import may_give_signal, may_support_signal, may_withdraw_signal
from marketplace.queries.signals import group_of, voices_of
from marketplace.services.locks import locked_group
from marketplace.states import SIGNAL


@transaction.atomic
def give_signal(*, by: User, organisation: Organisation, words: SignalWords, form_key: uuid.UUID) -> Signal:
    """The body has the signal. Sent twice with one `form_key` it makes one.

    Refused where the text is empty, longer than 100 words, or looks as if it told of one person.
    """
    require(may_give_signal(by, organisation))
    if made := _made_before(form_key, by=by, organisation=organisation):
        return made
    _fit_to_keep(words.text)
    try:
        with transaction.atomic():
            signal = Signal.objects.create(
                organisation=organisation,
                form_key=form_key,
                text=words.text.strip(),
                area=words.area,
                category=words.category,
                given_by=by,
                given_at=timezone.now(),
            )
    except IntegrityError:
        # The same form came twice in one moment.
        if made := _made_before(form_key, by=by, organisation=organisation):
            return made
        raise
    signal.cohorts.set(words.cohorts)
    after = {"area": words.area.pk, "category": words.category.pk}
    audit.record("signal.give", by=by, obj=signal, organisation=organisation, after=after)
    return signal


def _made_before(form_key: uuid.UUID, *, by: User, organisation: Organisation) -> Signal | None:
    made = Signal.objects.filter(form_key=form_key).first()
    if made and (made.given_by_id, made.organisation_id) != (by.pk, organisation.pk):
        raise Refused(_("This form was sent before for another signal. Open the page again and start afresh."))
    return made


def _fit_to_keep(text: str) -> None:
    if not text.strip():
        raise Refused(_("Say what is missing."))
    if count_words(text) > MOST_WORDS:
        raise Refused(_("Say it in %(limit)s words or fewer.") % {"limit": MOST_WORDS})
    if refusal := refusal_of(text, today=timezone.localdate()):
        raise Refused(refusal)


@transaction.atomic
def withdraw_signal(*, by: User, signal: Signal, arrived_at: datetime.datetime) -> None:
    """The signal is gone from every page and its words are erased."""
    signal, _root = locked_group(signal)
    require(may_withdraw_signal(by, signal, at=arrived_at))
    SIGNAL.apply(signal, "withdraw", text="")
    signal.cohorts.clear()
    audit.record("signal.withdraw", by=by, obj=signal, organisation=signal.organisation)


@transaction.atomic
def support_signal(*, by: User, signal: Signal, area: Area | None = None, cohort: Cohort | None = None) -> bool:
    """The person is counted among those who say so; false if they were already.

    A signal joined to another meanwhile keeps the support, and the one that stands for it counts it.
    """
    signal, root = locked_group(signal)
    require(may_support_signal(by, signal))
    if root != signal and root.given_by_id != by.pk:
        require(may_support_signal(by, root))
    if voices_of([root.pk]).filter(pk=by.pk).exists():
        return False
    SignalSupport.objects.create(signal=signal, by=by, at=timezone.now(), area=area, cohort=cohort)
    count_voices(root)
    audit.record("signal.support", by=by, obj=signal, organisation=signal.organisation)
    return True


@transaction.atomic
def take_back_support(*, by: User, signal: Signal) -> None:
    """The person no longer says “me too”, neither to the signal nor to one joined to it."""
    signal, root = locked_group(signal)
    taken, _rows = SignalSupport.objects.filter(signal__in=group_of(root), by=by).delete()
    if not taken:
        raise Refused(_("You have not said “me too” here, so there is nothing to take back."))
    for each in group_of(root):
        count_voices(each)
    audit.record("signal.take_back_support", by=by, obj=signal, organisation=signal.organisation)


def count_voices(signal: Signal) -> None:
    """The held signal knows how many people say so, with those of every signal joined to it."""
    signal.voices = voices_of([signal.pk]).count()
    Signal.objects.filter(pk=signal.pk).update(voices=signal.voices)
