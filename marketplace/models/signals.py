"""What practitioners say is missing, and who says so too."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.models import Area, Cohort, NeedCategory, Organisation, User
from core.models.base import status_is_known
from marketplace.models.needs import Need
from marketplace.states import SignalStatus

# What fits a telephone and two minutes.
MOST_WORDS = 100
DECIDED = (SignalStatus.MERGED, SignalStatus.ANSWERED, SignalStatus.SET_ASIDE)


class Signal(models.Model):
    """Something a practitioner says is missing: what, where and for whom, and nothing about any one person.

    One that was joined to another keeps its own supports; `merged_into` is where it was put, `counted_in` the
    one that stands for it now, after however many joins. `voices` are the people who say what this one says:
    the giver, the supporters and those of every signal joined to it, each counted once. `reply` is what was
    done, or why it was set aside. A text that was erased or taken back is empty.
    """

    form_key = models.UUIDField(_("form key"), unique=True, editable=False)
    # The composite indexes below begin with these.
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="signals",
        db_index=False,
        verbose_name=_("commissioning body"),
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="signals", db_index=False, verbose_name=_("area")
    )
    category = models.ForeignKey(
        NeedCategory, on_delete=models.PROTECT, related_name="signals", verbose_name=_("kind of need")
    )
    cohorts = models.ManyToManyField(
        Cohort, related_name="signals", blank=True, verbose_name=_("groups of people")
    )
    status = models.CharField(_("status"), max_length=20, choices=SignalStatus.choices, default=SignalStatus.OPEN)
    text = models.TextField(_("what is missing"), max_length=2000, blank=True)
    given_at = models.DateTimeField(_("given at"))
    given_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="signals", db_index=False, verbose_name=_("given by")
    )
    voices = models.PositiveIntegerField(_("people who say so"), default=1)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("joined to")
    )
    counted_in = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="counted",
        verbose_name=_("counts in"),
    )
    reply = models.TextField(_("what was done, or why not"), max_length=2000, blank=True)
    became = models.ForeignKey(
        Need,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("the need it became"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    is_shared = models.BooleanField(_("other commissioning bodies may read it"), default=False)
    needs = models.ManyToManyField(Need, related_name="signals", blank=True, verbose_name=_("needs it speaks for"))

    class Meta:
        verbose_name = _("signal")
        verbose_name_plural = _("signals")
        indexes = [
            models.Index(fields=["organisation", "status", "given_at", "id"], name="signal_own_newest"),
            models.Index(fields=["organisation", "status", "voices", "id"], name="signal_own_most"),
            models.Index(fields=["organisation", "given_at", "id"], name="signal_body_newest"),
            models.Index(fields=["organisation", "voices", "id"], name="signal_body_most"),
            models.Index(fields=["given_at", "id"], name="signal_newest"),
            models.Index(fields=["voices", "id"], name="signal_most"),
            models.Index(fields=["given_by", "id"], name="signal_of_giver"),
            models.Index(fields=["area", "category", "status", "voices"], name="signal_counts"),
            models.Index(fields=["given_at", "id"], condition=Q(is_shared=True), name="signal_shared_newest"),
        ]
        constraints = [
            status_is_known(SignalStatus, "signal_status_known"),
            models.CheckConstraint(condition=Q(voices__gte=1), name="signal_has_a_voice"),
            models.CheckConstraint(
                condition=~Q(text="") | Q(status__in=(SignalStatus.WITHDRAWN, SignalStatus.SET_ASIDE)),
                name="signal_has_text",
            ),
            models.CheckConstraint(
                condition=~Q(status=SignalStatus.WITHDRAWN) | Q(text=""), name="signal_withdrawn_says_nothing"
            ),
            models.CheckConstraint(
                condition=Q(status=SignalStatus.MERGED, merged_into__isnull=False, counted_in__isnull=False)
                | ~Q(status=SignalStatus.MERGED) & Q(merged_into__isnull=True, counted_in__isnull=True),
                name="signal_merged_into_one",
            ),
            models.CheckConstraint(
                condition=(Q(merged_into__isnull=True) | ~Q(merged_into=F("id")))
                & (Q(counted_in__isnull=True) | ~Q(counted_in=F("id"))),
                name="signal_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=Q(status__in=DECIDED, decided_at__isnull=False, decided_by__isnull=False)
                | ~Q(status__in=DECIDED) & Q(decided_at__isnull=True, decided_by__isnull=True),
                name="signal_decided_at_with_by",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(SignalStatus.ANSWERED, SignalStatus.SET_ASIDE)) | ~Q(reply=""),
                name="signal_decided_with_words",
            ),
            models.CheckConstraint(
                condition=Q(became__isnull=True) | Q(status=SignalStatus.ANSWERED),
                name="signal_became_a_need_when_answered",
            ),
        ]

    def __str__(self) -> str:
        """Never the text: the record of events keeps names for ever, and a text can be erased."""
        return _now("Signal %(number)s") % {"number": self.pk}

    @property
    def root_id(self) -> int:
        """The number of the signal that stands for it: its own unless it was joined to another."""
        return self.counted_in_id or self.pk


class SignalSupport(models.Model):
    """Somebody says “me too” to a signal, and perhaps where and about whom."""

    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="supports")
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="signal_supports", verbose_name=_("who says so too")
    )
    at = models.DateTimeField(_("said at"))
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("where")
    )
    cohort = models.ForeignKey(
        Cohort, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("about whom")
    )

    class Meta:
        verbose_name = _("support of a signal")
        verbose_name_plural = _("supports of signals")
        constraints = [models.UniqueConstraint(fields=["signal", "by"], name="signal_support_once")]

    def __str__(self) -> str:
        return _now("Support of signal %(number)s") % {"number": self.signal_id}
