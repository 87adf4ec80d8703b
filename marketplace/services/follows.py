"""Following what happens somewhere, for a kind of need or a group; changing how often, and stopping."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, require
from core.models import Area, Cohort, NeedCategory, User
from marketplace.models import Follow
from marketplace.policies.follows import may_change_follow
from marketplace.queries.follows import same_follow

MOST_FOLLOWS = 40


@transaction.atomic
def follow(
    *,
    by: User,
    area: Area | None,
    category: NeedCategory | None,
    cohort: Cohort | None,
    frequency: str,
) -> Follow:
    """The person is told of news from now on. Who follows the same already changes only how often."""
    key = (area.pk if area else None, category.pk if category else None, cohort.pk if cohort else None)
    if known := same_follow(by, key).first():
        return change_follow(by=by, follow=known, frequency=frequency)
    _has_room(by)
    now = timezone.now()
    try:
        with transaction.atomic():
            made = Follow.objects.create(
                user=by,
                area=area,
                category=category,
                cohort=cohort,
                frequency=frequency,
                created_at=now,
                told_until=now,
            )
    except IntegrityError:
        # The same form came twice in one moment.
        return same_follow(by, key).get()
    audit.record("follow.start", by=by, obj=made, after={"frequency": frequency})
    return made


def _has_room(person: User) -> None:
    if Follow.objects.filter(user=person).count() >= MOST_FOLLOWS:
        sentence = _("You follow %(most)s things already. Stop one before you add another.")
        raise Refused(sentence % {"most": MOST_FOLLOWS})


@transaction.atomic
def change_follow(*, by: User, follow: Follow, frequency: str) -> Follow:
    """The person is told as often as they wish; nothing is lost or told twice by changing it."""
    require(may_change_follow(by, follow))
    follow = _held(follow)
    before = follow.frequency
    if before == frequency:
        return follow
    Follow.objects.filter(pk=follow.pk).update(frequency=frequency)
    follow.frequency = frequency
    audit.record("follow.change", by=by, obj=follow, before={"frequency": before}, after={"frequency": frequency})
    return follow


@transaction.atomic
def stop_following(*, by: User, follow: Follow) -> None:
    """The person is told no more."""
    require(may_change_follow(by, follow))
    # The row itself keeps its number, for the record.
    deleted, _rows = Follow.objects.filter(pk=follow.pk).delete()
    if deleted:
        audit.record("follow.stop", by=by, obj=follow)


def _held(follow: Follow) -> Follow:
    found = Follow.objects.select_for_update(no_key=True).filter(pk=follow.pk).first()
    if found is None:
        raise Refused(_("You no longer follow this."))
    return found
