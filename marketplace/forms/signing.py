"""What is typed to sign a text that does not change any more."""

from django import forms
from django.utils.translation import gettext_lazy

from core.fingerprints import SHA256_LENGTH
from core.forms import Form


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
