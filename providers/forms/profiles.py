"""Typing a share code."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form


class ShareCodeForm(Form):
    """The code an organisation gave out."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Four groups of four letters and digits. Capitals and hyphens do not matter."),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off", "spellcheck": "false"}),
    )
