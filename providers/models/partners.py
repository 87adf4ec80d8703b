"""Organisations that look for partners, and what they write to each other."""

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Area, Cohort, Drafted, NeedCategory, Organisation, User
from core.models.base import status_is_known
from providers.states import PartnerInterestStatus, PartnerNoticeStatus

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


class PartnerInterest(models.Model):
    """One organisation has told another that it would like to work with it, perhaps on one opportunity.

    Opportunities belong to an app above this one, so `opportunity_number` is a number and no key; 0: about none.
    `contact` and `answer_contact` are the people whose names and addresses the two show each other once, and
    only if, it is accepted.
    """

    form_key = models.UUIDField(_("form key"), unique=True, editable=False)
    # The composite indexes below begin with these two.
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="interests_sent",
        db_index=False,
        verbose_name=_("from"),
    )
    partner = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        related_name="interests_received",
        db_index=False,
        verbose_name=_("to"),
    )
    # The two numbers in order, so that one waits between two organisations whoever wrote it.
    pair = models.CharField(_("between"), max_length=40, editable=False)
    opportunity_number = models.PositiveBigIntegerField(_("number of the opportunity"), default=0)
    opportunity_title = models.CharField(_("opportunity"), max_length=150, blank=True)
    message = models.TextField(_("message"), max_length=1000)
    status = models.CharField(
        _("status"), max_length=20, choices=PartnerInterestStatus.choices, default=PartnerInterestStatus.SENT
    )
    sent_at = models.DateTimeField(_("sent at"))
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by"))
    contact = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("contact"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answer_contact = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("their contact")
    )

    class Meta:
        verbose_name = _("expression of interest")
        verbose_name_plural = _("expressions of interest")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="interest_sent_newest"),
            models.Index(fields=["partner", "-id"], name="interest_received_newest"),
            models.Index(fields=["partner", "status", "id"], name="interest_waiting"),
            models.Index(fields=["organisation", "sent_at"], name="interest_sent_on_a_day"),
        ]
        constraints = [
            status_is_known(PartnerInterestStatus, "interest_status_known"),
            models.CheckConstraint(
                condition=~models.Q(organisation=models.F("partner")), name="interest_not_in_itself"
            ),
            models.CheckConstraint(condition=~models.Q(message=""), name="interest_has_message"),
            models.CheckConstraint(
                condition=models.Q(opportunity_number=0) | ~models.Q(opportunity_title=""),
                name="interest_names_its_opportunity",
            ),
            models.UniqueConstraint(
                fields=["pair", "opportunity_number"],
                condition=models.Q(status=PartnerInterestStatus.SENT),
                name="interest_one_waits",
            ),
            models.CheckConstraint(
                condition=models.Q(status=PartnerInterestStatus.SENT, answered_at__isnull=True)
                | ~models.Q(status=PartnerInterestStatus.SENT)
                & models.Q(answered_at__isnull=False, answered_by__isnull=False),
                name="interest_answered_at_with_by",
            ),
            models.CheckConstraint(
                condition=models.Q(status=PartnerInterestStatus.ACCEPTED, answer_contact__isnull=False)
                | ~models.Q(status=PartnerInterestStatus.ACCEPTED) & models.Q(answer_contact__isnull=True),
                name="interest_accepted_with_contact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} to {self.partner}"
