"""Organisations that look for partners."""

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Area, Cohort, Drafted, NeedCategory, Organisation
from core.models.base import status_is_known
from providers.states import PartnerNoticeStatus

LIVE = models.Q(status=PartnerNoticeStatus.LIVE)


class PartnerNotice(Drafted):
    """What one organisation offers and seeks, for those who look for partners to bid with.

    Each organisation has one at most. Nobody is on the board who did not post a notice. From `ends_at` on it
    is no longer shown, whatever its status.
    """

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="partner_notice", verbose_name=_("organisation")
    )
    status = models.CharField(
        _("status"), max_length=20, choices=PartnerNoticeStatus.choices, default=PartnerNoticeStatus.LIVE
    )
    # The organisation's name once more: the board is read and searched along this table alone. Services keep it.
    listed_name = models.CharField(_("name in lists"), max_length=200, editable=False)
    offers = models.TextField(_("what it offers"), max_length=2000)
    seeks = models.TextField(_("what it seeks"), max_length=2000)
    areas = models.ManyToManyField(Area, related_name="partner_notices", verbose_name=_("areas"))
    categories = models.ManyToManyField(
        NeedCategory, related_name="partner_notices", verbose_name=_("kinds of need")
    )
    cohorts = models.ManyToManyField(
        Cohort, related_name="partner_notices", blank=True, verbose_name=_("groups of people")
    )
    most_pence_a_year = models.PositiveBigIntegerField(_("most money it can carry in a year"))
    posted_at = models.DateTimeField(_("posted at"))
    ends_at = models.DateTimeField(_("shown until"))

    class Meta:
        verbose_name = _("notice for partners")
        verbose_name_plural = _("notices for partners")
        indexes = [
            models.Index(fields=["posted_at", "id"], condition=LIVE, name="partner_notice_newest"),
            models.Index(fields=["listed_name", "id"], condition=LIVE, name="partner_notice_by_name"),
            models.Index(fields=["most_pence_a_year", "id"], condition=LIVE, name="partner_notice_by_money"),
        ]
        constraints = [
            status_is_known(PartnerNoticeStatus, "partner_notice_status_known"),
            models.CheckConstraint(condition=~models.Q(listed_name=""), name="partner_notice_has_listed_name"),
            models.CheckConstraint(condition=~models.Q(offers=""), name="partner_notice_has_offer"),
            models.CheckConstraint(condition=~models.Q(seeks=""), name="partner_notice_has_search"),
            models.CheckConstraint(condition=models.Q(most_pence_a_year__gt=0), name="partner_notice_has_money"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("posted_at")), name="partner_notice_ends_after_posting"
            ),
        ]

    def __str__(self) -> str:
        return self.listed_name

    def is_shown_at(self, moment: datetime.datetime) -> bool:
        """Whether it stands on the board at that moment."""
        return self.status == PartnerNoticeStatus.LIVE and moment < self.ends_at
