"""What every form does: cleans what was typed, speaks in sentences, shows itself with our templates."""

import uuid
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core import held
from core.forms.text import clean_text
from core.uploads.handlers import files_of

# What browsers may offer to fill in; fields of these names are about the person or their organisation.
AUTOCOMPLETE = {
    "organisation_name": "organization",
    "postcode": "postal-code",
    "phone": "tel",
    "website": "url",
}
QUIET_STARTS = ("the ", "a ", "an ", "your ", "their ", "our ", "each ", "any ", "how ", "what ", "why ", "who ")


class Renderer(TemplatesSetting):
    """Draws every form with our own templates."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    formset_template_name = "forms/formset.html"


def in_sentence(label: str) -> str:
    """A label as it stands inside a sentence: "Closing date" as "closing date", "TSO name" as it is."""
    first, _space, _rest = label.partition(" ")
    return label if first[1:] != first[1:].lower() else label[:1].lower() + label[1:]


def required_sentence(field: forms.Field, label: str) -> str:
    """What to do about an empty box, by what kind of box it is."""
    if label.endswith("?"):
        return _("Answer “%(label)s”") % {"label": label}
    name = in_sentence(label)
    bare = name.startswith(QUIET_STARTS)
    if isinstance(field.widget, forms.CheckboxInput):
        return _("Tick the box “%(label)s” to go on.") % {"label": label}
    if isinstance(field, (forms.ChoiceField, forms.ModelChoiceField, forms.FileField)):
        return (_("Choose %(name)s.") if bare else _("Choose the %(name)s.")) % {"name": name}
    return (_("Enter %(name)s.") if bare else _("Enter the %(name)s.")) % {"name": name}


def subject(label: str) -> str:
    """A label as the subject of a sentence: a question goes into quotation marks."""
    return f"“{label}”" if label.endswith("?") else label


def limit_sentences(label: str) -> dict[str, str]:
    """Sentences for the limits Django's validators keep; its own name neither the field nor what to do."""
    # A percent sign of the label is doubled where Django puts numbers into the sentence, and only there.
    filled, plain = {"label": subject(label).replace("%", "%%")}, {"label": subject(label)}
    return {
        "max_length": _("%(label)s must be %%(limit_value)d characters or fewer. It has %%(show_value)d.")
        % filled,
        "min_length": _("%(label)s must be %%(limit_value)d characters or more. It has %%(show_value)d.") % filled,
        "max_value": _("%(label)s must be %%(limit_value)s or less.") % filled,
        "min_value": _("%(label)s must be %%(limit_value)s or more.") % filled,
        "invalid_choice": _("%(label)s: choose from what is offered.") % filled,
        "invalid_pk_value": _("%(label)s: choose from what is offered.") % filled,
        "invalid_list": _("%(label)s: choose from what is offered.") % plain,
        "null_characters_not_allowed": _("%(label)s has a character we cannot keep. Type it again.") % plain,
    }


class Plain:
    """What our forms share with those of the sign-in library; stands before the form class."""

    # The browser's own bubbles speak its language, vanish, and cannot be styled or read again.
    use_required_attribute = False

    def full_clean(self: Any) -> None:
        """Gives every field its sentences first; fields may have come late, so not in __init__."""
        for bound in self if self.is_bound else ():
            _speak(bound.field, str(bound.label))
        super().full_clean()  # type: ignore[misc]  # of the form class behind

    def add_error(self: Any, field: str | None, error: Any) -> None:
        """Nobody can see a hidden field: what is wrong with one is said at the top."""
        name = field if field in self.fields and self[field].is_hidden else None
        if name is None:
            super().add_error(field, error)  # type: ignore[misc]  # of the form class behind
            return
        self.cleaned_data.pop(name, None)
        sentence = _("Part of this page was missing or had been changed. Check your answers and send them again.")
        if sentence not in self._errors.get(NON_FIELD_ERRORS, []):
            super().add_error(None, sentence)  # type: ignore[misc]  # of the form class behind

    def _widget_data_value(self: Any, widget: forms.Widget, html_name: str) -> Any:
        # The one place through which all that was typed passes, on its way in and back to the page.
        value = super()._widget_data_value(widget, html_name)  # type: ignore[misc]  # of the form class behind
        if isinstance(widget, forms.PasswordInput):
            return value
        if isinstance(value, str):
            return clean_text(value)
        if isinstance(value, list):
            return [clean_text(part) if isinstance(part, str) else part for part in value]
        return value


def _still_the_librarys(field: forms.Field, code: str) -> bool:
    """Whether nobody gave the field a sentence of its own for this error."""
    current = field.error_messages.get(code)
    return current is None or any(
        current is kind.__dict__.get("default_error_messages", {}).get(code)
        for kind in type(field).__mro__
        if kind.__module__.startswith("django.")
    )


def _speak(field: forms.Field, label: str) -> None:
    sentences = {"required": required_sentence(field, label), **limit_sentences(label)}
    for code, sentence in sentences.items():
        if _still_the_librarys(field, code):
            field.error_messages[code] = sentence
    for code, given in field.error_messages.items():
        text = str(given)
        named = subject(label).replace("%", "%%") if "%(" in text else subject(label)
        field.error_messages[code] = text.replace("{label}", named)


class Form(Plain, forms.Form):
    """The base of every form. `{{ form }}` gives the error summary, the fields and the hidden ones."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in AUTOCOMPLETE.keys() & self.fields.keys():
            self.fields[name].widget.attrs.setdefault("autocomplete", AUTOCOMPLETE[name])


class _OwnUnlessSound(forms.Field):
    """A hidden field that, once tampered with, goes back to the value the page would have had."""

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was sent if it can be read, else the page's own."""
        try:
            self.clean(data)
        except forms.ValidationError:
            return initial
        return data


class VersionField(_OwnUnlessSound, forms.IntegerField):
    """The version of the row that the form was filled from."""

    # No id, for a page may hold several forms; and no browser may fill in the value of an earlier visit.
    widget = forms.HiddenInput(attrs={"id": False, "autocomplete": "off"})


class FormKeyField(_OwnUnlessSound, forms.UUIDField):
    """A key made for this showing of the form."""

    # No id, for a page may hold several forms; and no browser may fill in the value of an earlier visit.
    widget = forms.HiddenInput(attrs={"id": False, "autocomplete": "off"})


class Versioned(Form):
    """A form about a row that others may change meanwhile: pass initial={"version": row.version, ...}."""

    version = VersionField(min_value=1, max_value=2_147_483_647)

    def accept_version(self, version: int) -> None:
        """After the person was told that somebody else was faster: sent once more, their text counts."""
        data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict, or a dict in a test
        data[self.add_prefix("version")] = str(version)
        self.data = data


class Keyed(Form):
    """A form that makes a row: its key, sent twice, makes one."""

    form_key = FormKeyField(initial=uuid.uuid4)


F = TypeVar("F", bound=forms.BaseForm)


def submitted(form_class: type[F], request: HttpRequest, **kwargs: Any) -> F:
    """The form filled from what was sent, or from what waited while its sender signed in, or empty.

    `kwargs` go to the form in each case, so pass `initial` always.
    """
    if request.method == "POST":
        return form_class(request.POST, files_of(request), **kwargs)
    kept = held.take(request)
    if kept is None:
        return form_class(**kwargs)
    messages.info(request, _("You were signed out before this was saved. Check it and send it again."))
    return form_class(kept, **kwargs)
