"""What is asked of people who appoint, open, score, agree and decide."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import Form, ModelSelectField, RadioField, TextField, Versioned
from core.models import User
from marketplace.models.evaluation import Points
from marketplace.policies.evaluation import LONGEST_REASON, is_reason
from marketplace.queries.awards import Ranking


class ReasonField(TextField):
    """A reason of at least a few words."""

    def __init__(self, *, rows: int = 5, max_length: int = LONGEST_REASON, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Reason"))
        super().__init__(rows=rows, max_length=max_length, **kwargs)

    def validate(self, value: str) -> None:
        """Asks the rule that the services ask too."""
        super().validate(value)
        if value and not (verdict := is_reason(value)):
            raise ValidationError(str(verdict.reason), code="reason")


class AppointForm(Form):
    """Who joins the panel, and whether they chair it."""

    person = ModelSelectField(User.objects.none(), label=_("Person"))
    is_chair = forms.BooleanField(
        label=_("Chairs the panel"),
        help_text=_("The chair scores too, and records what the panel agrees. A panel has one."),
        required=False,
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]  # of a field of model rows


class StandDownForm(Form):
    """Why somebody who has begun to score leaves the panel."""

    reason = ReasonField(
        rows=3, max_length=500, label=_("Why they leave"), help_text=_("For the record; bidders do not see it.")
    )


class UnlockForm(Form):
    """Why a member may change locked scores."""

    reason = ReasonField(
        rows=3, max_length=500, label=_("Why they are unlocked"), help_text=_("The member is told.")
    )


class PointsForm(Versioned):
    """Points on the published scale, and the reason for them."""

    points = RadioField(
        label=_("Points"), choices=Points.choices, error_messages={"required": _("Choose the points.")}
    )
    reason = ReasonField(rows=7, error_messages={"required": _("Give the reason for these points.")})

    def clean_points(self) -> int:
        """The number behind the words."""
        return int(self.cleaned_data["points"])


class ScoreForm(PointsForm):
    """One member's score of one answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("What in the answer earns these points, and what is missing?")


class AgreedForm(PointsForm):
    """What the panel agreed for one answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["points"].label = _("Agreed points")
        self.fields["reason"].label = _("Agreed reason")
        self.fields["reason"].help_text = _("The bidder is told this, word for word.")


class AwardForm(Form):
    """Which bid wins, and why. `seen` is the fingerprint of the ranking the page showed."""

    bid = RadioField(label=_("Award to"), error_messages={"required": _("Choose the bid that wins.")})
    reason = ReasonField(
        label=_("Reason for the award"),
        help_text=_(
            "Everyone can read it on the opportunity’s page, and every bidder is told. If you do not choose "
            "place 1, or if bids share it, say why."
        ),
        error_messages={"required": _("Give the reason for the award.")},
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, ranking: Ranking, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = ranking.fingerprint
        self.fields["bid"].choices = [  # type: ignore[attr-defined]  # of a field of choices
            (
                str(row.bid.pk),
                _("%(bidder)s, place %(place)d") % {"bidder": row.bid.bidder, "place": row.standing.place},
            )
            for row in ranking.rows
        ]

    def show_again(self, fingerprint: str) -> None:
        """After the person was told that the ranking changed: sent once more, they have seen this one."""
        self.data = {**self.data.dict(), "seen": fingerprint}  # type: ignore[attr-defined]  # of a QueryDict

    def clean_bid(self) -> int:
        """The number of the bid."""
        return int(self.cleaned_data["bid"])


class EndForm(Form):
    """Why nobody wins."""

    reason = ReasonField(
        label=_("Why it ends without an award"),
        help_text=_("Everyone can read it on the opportunity’s page, and every bidder is told."),
    )
