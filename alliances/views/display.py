"""What the templates of alliances show, as plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from alliances import words
from alliances.models import Alliance, AllianceMember, Outcome, Result
from alliances.policies.agreements import may_ask_signatures, may_edit_again, may_edit_alliance, may_see_names
from alliances.policies.results import may_correct_result, may_record_result
from alliances.policies.signing import may_sign_alliance
from alliances.queries.outcomes import latest_of, score_of
from alliances.queries.wording import agreement_of
from alliances.states import AllianceStatus
from core.access import Verdict
from core.charts import ResultChart, plain, result_chart
from core.models import User

Person = User | AnonymousUser

TONES = {
    AllianceStatus.DRAFT: "plain",
    AllianceStatus.SIGNING: "info",
    AllianceStatus.ACTIVE: "good",
    AllianceStatus.SUSPENDED: "warn",
    AllianceStatus.ENDED: "plain",
    AllianceStatus.TERMINATED: "bad",
}


@dataclass(frozen=True)
class Progress:
    """An outcome with its figures in words; `latest`, `on`, `part` and `meaning` are empty before a result."""

    pk: int
    number: int
    indicator: str
    url: str
    baseline: str
    target: str
    weight_bps: int
    latest: str = ""
    on: Any = None
    part: str = ""
    meaning: str = ""


@dataclass(frozen=True)
class Signature:
    """One member's place on the page: whether it signed, and whether the reader may sign for it."""

    place: AllianceMember
    may_sign: Verdict

    @property
    def is_shown_why_not(self) -> bool:
        """Whether the reader could sign here, but for a rule in the way."""
        return not self.may_sign.allowed and self.may_sign.right


@dataclass(frozen=True)
class Line:
    """One result with what it means, and whether the reader may correct it."""

    result: Result
    period: str
    actual: str
    entered: str
    corrected_to: str
    may_correct: bool


@dataclass(frozen=True)
class Brief:
    """An outcome in a line of the list: its latest result in words, empty before one, and its target."""

    indicator: str
    latest: str
    target: str


@dataclass(frozen=True)
class Listed:
    """One alliance in the list."""

    alliance: Alliance
    parties: list[str]
    area: str
    state: str
    tone: str
    outcomes: list[Brief]
    score: str


def page_of_agreement(person: Person, alliance: Alliance) -> dict[str, Any]:
    """What the page of an alliance shows to `person`; takes an alliance read `with_everything`."""
    outcomes = list(alliance.outcomes.all())
    score = score_of(outcomes)
    places = list(alliance.members.all())
    for place in places:
        place.alliance = alliance
    return {
        "title": alliance.name,
        "section": "alliances",
        "alliance": alliance,
        "agreement": agreement_of(alliance),
        "tone": TONES[AllianceStatus(alliance.status)],
        "is_draft": alliance.status == AllianceStatus.DRAFT,
        "is_signing": alliance.status == AllianceStatus.SIGNING,
        "was_signed": alliance.activated_at is not None,
        "area": area_of(alliance),
        "outcomes": progress_rows(outcomes),
        "score": words.percent_of(score) if score else "",
        "score_figure": words.four_places(score) if score else "",
        "score_words": words.score_in_words(score) if score else "",
        "signatures": [Signature(place, may_sign_alliance(person, place)) for place in places],
        "signed_count": sum(place.signed_at is not None for place in places),
        "sees_names": may_see_names(person, alliance),
        "may_edit": may_edit_alliance(person, alliance),
        "may_ask": may_ask_signatures(person, alliance),
        "may_edit_again": may_edit_again(person, alliance),
        "may_record": may_record_result(person, alliance),
    }


def area_of(alliance: Alliance) -> str:
    """The area it serves, which is that of the opportunity it came from."""
    return alliance.award.lot.opportunity.area.name if alliance.award else ""


def listed(alliances: Iterable[Alliance]) -> list[Listed]:
    """Lines of the list; takes alliances read `for_list`."""
    return [_listed(alliance) for alliance in alliances]


def _listed(alliance: Alliance) -> Listed:
    outcomes = list(alliance.outcomes.all())
    score = score_of(outcomes)
    state = AllianceStatus(alliance.status)
    return Listed(
        alliance=alliance,
        parties=[place.organisation.name for place in alliance.members.all()],
        area=area_of(alliance),
        state=str(state.label),
        tone=TONES[state],
        outcomes=[_in_brief(outcome) for outcome in outcomes],
        score=words.percent_of(score) if score else "",
    )


def _in_brief(outcome: Outcome) -> Brief:
    latest = latest_of(outcome)
    return Brief(
        indicator=outcome.indicator,
        latest=plain(latest.actual, outcome.unit) if latest else "",
        target=plain(outcome.target, outcome.unit),
    )


def progress_rows(outcomes: Iterable[Outcome]) -> list[Progress]:
    """Outcomes with their latest result in words; takes outcomes read `with_latest`."""
    return [_progress(outcome) for outcome in outcomes]


def _progress(outcome: Outcome) -> Progress:
    latest = latest_of(outcome)
    known: dict[str, Any] = {
        "pk": outcome.pk,
        "number": outcome.number,
        "indicator": outcome.indicator,
        "url": reverse("outcome-detail", args=[outcome.pk]),
        "baseline": plain(outcome.baseline, outcome.unit),
        "target": plain(outcome.target, outcome.unit),
        "weight_bps": outcome.weight_bps,
    }
    if latest is None:
        return Progress(**known)
    return Progress(
        **known,
        latest=plain(latest.actual, outcome.unit),
        on=latest.on,
        part=words.part_of_way(latest),
        meaning=words.achievement_in_words(outcome, latest),
    )


def chart_of(outcome: Outcome, results: Iterable[Result]) -> ResultChart:
    """The results that count against baseline and target, the earliest first."""
    counted = sorted((row for row in results if row.superseded_at is None), key=lambda row: row.period_end)
    points = [(short_day(row.period_end), row.actual) for row in counted]
    return result_chart(outcome.baseline, outcome.target, points, outcome.unit)


def short_day(day: Any) -> str:
    """30 Sep 2026, in the reader's language."""
    return format_date(day, "j M Y")


def result_lines(person: Person, outcome: Outcome, results: Iterable[Result]) -> list[Line]:
    """Every result, corrected ones too, with what took its place; the latest period first."""
    rows = list(results)
    instead = {row.corrects_id: row for row in rows if row.corrects_id is not None}
    for row in rows:
        row.outcome = outcome
    return [_line(person, row, instead.get(row.pk)) for row in rows]


def _line(person: Person, result: Result, correction: Result | None) -> Line:
    unit = result.outcome.unit
    return Line(
        result=result,
        period=short_day(result.period_end),
        actual=plain(result.actual, unit),
        entered=short_day(timezone.localtime(result.recorded_at)),
        corrected_to=_("%(actual)s for %(day)s")
        % {"actual": plain(correction.actual, unit), "day": short_day(correction.period_end)}
        if correction
        else "",
        may_correct=result.superseded_at is None and may_correct_result(person, result).allowed,
    )
