"""What people type about opportunities, a page at a time."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import (
    DateField,
    DateTimeField,
    Form,
    IntegerField,
    Keyed,
    MoneyField,
    PercentField,
    RadioField,
    SelectField,
    TextField,
    Versioned,
)
from core.models import DesiredOutcome, Organisation
from marketplace.drafts import About, CriterionWords, LotAndDates, OutcomeWords
from marketplace.forms.fields import AreaField, LineField
from marketplace.forms.rows import RowsForm
from marketplace.models import Criterion, Lot, Opportunity, Route, SharedOutcome

DEFAULT_WORD_LIMIT = 500
SMALLEST_WEIGHT_BPS = 1
LARGEST_FIGURE = Decimal(1_000_000_000)

# The alliance first: it is what this service is for.
ROUTES = {
    Route.ALLIANCE: _("Alliance: you and the providers share outcomes, risk and decisions as equal parties."),
    Route.TENDER: _("Tender: you buy a service you can describe now, from whoever offers the best one."),
    Route.GRANT: _("Grant: you fund what a provider proposes to do. The simplest for a small charity."),
}


# In Welsh the answer repeats the verb of the question.
WILL_IT = [("yes", pgettext_lazy("will it", "Yes")), ("no", pgettext_lazy("will it", "No"))]
MAY_IT = [("yes", pgettext_lazy("may it", "Yes")), ("no", pgettext_lazy("may it", "No"))]
# What decides which checks bidders meet, and whether who is in a joint bid may change.
FACTS = ("contact_with_people", "holds_personal_data", "members_may_change")


# --- About -------------------------------------------------------------------------------------------


class AboutFields(Form):
    """What is wanted, where, by which route, and whom to ask."""

    route = RadioField(
        choices=[(route.value, str(text).partition(":")[0]) for route, text in ROUTES.items()],
        hints={route.value: text for route, text in ROUTES.items()},
        label=_("How the money will be placed"),
        error_messages={"required": _("Choose how the money will be placed.")},
    )
    title = LineField(max_length=150, label=_("Title"))
    summary = TextField(
        rows=12,
        max_length=10_000,
        label=_("What is wanted"),
        help_text=_(
            "What should be there for people that is not there now, and what the provider would do for it."
        ),
        error_messages={"required": _("Say what is wanted.")},
    )
    area = AreaField(label=_("Where"), error_messages={"required": _("Choose where the service is to be.")})
    contact_with_people = RadioField(
        choices=WILL_IT,
        label=_("Will the provider meet or speak with people on probation?"),
        help_text=_("If not, nobody is asked for criminal record checks."),
        error_messages={"required": _("Say whether the provider will meet or speak with people on probation.")},
    )
    holds_personal_data = RadioField(
        choices=WILL_IT,
        label=_("Will the provider keep personal data about them?"),
        help_text=_("Names, addresses or notes about a person, on paper or on a computer."),
        error_messages={"required": _("Say whether the provider will keep personal data.")},
    )
    members_may_change = RadioField(
        choices=MAY_IT,
        label=_("May a member of a joint bid be replaced after the deadline?"),
        help_text=_(
            "If a partner drops out, the lead can then propose another organisation in its place. The panel looks "
            "at it again and says yes or no. This cannot be changed once the opportunity is published."
        ),
        error_messages={"required": _("Say whether a member may be replaced after the deadline.")},
    )
    contact_name = LineField(
        max_length=120,
        label=_("Who bidders can ask"),
        help_text=_("A person or a team. Everybody can read it."),
        error_messages={"required": _("Enter whom bidders can ask.")},
    )
    contact_email = forms.EmailField(
        max_length=254,
        label=_("Their e-mail address"),
        error_messages={
            "required": _("Enter an e-mail address at which bidders can ask."),
            "invalid": _("Enter an e-mail address, like name@example.org."),
        },
    )

    def __init__(self, *args: Any, organisation: Organisation | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area: Any = self.fields["area"]
        area.use(organisation)

    def about(self) -> About:
        """What was typed, for the service."""
        names = ("route", "title", "summary", "area", "contact_name", "contact_email")
        facts = {name: self.cleaned_data[name] == "yes" for name in FACTS}
        return About(**{name: self.cleaned_data[name] for name in names}, **facts)


class AboutNewForm(AboutFields, Keyed):
    """For a new opportunity."""


class AboutForm(AboutFields, Versioned):
    """For a draft."""


# --- Lot and dates -----------------------------------------------------------------------------------


class LotAndDatesForm(Versioned):
    """The lot, its value, and when bidding and the service begin and end."""

    lot_title = LineField(
        max_length=150,
        label=_("Lot"),
        help_text=_("What is bid for. One lot for everything is called, say, “Whole region”."),
        error_messages={"required": _("Enter what the lot is called.")},
    )
    value_pence = MoneyField(
        min_pence=1_00,
        label=_("Value"),
        help_text=_("For the whole time of the service, VAT included."),
        error_messages={"required": _("Enter what the lot is worth.")},
    )
    opens_at = DateTimeField(
        required=False,
        label=_("Opening date and time"),
        help_text=_("Leave empty to open as soon as it is published."),
    )
    closes_at = DateTimeField(
        label=_("Closing date and time"),
        help_text=_("Small charities need weeks, not days. 12 noon on a weekday is kind to everyone."),
        error_messages={"required": _("Enter when bidding closes.")},
    )
    questions_until = DateTimeField(
        required=False,
        label=_("Last date and time for questions"),
        help_text=_(
            "Bidders ask here until then, and everybody reads the answers. "
            "Leave empty for three quarters of the time in which bids are taken."
        ),
    )
    starts_on = DateField(
        label=_("Start of the service"), error_messages={"required": _("Enter when the service starts.")}
    )
    ends_on = DateField(
        label=_("End of the service"), error_messages={"required": _("Enter when the service ends.")}
    )

    def clean(self) -> dict[str, Any]:
        """Ends come after beginnings."""
        cleaned = super().clean() or self.cleaned_data
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", _("Bidding must close after it opens."))
        asking_ends_at = cleaned.get("questions_until")
        if asking_ends_at and closes_at and asking_ends_at > closes_at:
            self.add_error("questions_until", _("Questions must end before bidding closes."))
        elif asking_ends_at and opens_at and asking_ends_at <= opens_at:
            self.add_error("questions_until", _("Questions must end after bidding opens."))
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", _("The service must end after it starts."))
        return cleaned

    def parts(self) -> LotAndDates:
        """What was typed, for the service."""
        names = (
            *("lot_title", "value_pence", "opens_at", "closes_at"),
            *("questions_until", "starts_on", "ends_on"),
        )
        return LotAndDates(**{name: self.cleaned_data[name] for name in names})


# --- Criteria ----------------------------------------------------------------------------------------


class CriteriaForm(RowsForm, Versioned):
    """The questions bidders answer."""

    def row_fields(self, number: int) -> dict[str, forms.Field]:
        """A question, what a good answer shows, its weight and limit."""
        return {
            "question": LineField(
                max_length=500,
                label=_("Question"),
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("Ask one thing, in words a small charity uses.") if number == 1 else "",
            ),
            "guidance": TextField(rows=3, max_length=2000, required=False, label=_("What a good answer shows")),
            "weight_bps": PercentField(
                min_bps=SMALLEST_WEIGHT_BPS,
                label=_("Weight"),
                help_text=_("The weights of all criteria make 100%.") if number == 1 else "",
            ),
            "word_limit": IntegerField(
                min_value=50,
                max_value=5000,
                required=False,
                label=_("Word limit"),
                help_text=_("From 50 to 5,000; 500 if you leave it empty.") if number == 1 else "",
            ),
        }

    def criteria(self) -> list[CriterionWords]:
        """What was typed, for the service."""
        return [
            CriterionWords(
                question=row["question"],
                guidance=row["guidance"] or "",
                weight_bps=row["weight_bps"],
                word_limit=row["word_limit"] or DEFAULT_WORD_LIMIT,
            )
            for row in self.filled_rows()
        ]


# --- Outcomes ----------------------------------------------------------------------------------------


class FigureField(forms.DecimalField):
    """A baseline or a target: at most two decimals."""

    widget = forms.TextInput
    default_error_messages = {"invalid": _("{label} must be a number, like 42 or 3.5.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=-LARGEST_FIGURE, max_value=LARGEST_FIGURE, max_digits=12, decimal_places=2, **kwargs
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Asks phones for the keyboard with digits and a point."""
        return {"inputmode": "decimal", "class": "short", "spellcheck": "false"}

    def to_python(self, value: Any) -> Any:
        """The number; "1,200" and "42%" are taken too."""
        if isinstance(value, str):
            value = value.replace(",", "").replace(" ", "").removesuffix("%").replace("−", "-")
        return super().to_python(value)


class OutcomesForm(RowsForm, Versioned):
    """What the alliance will be measured by together."""

    def __init__(self, *args: Any, suggestions: Iterable[DesiredOutcome] = (), **kwargs: Any) -> None:
        self.suggestions = {str(outcome.pk): outcome for outcome in suggestions}
        super().__init__(*args, **kwargs)

    def row_fields(self, number: int) -> dict[str, forms.Field]:
        """An indicator in a unit, from a baseline to a target, with its weight."""
        first = number == 1
        fields: dict[str, forms.Field] = {
            "indicator": LineField(
                max_length=200,
                label=_("Indicator"),
                help_text=_("What is counted, like “People in settled housing six months after release”.")
                if first
                else "",
                error_messages={"required": _("Enter what is counted.")},
            ),
            "unit": LineField(
                max_length=40,
                label=_("Unit"),
                help_text=_("% of people, people, days.") if first else "",
                error_messages={"required": _("Enter the unit, like % of people.")},
            ),
            "baseline": FigureField(label=_("Baseline"), help_text=_("How it is today.") if first else ""),
            "target": FigureField(
                label=_("Target"), help_text=_("How it is to be; it may be lower.") if first else ""
            ),
            "weight_bps": PercentField(
                min_bps=SMALLEST_WEIGHT_BPS,
                label=_("Weight"),
                help_text=_("The weights of all outcomes make 100%.") if first else "",
            ),
        }
        if self.suggestions:
            choices = [("", _("None of these")), *((key, one.text) for key, one in self.suggestions.items())]
            serves = SelectField(choices=choices, required=False, label=_("Desired outcome it serves"))
            fields = {"desired_outcome": serves, **fields}
        return fields

    def clean(self) -> dict[str, Any]:
        """A target that is its baseline leaves nothing to achieve."""
        cleaned = super().clean() or self.cleaned_data
        for number in range(1, self.count + 1):
            baseline, target = cleaned.get(f"baseline_{number}"), cleaned.get(f"target_{number}")
            if baseline is not None and baseline == target:
                self.add_error(f"target_{number}", _("The target must differ from the baseline."))
        return cleaned

    def outcomes(self) -> list[OutcomeWords]:
        """What was typed, for the service."""
        return [
            OutcomeWords(**{**row, "desired_outcome": self.suggestions.get(row.get("desired_outcome") or "")})
            for row in self.filled_rows()
        ]


# --- Rows as the forms show them ---------------------------------------------------------------------


def about_of(opportunity: Opportunity) -> dict[str, Any]:
    """The first page."""
    names = ("version", "route", "title", "summary", "contact_name", "contact_email")
    facts = {name: "yes" if getattr(opportunity, name) else "no" for name in FACTS}
    return {**{name: getattr(opportunity, name) for name in names}, **facts, "area": str(opportunity.area_id)}


def lot_and_dates_of(opportunity: Opportunity, lot: Lot | None) -> dict[str, Any]:
    """The second page."""
    names = ("version", "opens_at", "closes_at", "questions_until", "starts_on", "ends_on")
    words = {name: getattr(opportunity, name) for name in names}
    return {**words, "lot_title": lot.title, "value_pence": lot.value_pence} if lot else words


def criterion_of(criterion: Criterion) -> dict[str, Any]:
    """A row of the third."""
    names = ("question", "guidance", "weight_bps", "word_limit")
    return {name: getattr(criterion, name) for name in names}


def outcome_of(outcome: SharedOutcome) -> dict[str, Any]:
    """A row of the fourth."""
    names = ("indicator", "unit", "weight_bps")
    return {
        **{name: getattr(outcome, name) for name in names},
        "baseline": plain_number(outcome.baseline),
        "target": plain_number(outcome.target),
        "desired_outcome": str(outcome.desired_outcome_id or ""),
    }


def plain_number(value: Decimal) -> str:
    """42 from 42.00, 3.5 from 3.50."""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
