"""Writing to somebody who looks for partners, answering, and going on to a consortium."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import Form, Keyed, ModelRadioField, SelectField, TextField
from core.models import Organisation, User
from providers.models import Consortium
from providers.queries.interests import consortia_open_to, contacts_to_choose

NEW = "new"


class _PersonField(ModelRadioField):
    """Somebody of one's own organisation, by name; no address stands in the list."""

    def label_from_instance(self, obj: Any) -> str:
        """Their name."""
        return str(obj.name)


class _Contact(Form):
    """Whose name and address the other side gets."""

    contact = _PersonField(
        queryset=User.objects.none(),
        empty_label=None,
        label=gettext_lazy("Whose name and e-mail address may they have?"),
        help_text=gettext_lazy("Only once both of you have agreed. Until then nobody sees either."),
        error_messages={"required": gettext_lazy("Choose whose name and address they may have.")},
    )

    def __init__(self, *args: Any, organisation: Organisation, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = contacts_to_choose(organisation)
        self.fields["contact"].queryset = people  # type: ignore[attr-defined]  # it is the field above
        self.initial.setdefault("contact", person.pk)


class InterestForm(_Contact, Keyed):
    """A short message; `organisation` is who writes, whatever another tab switches to."""

    organisation = forms.CharField(widget=forms.HiddenInput, required=False)
    message = TextField(
        rows=5,
        max_length=1000,
        label=gettext_lazy("Your message"),
        help_text=gettext_lazy("What you would do together, in a few lines. Leave names and addresses out."),
        error_messages={"required": gettext_lazy("Write a line on why you would like to work together.")},
    )
    field_order = ["message", "contact"]


class AcceptForm(_Contact):
    """Whom the sender may write to."""


class TogetherForm(Keyed):
    """Into which consortium the other is invited."""

    consortium = SelectField(label=gettext_lazy("Which consortium?"))
    name = forms.CharField(
        label=gettext_lazy("Name of the new consortium"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only for a new one. A plain name is best, like “North Wales Housing First”."),
    )
    part = forms.CharField(
        label=gettext_lazy("What would it do?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("One line, like “Mentoring in Gwynedd”. You agree on the details later."),
    )

    def __init__(self, *args: Any, lead: Organisation, partner: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.led: dict[str, Consortium] = {str(row.pk): row for row in consortia_open_to(lead, partner)}
        field: Any = self.fields["consortium"]
        field.choices = [(NEW, _("A new one")), *((key, row.name) for key, row in self.led.items())]
        if not self.led:
            self.initial.setdefault("consortium", NEW)

    def clean(self) -> dict[str, Any]:
        """A new one has a name."""
        cleaned = super().clean() or self.cleaned_data
        if (
            cleaned.get("consortium") == NEW
            and not (cleaned.get("name") or "").strip()
            and "name" not in self.errors
        ):
            self.add_error("name", _("Enter a name for the consortium."))
        return cleaned

    def chosen(self) -> Consortium | None:
        """The consortium that is there; none for a new one."""
        return self.led.get(self.cleaned_data["consortium"])
