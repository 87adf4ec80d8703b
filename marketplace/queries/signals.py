"""Which signals there are, who may read them, who says the same, and which look alike."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from math import sqrt

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from core.models import Area, Cohort, NeedCategory, Organisation, User
from core.permissions import Permission as P
from core.policies import organisations_where, reads_everything
from core.search import SearchIndex, beginnings_of, matching
from marketplace.models import Need, Signal, SignalSupport
from marketplace.queries.areas import areas_within, in_region
from marketplace.states import SignalStatus

SEARCH = SearchIndex("marketplace_signal", ("text",))
# What speaks for itself: neither joined to another, nor set aside, nor taken back.
COUNTED = (SignalStatus.OPEN, SignalStatus.ANSWERED)
# Of the newest so many of the same kind, those that share the most words are shown.
MOST_COMPARED = 300
FEWEST_SHARED_WORDS = 2


def signals_visible_to(user: User | AnonymousUser) -> QuerySet[Signal]:
    """Those of the person's own commissioning bodies and those that others share; everything for an auditor.

    What was taken back is seen by nobody.
    """
    standing = Signal.objects.exclude(status=SignalStatus.WITHDRAWN)
    if reads_everything(user):
        return standing
    own = organisations_where(user, P.COMMISSIONING_READ)
    return standing.filter(Q(organisation__in=own) | Q(is_shared=True)) if own else standing.none()


def signals_of(organisation: Organisation | int) -> QuerySet[Signal]:
    """Every signal of a body that was not taken back."""
    return Signal.objects.filter(organisation=organisation).exclude(status=SignalStatus.WITHDRAWN)


def signals_shared_with(organisation: Organisation | int) -> QuerySet[Signal]:
    """Signals that other bodies let this one read."""
    standing = Signal.objects.filter(is_shared=True).exclude(status=SignalStatus.WITHDRAWN)
    return standing.exclude(organisation=organisation)


def signals_on_list(
    user: User | AnonymousUser, organisation: Organisation | None, *, shared: bool
) -> QuerySet[Signal]:
    """The list somebody reads who acts for a body: its own, or what others share; everybody's for an auditor."""
    if reads_everything(user):
        everything = signals_visible_to(user)
        return everything.filter(is_shared=True) if shared else everything
    if organisation is None or organisation.pk not in organisations_where(user, P.COMMISSIONING_READ):
        return Signal.objects.none()
    return signals_shared_with(organisation) if shared else signals_of(organisation)


def listed(
    signals: QuerySet[Signal],
    *,
    text: str = "",
    area: int | None = None,
    category: int | None = None,
    cohort: int | None = None,
    status: str = "",
) -> QuerySet[Signal]:
    """What of `signals` a list shows for these filters; an area finds what lies in it too."""
    found = signals.filter(status=status) if status else signals
    if area is not None:
        # Along the order of the list: the body's own stretch of the index is short enough to be read so.
        found = found.filter(in_region(area, are_many=True))
    if category is not None:
        found = found.filter(category=category)
    if cohort is not None:
        found = found.filter(cohorts=cohort)
    return matching(found, text, SEARCH)


def for_list(signals: QuerySet[Signal]) -> QuerySet[Signal]:
    """Only what a line of a list shows, in two queries."""
    return (
        signals.select_related("organisation", "area", "category")
        .only(
            *("text", "status", "given_at", "voices", "is_shared", "given_by_id", "counted_in_id"),
            *("organisation__name", "area__name", "area__kind", "category__name"),
        )
        .prefetch_related(Prefetch("cohorts", Cohort.objects.only("name").order_by("name")))
    )


def with_everything(signals: QuerySet[Signal]) -> QuerySet[Signal]:
    """What the page of one signal shows, in the same few queries."""
    return signals.select_related(
        "organisation", "area", "category", "given_by", "decided_by", "became", "merged_into", "counted_in"
    ).prefetch_related(Prefetch("cohorts", Cohort.objects.order_by("name")))


def said_by(user: User, signals: Iterable[Signal]) -> set[int]:
    """Numbers of those of `signals` that the person gave or supports, itself or through one joined to it."""
    roots = {signal.pk for signal in signals}
    groups = _groups(roots)
    supports = SignalSupport.objects.filter(signal__in=groups.values("pk"), by=user)
    supported = supports.values_list("signal", "signal__counted_in")
    given = groups.filter(given_by=user)
    found = [*supported, *given.values_list("pk", "counted_in")]
    return {root or number for number, root in found}


def joined_to(signal: Signal) -> QuerySet[Signal]:
    """Signals that were put into this one by hand, the first first."""
    return signal.merged.select_related("area", "given_by", "decided_by").order_by("decided_at", "id")


def seen_by_others(signal: Signal) -> tuple[dict[str, int], dict[str, int]]:
    """Where those who say so too see it, and about whom, as far as they said: name -> how many people."""
    supports = SignalSupport.objects.filter(signal__in=group_of(signal.root_id).values("pk"))
    told = supports.exclude(area=None, cohort=None).values_list("by", "area__name", "cohort__name")
    rows = list(told.order_by("area__name", "cohort__name"))
    places = Counter(area for _by, area in {(by, area) for by, area, _cohort in rows if area})
    groups = Counter(cohort for _by, cohort in {(by, cohort) for by, _area, cohort in rows if cohort})
    return dict(sorted(places.items())), dict(sorted(groups.items()))


def last_area_of(user: User, organisation: Organisation) -> int | None:
    """The number of the area of the person's last signal for the body; none before the first."""
    own = Signal.objects.filter(given_by=user, organisation=organisation)
    return own.order_by("-id").values_list("area", flat=True).first()


# --- who says it --------------------------------------------------------------------------------------


def group_of(root: Signal | int) -> QuerySet[Signal]:
    """The signal and all that count in it."""
    return _groups([root if isinstance(root, int) else root.pk])


def _groups(roots: Collection[int]) -> QuerySet[Signal]:
    return Signal.objects.filter(Q(pk__in=roots) | Q(counted_in__in=roots)).order_by()


def voices_of(roots: Collection[int]) -> QuerySet[User]:
    """The people who gave or support any of the signals that stand for themselves, each once."""
    groups = _groups(roots)
    # Supports are looked up signal by signal: asked for through a join, all there are would be read.
    supporting = SignalSupport.objects.filter(signal__in=groups.values("pk")).values("by")
    return User.objects.filter(Q(pk__in=groups.values("given_by")) | Q(pk__in=supporting))


def voices_for(need: Need) -> int:
    """How many people say, in signals linked to the need, what it says; each once, whatever was joined since."""
    standing_for = need.signals.order_by().values(root=Coalesce("counted_in", "pk"))
    roots = list(Signal.objects.filter(pk__in=standing_for, status__in=COUNTED).values_list("pk", flat=True))
    return voices_of(roots).count() if roots else 0


# --- alike --------------------------------------------------------------------------------------------


def alike(signals: QuerySet[Signal], text: str, *, limit: int) -> list[Signal]:
    """Those of the newest 300 of `signals` that share the most words with `text`, the likest first.

    Words are taken as a search takes them. Each counts the more, the fewer of the others have it, so that
    “room” says little among signals about housing; two words at least must be shared.
    """
    words = beginnings_of(text)
    newest = signals.order_by("-given_at", "-id").values_list("pk", "text")[:MOST_COMPARED]
    told = {number: beginnings_of(other) for number, other in newest}
    kept = [number for number, _score in _likest(words, told)[:limit]]
    rows = for_list(Signal.objects.filter(pk__in=kept)).in_bulk() if kept else {}
    return [rows[number] for number in kept if number in rows]


def _likest(words: frozenset[str], told: dict[int, frozenset[str]]) -> list[tuple[int, float]]:
    having = {word: sum(word in other for other in told.values()) for word in words}
    scored = [
        (number, sum(1 / having[word] for word in words & other) / sqrt(len(other)))
        for number, other in told.items()
        if len(words & other) >= min(FEWEST_SHARED_WORDS, len(words)) and words
    ]
    return sorted(scored, key=lambda pair: (-pair[1], -pair[0]))


def like_what_is_said(
    organisation: Organisation, *, text: str, area: Area, category: NeedCategory, limit: int = 3
) -> list[Signal]:
    """Open signals of the body about the same kind of need that say much the same, nearby ones before others."""
    known = Signal.objects.filter(organisation=organisation, status=SignalStatus.OPEN, category=category)
    near = areas_within(area)
    found = alike(known, text, limit=4 * limit)
    return sorted(found, key=lambda signal: signal.area_id not in near)[:limit]


def to_join_to(signal: Signal, *, text: str = "", limit: int = 20) -> list[Signal]:
    """Open signals of the same body that may say the same: those with the words of `text`, or the likest."""
    others = Signal.objects.filter(organisation=signal.organisation_id, status=SignalStatus.OPEN).exclude(
        pk=signal.pk
    )
    if text:
        return list(for_list(matching(others, text, SEARCH)).order_by("-given_at", "-id")[:limit])
    return alike(others.filter(category=signal.category_id), signal.text, limit=limit)


def linkable_to(need: Need, *, text: str = "", limit: int = 25) -> Sequence[Signal]:
    """Signals of the need's body about its kind of need, or with the words of `text`, most supported first."""
    known = Signal.objects.filter(organisation=need.organisation_id, status__in=COUNTED)
    known = known.exclude(pk__in=need.signals.values("pk"))
    found = matching(known, text, SEARCH) if text else known.filter(category=need.category_id)
    return list(for_list(found).order_by("-voices", "-id")[:limit])
