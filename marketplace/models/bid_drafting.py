"""What the members of a bid need while they write it together; none of it is in the words that are sealed."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Organisation, User
from marketplace.models.bids import Bid, BidAnswer
from marketplace.models.opportunities import Criterion

LONGEST_COMMENT = 2000


class AnswerVersion(models.Model):
    """A text that an answer had before the one it has now. Erased when the bid is handed in."""

    answer = models.ForeignKey(BidAnswer, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("answer"), blank=True)
    at = models.DateTimeField(_("saved at"))
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("saved by")
    )

    class Meta:
        verbose_name = _("earlier answer")
        verbose_name_plural = _("earlier answers")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["answer", "number"], name="answer_version_once")]

    def __str__(self) -> str:
        return f"{self.answer_id}, version {self.number}"


class AnswerOpening(models.Model):
    """Somebody has the page open on which an answer is written. It tells the others and holds nobody up."""

    answer = models.ForeignKey(BidAnswer, on_delete=models.CASCADE, related_name="openings")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField(_("opened at"))
    seen_at = models.DateTimeField(_("last seen at"))

    class Meta:
        verbose_name = _("open answer")
        verbose_name_plural = _("open answers")
        constraints = [
            models.UniqueConstraint(fields=["answer", "user"], name="answer_opening_once"),
            models.CheckConstraint(
                condition=models.Q(seen_at__gte=models.F("opened_at")), name="answer_opening_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} has {self.answer_id} open"


class BidComment(models.Model):
    """What somebody in the bid says about it, or about one question, to the others in it and to nobody else.

    Erased when the bid is handed in.
    """

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="comments")
    criterion = models.ForeignKey(
        Criterion, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("question")
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    text = models.TextField(_("comment"), max_length=LONGEST_COMMENT)
    form_key = models.UUIDField(_("form key"), default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("said at"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )

    class Meta:
        verbose_name = _("comment on a bid")
        verbose_name_plural = _("comments on bids")
        ordering = ["-id"]
        indexes = [models.Index(fields=["bid", "-id"], name="comment_of_bid")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="comment_says_something"),
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True, settled_by__isnull=True)
                | models.Q(settled_at__isnull=False, settled_by__isnull=False),
                name="comment_settled_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        # Never its words: the audit log names things by this.
        return f"comment {self.pk} on bid {self.bid_id}"
