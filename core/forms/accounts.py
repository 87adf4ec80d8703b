"""What allauth asks besides the address and the password."""

from django import forms
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core.forms.base import Form
from core.models.people import User


class SignupForm(Form):
    """Asks for the person's name."""

    name = forms.CharField(
        label=_("Full name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth calls this with the new person, not yet finished."""
        user.name = self.cleaned_data["name"]
        # Whoever asks in Welsh is answered in Welsh: the link to confirm the address, and every notice after it.
        user.language = translation.get_language()
        user.save(update_fields=["name", "language"])
