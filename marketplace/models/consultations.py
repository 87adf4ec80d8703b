"""Asking those who know: rounds of questions on a need, answers, and what the body made of them."""

import datetime
import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Drafted, Organisation, User
from core.models.base import status_is_known
from marketplace.models.needs import Need
from marketplace.states import ReplyStatus, RoundPhase, RoundStatus

MOST_QUESTIONS = 10


class SpeaksAs(models.TextChoices):
    """In which capacity somebody answers."""

    PROVIDER = "provider", _("provider")
    PRACTITIONER = "practitioner", _("practitioner")
    LIVED_EXPERIENCE = "lived_experience", _("lived-experience group")


class ConsultationRound(Drafted):
    """Questions that a commissioning body asks about a need between two moments; the clock opens and closes it."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="rounds", verbose_name=_("need"))
    number = models.PositiveSmallIntegerField(_("number"))
    status = models.CharField(_("status"), max_length=20, choices=RoundStatus, default=RoundStatus.DRAFT)
    intro = models.TextField(_("what it is about"), max_length=3000, blank=True)
    asks_providers = models.BooleanField(_("asks providers"), default=True)
    asks_practitioners = models.BooleanField(_("asks practitioners"), default=True)
    asks_lived_experience = models.BooleanField(_("asks lived-experience groups"), default=True)
    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )
    cancelling_reason = models.TextField(_("why it was cancelled"), max_length=2000, blank=True)
    answers_opened_at = models.DateTimeField(_("answers opened at"), null=True, blank=True)
    answers_opened_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("opened by")
    )
    # Counted when they are opened.
    named_answers = models.PositiveIntegerField(_("answers with a name"), default=0)
    anonymous_answers = models.PositiveIntegerField(_("answers without a name"), default=0)

    class Meta:
        verbose_name = _("consultation round")
        verbose_name_plural = _("consultation rounds")
        ordering = ["number"]
        indexes = [models.Index(fields=["status", "closes_at", "id"], name="round_closing")]
        constraints = [
            status_is_known(RoundStatus, "round_status_known"),
            models.UniqueConstraint(fields=["need", "number"], name="round_number_once"),
            models.CheckConstraint(
                condition=models.Q(opens_at__isnull=True) | models.Q(closes_at__gt=models.F("opens_at")),
                name="round_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=models.Q(asks_providers=True)
                | models.Q(asks_practitioners=True)
                | models.Q(asks_lived_experience=True),
                name="round_asks_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True, published_by__isnull=True)
                | models.Q(published_at__isnull=False, published_by__isnull=False, opens_at__isnull=False),
                name="round_published_at_with_by",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=RoundStatus.PUBLISHED) | models.Q(published_at__isnull=False),
                name="round_beyond_draft_was_published",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=RoundStatus.CANCELLED) | ~models.Q(cancelling_reason=""),
                name="round_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(answers_opened_at__isnull=True, answers_opened_by__isnull=True)
                | models.Q(
                    answers_opened_by__isnull=False,
                    answers_opened_at__gte=models.F("closes_at"),
                    status=RoundStatus.PUBLISHED,
                ),
                name="round_answers_opened_after_closing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need}: {self.number}"

    def phase_at(self, moment: datetime.datetime) -> RoundPhase:
        """The status with the word of the clock: a published round opens and closes by its times alone."""
        if self.status != RoundStatus.PUBLISHED:
            return RoundPhase(self.status)
        if self.opens_at is not None and moment < self.opens_at:
            return RoundPhase.SCHEDULED
        return RoundPhase.OPEN if moment < self.closes_at else RoundPhase.CLOSED

    def asks(self, capacity: str) -> bool:
        """Whether people who speak as this are asked."""
        return {
            SpeaksAs.PROVIDER: self.asks_providers,
            SpeaksAs.PRACTITIONER: self.asks_practitioners,
            SpeaksAs.LIVED_EXPERIENCE: self.asks_lived_experience,
        }[SpeaksAs(capacity)]


class RoundQuestion(models.Model):
    """One question of a round."""

    round = models.ForeignKey(ConsultationRound, on_delete=models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.CharField(_("question"), max_length=500)

    class Meta:
        verbose_name = _("consultation question")
        verbose_name_plural = _("consultation questions")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="round_question_once"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1, number__lte=MOST_QUESTIONS), name="round_question_in_range"
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="round_question_has_text"),
        ]

    def __str__(self) -> str:
        return self.text


class ConsultationAnswer(models.Model):
    """What one person answered, with their name or without.

    Without: no person, no organisation, no time, and a number that tells no order. The code with which its
    writer may change it is kept only as a digest, until the answers are opened.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(ConsultationRound, on_delete=models.CASCADE, related_name="answers")
    speaks_as = models.CharField(_("speaks as"), max_length=20, choices=SpeaksAs)
    answerer = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for")
    )
    group_name = models.CharField(_("group"), max_length=150, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    form_key = models.UUIDField(_("form key"), null=True, blank=True, unique=True, editable=False)
    code_sha256 = models.CharField(_("digest of the code"), max_length=64, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("consultation answer")
        verbose_name_plural = _("consultation answers")
        indexes = [models.Index(fields=["round", "id"], name="answer_of_round")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(speaks_as__in=SpeaksAs.values), name="answer_capacity_known"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    answerer__isnull=True,
                    organisation__isnull=True,
                    group_name="",
                    answered_at__isnull=True,
                    form_key__isnull=True,
                )
                | models.Q(
                    answerer__isnull=False, answered_at__isnull=False, form_key__isnull=False, code_sha256=""
                ),
                name="answer_named_or_without_a_trace",
            ),
            models.UniqueConstraint(
                fields=["round", "answerer"],
                condition=models.Q(answerer__isnull=False),
                name="answer_once_by_a_person",
            ),
            models.UniqueConstraint(
                fields=["code_sha256"], condition=~models.Q(code_sha256=""), name="answer_code_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_speaks_as_display()}: {self.round}"


class AnswerText(models.Model):
    """What an answer says to one question."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    answer = models.ForeignKey(ConsultationAnswer, on_delete=models.CASCADE, related_name="texts")
    question = models.ForeignKey(RoundQuestion, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(_("answer"), max_length=5000)

    class Meta:
        verbose_name = _("answer to a question")
        verbose_name_plural = _("answers to questions")
        constraints = [
            models.UniqueConstraint(fields=["answer", "question"], name="answer_text_once"),
            models.CheckConstraint(condition=~models.Q(text=""), name="answer_text_says_something"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class AnsweringKey(models.Model):
    """What keeps one person from answering a round twice: a secret, and a sorted list of marks made with it.

    One row, rewritten whole, so that the order of marks tells nothing. It goes when the answers are opened.
    """

    round = models.OneToOneField(
        ConsultationRound, on_delete=models.CASCADE, primary_key=True, related_name="answering_key"
    )
    secret = models.CharField(_("secret"), max_length=64)
    marks = models.JSONField(_("marks"), default=list)

    class Meta:
        verbose_name = _("answering key")
        verbose_name_plural = _("answering keys")

    def __str__(self) -> str:
        return str(self.round_id)


class ConsultationReply(Drafted):
    """What the body heard in a round and what it changed."""

    round = models.OneToOneField(ConsultationRound, on_delete=models.CASCADE, related_name="reply")
    status = models.CharField(_("status"), max_length=20, choices=ReplyStatus, default=ReplyStatus.DRAFT)
    what_we_heard = models.TextField(_("what we heard"), max_length=10_000)
    what_we_changed = models.TextField(_("what we changed"), max_length=10_000)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )

    class Meta:
        verbose_name = _("consultation reply")
        verbose_name_plural = _("consultation replies")
        constraints = [
            status_is_known(ReplyStatus, "reply_status_known"),
            models.CheckConstraint(
                condition=models.Q(status=ReplyStatus.DRAFT, published_at__isnull=True, published_by__isnull=True)
                | models.Q(status=ReplyStatus.PUBLISHED, published_at__isnull=False, published_by__isnull=False),
                name="reply_published_at_with_by",
            ),
            models.CheckConstraint(
                condition=~models.Q(what_we_heard="") & ~models.Q(what_we_changed=""), name="reply_says_both"
            ),
        ]

    def __str__(self) -> str:
        return str(self.round)


class ReplyTheme(models.Model):
    """One thing that several people said, and what the body says to it."""

    reply = models.ForeignKey(ConsultationReply, on_delete=models.CASCADE, related_name="themes")
    number = models.PositiveSmallIntegerField(_("number"))
    theme = models.CharField(_("what people said"), max_length=300)
    response = models.TextField(_("what you say to it"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("theme of a consultation")
        verbose_name_plural = _("themes of a consultation")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["reply", "number"], name="reply_theme_once"),
            models.CheckConstraint(condition=~models.Q(theme=""), name="reply_theme_says_something"),
        ]

    def __str__(self) -> str:
        return self.theme


class NoConsultation(models.Model):
    """Why nobody was consulted on a need, for everybody to read."""

    need = models.OneToOneField(Need, on_delete=models.CASCADE, related_name="no_consultation")
    reason = models.TextField(_("reason"), max_length=2000)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("need without consultation")
        verbose_name_plural = _("needs without consultation")
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="no_consultation_has_reason")]

    def __str__(self) -> str:
        return str(self.need)
