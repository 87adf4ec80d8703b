"""What narrows the record of events."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms.base import Form
from core.forms.dates import DateField
from core.forms.drawn import DrawnOnce
from core.forms.fields import IntegerField, SelectField
from core.queries.audit import kinds_of_things

LARGEST = 9_000_000_000_000_000_000


class AuditFilter(DrawnOnce, Form):
    """Any of these, together; each may be empty."""

    action = forms.CharField(
        label=gettext_lazy("Act"),
        help_text=gettext_lazy("Its beginning is enough: “membership” finds all that happened to memberships."),
        max_length=60,
        required=False,
    )
    organisation = forms.CharField(
        label=gettext_lazy("Organisation"),
        help_text=gettext_lazy("Part of its name."),
        max_length=200,
        required=False,
    )
    object_type = SelectField(label=gettext_lazy("Kind of thing"), required=False)
    # Links set these two; nobody knows such a number by heart.
    object_id = IntegerField(
        label=gettext_lazy("Number"), max_value=LARGEST, required=False, widget=forms.HiddenInput
    )
    actor_id = IntegerField(
        label=gettext_lazy("Person"), max_value=LARGEST, required=False, widget=forms.HiddenInput
    )
    since = DateField(label=gettext_lazy("From"), required=False)
    until = DateField(label=gettext_lazy("To"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["object_type"].choices = kinds_of_things()  # type: ignore[attr-defined]  # of a field of choices

    def clean(self) -> dict[str, Any]:
        """The days stand in order."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("The last day must not lie before the first."))
        return cleaned
