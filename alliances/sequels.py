"""What became of an opportunity and of a need, for their pages."""

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from alliances.queries.agreements import alliances_from
from alliances.queries.outcomes import latest_results_for
from core.charts import plain
from core.models import User
from core.sequels import Sequel
from core.templatetags.accord import day
from marketplace.models import Need, Opportunity


def alliances_of_opportunities(user: User | AnonymousUser, opportunities: Sequence[Opportunity]) -> list[Sequel]:
    """The alliances made from their awards that the person may see."""
    return [
        Sequel(
            title=alliance.name,
            url=reverse("alliance-detail", args=[alliance.pk]),
            told=_("Alliance signed by all its members"),
            at=alliance.activated_at,
        )
        for alliance in alliances_from(opportunities, user)
    ]


def results_of_needs(user: User | AnonymousUser, needs: Sequence[Need]) -> list[Sequel]:
    """The latest result against the target of each outcome of alliances that came from these needs."""
    return [
        Sequel(
            title=_("%(indicator)s: %(actual)s against a target of %(target)s, up to %(day)s")
            % {
                "indicator": result.outcome.indicator,
                "actual": plain(result.actual, _sign(result.outcome.unit)),
                "target": plain(result.outcome.target, _sign(result.outcome.unit)),
                "day": day(result.period_end),
            },
            url=reverse("outcome-detail", args=[result.outcome_id]),
            told=_("Result of the alliance"),
            at=result.recorded_at,
        )
        for result in latest_results_for(needs)
    ]


def _sign(unit: str) -> str:
    return "%" if unit.startswith("%") else ""
