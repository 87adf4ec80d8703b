"""What bidders ask about an opportunity, and who wants to hear of it."""

import uuid

from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.models import Organisation, User
from core.models.base import status_is_known
from marketplace.models.opportunities import Opportunity
from marketplace.states import QuestionStatus

LONGEST_QUESTION = 2000
LONGEST_ANSWER = 5000


class BidderQuestion(models.Model):
    """A question from a provider to a commissioning body, which never learns who asked.

    `told` is the question as everybody reads it. Numbers are drawn when answers are published, all of one
    publication at once and in no order, so that they tell nothing about who asked when.
    """

    form_key = models.UUIDField(_("form key"), default=uuid.uuid4, unique=True, editable=False)
    opportunity = models.ForeignKey(
        Opportunity,
        on_delete=models.PROTECT,
        related_name="bidder_questions",
        db_index=False,
        verbose_name=_("opportunity"),
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("asked for")
    )
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    text = models.TextField(_("question"), max_length=LONGEST_QUESTION)
    status = models.CharField(
        _("status"), max_length=20, choices=QuestionStatus.choices, default=QuestionStatus.ASKED
    )
    told = models.TextField(_("question as everybody reads it"), max_length=LONGEST_QUESTION, blank=True)
    answer = models.TextField(_("answer"), max_length=LONGEST_ANSWER, blank=True)
    reason = models.TextField(_("why it is not answered for everyone"), max_length=2000, blank=True)
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta:
        verbose_name = _("bidder’s question")
        verbose_name_plural = _("bidders’ questions")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["opportunity", "status", "id"], name="question_of_opportunity"),
            models.Index(fields=["organisation", "opportunity", "id"], name="question_of_organisation"),
        ]
        constraints = [
            status_is_known(QuestionStatus, "question_status_known"),
            models.CheckConstraint(condition=~models.Q(text=""), name="question_has_text"),
            models.UniqueConstraint(fields=["opportunity", "number"], name="question_number_once"),
            models.CheckConstraint(
                condition=models.Q(status="published", number__isnull=False, published_at__isnull=False)
                | ~models.Q(status="published") & models.Q(number__isnull=True, published_at__isnull=True),
                name="question_published_with_number_and_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["answered", "published"])
                | ~models.Q(told="") & ~models.Q(answer=""),
                name="question_answered_in_words",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="private") | ~models.Q(answer="") & ~models.Q(reason=""),
                name="question_private_with_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="set_aside") | ~models.Q(reason=""),
                name="question_set_aside_with_reason",
            ),
        ]

    def __str__(self) -> str:
        """Never its words nor who asked: the record of events keeps names for ever."""
        return _now("Question %(number)s") % {"number": self.pk}


class Watch(models.Model):
    """A person wants to be told what changes in one opportunity."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="watches", db_index=False)
    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="watches")
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        constraints = [models.UniqueConstraint(fields=["user", "opportunity"], name="watch_once")]

    def __str__(self) -> str:
        return str(self.opportunity)
