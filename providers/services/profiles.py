"""Profiles are frozen, given out by code, and read."""

import datetime
import hashlib
import re
import secrets

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, Stale, require
from core.models import Organisation, User
from providers.models import ShareCode, Snapshot, WrongCode
from providers.policies.profiles import may_read_by_code, may_revoke_code, may_share_profile
from providers.queries.profiles import canonical, code_that_works, fingerprint, profile_of

WORKS_DAYS = 30
# No letter or digit that is taken for another one, read out over a telephone.
LETTERS = "ABCDEFGHJKMNPQRTUVWXYZ2346789"
GROUPS, GROUP_LENGTH = 4, 4


@transaction.atomic
def freeze_profile(*, organisation: Organisation) -> Snapshot:
    """The organisation's profile as it is now is kept for good, numbered; an unchanged one is the last one again.

    Part of another act, which asks its policy and records its event.
    """
    # Not the strongest lock: rows that only point at the organisation need not wait.
    held = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    text = canonical(profile_of(held))
    last = Snapshot.objects.filter(organisation=held).order_by("-number").first()
    if last and last.sha256 == fingerprint(text):
        return last
    return Snapshot.objects.create(
        organisation=held,
        number=last.number + 1 if last else 1,
        taken_at=timezone.now(),
        content=text,
        sha256=fingerprint(text),
    )


@transaction.atomic
def make_share_code(*, by: User, organisation: Organisation, days: int = WORKS_DAYS) -> tuple[ShareCode, str]:
    """The profile as it is now can be read with the code given back, for `days` days. The code is kept nowhere."""
    require(may_share_profile(by, organisation))
    snapshot = freeze_profile(organisation=organisation)
    groups = ["".join(secrets.choice(LETTERS) for _letter in range(GROUP_LENGTH)) for _group in range(GROUPS)]
    code, now = "-".join(groups), timezone.now()
    row = ShareCode.objects.create(
        snapshot=snapshot,
        code_sha256=hash_of(code),
        made_at=now,
        made_by=by,
        expires_at=now + datetime.timedelta(days=days),
    )
    after = {"snapshot": str(snapshot), "expires_at": row.expires_at}
    audit.record("profile.share", by=by, obj=row, organisation=organisation, after=after)
    return row, code


@transaction.atomic
def revoke_share_code(*, by: User, code: ShareCode) -> None:
    """The code opens nothing any more; whoever read by it has read."""
    require(may_revoke_code(by, code))
    now = timezone.now()
    changed = ShareCode.objects.filter(pk=code.pk, revoked_at__isnull=True).update(revoked_at=now, revoked_by=by)
    if not changed:
        raise Stale(_("Somebody else took this code back a moment ago."))
    audit.record("profile.revoke_code", by=by, obj=code, organisation=code.snapshot.organisation)


def read_by_code(*, by: User, typed: str, at: datetime.datetime) -> Snapshot:
    """The frozen profile that the code opens; that it was read is counted and on record.

    Raises Refused for a code that opens nothing, which is counted too: ten within an hour, and no more are taken.
    """
    snapshot = _opened(by, typed, at)
    if snapshot is None:
        raise Refused(_("This code opens nothing. It may be mistyped, out of date or taken back."))
    return snapshot


@transaction.atomic
def _opened(by: User, typed: str, at: datetime.datetime) -> Snapshot | None:
    # Held, so that many tries at once are counted one after the other.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    require(may_read_by_code(by, at=at))
    code = code_that_works(hash_of(typed), at)
    if code is None:
        WrongCode.objects.create(user=by, tried_at=at)
        return None
    ShareCode.objects.filter(pk=code.pk).update(read_count=F("read_count") + 1)
    after = {"snapshot": str(code.snapshot)}
    audit.record("profile.read_by_code", by=by, obj=code, organisation=code.snapshot.organisation, after=after)
    return code.snapshot


def hash_of(code: str) -> str:
    """SHA-256 of the code without what people put around its letters."""
    return hashlib.sha256(re.sub(r"[^A-Z0-9]", "", code.upper()).encode()).hexdigest()
