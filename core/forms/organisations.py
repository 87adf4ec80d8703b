"""Finding an organisation and setting one up."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms.base import Form
from core.forms.fields import ModelSelectField
from core.forms.people import ADDRESS_LIKE
from core.models import Body, Organisation
from core.queries.organisations import bodies_to_set_up


class FindForm(Form):
    """Words of a name."""

    q = forms.CharField(
        label=_("Name of the organisation"),
        help_text=_("A part of it is enough."),
        max_length=100,
        min_length=2,
        error_messages={"required": _("Enter a part of the name.")},
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class CommissionerForm(Form):
    """A commissioning body and the person who will answer for it."""

    body = ModelSelectField(
        Body.objects.none(),
        label=_("Public body"),
        help_text=_("From the reference list, without those that are here already."),
    )
    name = forms.CharField(
        label=_("Name on this service"),
        help_text=_("As providers and the public know it."),
        max_length=Organisation._meta.get_field("name").max_length,
    )
    director_email = forms.EmailField(
        label=_("Email address of its first director"),
        help_text=_("Somebody with an account here. They are told, and let others in."),
        error_messages=ADDRESS_LIKE,
        max_length=254,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies_to_set_up()  # type: ignore[attr-defined]  # of a field of rows
