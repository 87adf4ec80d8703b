"""How figures of outcomes are said in words."""

from decimal import Decimal
from math import floor

from django.utils.translation import gettext as _

from alliances.models import Outcome
from alliances.queries.outcomes import Reached, Score
from alliances.scales import Standing, in_bps
from core.charts import plain
from core.money import WHOLE_BPS

WHOLE_PERCENT = 100


def part_of_way(reached: Reached) -> str:
    """72% of the way; whole percent, rounded down, so that 100% is said only of a target that is met."""
    return f"{floor(reached.achieved * WHOLE_PERCENT)}%"


def achievement_in_words(outcome: Outcome, reached: Reached) -> str:
    """What the result means, in a sentence with the figures it rests on."""
    words = {
        "actual": plain(reached.actual, outcome.unit),
        "baseline": plain(outcome.baseline, outcome.unit),
        "target": plain(outcome.target, outcome.unit),
        "done": plain(abs(reached.actual - outcome.baseline)),
        "needed": plain(abs(outcome.target - outcome.baseline)),
    }
    return _SENTENCES[reached.standing]() % words


def percent_of(score: Score) -> str:
    """71%: whole percent, rounded down."""
    return f"{floor(score.value * WHOLE_PERCENT)}%"


def four_places(score: Score) -> str:
    """0.7139: what 71.388…% is as a part of one, to four places."""
    return f"{Decimal(in_bps(score.value)) / WHOLE_BPS:.4f}"


def score_in_words(score: Score) -> str:
    """What the score counts."""
    if score.measured == score.outcomes:
        return _("of the way to all targets together, by weight")
    return _(
        "of the way to all targets together, by weight; %(measured)s of %(outcomes)s outcomes measured so far"
    ) % {
        "measured": score.measured,
        "outcomes": score.outcomes,
    }


# Functions, so that each sentence is looked up in the reader's language when it is said.
_SENTENCES = {
    Standing.WORSE: lambda: _("Worse than at the start: %(actual)s now, %(baseline)s then."),
    Standing.UNMOVED: lambda: _("No change yet: still at the baseline of %(baseline)s."),
    Standing.ON_THE_WAY: lambda: _(
        "Moved %(done)s of the %(needed)s needed: from %(baseline)s to %(actual)s so far."
    ),
    Standing.MET: lambda: _("Target met: %(actual)s."),
    Standing.BEYOND: lambda: _("Better than the target: %(actual)s, where %(target)s was aimed for."),
}
