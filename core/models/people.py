"""People, the organisations they act for, and what they are there."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.models.base import status_is_known
from core.roles import OrganisationKind, Role
from core.states import MembershipStatus


class UserManager(BaseUserManager["User"]):
    """Makes users known by their e-mail address, kept in small letters."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who can sign in with `email` and `password` (none: no sign-in until one is set)."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who may do everything on the editors' pages (and nothing more than others elsewhere)."""
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """The person with this address, however it was typed."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. What they may do follows from their memberships alone."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("full name"), max_length=120)
    language = models.CharField(_("language"), max_length=5, default="en-gb")
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("joined at"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_in_small_letters"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name in full."""
        return self.name

    def get_short_name(self) -> str:
        """The first of the names."""
        return self.name.split(" ")[0]

    # The editors' pages run on a library that asks every user for these two permissions of staff.
    @property
    def is_staff(self) -> bool:
        """Never: there is no database administration screen in this service."""
        return False


class Organisation(models.Model):
    """A commissioning body, a provider, or whoever runs this service."""

    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind.choices)
    name = models.CharField(_("name"), max_length=200)
    body = models.OneToOneField(
        "core.Body",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisation",
        verbose_name=_("public body"),
        help_text=_("For a commissioning body: which body of the reference list it is."),
    )
    created_at = models.DateTimeField(_("registered at"), auto_now_add=True)
    # The row of a closed one stays where history points to it; its name is free for somebody else.
    closed_at = models.DateTimeField(_("account closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=OrganisationKind.values), name="organisation_kind_known"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="organisation_has_name"),
            models.UniqueConstraint(
                Lower("name"),
                "kind",
                condition=models.Q(closed_at__isnull=True),
                name="organisation_open_name_once_per_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True, closed_by__isnull=True)
                | models.Q(closed_at__isnull=False, closed_by__isnull=False),
                name="organisation_closed_at_with_by",
            ),
            models.CheckConstraint(
                condition=models.Q(body__isnull=True) | models.Q(kind=OrganisationKind.COMMISSIONER),
                name="organisation_body_only_for_commissioners",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_closed(self) -> bool:
        """Whether its account was closed: nobody acts for it, and nobody finds it."""
        return self.closed_at is not None

    @property
    def is_provider(self) -> bool:
        """Whether it delivers services."""
        return self.kind == OrganisationKind.PROVIDER

    @property
    def is_commissioner(self) -> bool:
        """Whether it buys or grants."""
        return self.kind == OrganisationKind.COMMISSIONER


class Membership(models.Model):
    """A person's place in an organisation, asked for by the person and approved by an owner or director."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("organisation")
    )
    status = models.CharField(
        _("status"), max_length=20, choices=MembershipStatus.choices, default=MembershipStatus.REQUESTED
    )
    message = models.CharField(_("message"), max_length=500, blank=True)
    requested_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["user__name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="membership_once_per_organisation"),
            status_is_known(MembershipStatus, "membership_status_known"),
            models.CheckConstraint(
                condition=models.Q(decided_at__isnull=True, decided_by__isnull=True)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="membership_decided_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.organisation}"


class MembershipRole(models.Model):
    """One role of a membership; a person may hold several."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["membership", "role"], name="membership_role_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return self.get_role_display()
