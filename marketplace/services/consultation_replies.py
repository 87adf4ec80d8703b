"""Saying what was heard in a consultation and what was changed."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, Stale, require
from core.concurrency import save_version
from core.models import User
from marketplace.drafts import ReplyWords, ThemeWords
from marketplace.models import ConsultationReply, ConsultationRound, ReplyTheme
from marketplace.policies.consultations import may_publish_reply, may_reply, may_take_back_reply
from marketplace.services.locks import locked_round
from marketplace.services.needs import locked_need
from marketplace.states import REPLY


@transaction.atomic
def save_reply(*, by: User, consultation: ConsultationRound, words: ReplyWords, version: int) -> ConsultationReply:
    """A draft says what was heard, what was changed, and by which themes; `version` nought begins it.

    Stale if somebody began it or saved it since.
    """
    consultation = locked_round(consultation)
    require(may_reply(by, consultation))
    if not (words.what_we_heard.strip() and words.what_we_changed.strip()):
        raise Refused(_("Say both what you heard and what you changed."))
    columns = {"what_we_heard": words.what_we_heard.strip(), "what_we_changed": words.what_we_changed.strip()}
    reply = ConsultationReply.objects.filter(round=consultation).first()
    if reply is None:
        reply = ConsultationReply.objects.create(round=consultation, created_by=by, updated_by=by, **columns)
    elif version == 0:
        raise Stale(_("Somebody else began this meanwhile. Your text is below and not yet saved."))
    else:
        save_version(reply, expected=version, by=by, **columns)
    _write_themes(reply, words.themes)
    _record("consultation.write_reply", reply, by=by)
    return reply


@transaction.atomic
def publish_reply(*, by: User, reply: ConsultationReply, version: int) -> ConsultationReply:
    """Everybody can read what was heard and what was changed, as it stood at `version`."""
    reply = _locked(reply)
    require(may_publish_reply(by, reply))
    if reply.version != version:
        raise Stale(_("This was changed after you opened it. It is shown below as it is now."))
    REPLY.apply(reply, "publish", published_at=timezone.now(), published_by=by)
    _record("consultation.reply", reply, by=by)
    return reply


@transaction.atomic
def take_back_reply(*, by: User, reply: ConsultationReply, reason: str) -> ConsultationReply:
    """The reply is a draft again, to be mended; `reason` says why, for everybody to read."""
    reply = _locked(reply)
    require(may_take_back_reply(by, reply))
    if not reason.strip():
        raise Refused(_("Say why this is taken back."))
    REPLY.apply(reply, "take_back", published_at=None, published_by=None)
    _record("consultation.take_back_reply", reply, by=by, reason=reason.strip())
    return reply


# -----------------------------------------------------------------------------------------------------


def _locked(reply: ConsultationReply) -> ConsultationReply:
    """The reply as it is now, held with its round and its need: no opportunity is published meanwhile."""
    locked_need(reply.round.need)
    held = locked_round(reply.round)
    return ConsultationReply.objects.select_related("round__need__organisation").get(round=held)


def _write_themes(reply: ConsultationReply, themes: Sequence[ThemeWords]) -> None:
    reply.themes.all().delete()
    ReplyTheme.objects.bulk_create(
        ReplyTheme(reply=reply, number=number, theme=each.theme, response=each.response)
        for number, each in enumerate(themes, start=1)
    )


def _record(action: str, reply: ConsultationReply, *, by: User, reason: str = "") -> None:
    need = reply.round.need
    audit.record(action, by=by, obj=reply.round, organisation=need.organisation, reason=reason)
