"""What is asked when a member is replaced after the deadline."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.forms import Form, Keyed, RadioField
from core.models import Organisation
from marketplace.forms.evaluation import ReasonField
from marketplace.models.replacements import LONGEST_SAID


class ProposeReplacementForm(Keyed):
    """Who leaves, who comes in their place, and why."""

    def __init__(
        self, *args: Any, members: Iterable[Organisation], found: Iterable[Organisation], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._members = {str(each.pk): each for each in members}
        self._found = {str(each.pk): each for each in found}
        self.fields["leaving"] = RadioField(
            label=_("Who leaves?"), choices=[(number, each.name) for number, each in self._members.items()]
        )
        self.fields["coming"] = RadioField(
            label=_("Who comes in their place?"),
            choices=[(number, each.name) for number, each in self._found.items()],
        )
        self.fields["reason"] = ReasonField(
            rows=4,
            max_length=LONGEST_SAID,
            label=_("Why the member is replaced"),
            help_text=_("Both organisations read it now, the panel once the bids are open."),
            error_messages={"required": _("Say why the member is replaced.")},
        )

    def clean_leaving(self) -> Organisation:
        """The member."""
        return self._members[self.cleaned_data["leaving"]]

    def clean_coming(self) -> Organisation:
        """The organisation."""
        return self._found[self.cleaned_data["coming"]]


class TermsReadForm(Form):
    """Says yes to exactly the words on the page, known by their fingerprint."""

    terms_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)


class StatementForm(Form):
    """Why the member that leaves cannot say so itself."""

    statement = ReasonField(
        rows=4,
        max_length=LONGEST_SAID,
        label=gettext_lazy("Why it does not answer"),
        help_text=gettext_lazy(
            "For example: it has closed, or has not answered since a date. The panel reads it."
        ),
        error_messages={"required": gettext_lazy("Say why the member does not answer.")},
    )


class TieForm(Form):
    """Whether a panel member has a tie with whoever is to come in."""

    is_free = RadioField(
        choices=[
            ("yes", pgettext_lazy("a tie", "No, I have no tie with it")),
            ("no", pgettext_lazy("a tie", "Yes, I have one")),
        ],
        label=gettext_lazy("Do you have a tie with this organisation?"),
        help_text=gettext_lazy(
            "You or somebody close to you works for it, sits on its board, gives it money or has it from it, "
            "or there is another reason why people could doubt that you judge fairly."
        ),
        error_messages={"required": gettext_lazy("Say whether you have a tie with it.")},
    )

    def clean_is_free(self) -> bool:
        """Whether they have none."""
        return bool(self.cleaned_data["is_free"] == "yes")


class DecideReplacementForm(Form):
    """What the panel decided, and why."""

    decision = RadioField(
        choices=[
            ("accept", gettext_lazy("Accept: it comes into the bid")),
            ("refuse", gettext_lazy("Refuse: the bid stays as it was submitted")),
        ],
        label=gettext_lazy("What did the panel decide?"),
        error_messages={"required": gettext_lazy("Choose what the panel decided.")},
    )
    reason = ReasonField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Everybody in the bid and both organisations are told this, word for word."),
        error_messages={"required": gettext_lazy("Give the reason.")},
    )
