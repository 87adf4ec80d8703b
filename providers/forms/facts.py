"""What a provider may tell besides what is asked of everyone."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import CheckboxesField, ModelCheckboxesField, RadioField, TextField, Versioned
from core.forms.dates import read_month
from core.models import Language
from providers.models import Contact, Registration

YES, NO = "yes", "no"
SHOWN = ("name", "email", "phone")
_DAY_AND_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|af|ail|ydd|fed|eg|ain)?[\s/.-]+(?:of\s+)?([^\W\d_]+|\d{1,2})", re.I
)
_LONGEST = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


class DayOfYearField(forms.CharField):
    """A day of every year, like 31 March. Gives (day, month), or (None, None) for an empty box."""

    default_error_messages = {"invalid": gettext_lazy("{label} must be a day and a month, like 31 March.")}

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A short box."""
        return {"class": "short", "autocomplete": "off"}

    def clean(self, value: Any) -> Any:
        """The day and the month."""
        text = str(super().clean(value) or "").strip()
        if not text:
            return None, None
        found = _DAY_AND_MONTH.fullmatch(text)
        day, month = (int(found[1]), read_month(found[2])) if found else (0, None)
        if month is None or not 1 <= month <= len(MONTHS) or not 1 <= day <= _LONGEST.get(month, 31):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day, month


def day_of_year(day: int | None, month: int | None) -> str:
    """31 March; empty if it is not told."""
    return f"{day} {MONTHS[month]}" if day and month else ""


class DetailsForm(Versioned):
    """Other names, and when the financial year ends."""

    trading_names = forms.CharField(
        label=gettext_lazy("Other names you go by"),
        help_text=gettext_lazy("Such as a short name. If several, put commas between them."),
        max_length=300,
        required=False,
    )
    welsh_name = forms.CharField(
        label=gettext_lazy("Name in Welsh"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"lang": "cy"}),
    )
    year_end = DayOfYearField(
        label=gettext_lazy("When does your financial year end?"),
        help_text=gettext_lazy("Day and month, like 31 March."),
        max_length=40,
        required=False,
    )

    @property
    def told(self) -> dict[str, Any]:
        """What change_details takes, once the form is clean."""
        day, month = self.cleaned_data["year_end"]
        names = {name: self.cleaned_data[name] for name in ("trading_names", "welsh_name", "version")}
        return {**names, "year_end_day": day, "year_end_month": month}


class PeopleForm(Versioned):
    """In which languages people are helped, and whether those who lead it have been there."""

    languages = ModelCheckboxesField(
        queryset=Language.objects.none(),
        label=gettext_lazy("In which languages besides English can you help people?"),
        required=False,
    )
    lived_experience_led = RadioField(
        label=gettext_lazy("Are you led by people with lived experience?"),
        help_text=gettext_lazy("Of prison, probation or what you help with; most of your trustees or managers."),
        choices=[(YES, gettext_lazy("Yes")), (NO, gettext_lazy("No"))],
        required=False,
    )
    lived_experience_how = TextField(
        label=gettext_lazy("If yes: how, in your own words?"),
        help_text=gettext_lazy("Everyone can read this. Name nobody who has not agreed to it."),
        rows=3,
        max_length=1000,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["languages"].queryset = Language.objects.order_by("name")  # type: ignore[attr-defined]  # of rows

    @property
    def told(self) -> dict[str, Any]:
        """What change_people takes, once the form is clean."""
        led = {YES: True, NO: False}.get(self.cleaned_data["lived_experience_led"])
        how = self.cleaned_data["lived_experience_how"] if led else ""
        return {**self.cleaned_data, "lived_experience_led": led, "lived_experience_how": how}


class ContactForm(Versioned):
    """Whom to ask, and which of it is public."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    role = forms.CharField(
        label=gettext_lazy("What they do"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Email address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    shows = CheckboxesField(
        label=gettext_lazy("What may everyone see?"),
        help_text=gettext_lazy("Commissioners who open a bid you are in see all of it, whatever you tick."),
        choices=[
            ("name", gettext_lazy("Name and what they do")),
            ("email", gettext_lazy("Email address")),
            ("phone", gettext_lazy("Telephone number")),
        ],
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """There is a way to reach the person."""
        cleaned = super().clean() or self.cleaned_data
        if not {"email", "phone"} & self.errors.keys() and not (cleaned.get("email") or cleaned.get("phone")):
            self.add_error("email", _("Enter an email address or a telephone number."))
        return cleaned

    @property
    def told(self) -> dict[str, Any]:
        """What change_contact takes, once the form is clean."""
        values = {name: self.cleaned_data[name] for name in ("version", "name", "role", "email", "phone")}
        return {**values, **{f"shows_{name}": name in self.cleaned_data["shows"] for name in SHOWN}}


def initial_of_details(registration: Registration) -> dict[str, Any]:
    """What the page of other names starts from."""
    return {
        "version": registration.version,
        "trading_names": registration.trading_names,
        "welsh_name": registration.welsh_name,
        "year_end": day_of_year(registration.year_end_day, registration.year_end_month),
    }


def initial_of_people(registration: Registration) -> dict[str, Any]:
    """What the page of languages and lived experience starts from."""
    return {
        "version": registration.version,
        "languages": list(registration.languages.all()),
        "lived_experience_led": {True: YES, False: NO}.get(registration.lived_experience_led, ""),  # type: ignore[arg-type]  # none is no key
        "lived_experience_how": registration.lived_experience_how,
    }


def initial_of_contact(contact: Contact | None, version: int) -> dict[str, Any]:
    """What the page of whom to ask starts from."""
    if contact is None:
        return {"version": version}
    shows = [name for name in SHOWN if getattr(contact, f"shows_{name}")]
    told = {name: getattr(contact, name) for name in ("name", "role", "email", "phone")}
    return {"version": version, "shows": shows, **told}
