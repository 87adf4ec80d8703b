"""Joining, roles, leaving, and one's own account."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.forms.base import Form
from core.forms.fields import CheckboxesField, RadioField, TextField
from core.models import Membership, Organisation, User
from core.roles import ROLES, Role, roles_for

REASON_LENGTH = 500
ADDRESS_LIKE = {"invalid": _("Enter an email address, like name@example.org.")}


class JoinForm(Form):
    """What those who decide should know."""

    message = TextField(
        label=_("Who you are and what you do there"),
        help_text=_("Those who decide about people read it. For example: I am the new finance officer."),
        max_length=Membership._meta.get_field("message").max_length or REASON_LENGTH,
        required=False,
        rows=4,
    )


class RolesForm(Form):
    """The roles of one person in one organisation, with what each may do."""

    roles = CheckboxesField(
        label=_("What they may do"), error_messages={"required": _("Choose at least one role.")}
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = roles_for(organisation.kind)
        field: Any = self.fields["roles"]
        field.choices = [(role.value, capfirst(role.label)) for role in there]
        field.widget.hints = {role.value: ROLES[role].summary for role in there}

    def chosen(self) -> list[Role]:
        """The roles ticked."""
        return [Role(value) for value in self.cleaned_data["roles"]]


class ChangeRolesForm(RolesForm):
    """Knows which roles the page showed, so that somebody else's change is not undone unseen."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def shown_roles(self) -> list[Role]:
        """The roles the person held when the page was opened; none of what is no role."""
        return [Role(value) for value in self.cleaned_data["shown"].split() if value in Role.values]

    def accept_shown(self, roles: Iterable[str]) -> None:
        """After the person was told that somebody else was faster: saved once more, their choice counts."""
        data = self.data.copy()  # type: ignore[attr-defined]  # it is what was posted
        data[self.add_prefix("shown")] = " ".join(roles)
        self.data = data


class AddMemberForm(RolesForm):
    """Somebody who has an account already."""

    email = forms.EmailField(
        label=_("Their email address"),
        help_text=_("The one they sign in with."),
        error_messages=ADDRESS_LIKE,
        max_length=254,
    )
    field_order = ["email", "roles"]


class RefuseForm(Form):
    """Why somebody is not let in."""

    reason = TextField(
        label=_("Reason"), help_text=_("The person who asked reads it."), max_length=REASON_LENGTH, rows=3
    )


class EndForm(Form):
    """Why somebody no longer belongs."""

    reason = TextField(
        label=_("Reason"), help_text=_("The person reads it."), max_length=REASON_LENGTH, rows=3, required=False
    )


class AccountForm(Form):
    """Name and language of a person."""

    name = forms.CharField(
        label=_("Full name"),
        help_text=_("Others see it beside what you do here."),
        max_length=User._meta.get_field("name").max_length,
    )
    language = RadioField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_(
            "Of the pages after you sign in, and of what is sent to you. "
            "The switch at the top of every page changes only the pages, and only for this visit."
        ),
    )
