"""Keeping up a published need: figures, corrections, principles and co-commissioners, each with a trace."""

from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, Stale, require
from core.concurrency import save_version
from core.models import Body, Organisation, User
from marketplace.drafts import Correction, Figure, PrincipleWords
from marketplace.models import CoCommissioner, Need, NeedEvidence, Principle, PrincipleMark, Urgency
from marketplace.policies.need_care import (
    may_add_figure,
    may_correct_need,
    may_keep_up_need,
    may_take_back_figure,
)
from marketplace.services.needs import locked_need


@transaction.atomic
def add_figure(*, by: User, need: Need, figure: Figure) -> NeedEvidence:
    """The published need is shown by one figure more. The same one sent twice stands once."""
    need = locked_need(need)
    require(may_add_figure(by, need))
    if made := need.evidence.filter(**asdict(figure)).first():
        return made
    made = NeedEvidence.objects.create(need=need, added_at=timezone.now(), added_by=by, **asdict(figure))
    _record("need.add_figure", need, by=by, after={"figure": made.figure, "source": made.source})
    return made


@transaction.atomic
def take_back_figure(*, by: User, figure: NeedEvidence, reason: str) -> None:
    """A figure that was wrong is gone; the event keeps it, with the reason for everybody to read.

    Refused for the last one.
    """
    need = locked_need(figure.need)
    require(may_take_back_figure(by, need))
    reason = _given(reason, _("Say what was wrong with it."))
    stood = need.evidence.filter(pk=figure.pk).first()
    if stood is None:
        raise Refused(_("Somebody else has taken this figure back already."))
    before = {name: getattr(stood, name) for name in ("figure", "source", "period", "link")}
    stood.delete()
    _record("need.take_back_figure", need, by=by, before=before, reason=reason)


@transaction.atomic
def correct_need(*, by: User, need: Need, correction: Correction, reason: str, version: int) -> Need:
    """The published need says what it should have said; what it said before, and why, stays on record.

    Area and kind stay: lists, followers and opportunities go by them. Stale if it was changed since `version`.
    """
    need = locked_need(need)
    require(may_correct_need(by, need))
    reason = _given(reason, _("Say what was wrong."))
    if correction.people_of is not None and correction.people_of < correction.people_affected:
        raise Refused(_("More people are affected than there are. Look at both numbers again."))
    if correction.urgency != Urgency.NO_DATE and not correction.urgency_reason.strip():
        raise Refused(_("Say why it should be there by then."))
    told = asdict(correction)
    changed = [name for name, value in told.items() if getattr(need, name) != value]
    if not changed:
        raise Refused(_("Nothing is different from what the need says now."))
    before = {name: getattr(need, name) for name in changed}
    save_version(need, expected=version, by=by, **told)
    after = {name: told[name] for name in changed}
    _record("need.correct", need, by=by, before=before, after=after, reason=reason)
    return need


@transaction.atomic
def mark_principle(*, by: User, need: Need, principle: int, words: PrincipleWords, version: int) -> PrincipleMark:
    """The need says how it stands by a principle; `version` nought says so for the first time.

    Stale if somebody said something else meanwhile.
    """
    need = locked_need(need)
    require(may_keep_up_need(by, need))
    text = _given(words.text, _("Say how, or why."))
    columns = {"standing": words.standing, "text": text, "link": words.link}
    mark = PrincipleMark.objects.filter(need=need, principle=principle).first()
    before = {name: getattr(mark, name) for name in columns} if mark else {}
    if mark is None:
        mark = PrincipleMark.objects.create(
            need=need, principle=Principle(principle), created_by=by, updated_by=by, **columns
        )
    elif version == 0:
        raise Stale(_("Somebody else wrote about this principle meanwhile. Your text is not yet saved."))
    else:
        save_version(mark, expected=version, by=by, **columns)
    _record("need.principle", need, by=by, before=before, after={"principle": principle, **columns})
    return mark


@transaction.atomic
def add_co_commissioner(*, by: User, need: Need, who: Body | Organisation, note: str) -> CoCommissioner:
    """A body or an organisation stands on the need as one that may bring something; added again, its note changes.

    Refused for the body whose need it is and for organisations that do not commission.
    """
    need = locked_need(need)
    require(may_keep_up_need(by, need))
    note = _given(note, _("Say what they may bring."))
    if who in (need.organisation, need.organisation.body):
        raise Refused(_("This is your own organisation. Name others."))
    if isinstance(who, Organisation) and not who.is_commissioner:
        raise Refused(_("Only an organisation that commissions can be named here."))
    which: dict[str, Any] = {"body": who} if isinstance(who, Body) else {"organisation": who}
    stood = need.co_commissioners.filter(**which).first()
    before = {"note": stood.note} if stood else {}
    if stood is None:
        stood = CoCommissioner(need=need, added_at=timezone.now(), added_by=by, **which)
    stood.note = note
    stood.save()
    _record("need.add_co_commissioner", need, by=by, before=before, after={"who": stood.name, "note": note})
    return stood


@transaction.atomic
def remove_co_commissioner(*, by: User, partner: CoCommissioner, reason: str) -> None:
    """It no longer stands on the need; the event keeps that it did."""
    need = locked_need(partner.need)
    require(may_keep_up_need(by, need))
    reason = _given(reason, _("Say why it is removed."))
    stood = need.co_commissioners.filter(pk=partner.pk).first()
    if stood is None:
        raise Refused(_("Somebody else has removed this already."))
    before = {"who": stood.name, "note": stood.note}
    stood.delete()
    _record("need.remove_co_commissioner", need, by=by, before=before, reason=reason)


# -----------------------------------------------------------------------------------------------------


def _given(text: str, sentence: str) -> str:
    if not text.strip():
        raise Refused(sentence)
    return text.strip()


def _record(
    action: str,
    need: Need,
    *,
    by: User,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> None:
    audit.record(
        action, by=by, obj=need, organisation=need.organisation, before=before, after=after, reason=reason
    )
