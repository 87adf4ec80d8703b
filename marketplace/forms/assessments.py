"""What people send to bring in case figures."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.cells import plain
from core.forms import Form, Keyed
from marketplace.forms.fields import LineField

LONGEST_FILE_NAME = 150
_SHA256 = re.compile("[0-9a-f]{64}")


class AssessmentUploadForm(Keyed):
    """A file of figures and where they come from."""

    source = LineField(
        max_length=200,
        label=_("Where the figures come from"),
        help_text=_("Such as “Case records, extracted on 2 October”. It stands beside every figure."),
        error_messages={"required": _("Say where the figures come from.")},
    )
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("Up to 250,000 rows and 40 MB. In the spreadsheet, save as “CSV UTF-8”."),
        allow_empty_file=True,
        error_messages={
            "required": _("Choose the file with the figures."),
            "missing": _("Choose the file with the figures."),
            "invalid": _("Choose the file with the figures."),
        },
    )

    def clean_file(self) -> Any:
        """The file, under a name that can be kept."""
        file = self.cleaned_data["file"]
        file.name = plain(str(file.name))[-LONGEST_FILE_NAME:] or "figures.csv"
        return file


class PlanForm(Form):
    """A confirmation of exactly the changes that the page showed."""

    plan = forms.CharField(widget=forms.HiddenInput(attrs={"id": False, "autocomplete": "off"}))

    def clean_plan(self) -> str:
        """A fingerprint; anything else was changed on the way."""
        plan: str = self.cleaned_data["plan"]
        if not _SHA256.fullmatch(plan):
            raise ValidationError(_("Part of this page had been changed."))
        return plan
