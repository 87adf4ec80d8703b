"""What a commissioning body invites bids for."""

import datetime

from django.db import models
from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _

from core.models import Area, DesiredOutcome, Drafted, NeedCategory, Organisation, User
from core.models.base import status_is_known
from core.money import WHOLE_BPS
from marketplace.models.needs import Need
from marketplace.states import LIVE, OpportunityStatus, Phase, Stage
from providers.models import MatrixVersion

PUBLISHED = models.Q(published_at__isnull=False)


class Route(models.TextChoices):
    """How the money will be placed."""

    TENDER = "tender", _("tender")
    GRANT = "grant", _("grant")
    ALLIANCE = "alliance", _("alliance")


class Opportunity(Drafted):
    """An invitation to bid, from draft to award. `area` and `category` are what the public list filters by."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="opportunities", verbose_name=_("commissioning body")
    )
    needs = models.ManyToManyField(Need, related_name="opportunities", verbose_name=_("needs it answers"))
    status = models.CharField(
        _("status"), max_length=20, choices=OpportunityStatus.choices, default=OpportunityStatus.DRAFT
    )
    route = models.CharField(_("route"), max_length=10, choices=Route.choices)
    title = models.CharField(_("title"), max_length=150)
    summary = models.TextField(_("what is wanted"), max_length=10_000)
    # The composite indexes below begin with these two.
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, related_name="opportunities", db_index=False, verbose_name=_("area")
    )
    category = models.ForeignKey(
        NeedCategory,
        on_delete=models.PROTECT,
        related_name="opportunities",
        db_index=False,
        verbose_name=_("kind of need"),
    )
    contact_name = models.CharField(_("who to ask"), max_length=120, blank=True)
    contact_email = models.EmailField(_("their e-mail address"), blank=True)
    # Facts on which it depends what bidders are asked to show; asked in full unless the body says otherwise.
    contact_with_people = models.BooleanField(_("brings providers together with people"), default=True)
    holds_personal_data = models.BooleanField(_("providers hold personal data"), default=True)
    # Of joint bids, after bidding has closed; said before it begins, so that every bidder reckons with the same.
    members_may_change = models.BooleanField(_("members may be replaced after the deadline"), default=False)
    # The version of the checks in force when it was published: its rules do not change under a bidder.
    checks_version = models.ForeignKey(
        MatrixVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="opportunities",
        verbose_name=_("version of the checks"),
    )
    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    questions_until = models.DateTimeField(_("bidders may ask until"), null=True, blank=True)
    starts_on = models.DateField(_("service starts on"), null=True, blank=True)
    ends_on = models.DateField(_("service ends on"), null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )
    opening_confirmed_at = models.DateTimeField(_("first confirmation to open at"), null=True, blank=True)
    opening_confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("first to confirm")
    )
    opened_at = models.DateTimeField(_("bids opened at"), null=True, blank=True)
    opened_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("second to confirm"),
    )
    cancelling_reason = models.TextField(_("why it was cancelled"), max_length=2000, blank=True)
    # Worked out by the database, so that each part of the public list is one stretch of one index.
    stage = models.GeneratedField(
        expression=Case(
            When(published_at__isnull=True, then=Value(Stage.PRIVATE.value)),
            When(status__in=LIVE, then=Value(Stage.LIVE.value)),
            When(status=OpportunityStatus.AWARDED, then=Value(Stage.AWARDED.value)),
            default=Value(Stage.ENDED.value),
        ),
        output_field=models.CharField(max_length=10),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        indexes = [
            models.Index(fields=["stage", "closes_at", "id"], name="opportunity_closing"),
            models.Index(fields=["stage", "published_at", "id"], name="opportunity_newest"),
            models.Index(fields=["area", "stage", "closes_at", "id"], name="opportunity_area"),
            models.Index(fields=["category", "stage", "closes_at", "id"], name="opportunity_category"),
            models.Index(
                fields=["category", "published_at", "id"], condition=PUBLISHED, name="opportunity_category_newest"
            ),
            models.Index(fields=["published_at", "id"], condition=PUBLISHED, name="opportunity_all_newest"),
            models.Index(fields=["organisation", "-updated_at"], name="opportunity_of_organisation"),
            models.Index(fields=["organisation", "status", "-updated_at", "-id"], name="opportunity_own_status"),
            models.Index(fields=["organisation", "stage", "closes_at", "id"], name="opportunity_own_closing"),
        ]
        constraints = [
            status_is_known(OpportunityStatus, "opportunity_status_known"),
            models.CheckConstraint(condition=models.Q(route__in=Route.values), name="opportunity_route_known"),
            models.CheckConstraint(condition=~models.Q(title=""), name="opportunity_has_title"),
            models.CheckConstraint(
                condition=models.Q(opens_at__isnull=True)
                | models.Q(closes_at__isnull=True)
                | models.Q(closes_at__gt=models.F("opens_at")),
                name="opportunity_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=models.Q(questions_until__isnull=True)
                | models.Q(closes_at__isnull=True)
                | models.Q(questions_until__lte=models.F("closes_at")),
                name="opportunity_questions_end_before_bidding",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(ends_on__gt=models.F("starts_on")),
                name="opportunity_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True, published_by__isnull=True)
                | models.Q(published_at__isnull=False, published_by__isnull=False),
                name="opportunity_published_at_with_by",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "in_review", "cancelled"])
                | models.Q(published_at__isnull=False, opens_at__isnull=False, closes_at__isnull=False),
                name="opportunity_beyond_review_is_published",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=OpportunityStatus.CANCELLED) | ~models.Q(cancelling_reason=""),
                name="opportunity_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(opened_at__isnull=True, opened_by__isnull=True)
                | models.Q(opened_at__isnull=False, opened_by__isnull=False, opening_confirmed_by__isnull=False)
                & ~models.Q(opened_by=models.F("opening_confirmed_by")),
                name="opportunity_opened_by_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(opening_confirmed_at__isnull=True, opening_confirmed_by__isnull=True)
                | models.Q(opening_confirmed_at__isnull=False, opening_confirmed_by__isnull=False),
                name="opportunity_confirmed_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def asking_ends_at(self) -> datetime.datetime | None:
        """Until when bidders may ask: the cut-off, or the deadline where none was set; none in a draft."""
        return self.questions_until or self.closes_at

    def phase_at(self, moment: datetime.datetime) -> Phase:
        """The status with the word of the clock: an open one is scheduled before it opens, closed after."""
        if self.status != OpportunityStatus.OPEN:
            return Phase(self.status)
        if self.opens_at is not None and moment < self.opens_at:
            return Phase.SCHEDULED
        if self.closes_at is not None and moment >= self.closes_at:
            return Phase.CLOSED
        return Phase.OPEN


class Lot(models.Model):
    """A part of an opportunity that is bid for and awarded on its own."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="lots")
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=150)
    value_pence = models.PositiveBigIntegerField(_("value, VAT included"))

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "number"], name="lot_number_once"),
            models.CheckConstraint(condition=models.Q(value_pence__gt=0), name="lot_has_value"),
        ]

    def __str__(self) -> str:
        return self.title


class Criterion(models.Model):
    """One award criterion: the question a bidder answers, its weight and its word limit."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="criteria")
    number = models.PositiveSmallIntegerField(_("number"))
    question = models.CharField(_("question"), max_length=500)
    guidance = models.TextField(_("what a good answer shows"), max_length=2000, blank=True)
    weight_bps = models.PositiveIntegerField(_("weight"))
    word_limit = models.PositiveIntegerField(_("word limit"), default=500)

    class Meta:
        verbose_name = _("award criterion")
        verbose_name_plural = _("award criteria")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "number"], name="criterion_number_once"),
            models.CheckConstraint(
                condition=models.Q(weight_bps__gte=1, weight_bps__lte=WHOLE_BPS), name="criterion_weight_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(word_limit__gte=50, word_limit__lte=5000), name="criterion_word_limit_in_range"
            ),
        ]

    def __str__(self) -> str:
        return self.question


class SharedOutcome(models.Model):
    """What everybody in the alliance will be measured by together: from a baseline to a target."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="outcomes")
    number = models.PositiveSmallIntegerField(_("number"))
    desired_outcome = models.ForeignKey(
        DesiredOutcome, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    indicator = models.CharField(_("indicator"), max_length=200)
    unit = models.CharField(_("unit"), max_length=40)
    baseline = models.DecimalField(_("baseline"), max_digits=12, decimal_places=2)
    target = models.DecimalField(_("target"), max_digits=12, decimal_places=2)
    weight_bps = models.PositiveIntegerField(_("weight"))

    class Meta:
        verbose_name = _("shared outcome")
        verbose_name_plural = _("shared outcomes")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "number"], name="shared_outcome_number_once"),
            models.CheckConstraint(
                condition=~models.Q(baseline=models.F("target")), name="shared_outcome_target_is_not_baseline"
            ),
            models.CheckConstraint(
                condition=models.Q(weight_bps__gte=1, weight_bps__lte=WHOLE_BPS),
                name="shared_outcome_weight_in_range",
            ),
        ]

    def __str__(self) -> str:
        return self.indicator
