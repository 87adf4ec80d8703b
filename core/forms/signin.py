"""The sign-in library's forms in our words: its own have placeholders for labels and no Welsh."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms.base import Plain

LABELS: dict[str, Any] = {
    "login": _("Email address"),
    "email": _("Email address"),
    "password": _("Password"),
    "oldpassword": _("Password you have now"),
    "password1": _("New password"),
    "password2": _("New password once more"),
    "code": _("Code"),
}
NEW_PASSWORD_HINT = _(
    "At least 12 characters, not all digits, not a common password and not your email address. "
    "Three or four words in a row are easy to keep in mind."
)
SENTENCES: dict[str, Any] = {
    "account_inactive": _("This account is closed. Ask the owner or director of your organisation."),
    "cannot_remove_primary_email": _("This is the address you sign in with, so it cannot be removed."),
    "duplicate_email": _("This address is yours already."),
    "email_password_mismatch": _("The email address or the password is not right."),
    "enter_current_password": _("The password you have now is not right."),
    "incorrect_code": _("The code is not right. Codes change every 30 seconds: enter the newest."),
    "incorrect_password": _("The password is not right."),
    "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
    "rate_limited": _("Too many attempts. Wait a few minutes, then try again."),
    "unverified_email": _("Confirm your email address first: follow the link we sent you."),
    "cannot_delete_authenticator": _("The second step cannot be turned off."),
    "cannot_generate_recovery_codes": _("Set up the second step first, then make recovery codes."),
    "add_email_blocked": _("Turn the second step off before you add another address."),
    "password_too_short": _("Use at least 12 characters."),
    "password_too_common": _("This password is among the first that others would try. Choose another."),
    "password_too_similar": _("This password is too much like your email address or name. Choose another."),
}


class Worded(Plain):
    """Our labels, hints and sentences; stands before the library's form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]  # of the form class behind
        for name, field in fields.items():
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            if name == "password1":
                field.help_text = NEW_PASSWORD_HINT
            if name == "code":
                field.widget.attrs |= {"inputmode": "numeric", "class": "short"}

    def add_error(self, field: str | None, error: Any) -> None:
        """Says in our words what the library says in its own."""
        if isinstance(error, forms.ValidationError) and hasattr(error, "error_list"):
            error = [
                forms.ValidationError(SENTENCES[one.code], code=one.code) if one.code in SENTENCES else one
                for one in error.error_list
            ]
        super().add_error(field, error)


class LoginForm(Worded, account.LoginForm):
    """Signs in."""


class SignupForm(Worded, account.SignupForm):
    """Makes an account."""

    field_order = ["name", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Password")
        self.fields["email"].help_text = _("We send a link to it, to see that it is yours.")


class AddEmailForm(Worded, account.AddEmailForm):
    """Adds an address."""


class ChangePasswordForm(Worded, account.ChangePasswordForm):
    """Changes the password."""


class SetPasswordForm(Worded, account.SetPasswordForm):
    """Sets a first password."""


class ResetPasswordForm(Worded, account.ResetPasswordForm):
    """Asks for a link to a new password."""


class ResetPasswordKeyForm(Worded, account.ResetPasswordKeyForm):
    """Sets a new password from that link."""


class ReauthenticateForm(Worded, account.ReauthenticateForm):
    """Asks for the password once more before something that matters."""


class CodeForm(Worded, codes.AuthenticateForm):
    """The second step of signing in."""


class CodeAgainForm(Worded, codes.ReauthenticateForm):
    """Asks for a code once more before something that matters."""


class ActivateCodesForm(Worded, totp.ActivateTOTPForm):
    """Sets up the second step."""
