"""What is declared for an organisation: one page for each kind."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.forms import CheckboxesField, RadioField, TextField, Versioned
from core.models import ExclusionGround
from core.models.reference import ExclusionKind
from providers.models import Declaration, DeclarationKind
from providers.queries.registration import exclusion_grounds

CLEAR, TELL = "clear", "tell"
LONGEST_DETAILS = 2000


class DeclarationForm(Versioned):
    """An answer that there is nothing to tell, or what there is."""

    tell_sentence: Any = gettext_lazy("Say in a few words how things stand.")

    def clean(self) -> dict[str, Any]:
        """Whoever has something to tell tells it."""
        cleaned = super().clean() or self.cleaned_data
        if self.answer == TELL and not cleaned.get("details") and "details" not in self.errors:
            self.add_error("details", self.tell_sentence)
        return cleaned

    @property
    def answer(self) -> str:
        """clear, tell, or nothing while nothing is chosen."""
        return str(self.cleaned_data.get("answer", ""))

    @property
    def told(self) -> dict[str, Any]:
        """What make_declaration takes, once the form is clean."""
        return {"is_clear": self.answer == CLEAR, "details": self.cleaned_data.get("details", "")}


def _details(label: Any, help_text: Any = "") -> TextField:
    return TextField(label=label, help_text=help_text, rows=4, max_length=LONGEST_DETAILS, required=False)


class ExclusionsForm(DeclarationForm):
    """Whether a ground for exclusion applies; the box that says none does comes first."""

    none_apply = forms.BooleanField(
        label=gettext_lazy("None of these apply to us"),
        help_text=gettext_lazy("Neither to the organisation nor to the people who run or control it."),
        required=False,
    )
    grounds = CheckboxesField(label=gettext_lazy("If one may apply, tick it"), required=False)
    details = _details(
        gettext_lazy("If you ticked one: what happened, and what have you done since?"),
        gettext_lazy("A commissioner must hear you before it decides, and looks at what has changed."),
    )
    tell_sentence = gettext_lazy("Say what happened and what you have done since.")

    field_order = ["none_apply", "grounds", "details"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._grounds = {str(ground.pk): ground for ground in exclusion_grounds()}
        field = self.fields["grounds"]
        field.choices = _grouped(self._grounds.values())  # type: ignore[attr-defined]  # it has choices
        provisions = sorted({ground.provision for ground in self._grounds.values()})
        field.help_text = _("The list comes from: %(provisions)s.") % {"provisions": "; ".join(provisions)}

    def clean(self) -> dict[str, Any]:
        """One of the two, not both."""
        cleaned = super().clean()
        if "grounds" in self.errors:
            return cleaned
        none_apply, ticked = cleaned.get("none_apply"), cleaned.get("grounds")
        if none_apply and ticked:
            sentence = _("You ticked that none applies, and also a reason. Take one of them away.")
            self.add_error("none_apply", sentence)
        if not none_apply and not ticked:
            self.add_error("none_apply", _("Tick that none applies, or each reason that does."))
        return cleaned

    @property
    def answer(self) -> str:
        """Clear if the first box is ticked."""
        if self.cleaned_data.get("none_apply"):
            return CLEAR
        return TELL if self.cleaned_data.get("grounds") else ""

    @property
    def told(self) -> dict[str, Any]:
        """The answer with the grounds."""
        ticked = [self._grounds[number] for number in self.cleaned_data.get("grounds", [])]
        return {**super().told, "grounds": ticked}


def _grouped(grounds: Iterable[ExclusionGround]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices under the group they belong to, with what the group means."""
    means = {
        ExclusionKind.MANDATORY: _("a public body must turn you down unless it is put right"),
        ExclusionKind.DISCRETIONARY: _("a public body may turn you down"),
    }
    groups: dict[str, list[tuple[str, str]]] = {}
    for ground in grounds:
        title = f"{ground.group}: {means[ExclusionKind(ground.kind)]}"
        groups.setdefault(title, []).append((str(ground.pk), ground.label))
    return list(groups.items())


class ConflictsForm(DeclarationForm):
    """Whether somebody stands on both sides."""

    tell_sentence = gettext_lazy("Say who it is and what the link is.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = RadioField(
            label=_(
                "Does anyone who runs your organisation have a personal, family or business link with "
                "somebody who decides about probation money?"
            ),
            choices=[(CLEAR, pgettext("do you have", "No")), (TELL, _("Yes, or perhaps"))],
            help_text=_("A link is no bar. It only means that person takes no part in deciding about you."),
        )
        self.fields["details"] = _details(_("If yes: who, and what is the link?"))


class SafeguardingForm(DeclarationForm):
    """Whether there is a policy, and who leads on it."""

    tell_sentence = gettext_lazy("Say what you will do, and by when.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = RadioField(
            label=_("Do you have a safeguarding policy that your people know?"),
            choices=[(CLEAR, pgettext("do you have", "Yes")), (TELL, _("Not yet"))],
            help_text=_("A page is enough: what to look out for, whom to tell, what happens then."),
        )
        self.fields["named_lead"] = forms.CharField(
            label=_("Who leads on safeguarding?"),
            help_text=_("Name and role. It is not shown on your public page."),
            max_length=120,
            required=False,
        )
        self.fields["lead_email"] = forms.EmailField(
            label=_("Their email address"),
            help_text=_("For a commissioner who is worried about somebody. Not public."),
            max_length=254,
            required=False,
        )
        self.fields["lead_phone"] = forms.CharField(
            label=_("Their telephone number"),
            max_length=40,
            required=False,
            widget=forms.TextInput(attrs={"inputmode": "tel"}),
        )
        self.fields["details"] = _details(_("If not yet: what will you do, and by when?"))

    def clean(self) -> dict[str, Any]:
        """A policy has a lead, and whoever can be reached has a name."""
        cleaned = super().clean()
        reached = cleaned.get("lead_email") or cleaned.get("lead_phone")
        if reached and self.answer != CLEAR and not cleaned.get("named_lead") and "named_lead" not in self.errors:
            self.add_error("named_lead", _("Enter whose address or number this is."))
        if self.answer == CLEAR and not cleaned.get("named_lead") and "named_lead" not in self.errors:
            self.add_error("named_lead", _("Enter the name of the person who leads on safeguarding."))
        return cleaned

    @property
    def told(self) -> dict[str, Any]:
        """The answer with the lead."""
        lead = {name: self.cleaned_data.get(name, "") for name in ("named_lead", "lead_email", "lead_phone")}
        return {**super().told, **lead}


class InsuranceForm(DeclarationForm):
    """Whether the people they pay are insured."""

    tell_sentence = gettext_lazy("Say when you will have it, or why you do not need it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = RadioField(
            label=_("Do you have employers’ liability insurance for at least £5 million?"),
            choices=[(CLEAR, pgettext("do you have", "Yes")), (TELL, _("Not yet, or we do not need it"))],
            help_text=_("You can bid without it. It has to be there when the work starts."),
        )
        self.fields["details"] = _details(_("If not: when will you have it, or why do you not need it?"))


FORMS: dict[str, type[DeclarationForm]] = {
    DeclarationKind.EXCLUSIONS: ExclusionsForm,
    DeclarationKind.CONFLICTS: ConflictsForm,
    DeclarationKind.SAFEGUARDING: SafeguardingForm,
    DeclarationKind.INSURANCE: InsuranceForm,
}


def initial_of(declaration: Declaration | None, version: int) -> dict[str, Any]:
    """What the page starts from: the declaration as it stands, if there is one."""
    if declaration is None:
        return {"version": version}
    return {
        "version": version,
        "answer": CLEAR if declaration.is_clear else TELL,
        "none_apply": declaration.is_clear,
        "details": declaration.details,
        "named_lead": declaration.named_lead,
        "lead_email": declaration.lead_email,
        "lead_phone": declaration.lead_phone,
        "grounds": [str(ground.pk) for ground in declaration.grounds.all()],
    }
