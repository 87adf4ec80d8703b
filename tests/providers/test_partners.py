"""Who would complete you: what is found is held against every set there is."""

import time
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers import partners
from providers.partners import Candidate, Wanted, complete, shares_within

REQUIREMENTS = "abcde"
some = st.frozensets(st.sampled_from(REQUIREMENTS))
money = st.integers(0, 12)


@st.composite
def questions(draw, most=8):
    """A small question; candidates carry a few pence, so that money often decides."""
    wanted = Wanted(
        requirements=tuple(draw(st.lists(st.sampled_from(REQUIREMENTS), unique=True, max_size=5))),
        value_pence=draw(st.integers(0, 30)),
        own=draw(some),
        own_most_pence=draw(money),
        joined=tuple(
            Candidate(key, brings, carries)
            for key, (brings, carries) in enumerate(draw(st.lists(st.tuples(some, money), max_size=2)), start=1)
        ),
    )
    brought = draw(st.lists(st.tuples(some, money), max_size=most))
    return wanted, [Candidate(key, brings, carries) for key, (brings, carries) in enumerate(brought, start=1)]


def met_by(wanted, chosen):
    everybody = [*wanted.joined, *chosen]
    return set(wanted.own).union(*(each.brings for each in everybody)) & set(wanted.requirements)


def carried_by(wanted, chosen):
    return wanted.own_most_pence + sum(each.most_pence for each in [*wanted.joined, *chosen])


def suffices(wanted, candidates, chosen):
    """All that anybody meets is met, and the value is carried where all together can carry it."""
    can_be_carried = carried_by(wanted, candidates) >= wanted.value_pence
    is_carried = not can_be_carried or carried_by(wanted, chosen) >= wanted.value_pence
    return met_by(wanted, chosen) == met_by(wanted, candidates) and is_carried


def smallest_size(wanted, candidates):
    for size in range(len(candidates) + 1):
        if any(suffices(wanted, candidates, chosen) for chosen in combinations(candidates, size)):
            return size
    raise AssertionError("all of them together suffice")


def people(candidates, found):
    by_key = {each.key: each for each in candidates}
    return [by_key[key] for key in found.partners]


@given(questions())
def test_every_set_meets_all_that_anybody_meets_and_none_is_smaller(question):
    wanted, candidates = question
    answer = complete(wanted, candidates)
    least = smallest_size(wanted, candidates)
    assert answer.is_exact == (least <= partners.MOST_EXACT)
    for found in answer.sets:
        chosen = people(candidates, found)
        assert suffices(wanted, candidates, chosen)
        assert set(found.unmet) == set(wanted.requirements) - met_by(wanted, chosen)
        if answer.is_exact:
            assert len(chosen) == least


@given(questions())
def test_nobody_in_a_set_can_be_left_out(question):
    wanted, candidates = question
    for found in complete(wanted, candidates).sets:
        chosen = people(candidates, found)
        for left_out in chosen:
            assert not suffices(wanted, candidates, [each for each in chosen if each != left_out])


@given(questions())
def test_money_adds_up_and_nobody_carries_more_than_it_can(question):
    wanted, candidates = question
    for found in complete(wanted, candidates).sets:
        assert all(0 <= part.share_pence <= part.most_pence for part in found.parts)
        assert sum(part.share_pence for part in found.parts) + found.short_pence == wanted.value_pence
        if not complete(wanted, candidates).is_money_out_of_reach:
            assert found.short_pence == 0


@given(questions())
def test_every_part_is_explained(question):
    wanted, candidates = question
    for found in complete(wanted, candidates).sets:
        you, *others = found.parts
        assert you.key is None
        assert set(you.brings) == set(wanted.own) & set(wanted.requirements)
        told = [*wanted.joined, *people(candidates, found)]
        assert [part.joined for part in others if part.key is None] == [each.key for each in wanted.joined]
        for part, candidate in zip(others, told, strict=True):
            assert set(part.brings) == set(candidate.brings) & set(wanted.requirements)
            rest = [other for other in found.parts if other is not part]
            assert set(part.alone) == set(part.brings).difference(*(other.brings for other in rest))
        assert found.completes == (not found.unmet and not found.short_pence)


@given(questions(), st.randoms(use_true_random=False))
def test_order_of_candidates_changes_nothing(question, luck):
    wanted, candidates = question
    shuffled = list(candidates)
    luck.shuffle(shuffled)
    assert complete(wanted, shuffled) == complete(wanted, candidates)


@given(questions())
def test_sets_are_all_different_and_few(question):
    found = [frozenset(each.partners) for each in complete(*question).sets]
    assert len(found) == len(set(found)) <= partners.MOST_SHOWN


@given(questions())
def test_one_by_one_also_meets_everything_without_anybody_needless(question):
    wanted, candidates = question
    search = partners._Search(wanted, candidates)
    for chosen in search.taken_one_by_one():
        told = [candidates[place] for place in chosen]
        assert suffices(wanted, candidates, told)
        for left_out in told:
            assert not suffices(wanted, candidates, [each for each in told if each != left_out])


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**11), min_size=1, max_size=9))
def test_shares_keep_within_limits(value, limits):
    shares = shares_within(value, limits)
    assert sum(shares) == min(value, sum(limits))
    assert all(0 <= share <= limit for share, limit in zip(shares, limits, strict=True))


# --- cases by hand


def test_you_alone_may_be_enough():
    wanted = Wanted(("a",), 100, frozenset("a"), 100)
    answer = complete(wanted, [Candidate(1, frozenset("a"), 100)])
    assert [found.partners for found in answer.sets] == [()]
    assert answer.sets[0].completes


def test_what_nobody_brings_is_said():
    answer = complete(Wanted(("a", "b", "z"), 0, frozenset("a")), [Candidate(1, frozenset("b"), 10)])
    assert answer.nobody == ("z",)
    assert [(found.partners, found.unmet) for found in answer.sets] == [((1,), ("z",))]


def test_partner_can_be_needed_for_the_money_alone():
    wanted = Wanted(("a",), 100, frozenset("a"), 40)
    answer = complete(wanted, [Candidate(1, frozenset(), 50), Candidate(2, frozenset(), 60)])
    [found] = answer.sets
    assert found.partners == (2,)
    assert [part.share_pence for part in found.parts] == [40, 60]


def test_two_of_the_same_kind_may_both_be_needed():
    """Somebody who brings no more than another is not passed over where the money takes both."""
    twins = [Candidate(key, frozenset("b"), 30) for key in (1, 2, 3)]
    answer = complete(Wanted(("a", "b"), 100, frozenset("a"), 40), twins)
    assert answer.is_exact
    assert {found.partners for found in answer.sets} == {(1, 2), (1, 3), (2, 3)}


def test_money_nobody_could_carry_is_said_and_the_rest_is_still_answered():
    answer = complete(Wanted(("a", "b"), 1000, frozenset("a"), 10), [Candidate(1, frozenset("b"), 20)])
    assert answer.is_money_out_of_reach
    [found] = answer.sets
    assert (found.partners, found.short_pence) == ((1,), 970)


def test_without_candidates_you_stand_alone_with_what_is_missing():
    [found] = complete(Wanted(("a", "b"), 0, frozenset("a")), []).sets
    assert (found.partners, found.unmet) == ((), ("b",))


def test_large_question_is_answered_one_by_one_and_says_so():
    """Nine women's centres, one in each place: more than the exact search looks for."""
    places = tuple(range(9))
    centres = [Candidate(place, frozenset({place}), 20) for place in places]
    answer = complete(Wanted((*places,), 100), centres)
    assert not answer.is_exact
    assert answer.sets[0].partners == places
    assert answer.sets[0].completes


@pytest.mark.parametrize(
    ("kinds", "value", "can"), [(3, 5_000_000, True), (12, 5_000_000, True), (40, 100, False)]
)
def test_hundreds_of_candidates_take_a_moment(kinds, value, can):
    wanted = Wanted(tuple(range(kinds)), value, frozenset({0}), 10)
    told = [
        Candidate(key, frozenset((key * step) % kinds for step in (1, 7, 31)), 500_000 + key * 1000)
        for key in range(1, 601)
    ]
    began = time.process_time()
    answer = complete(wanted, told)
    assert time.process_time() - began < 1
    assert answer.sets[0].completes is can
