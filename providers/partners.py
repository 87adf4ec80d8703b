"""Who would complete you: the smallest sets of partners that, with you, meet everything and carry the money.

Knows no database. What is wanted is a list of requirements (each a place with a need, say) and a value in pence a
year; each candidate meets some requirements and carries some money at most. The answer is exact while sets of at
most `MOST_EXACT` partners are found within `MOST_STEPS` steps; beyond that partners are taken one by one, each
time the one who adds most, and the answer says so.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from core.money import split_by_shares

MOST_EXACT = 6
MOST_STEPS = 30_000
# Beyond this a set is no longer the smallest that there is, and nobody could lead more.
MOST_PARTNERS = 9
MOST_SHOWN = 5
_MOST_FOUND = 300

Requirement = Hashable


@dataclass(frozen=True)
class Wanted:
    """What has to be met, in the order in which it is told; the value in pence a year; what you bring to it.

    `joined` are with you already and in every set: they meet what they meet and carry what they carry.
    """

    requirements: tuple[Requirement, ...]
    value_pence: int
    own: frozenset[Requirement] = frozenset()
    own_most_pence: int = 0
    joined: tuple["Candidate", ...] = ()

    @property
    def most_pence(self) -> int:
        """What you and those who joined you carry at most, in pence a year."""
        return self.own_most_pence + sum(each.most_pence for each in self.joined)


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be a partner: what it would meet, and the most it can carry in pence a year.

    `key` is of the caller's choosing, and those who joined may have keys of another kind than those who could.
    """

    key: int
    brings: frozenset[Requirement]
    most_pence: int


@dataclass(frozen=True)
class Part:
    """What one of a set brings. `alone`: what nobody else in the set does.

    `key` is none for yourself and for those who joined you, whose own key is `joined`. `share_pence` is a part of
    the value that it could carry: never more than `most_pence`, together the value.
    """

    key: int | None
    brings: tuple[Requirement, ...]
    alone: tuple[Requirement, ...]
    most_pence: int
    share_pence: int
    joined: int | None = None


@dataclass(frozen=True)
class PartnerSet:
    """Partners that complete you as far as anybody can: you first, then those who joined you, then the others.

    `unmet` is what nobody meets, `short_pence` the money that nobody carries.
    """

    parts: tuple[Part, ...]
    unmet: tuple[Requirement, ...]
    short_pence: int

    @property
    def partners(self) -> tuple[int, ...]:
        """The keys of those who would come to you and those who joined you."""
        return tuple(part.key for part in self.parts if part.key is not None)

    @property
    def completes(self) -> bool:
        """Whether everything is met and all the money carried."""
        return not self.unmet and self.short_pence == 0


@dataclass(frozen=True)
class Answer:
    """The sets found, the best first. `is_exact`: no smaller set of these candidates would do.

    `nobody`: requirements that neither you nor any candidate meets. `is_money_out_of_reach`: all candidates
    together could not carry the value, so sets were sought for the requirements alone.
    """

    sets: tuple[PartnerSet, ...]
    is_exact: bool
    nobody: tuple[Requirement, ...] = ()
    is_money_out_of_reach: bool = False


def complete(wanted: Wanted, candidates: Iterable[Candidate]) -> Answer:
    """The smallest sets of partners that complete you, at most five, those that bring most first.

    The same input gives the same answer whatever the order of the candidates. Where nobody meets something, the
    sets meet all that anybody does. Without need of anybody the one set is you alone.
    """
    search = _Search(wanted, sorted(candidates, key=lambda each: each.key))
    found = search.smallest()
    is_exact = found is not None
    chosen = found if found is not None else search.taken_one_by_one()
    return Answer(
        sets=tuple(search.explained(indexes) for indexes in chosen[:MOST_SHOWN]),
        is_exact=is_exact,
        nobody=search.nobody,
        is_money_out_of_reach=search.is_money_out_of_reach,
    )


class _TooManySteps(Exception):
    """The exact search would take too long."""


@dataclass
class _Search:
    """The same in bits: requirement `i` of `wanted` is bit `i`."""

    wanted: Wanted
    candidates: Sequence[Candidate]
    steps: int = 0
    found: list[tuple[int, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.bits = {each: 1 << place for place, each in enumerate(dict.fromkeys(self.wanted.requirements))}
        self.own = self._mask(self.wanted.own)
        with_you = self.own
        for each in self.wanted.joined:
            with_you |= self._mask(each.brings)
        masks = [self._mask(each.brings) for each in self.candidates]
        reachable = with_you
        for mask in masks:
            reachable |= mask
        self.nobody = self._named(~reachable)
        self.goal = reachable & ~with_you
        money = max(0, self.wanted.value_pence - self.wanted.most_pence)
        self.is_money_out_of_reach = money > sum(each.most_pence for each in self.candidates)
        self.money = 0 if self.is_money_out_of_reach else money
        self.masks = [mask & self.goal for mask in masks]
        self.limits = [each.most_pence for each in self.candidates]
        self.useful = self._useful()

    # --- bits

    def _mask(self, requirements: Iterable[Requirement]) -> int:
        mask = 0
        for each in requirements:
            mask |= self.bits.get(each, 0)
        return mask

    def _named(self, mask: int) -> tuple[Requirement, ...]:
        return tuple(each for each, bit in self.bits.items() if mask & bit)

    # --- who is worth a look

    def _useful(self) -> list[int]:
        """Candidates, those that bring most first, without whom as many as a set holds are at least as good.

        With fewer than that many better ones somebody may still be needed beside them, for the money.
        """
        told = [place for place, mask in enumerate(self.masks) if mask or (self.money and self.limits[place])]
        order = sorted(told, key=lambda place: (-self.masks[place].bit_count(), -self.limits[place], place))
        kept: list[int] = []
        for place in order:
            mask, limit = self.masks[place], self.limits[place]
            better = (each for each in kept if mask & ~self.masks[each] == 0 and self._carries(each, limit))
            if sum(1 for _each in better) < MOST_PARTNERS:
                kept.append(place)
        return kept

    def _carries(self, place: int, limit: int) -> bool:
        return not self.money or self.limits[place] >= limit

    # --- the smallest sets

    def smallest(self) -> list[tuple[int, ...]] | None:
        """All sets of the least number of partners, as far as they are looked for; none if that takes too long."""
        self.by_bit = {
            bit: [place for place in self.useful if self.masks[place] & bit]
            for bit in self.bits.values()
            if self.goal & bit
        }
        self.who = {bit: sum(1 << place for place in places) for bit, places in self.by_bit.items()}
        self.everybody = sum(1 << place for place in self.useful)
        richest = sorted((self.limits[place] for place in self.useful), reverse=True)
        self.most_of = [sum(richest[:number]) for number in range(MOST_EXACT + 1)]
        self.widest = max((self.masks[place].bit_count() for place in self.useful), default=0)
        try:
            for size in range(MOST_EXACT + 1):
                self._look(self.goal, self.money, size, 0, ())
                if self.found:
                    return self._ranked()
        except _TooManySteps:
            pass
        return None

    def _look(self, goal: int, money: int, left: int, passed_over: int, chosen: tuple[int, ...]) -> None:
        """Every set that adds `left` more partners to those chosen, each set once."""
        if not left:
            if not goal and money <= 0:
                self.found.append(chosen)
            return
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise _TooManySteps
        if money > self.most_of[left] or goal.bit_count() > left * self.widest:
            return
        if left == 1:
            self._finish(goal, money, passed_over, chosen)
            return
        for place in self._next(goal):
            bit = 1 << place
            if passed_over & bit:
                continue
            passed_over |= bit
            rest = goal & ~self.masks[place]
            self._look(rest, money - self.limits[place], left - 1, passed_over, (*chosen, place))
            if len(self.found) >= _MOST_FOUND:
                return

    def _finish(self, goal: int, money: int, passed_over: int, chosen: tuple[int, ...]) -> None:
        """Everybody who alone brings what is still missing."""
        fitting = self.everybody & ~passed_over
        for bit, who in self.who.items():
            if goal & bit:
                fitting &= who
        for place in self.useful if fitting else ():
            if fitting >> place & 1 and self.limits[place] >= money:
                self.found.append((*chosen, place))

    def _next(self, goal: int) -> Iterator[int]:
        """Those who meet what the fewest can; those who bring the most money where all is met."""
        if goal:
            rarest = min((bit for bit in self.by_bit if goal & bit), key=lambda bit: (len(self.by_bit[bit]), bit))
            yield from self.by_bit[rarest]
        else:
            yield from sorted(self.useful, key=lambda place: (-self.limits[place], place))

    def _ranked(self) -> list[tuple[int, ...]]:
        """Those that bring most together first: where two meet the same, one can stand in for the other."""
        told = [tuple(sorted(chosen)) for chosen in self.found]
        return sorted(told, key=lambda chosen: (-sum(self.masks[place].bit_count() for place in chosen), chosen))

    # --- one by one

    def taken_one_by_one(self) -> list[tuple[int, ...]]:
        """Up to three sets, each begun with somebody else, without anybody who is not needed."""
        sets = {self._grown_from(first) for first in self.useful[:3]}
        return sorted(sets, key=lambda chosen: (self._left_over(chosen), len(chosen), chosen))

    def _grown_from(self, first: int) -> tuple[int, ...]:
        chosen = [first]
        while len(chosen) < MOST_PARTNERS:
            goal, money = self._missing(chosen)
            rest = [place for place in self.useful if place not in chosen]
            if not rest or (not goal and money <= 0):
                break
            best = max(
                rest, key=lambda place: ((self.masks[place] & goal).bit_count(), self.limits[place], -place)
            )
            if not self.masks[best] & goal and money <= 0:
                break
            chosen.append(best)
        return self._without_needless(chosen)

    def _without_needless(self, chosen: list[int]) -> tuple[int, ...]:
        before = self._left_over(chosen)
        for place in sorted(chosen, key=lambda each: (self.masks[each].bit_count(), self.limits[each], each)):
            rest = [each for each in chosen if each != place]
            if self._left_over(rest) <= before:
                chosen = rest
        return tuple(sorted(chosen))

    def _missing(self, chosen: Iterable[int]) -> tuple[int, int]:
        goal, money = self.goal, self.money
        for place in chosen:
            goal &= ~self.masks[place]
            money -= self.limits[place]
        return goal, money

    def _left_over(self, chosen: Iterable[int]) -> tuple[int, int]:
        goal, money = self._missing(chosen)
        return goal.bit_count(), max(0, money)

    # --- who brings what

    def explained(self, chosen: Sequence[int]) -> PartnerSet:
        """The set with what each brings and a share each could carry."""
        joined, partners = self.wanted.joined, [self.candidates[place] for place in chosen]
        others = [*joined, *partners]
        masks = [self.own, *(self._mask(each.brings) for each in others)]
        most = [self.wanted.own_most_pence, *(each.most_pence for each in others)]
        keys: list[tuple[int | None, int | None]] = [
            (None, None),
            *((None, each.key) for each in joined),
            *((each.key, None) for each in partners),
        ]
        shares = shares_within(self.wanted.value_pence, most)
        met = 0
        for mask in masks:
            met |= mask
        parts = tuple(
            Part(key, self._named(mask), self._named(_only(masks, number)), most[number], shares[number], with_you)
            for number, ((key, with_you), mask) in enumerate(zip(keys, masks, strict=True))
        )
        return PartnerSet(parts, self._named(~met), self.wanted.value_pence - sum(shares))


def _only(masks: Sequence[int], number: int) -> int:
    """What this one of them has and no other."""
    others = 0
    for place, mask in enumerate(masks):
        others |= mask if place != number else 0
    return masks[number] & ~others


def shares_within(value_pence: int, limits: Sequence[int]) -> list[int]:
    """`value_pence` in parts proportionate to what each can carry, none above it; they add up to it if they can.

    Where all together carry less, each part is all that it can carry.
    """
    if sum(limits) <= value_pence:
        return list(limits)
    return split_by_shares(value_pence, limits)
