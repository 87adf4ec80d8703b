"""What a decision asks for: that the page was read as it stands, or a reason."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import Form, TextField, Versioned


class SeenForm(Versioned):
    """A confirmation of what was read: the version that the page showed."""


class ReasonForm(Form):
    """Why. The words are said by whoever shows it."""

    reason = TextField(rows=4, max_length=2000, label=_("Reason"))

    def __init__(self, *args: Any, label: Any, hint: Any = "", empty: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.label, field.help_text = label, hint
        if empty:
            field.error_messages["required"] = empty

    def clean_reason(self) -> str:
        """More than white space."""
        reason: str = self.cleaned_data["reason"].strip()
        if not reason:
            raise ValidationError(self.fields["reason"].error_messages["required"])
        return reason
