"""Public registers as the operator has imported them, and what looking an organisation up there gave."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Organisation
from providers.identifiers import LegalForm, Scheme


class RegisterExtract(models.Model):
    """One import of a register: as of which day, from where, and what it held."""

    scheme = models.CharField(_("register"), max_length=10, choices=Scheme.choices)
    extracted_on = models.DateField(_("as of"))
    source = models.CharField(_("source"), max_length=200)
    imported_at = models.DateTimeField(_("imported at"), auto_now_add=True)
    new_count = models.PositiveIntegerField(_("new"), default=0)
    changed_count = models.PositiveIntegerField(_("changed"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged"), default=0)
    wrong_count = models.PositiveIntegerField(_("left out"), default=0)

    class Meta:
        verbose_name = _("extract of a register")
        verbose_name_plural = _("extracts of registers")
        ordering = ["-extracted_on", "-id"]
        indexes = [models.Index(fields=["scheme", "-extracted_on"], name="register_extract_newest")]
        constraints = [
            models.CheckConstraint(condition=models.Q(scheme__in=Scheme.values), name="extract_scheme_known"),
            models.CheckConstraint(condition=~models.Q(source=""), name="extract_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.extracted_on}"


class RegisterEntry(models.Model):
    """What a public register says of one organisation; `extract` is the last import that had it."""

    scheme = models.CharField(_("register"), max_length=10, choices=Scheme.choices)
    number = models.CharField(_("number"), max_length=20)
    name = models.CharField(_("name"), max_length=255)
    legal_form = models.CharField(_("legal form"), max_length=20, choices=LegalForm.choices, blank=True)
    company_number = models.CharField(_("company number"), max_length=20, blank=True)
    income_pence = models.PositiveBigIntegerField(_("last reported income"), null=True, blank=True)
    year_end_day = models.PositiveSmallIntegerField(_("day its financial year ends"), null=True, blank=True)
    year_end_month = models.PositiveSmallIntegerField(_("month its financial year ends"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    state = models.CharField(_("state in the register"), max_length=60, blank=True)
    is_gone = models.BooleanField(_("removed or dissolved"), default=False)
    gone_on = models.DateField(_("removed on"), null=True, blank=True)
    # No index: an import writes it on every row, and nothing is looked up by it.
    extract = models.ForeignKey(RegisterExtract, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("entry in a register")
        verbose_name_plural = _("entries in registers")
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="register_entry_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="register_entry_has_name"),
            models.CheckConstraint(
                condition=models.Q(gone_on__isnull=True) | models.Q(is_gone=True),
                name="register_entry_gone_if_since",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.number}"


class LookUpState(models.TextChoices):
    """What looking a number up gave."""

    FOUND = "looked_up", _("found")
    NOT_FOUND = "not_found", _("not found")
    GONE = "removed", _("removed or dissolved")


class IdentityLookUp(models.Model):
    """What a register said of an organisation's number when it was looked up; each check of identity uses it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="look_ups")
    scheme = models.CharField(_("register"), max_length=10, choices=Scheme.choices)
    number = models.CharField(_("number"), max_length=20)
    result = models.CharField(_("result"), max_length=20, choices=LookUpState.choices)
    looked_up_at = models.DateTimeField(_("looked up at"))
    extracted_on = models.DateField(_("extract of"))
    source = models.CharField(_("source"), max_length=200)
    matched_name = models.CharField(_("name in the register"), max_length=255, blank=True)
    name_agrees = models.BooleanField(_("the names agree"), default=False)
    gone_on = models.DateField(_("removed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("look-up in a register")
        verbose_name_plural = _("look-ups in registers")
        ordering = ["scheme"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "scheme"], name="look_up_once_per_register"),
            models.CheckConstraint(condition=models.Q(result__in=LookUpState.values), name="look_up_result_known"),
            models.CheckConstraint(
                condition=models.Q(result=LookUpState.NOT_FOUND, matched_name="")
                | (~models.Q(result=LookUpState.NOT_FOUND) & ~models.Q(matched_name="")),
                name="look_up_names_what_it_found",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.number}: {self.get_result_display()}"
