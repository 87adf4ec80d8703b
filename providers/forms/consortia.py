"""Naming a consortium, finding partners and asking them in."""

from django import forms
from django.utils.translation import gettext_lazy

from core.forms import Form, Keyed, TextField, Versioned
from providers.policies.consortia import LONGEST_REASON


class _Name(Form):
    name = forms.CharField(
        label=gettext_lazy("Name of the consortium"),
        max_length=200,
        help_text=gettext_lazy(
            "Commissioners and partners see it. A plain name is best, like “North Wales Housing First”."
        ),
    )


class ConsortiumForm(_Name, Keyed):
    """A new consortium; `organisation` is the lead, so that switching in another tab changes nothing."""

    # Text that the view looks up among their own; what names none of them counts as left out.
    organisation = forms.CharField(widget=forms.HiddenInput, required=False)


class RenameForm(_Name, Versioned):
    """Another name."""


class PartnerSearchForm(Form):
    """Finds a registered provider by name or number; sent by GET."""

    q = forms.CharField(
        label=gettext_lazy("Name or number"),
        max_length=200,
        min_length=2,
        help_text=gettext_lazy("The beginning of a word in the name is enough. Or the charity or company number."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )


class PartingForm(Form):
    """Why a member leaves or is removed."""

    reason = TextField(
        label=gettext_lazy("Why?"),
        max_length=LONGEST_REASON,
        rows=3,
        help_text=gettext_lazy("A sentence is enough. The other side reads it."),
    )


class InviteForm(Form):
    """What the partner is asked to do."""

    part = forms.CharField(
        label=gettext_lazy("What would it do?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "One line, like “Mentoring in Gwynedd”. You agree on the details when you write a bid."
        ),
    )
