"""Claiming an organisation, and deciding about a claim."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.forms import Form, Keyed, RadioField, TextField
from providers.models import ClaimGround
from providers.models.claims import LONGEST_REASON

STAY, END = "stay", "end"


class ClaimForm(Keyed):
    """Why the organisation is theirs."""

    ground = RadioField(
        label=_("Why do you claim it?"),
        choices=ClaimGround.choices,
        error_messages={"required": _("Choose why you claim it.")},
    )
    reason = TextField(
        label=_("What should they know to decide?"),
        help_text=_(
            "What you do there, since when, and how that can be seen: for example your name in a public register. "
            "Its owners here and the service administrator read this."
        ),
        rows=6,
        max_length=LONGEST_REASON,
    )


class DecisionForm(Form):
    """The reasons for a decision."""

    reason = TextField(
        label=_("Reasons"),
        help_text=_("The person who claimed it and the owners read this."),
        rows=4,
        max_length=LONGEST_REASON,
    )


class AcceptForm(DecisionForm):
    """What becomes of those who were owners so far, where there are any."""

    owners = RadioField(
        label=_("What becomes of the present owners?"),
        choices=[
            (STAY, _("They stay owners too")),
            (END, _("They no longer belong to it")),
        ],
        error_messages={"required": _("Choose what becomes of the present owners.")},
    )

    def __init__(self, *args: Any, has_owners: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_owners:
            del self.fields["owners"]

    @property
    def ends_owners(self) -> bool:
        """Whether they are removed."""
        return bool(self.cleaned_data.get("owners") == END)
