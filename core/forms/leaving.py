"""Confirming, by typing it, whose account is closed."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.forms.base import Form


class _Typed(Form):
    """One box in which exactly one text has to stand, however it is spaced or written in capitals."""

    typed = forms.CharField(max_length=300, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, wanted: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = wanted

    def clean_typed(self) -> str:
        """What was typed, if it is what was asked for."""
        typed: str = self.cleaned_data["typed"]
        if " ".join(typed.split()).casefold() != " ".join(self.wanted.split()).casefold():
            raise forms.ValidationError(_now("Type “%(wanted)s” to confirm.") % {"wanted": self.wanted})
        return typed


class CloseOrganisationForm(_Typed):
    """The name of the organisation."""

    typed = forms.CharField(
        label=_("Name of the organisation"),
        help_text=_("Type it as it stands at the top of this page."),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CloseAccountForm(_Typed):
    """The person's own address."""

    typed = forms.CharField(
        label=_("Your email address"),
        help_text=_("The one you sign in with."),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
