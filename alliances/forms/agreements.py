"""What is typed about an agreement and its signatures."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DateField, Form, Keyed, TextField, Versioned


class AgreementFields(Form):
    """The words and dates that the commissioning body writes; the rest comes from the award."""

    name = forms.CharField(
        label=gettext_lazy("Name of the alliance"),
        max_length=200,
        error_messages={"required": gettext_lazy("Give the alliance a name.")},
    )
    purpose = TextField(
        label=gettext_lazy("Purpose"),
        max_length=3000,
        rows=6,
        help_text=gettext_lazy("What the alliance is for, in words that everybody in it would use."),
        error_messages={"required": gettext_lazy("Say what the alliance is for.")},
    )
    principles = TextField(
        label=gettext_lazy("Principles"),
        max_length=5000,
        rows=16,
        help_text=gettext_lazy(
            "How you will work together, one principle a line. These are to begin from: talk them through with "
            "the members, then keep, change or replace them."
        ),
        error_messages={"required": gettext_lazy("Write at least one principle.")},
    )
    starts_on = DateField(
        label=gettext_lazy("First day of the alliance"),
        error_messages={"required": gettext_lazy("Enter the first day of the alliance.")},
    )
    ends_on = DateField(
        label=gettext_lazy("Last day of the alliance"),
        help_text=gettext_lazy("Results can be entered for periods that end between the two days."),
        error_messages={"required": gettext_lazy("Enter the last day of the alliance.")},
    )

    def clean(self) -> dict[str, Any]:
        """Dates come in order."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = values.get("starts_on"), values.get("ends_on")
        if first and last and last <= first:
            self.add_error("ends_on", _("The last day must come after the first."))
        return values


class NewAgreementForm(AgreementFields, Keyed):
    """Makes an alliance."""


class AgreementForm(AgreementFields, Versioned):
    """Changes a draft."""


class AskSignaturesForm(Versioned):
    """Carries which version of the draft was read."""


class EditAgainForm(Form):
    """Says why a text comes back from signing."""

    reason = TextField(
        label=gettext_lazy("What has to change, and why"),
        max_length=1000,
        rows=4,
        help_text=gettext_lazy("Everybody who was asked to sign is sent these words."),
        error_messages={"required": gettext_lazy("Say what has to change, so that those who signed know why.")},
    )
