"""What is typed about an agreement and its signatures."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DateField, Form, Keyed, TextField, Versioned

SHA256_LENGTH = 64


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


class SignatureForm(Form):
    """A signature: the person's authority in words, their confirmation, and which text they read."""

    signed_as = forms.CharField(
        label=gettext_lazy("In what capacity do you sign"),
        max_length=120,
        help_text=gettext_lazy(
            "Your position and so your authority to sign, like “Chief executive”, “Chair of trustees” or "
            "“Regional probation director”. Everyone who reads the agreement can see it."
        ),
        error_messages={"required": gettext_lazy("Say in what capacity you sign, like “Chief executive”.")},
    )
    confirms = forms.BooleanField(
        label=gettext_lazy("I have read this agreement and have the authority to sign it for my organisation"),
        error_messages={
            "required": gettext_lazy("Tick the box to confirm that you have read the agreement and may sign it.")
        },
    )
    sha256 = forms.CharField(min_length=SHA256_LENGTH, max_length=SHA256_LENGTH, widget=forms.HiddenInput)

    def accept_text(self, sha256: str) -> None:
        """The page now shows another text: the next signature is for that one, and is confirmed afresh."""
        kept = {name: value for name, value in self.data.items() if name != self.add_prefix("confirms")}
        self.data = {**kept, self.add_prefix("sha256"): sha256}
