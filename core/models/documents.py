"""Files that people gave."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models.people import Organisation, User
from core.uploads.kinds import FileType

HASH_LENGTH = 64


class Document(models.Model):
    """One file of one organisation, as it was found safe to keep. Its bytes never change.

    `name` is what people see; the file itself lies in the storage “documents” under `stored_as`, which says
    nothing of it.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="documents", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=160)
    type = models.CharField(_("kind of file"), max_length=100, choices=FileType.choices)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("fingerprint"), max_length=HASH_LENGTH)
    stored_as = models.CharField(_("name in the storage"), max_length=80, unique=True, editable=False)
    uploaded_at = models.DateTimeField(_("given at"))
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("given by"))

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(type__in=FileType.values), name="document_type_known"),
            models.CheckConstraint(condition=Q(size__gt=0), name="document_not_empty"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(stored_as=""), name="document_has_names"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="document_sha256_whole"),
        ]

    def __str__(self) -> str:
        return self.name
