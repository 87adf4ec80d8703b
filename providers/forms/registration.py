"""What a provider is asked about itself."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import (
    Form,
    IntegerField,
    Keyed,
    ModelCheckboxesField,
    MoneyField,
    RadioField,
    Versioned,
    WordLimitedTextField,
)
from core.models import Area, Cohort, NeedCategory
from providers.identifiers import NEEDED, OPTIONAL, REGISTERS, LegalForm, Scheme, normalise, problem_in
from providers.models import Registration
from providers.queries.registration import areas_by_region, areas_to_choose

MOST_PEOPLE = 1_000_000

LEGAL_FORM_HINTS = {
    LegalForm.CHARITY: gettext_lazy("Registered with a charity regulator, and not a company."),
    LegalForm.CIO: gettext_lazy("The charity is itself the legal body. Its number is a charity number."),
    LegalForm.CIC: gettext_lazy("A company with CIC at the end of its name."),
    LegalForm.COMPANY: gettext_lazy("Any other company, also one that is a charity."),
    LegalForm.MUTUAL: gettext_lazy("Such as a community benefit society or a credit union."),
    LegalForm.UNREGISTERED: gettext_lazy("In no public register, but run by a written constitution or rules."),
}


class IdentifierField(forms.CharField):
    """A number in one public register; cleaned as the register writes it. Where it may be empty, says nothing."""

    def __init__(self, scheme: Scheme, **kwargs: Any) -> None:
        self.scheme = scheme
        register = REGISTERS[scheme]
        kwargs.setdefault("label", register.label)
        kwargs.setdefault("help_text", _("Like %(example)s.") % {"example": register.example})
        # No limit for the browser to keep: what is too long to be a number is told so in a sentence.
        super().__init__(max_length=200, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A short box that nobody's browser corrects."""
        return {"class": "short", "spellcheck": "false", "autocomplete": "off", "autocapitalize": "characters"}

    def to_python(self, value: Any) -> str:
        """The number as its register writes it."""
        typed = super().to_python(value) or ""
        number = normalise(self.scheme, typed)
        if typed and (problem := problem_in(self.scheme, number)):
            raise ValidationError(str(problem), code="invalid")
        return number


class _OneOfSeveral(IdentifierField):
    """One of several numbers of which one is needed: neither called optional nor asked for alone."""

    def validate(self, value: Any) -> None:
        """The form asks for one of them."""


class NameForm(Form):
    """What the organisation is called."""

    name = forms.CharField(
        label=gettext_lazy("Name of the organisation"),
        max_length=200,
        help_text=gettext_lazy("As it stands in the public register or in your constitution."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    def clean_name(self) -> str:
        """One line, single spaces."""
        return " ".join(self.cleaned_data["name"].split())


class RegisterForm(NameForm, Keyed):
    """All that registering takes."""


class LegalFormForm(Form):
    """What the organisation is in law; decides which numbers are asked."""

    legal_form = RadioField(
        label=gettext_lazy("What is it in law?"),
        choices=[(form.value, capfirst(form.label)) for form in LegalForm],
        hints={form.value: hint for form, hint in LEGAL_FORM_HINTS.items()},
        help_text=gettext_lazy("It decides which number we ask for."),
    )


class LookUpForm(Form):
    """A number or words of a name, to look up in the public registers; sent by GET."""

    q = forms.CharField(
        label=gettext_lazy("Your number or name in a public register"),
        help_text=gettext_lazy("A charity or company number finds you for sure."),
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={"required": gettext_lazy("Enter a number or a part of the name.")},
    )


class _Numbers(Form):
    """The numbers that fit a legal form, or the governing document of a group that has none."""

    def __init__(self, *args: Any, legal_form: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed = NEEDED[LegalForm(legal_form)]
        kind = _OneOfSeveral if len(needed) > 1 else IdentifierField
        for scheme in needed:
            self.fields[scheme.value] = kind(scheme)
        for scheme in OPTIONAL.get(LegalForm(legal_form), ()):
            self.fields[scheme.value] = IdentifierField(scheme, required=False)
        if not needed:
            self.fields["governing_document"] = forms.CharField(
                label=gettext_lazy("Which document is the group run by?"),
                help_text=gettext_lazy("Its name and date, like “Constitution, 12 May 2024”."),
                max_length=200,
            )
        self.needed = [scheme.value for scheme in needed]

    def clean(self) -> dict[str, Any]:
        """One of the needed numbers is there."""
        cleaned = super().clean() or self.cleaned_data
        wrong = any(name in self.errors for name in self.needed)
        if self.needed and not wrong and not any(cleaned.get(name) for name in self.needed):
            self.add_error(self.needed[0], _("Enter the number in one of these registers."))
        return cleaned

    @property
    def identifiers(self) -> dict[str, str]:
        """{scheme: number} of what was given, once the form is clean."""
        return {scheme: self.cleaned_data[scheme] for scheme in Scheme.values if self.cleaned_data.get(scheme)}

    @property
    def asked(self) -> list[BoundField]:
        """What everybody with this legal form is asked."""
        return [self[name] for name in self.fields if self._is_asked(name)]

    @property
    def folded(self) -> list[BoundField]:
        """What only some have."""
        return [self[name] for name in self.fields if name in Scheme.values and not self._is_asked(name)]

    @property
    def is_unfolded(self) -> bool:
        """Whether something is filled in, or wrong, in what only some have."""
        return any(field.value() or field.errors for field in self.folded)

    def _is_asked(self, name: str) -> bool:
        return name in self.needed or name == "governing_document"


class IdentityForm(_Numbers, NameForm, LegalFormForm, Versioned):
    """Name, legal form and numbers of an organisation that is here, to give or put right."""

    field_order = ["name", "legal_form"]


class AboutForm(Versioned):
    """What the organisation does and how big it is."""

    summary = WordLimitedTextField(
        label=gettext_lazy("What do you do?"),
        max_words=100,
        rows=5,
        help_text=gettext_lazy("In a few plain sentences. Everyone can read this on your page."),
    )
    annual_income_pence = MoneyField(
        label=gettext_lazy("Income in your last financial year"),
        help_text=gettext_lazy(
            "From your last accounts; round it if you like. The smaller you are, the less we ask."
        ),
    )
    staff_count = IntegerField(
        label=gettext_lazy("People you pay"),
        max_value=MOST_PEOPLE,
        help_text=gettext_lazy("Count part-time people as one each. If nobody, enter 0 and we skip insurance."),
    )
    volunteer_count = IntegerField(
        label=gettext_lazy("Volunteers"),
        max_value=MOST_PEOPLE,
        help_text=gettext_lazy("About how many help at least once a month, trustees included."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sentences = {
            "summary": _("Say in a few words what you do."),
            "staff_count": _("Enter how many people you pay, or 0."),
            "volunteer_count": _("Enter how many volunteers help, or 0."),
        }
        for name, sentence in sentences.items():
            self.fields[name].error_messages["required"] = sentence


@dataclass(frozen=True)
class AreaChoice:
    """One box to tick."""

    area: Area
    is_ticked: bool


@dataclass(frozen=True)
class RegionChoices:
    """A region to tick whole, or to open and tick in parts."""

    region: AreaChoice
    units: list[AreaChoice]

    @property
    def ticked_count(self) -> int:
        """How many of its parts are ticked."""
        return sum(unit.is_ticked for unit in self.units)


class AreasForm(Versioned):
    """Where the organisation works."""

    areas = ModelCheckboxesField(
        queryset=Area.objects.none(),
        label=gettext_lazy("Where do you work?"),
        error_messages={"required": gettext_lazy("Tick at least one region, or a part of one.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["areas"].queryset = areas_to_choose()  # type: ignore[attr-defined]  # it is a model field
        self._by_region = areas_by_region()

    def clean_areas(self) -> list[Area]:
        """The ticked areas without the parts of a region that is ticked whole."""
        ticked = {area.pk: area for area in self.cleaned_data["areas"]}
        for region, units in self._by_region:
            if region.pk in ticked:
                for unit in units:
                    ticked.pop(unit.pk, None)
        return list(ticked.values())

    @property
    def regions(self) -> list[RegionChoices]:
        """Every region with its parts, ticked as they were or are being sent."""
        ticked = {str(getattr(value, "pk", value)) for value in self["areas"].value() or []}

        def choice(area: Area) -> AreaChoice:
            return AreaChoice(area, str(area.pk) in ticked)

        return [
            RegionChoices(choice(region), [choice(unit) for unit in units]) for region, units in self._by_region
        ]


class NeedsForm(Versioned):
    """Which needs the organisation meets, and whose."""

    categories = ModelCheckboxesField(
        queryset=NeedCategory.objects.order_by("name"),
        label=gettext_lazy("What do you help with?"),
        error_messages={"required": gettext_lazy("Tick at least one thing you help with.")},
    )
    cohorts = ModelCheckboxesField(
        queryset=Cohort.objects.order_by("name"),
        label=gettext_lazy("Is your work mainly for some of these groups?"),
        help_text=gettext_lazy("Leave all of them empty if it is for everyone."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("categories", "cohorts"):
            rows = self.fields[name].queryset  # type: ignore[attr-defined]  # both are model fields
            hints = {str(row.pk): row.definition for row in rows}
            self.fields[name].widget.hints = hints


def initial_of(registration: Registration, *names: str) -> dict[str, Any]:
    """What a form about the registration starts from: its version and the named values."""
    values = {name: getattr(registration, name) for name in names}
    linked = {name: list(value.all()) for name, value in values.items() if hasattr(value, "all")}
    return {"version": registration.version, **values, **linked}
