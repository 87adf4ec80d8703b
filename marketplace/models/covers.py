"""Who stands behind a member of a bid in a check it does not meet by itself."""

import datetime
import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Organisation, User
from core.models.base import status_is_known
from marketplace.models.bids import Bid
from marketplace.states import NEVER_COVERED, CoverStatus

LIVE = (CoverStatus.OFFERED, CoverStatus.PROPOSED, CoverStatus.SIGNED)
ENDED = (CoverStatus.DECLINED, CoverStatus.WITHDRAWN, CoverStatus.FALLEN)


def _person(label: Any) -> "models.ForeignKey[User | None, User | None]":
    return models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class Cover(models.Model):
    """One organisation’s promise to stand behind a member in one check of one bid, signed by both.

    The member signs by asking for it, the sponsor afterwards; or the sponsor by offering it and then the member.
    `party` says who was in the bid at first: the cover falls when that changes. `expires_on` is the last day on
    which it holds; that it is over the clock says.
    """

    form_key = models.UUIDField(_("form key"), default=uuid.uuid4, unique=True, editable=False)
    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="covers", verbose_name=_("bid"))
    sponsor = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="covers_given", verbose_name=_("sponsor")
    )
    member = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="covers_had", verbose_name=_("member")
    )
    check_code = models.CharField(_("check"), max_length=40)
    status = models.CharField(
        _("status"), max_length=20, choices=CoverStatus.choices, default=CoverStatus.PROPOSED
    )
    limit_pence = models.PositiveBigIntegerField(_("up to"))
    expires_on = models.DateField(_("until"))
    party = models.TextField(_("who was in the bid"))
    member_signed_at = models.DateTimeField(_("signed for the member at"), null=True, blank=True)
    member_signed_by = _person(_("signed for the member by"))
    sponsor_signed_at = models.DateTimeField(_("signed for the sponsor at"), null=True, blank=True)
    sponsor_signed_by = _person(_("signed for the sponsor by"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = _person(_("ended by"))

    class Meta:
        verbose_name = _("cover")
        verbose_name_plural = _("covers")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["sponsor", "-id"], name="cover_of_sponsor"),
            models.Index(fields=["member", "-id"], name="cover_of_member"),
            models.Index(
                fields=["sponsor", "check_code"], condition=Q(status="signed"), name="cover_signed_of_sponsor"
            ),
        ]
        constraints = [
            status_is_known(CoverStatus, "cover_status_known"),
            models.CheckConstraint(
                condition=~Q(check_code__in=[*NEVER_COVERED, ""]), name="cover_reaches_no_check_of_ones_own"
            ),
            models.CheckConstraint(condition=~Q(sponsor=models.F("member")), name="cover_is_given_to_another"),
            models.CheckConstraint(condition=Q(limit_pence__gt=0), name="cover_has_limit"),
            models.CheckConstraint(condition=~Q(party=""), name="cover_knows_the_party"),
            models.UniqueConstraint(
                fields=["bid", "member", "check_code"],
                condition=Q(status__in=["proposed", "signed"]),
                name="cover_once_per_member_and_check",
            ),
            models.UniqueConstraint(
                fields=["bid", "member", "check_code", "sponsor"],
                condition=Q(status="offered"),
                name="cover_offered_once_by_a_sponsor",
            ),
            models.CheckConstraint(
                condition=Q(member_signed_at__isnull=True, member_signed_by__isnull=True)
                | Q(member_signed_at__isnull=False, member_signed_by__isnull=False),
                name="cover_member_signed_at_with_by",
            ),
            models.CheckConstraint(
                condition=~Q(status="proposed") | Q(member_signed_at__isnull=False),
                name="cover_asked_for_is_signed_by_the_member",
            ),
            models.CheckConstraint(
                condition=~Q(status="offered") | Q(sponsor_signed_at__isnull=False, member_signed_at__isnull=True),
                name="cover_offered_is_signed_by_the_sponsor_alone",
            ),
            models.CheckConstraint(
                condition=Q(sponsor_signed_at__isnull=True, sponsor_signed_by__isnull=True)
                | Q(sponsor_signed_at__isnull=False, sponsor_signed_by__isnull=False),
                name="cover_sponsor_signed_at_with_by",
            ),
            models.CheckConstraint(
                condition=~Q(status="signed") | Q(sponsor_signed_at__isnull=False, member_signed_at__isnull=False),
                name="cover_signed_by_both",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["offered", "proposed", "signed"], ended_at__isnull=True, ended_by__isnull=True
                )
                | Q(
                    status__in=["declined", "withdrawn", "fallen"],
                    ended_at__isnull=False,
                    ended_by__isnull=False,
                ),
                name="cover_ended_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sponsor} for {self.member}: {self.check_code}"

    def is_over_on(self, day: datetime.date) -> bool:
        """Whether its last day has passed."""
        return self.expires_on < day

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed today."""
        return self.is_over_on(timezone.localdate())
