"""What happened between two moments that followers want to hear of: needs, opportunities, outcomes."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, TextChoices
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from core.models import Cohort, Event
from core.templatetags.accord import when
from marketplace.models import Award, ConsultationReply, ConsultationRound, Need, NoAward, Opportunity
from marketplace.states import OpportunityStatus, ReplyStatus, RoundStatus

Moment = datetime.datetime


class NewsKind(TextChoices):
    """What sort of news it is, in the order in which a digest tells it."""

    NEED = "need", _("New needs")
    OPPORTUNITY = "opportunity", _("Opportunities now open")
    CONSULTATION = "consultation", _("Consultations now open")
    OUTCOME = "outcome", _("What came of it")


@dataclass(frozen=True)
class News:
    """Something public that happened at a moment, where, about which kinds of need and which groups.

    `about` is a word on it, translated when it is shown: “awarded”, “closes Tuesday 4 March”.
    """

    kind: NewsKind
    title: str
    url: str
    at: Moment
    place: str = ""
    areas: frozenset[int] = field(default_factory=frozenset)
    categories: frozenset[int] = field(default_factory=frozenset)
    cohorts: frozenset[int] = field(default_factory=frozenset)
    about: object = ""


Source = Callable[[Moment, Moment], Iterable[News]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """`source` is asked, in a few queries however much there is, for news after one moment and until another."""
    if source not in _sources:
        _sources.append(source)
    return source


def news_between(after: Moment, until: Moment) -> list[News]:
    """Everything public that happened after `after` and not after `until`, the oldest first."""
    found = [news for source in _sources for news in source(after, until)]
    return sorted(found, key=lambda news: news.at)


def _within(column: str, after: Moment, until: Moment) -> Q:
    return Q(**{f"{column}__gt": after, f"{column}__lte": until})


def _before(sentence: str, at: Moment) -> object:
    """“bids until …”, worded in the language of whoever reads it."""
    return lazy(lambda: gettext(sentence) % {"time": when(at)}, str)()


# --- needs --------------------------------------------------------------------------------------------


def _with_places(needs: QuerySet[Need]) -> QuerySet[Need]:
    cohorts = Prefetch("cohorts", Cohort.objects.only("pk"))
    return needs.select_related("area").prefetch_related("areas", "categories", cohorts)


def _of_need(need: Need, kind: NewsKind, at: Moment, about: object = "") -> News:
    return News(
        kind=kind,
        title=need.title,
        url=reverse("need-detail", args=[need.pk]),
        at=at,
        place=need.area.name,
        areas=frozenset({need.area_id, *(area.pk for area in need.areas.all())}),
        categories=frozenset({need.category_id, *(category.pk for category in need.categories.all())}),
        cohorts=frozenset(cohort.pk for cohort in need.cohorts.all()),
        about=about,
    )


def _set(moment: Moment | None) -> Moment:
    """A moment that the rows asked for all have."""
    if moment is None:
        raise ValueError("A row without the moment it was looked up by.")
    return moment


@register
def new_needs(after: Moment, until: Moment) -> Iterator[News]:
    """Needs that were published."""
    for need in _with_places(Need.objects.filter(_within("published_at", after, until)).order_by("pk")):
        yield _of_need(need, NewsKind.NEED, _set(need.published_at))


_ENDS = {"need.meet": _("met"), "need.close": _("closed without being met")}


@register
def needs_that_ended(after: Moment, until: Moment) -> Iterator[News]:
    """Needs that were met or closed."""
    ended = Event.objects.filter(_within("at", after, until), action__in=_ENDS, object_type="marketplace.need")
    acts = list(ended.order_by("sequence").values_list("object_id", "action", "at"))
    numbers = [number for number, _action, _at in acts]
    needs = _with_places(Need.objects.filter(published_at__isnull=False)).in_bulk(numbers) if acts else {}
    for number, action, at in acts:
        if number in needs:
            yield _of_need(needs[number], NewsKind.OUTCOME, at, _ENDS[action])


# --- opportunities ------------------------------------------------------------------------------------


def _with_needs(opportunities: QuerySet[Opportunity]) -> QuerySet[Opportunity]:
    return opportunities.select_related("area").prefetch_related("needs__cohorts")


def _of_opportunity(opportunity: Opportunity, kind: NewsKind, at: Moment, about: object = "") -> News:
    return News(
        kind=kind,
        title=opportunity.title,
        url=reverse("opportunity-detail", args=[opportunity.pk]),
        at=at,
        place=opportunity.area.name,
        areas=frozenset({opportunity.area_id}),
        categories=frozenset({opportunity.category_id}),
        cohorts=frozenset(cohort.pk for need in opportunity.needs.all() for cohort in need.cohorts.all()),
        about=about,
    )


@register
def opened_opportunities(after: Moment, until: Moment) -> Iterator[News]:
    """Opportunities to which bids were invited: once published, and once the day they open on has come."""
    public = Opportunity.objects.filter(published_at__lte=until, opens_at__lte=until)
    opened = public.filter(Q(published_at__gt=after) | Q(opens_at__gt=after))
    for opportunity in _with_needs(opened.exclude(status=OpportunityStatus.CANCELLED)):
        at = max(_set(opportunity.published_at), _set(opportunity.opens_at))
        yield _of_opportunity(
            opportunity,
            NewsKind.OPPORTUNITY,
            at,
            _before(gettext_noop("bids until %(time)s"), _set(opportunity.closes_at)),
        )


@register
def decided_opportunities(after: Moment, until: Moment) -> Iterator[News]:
    """Opportunities that were awarded or ended without award."""
    whole = ("lot__opportunity__area",)
    cohorts = "lot__opportunity__needs__cohorts"
    awards = Award.objects.filter(_within("awarded_at", after, until))
    for award in awards.select_related(*whole).prefetch_related(cohorts):
        yield _of_opportunity(award.lot.opportunity, NewsKind.OUTCOME, award.awarded_at, _("awarded"))
    ended = NoAward.objects.filter(_within("ended_at", after, until)).select_related("opportunity__area")
    for each in ended.prefetch_related("opportunity__needs__cohorts"):
        yield _of_opportunity(each.opportunity, NewsKind.OUTCOME, each.ended_at, _("ended without award"))


# --- consultations ------------------------------------------------------------------------------------


def _with_need(rows: QuerySet[Any], need: str) -> QuerySet[Any]:
    parts = (f"{need}__areas", f"{need}__categories", f"{need}__cohorts")
    return rows.select_related(f"{need}__area").prefetch_related(*parts)


def _of_round(consultation: ConsultationRound, kind: NewsKind, at: Moment, about: object) -> News:
    news = _of_need(consultation.need, kind, at, about)
    return replace(news, url=reverse("need-consultation", args=[consultation.need_id]))


@register
def opened_consultations(after: Moment, until: Moment) -> Iterator[News]:
    """Consultations in which people can answer: once published, and once the day they open on has come."""
    public = ConsultationRound.objects.filter(published_at__lte=until, opens_at__lte=until)
    opened = public.filter(Q(published_at__gt=after) | Q(opens_at__gt=after), status=RoundStatus.PUBLISHED)
    for each in _with_need(opened.order_by("pk"), "need"):
        at = max(each.published_at, each.opens_at)
        yield _of_round(
            each, NewsKind.CONSULTATION, at, _before(gettext_noop("answers until %(time)s"), each.closes_at)
        )


@register
def answered_consultations(after: Moment, until: Moment) -> Iterator[News]:
    """Consultations of which the body said what it heard and what it changed."""
    said = ConsultationReply.objects.filter(_within("published_at", after, until), status=ReplyStatus.PUBLISHED)
    for reply in _with_need(said.select_related("round").order_by("pk"), "round__need"):
        yield _of_round(reply.round, NewsKind.OUTCOME, reply.published_at, _("what was heard, and what changed"))
