"""The box for a document, with a sentence for each reason not to take it."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.uploads.checking import Checked, check_file, too_large_sentence
from core.uploads.handlers import TooLarge
from core.uploads.kinds import accepted_endings
from core.uploads.problems import BadFile


def _takes() -> str:
    return _("A PDF, a photo (JPEG, PNG), or a .docx, .xlsx or .odt file of up to %(megabytes)d MB.") % {
        "megabytes": settings.DOCUMENT_MOST_BYTES // 1_000_000
    }


WHAT_IT_TAKES = lazy(_takes, str)()


class DocumentField(forms.FileField):
    """A document to keep; cleaned, it is a Checked file. Nothing is kept before a service keeps it."""

    default_error_messages = {
        "empty": gettext_lazy("This file is empty. Choose another."),
        "invalid": gettext_lazy("Choose a file and send it again."),
        "missing": gettext_lazy("Choose a file and send it again."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", WHAT_IT_TAKES)
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": accepted_endings()}))
        super().__init__(**kwargs)

    def to_python(self, data: Any) -> Checked | None:  # type: ignore[override]  # a file that was looked at
        """The file, read through."""
        if isinstance(data, TooLarge):
            raise ValidationError(too_large_sentence(), code="too_large")
        if data in self.empty_values:
            return None
        try:
            return check_file(data, data.name or "")
        except BadFile as refusal:
            raise ValidationError(str(refusal.reason), code="bad_file") from refusal

    def clean(self, data: Any, initial: Any = None) -> Checked | None:
        """As other fields are cleaned: a file that is there already is no answer here."""
        value = self.to_python(data)
        self.validate(value)
        self.run_validators(value)
        return value
