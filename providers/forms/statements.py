"""What an organisation says for one check."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from core.forms import MoneyField, TextField, Versioned
from providers.models.statements import LONGEST_WORDS
from providers.word_kinds import WordKind


class StatementForm(Versioned):
    """A box for the words, one for the sum where there is one, and for insurance whom it names."""

    def __init__(self, *args: Any, kind: WordKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"] = TextField(label=kind.label, help_text=kind.hint, rows=4, max_length=LONGEST_WORDS)
        if kind.amount_label:
            hint = _("For any one claim, for example £5,000,000.") if kind.is_insurance else _("In pounds, or 0.")
            self.fields["amount_pence"] = MoneyField(label=kind.amount_label, help_text=hint)
        if kind.is_insurance:
            self.fields["names_partners"] = forms.BooleanField(
                label=_("It names our partners in a joint bid, or will before we sign"),
                help_text=_("Then it can serve for them too. Ask the insurer; often it costs nothing."),
                required=False,
            )
