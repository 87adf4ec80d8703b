"""The facts a provider gives once."""

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.models import Area, Cohort, Drafted, ExclusionGround, Language, NeedCategory, Organisation, User
from providers.identifiers import REGISTERS, LegalForm, Scheme, Sentence, register_address

LONG_MONTHS, SHORT_MONTHS, FEBRUARY = (1, 3, 5, 7, 8, 10, 12), (4, 6, 9, 11), 2


def _a_day_of_the_year() -> models.Q:
    """Day and month are both empty, or a day that every year or every leap year has."""
    longest = ((LONG_MONTHS, 31), (SHORT_MONTHS, 30), ((FEBRUARY,), 29))
    condition = models.Q(year_end_day__isnull=True, year_end_month__isnull=True)
    for months, days in longest:
        condition |= models.Q(
            year_end_day__isnull=False,
            year_end_day__gte=1,
            year_end_day__lte=days,
            year_end_month__isnull=False,
            year_end_month__in=months,
        )
    return condition


class Registration(Drafted):
    """What a provider says of itself, given once and used by every bid."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="registration", verbose_name=_("organisation")
    )
    # The organisation's name once more: the list is read and searched along this table alone. Services keep it.
    listed_name = models.CharField(_("name in lists"), max_length=200, editable=False)
    # What spellings of the name share (providers.names), so that nobody registers it twice. Services keep it.
    name_key = models.CharField(_("name without its trimmings"), max_length=200, editable=False)
    # Empty until it is told. Those who have told it have a number or a governing document too, and are listed.
    legal_form = models.CharField(_("legal form"), max_length=20, choices=LegalForm.choices, blank=True)
    governing_document = models.CharField(
        _("governing document"),
        max_length=200,
        blank=True,
        help_text=_("For a group in no register: what it is run by, such as a constitution, and its date."),
    )
    summary = models.TextField(_("what it does"), max_length=2000, blank=True)
    annual_income_pence = models.PositiveBigIntegerField(_("income last year"), null=True, blank=True)
    staff_count = models.PositiveIntegerField(_("paid staff"), null=True, blank=True)
    volunteer_count = models.PositiveIntegerField(_("volunteers"), null=True, blank=True)
    trading_names = models.CharField(_("other names it goes by"), max_length=300, blank=True)
    welsh_name = models.CharField(_("name in Welsh"), max_length=200, blank=True)
    year_end_day = models.PositiveSmallIntegerField(_("day its financial year ends"), null=True, blank=True)
    year_end_month = models.PositiveSmallIntegerField(_("month its financial year ends"), null=True, blank=True)
    languages = models.ManyToManyField(
        Language, related_name="providers", blank=True, verbose_name=_("languages offered")
    )
    lived_experience_led = models.BooleanField(_("led by people with lived experience"), null=True, blank=True)
    lived_experience_how = models.TextField(_("how it is led by them"), max_length=1000, blank=True)
    areas = models.ManyToManyField(Area, related_name="providers", blank=True, verbose_name=_("areas served"))
    categories = models.ManyToManyField(
        NeedCategory, related_name="providers", blank=True, verbose_name=_("needs served")
    )
    cohorts = models.ManyToManyField(
        Cohort, related_name="providers", blank=True, verbose_name=_("groups of people served")
    )

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        indexes = [
            models.Index(fields=["listed_name", "id"], name="registration_by_name"),
            # The few that no list shows, to leave them out of counts without looking at all the others.
            models.Index(fields=["id"], condition=models.Q(legal_form=""), name="registration_not_listed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(legal_form__in=["", *LegalForm.values]), name="legal_form_known_or_not_told"
            ),
            models.UniqueConstraint(fields=["name_key"], name="registration_name_once"),
            models.CheckConstraint(condition=~models.Q(name_key=""), name="registration_has_name_key"),
            models.CheckConstraint(condition=~models.Q(listed_name=""), name="registration_has_listed_name"),
            models.CheckConstraint(
                condition=~models.Q(legal_form=LegalForm.UNREGISTERED) | ~models.Q(governing_document=""),
                name="registration_unregistered_has_document",
            ),
            models.CheckConstraint(condition=_a_day_of_the_year(), name="registration_year_end_is_a_day"),
            models.CheckConstraint(
                condition=models.Q(lived_experience_how="") | models.Q(lived_experience_led=True),
                name="registration_lived_experience_said_how_if_so",
            ),
        ]

    def __str__(self) -> str:
        return self.organisation.name

    @property
    def is_listed(self) -> bool:
        """Whether the public finds it: it has said what it is in law, and so has a number or a document."""
        return self.legal_form != ""

    @property
    def legal_form_told(self) -> Sentence:
        """What it is in law, in words, with a capital; or that it has not said so yet."""
        return capfirst(self.get_legal_form_display()) if self.legal_form else _("Legal form not told yet")


class Identifier(models.Model):
    """A provider's number in one public register; nobody else can claim the same number."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(_("register"), max_length=10, choices=Scheme.choices)
    value = models.CharField(_("number"), max_length=20)

    class Meta:
        verbose_name = _("register number")
        verbose_name_plural = _("register numbers")
        ordering = ["scheme"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "value"], name="identifier_claimed_once"),
            models.UniqueConstraint(fields=["organisation", "scheme"], name="identifier_once_per_scheme"),
            models.CheckConstraint(condition=models.Q(scheme__in=Scheme.values), name="identifier_scheme_known"),
            models.CheckConstraint(condition=~models.Q(value=""), name="identifier_has_value"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"

    @property
    def label(self) -> Sentence:
        """What such a number is called."""
        return REGISTERS[Scheme(self.scheme)].label

    @property
    def address(self) -> str:
        """Where the public register shows it, or where it can be searched for."""
        return register_address(self.scheme, self.value)


class Contact(models.Model):
    """Whom to ask at a provider; each part is public only if the provider says so."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="contact")
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("what they do"), max_length=120, blank=True)
    email = models.EmailField(_("email address"), blank=True)
    phone = models.CharField(_("telephone number"), max_length=40, blank=True)
    shows_name = models.BooleanField(_("name and role are public"), default=False)
    shows_email = models.BooleanField(_("email address is public"), default=False)
    shows_phone = models.BooleanField(_("telephone number is public"), default=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="contact_has_name"),
            models.CheckConstraint(
                condition=~models.Q(email="") | ~models.Q(phone=""), name="contact_can_be_reached"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeclarationKind(models.TextChoices):
    """What a person with authority states for their organisation."""

    EXCLUSIONS = "exclusions", _("exclusion grounds")
    CONFLICTS = "conflicts", _("conflicts of interest")
    SAFEGUARDING = "safeguarding", _("safeguarding policy and named lead")
    INSURANCE = "insurance", _("employers’ liability insurance")


NOTHING_TO_TELL: dict[str, Sentence] = {
    DeclarationKind.EXCLUSIONS: _("None of the reasons for exclusion applies."),
    DeclarationKind.CONFLICTS: _("Nobody has a link with those who decide about probation money."),
    DeclarationKind.SAFEGUARDING: _("A policy is in place and somebody leads on it."),
    DeclarationKind.INSURANCE: _("Insured for at least £5 million."),
}


class Declaration(models.Model):
    """A statement made once for the organisation, with who made it; kept up to date, not repeated per bid."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="declarations")
    kind = models.CharField(_("about"), max_length=20, choices=DeclarationKind.choices)
    is_clear = models.BooleanField(_("nothing to tell"))
    details = models.TextField(_("details"), max_length=2000, blank=True)
    named_lead = models.CharField(
        _("named lead"),
        max_length=120,
        blank=True,
        help_text=_("For safeguarding: who leads on it in the organisation."),
    )
    # How a commissioner reaches that person; never on a public page.
    lead_email = models.EmailField(_("email address of the named lead"), blank=True)
    lead_phone = models.CharField(_("telephone number of the named lead"), max_length=40, blank=True)
    grounds = models.ManyToManyField(ExclusionGround, blank=True, verbose_name=_("grounds that apply"))
    declared_at = models.DateTimeField(_("declared at"))
    declared_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("declared by")
    )

    class Meta:
        verbose_name = _("declaration")
        verbose_name_plural = _("declarations")
        ordering = ["kind"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind"], name="declaration_once_per_kind"),
            models.CheckConstraint(
                condition=models.Q(kind__in=DeclarationKind.values), name="declaration_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(is_clear=True) | ~models.Q(details=""), name="declaration_not_clear_has_details"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=DeclarationKind.SAFEGUARDING, is_clear=True) | ~models.Q(named_lead=""),
                name="declaration_safeguarding_has_lead",
            ),
            models.CheckConstraint(
                condition=~models.Q(named_lead="") | models.Q(lead_email="", lead_phone=""),
                name="declaration_reaches_a_named_lead",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_kind_display()}"

    @property
    def clear_sentence(self) -> Sentence:
        """What it says when there is nothing to tell."""
        return NOTHING_TO_TELL[self.kind]
