"""What a provider says of itself for one check, where its word is enough or a promise is asked."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Organisation, User

LONGEST_WORDS = 1000


class Statement(models.Model):
    """The organisation’s word for one check, given once for every bid; saying it anew replaces it.

    For insurance `amount_pence` is the sum it holds or promises to hold at signing, and `names_partners` says
    that the policy names, or will name, the partners in a joint bid.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="statements", verbose_name=_("organisation")
    )
    check_code = models.CharField(_("check"), max_length=40)
    words = models.TextField(_("what it says"), max_length=LONGEST_WORDS)
    amount_pence = models.PositiveBigIntegerField(_("amount"), null=True, blank=True)
    names_partners = models.BooleanField(_("names the partners"), default=False)
    stated_at = models.DateTimeField(_("stated at"))
    stated_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("stated by"))

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "check_code"], name="statement_once_per_check"),
            models.CheckConstraint(condition=~Q(check_code=""), name="statement_has_check"),
            models.CheckConstraint(condition=~Q(words=""), name="statement_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.check_code}"
