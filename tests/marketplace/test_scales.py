"""Totals and places, by example and by property."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.scales import Offer, ranked, spread, total_of

points = st.integers(0, 5)


@st.composite
def weights(draw):
    """One to eight weights above nought that make 10,000."""
    cuts = draw(st.lists(st.integers(1, 9_999), max_size=7, unique=True))
    edges = [0, *sorted(cuts), 10_000]
    return [high - low for low, high in itertools.pairwise(edges)]


@st.composite
def scored(draw):
    """Pairs of weight and points."""
    return [(weight, draw(points)) for weight in draw(weights())]


offers = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 4)), min_size=1, max_size=12).map(
    lambda rows: [Offer(number, Fraction(total * 5_000, 3), price) for number, (total, price) in enumerate(rows)]
)


# --- totals


def test_total_of_two_criteria_is_weighted():
    assert total_of([(6000, 4), (4000, 3)]) == 7200


def test_total_keeps_exact_fractions():
    assert total_of([(3333, 1), (6667, 1)]) == 2000
    assert total_of([(1, 1), (9999, 0)]) == Fraction(1, 5)


@pytest.mark.parametrize("pairs", [[], [(10_000, 6)], [(10_000, -1)], [(9_999, 3)], [(12_000, 3), (-2_000, 3)]])
def test_total_refuses_what_is_no_scoring(pairs):
    with pytest.raises(ValueError, match=r"Points|Weights"):
        total_of(pairs)


@given(scored())
def test_total_stays_between_nothing_and_everything(pairs):
    assert 0 <= total_of(pairs) <= 10_000


@given(weights(), points)
def test_same_points_everywhere_bring_that_part_of_the_whole(found, each):
    assert total_of([(weight, each) for weight in found]) == 2000 * each


@given(scored(), st.data())
def test_better_points_never_lower_a_total(pairs, data):
    place = data.draw(st.integers(0, len(pairs) - 1))
    weight, before = pairs[place]
    better = [*pairs[:place], (weight, data.draw(st.integers(before, 5))), *pairs[place + 1 :]]
    assert total_of(better) >= total_of(pairs)


@given(scored())
def test_order_of_criteria_does_not_matter(pairs):
    assert total_of(reversed(pairs)) == total_of(pairs)


# --- places


def test_higher_total_comes_first():
    standings = ranked([Offer(1, Fraction(6000), 100), Offer(2, Fraction(7000), 900)])
    assert [(row.number, row.place, row.is_tied) for row in standings] == [(2, 1, False), (1, 2, False)]


def test_same_total_puts_lower_price_first_and_says_tied():
    standings = ranked([Offer(1, Fraction(6000), 200), Offer(2, Fraction(6000), 100)])
    assert [(row.number, row.place, row.is_tied, row.is_joint) for row in standings] == [
        (2, 1, True, False),
        (1, 2, True, False),
    ]


def test_same_total_and_price_share_a_place_and_the_next_stays_empty():
    standings = ranked([Offer(3, Fraction(1), 5), Offer(1, Fraction(6000), 100), Offer(2, Fraction(6000), 100)])
    assert [(row.number, row.place, row.is_joint) for row in standings] == [
        (1, 1, True),
        (2, 1, True),
        (3, 3, False),
    ]


def test_totals_that_only_look_the_same_are_not_tied():
    standings = ranked([Offer(1, Fraction(6000), 1), Offer(2, Fraction(60_001, 10), 9)])
    assert [(row.number, row.total_bps, row.is_tied) for row in standings] == [(2, 6000, False), (1, 6000, False)]


def test_total_is_rounded_half_up():
    assert ranked([Offer(1, Fraction(1, 2), 1)])[0].total_bps == 1


@given(offers)
def test_ranking_holds_each_offer_once_in_a_total_order(found):
    standings = ranked(found)
    by_number = {offer.number: offer for offer in found}
    assert sorted(row.number for row in standings) == sorted(by_number)
    for above, below in itertools.pairwise(standings):
        first, second = by_number[above.number], by_number[below.number]
        assert (-first.total, first.price_pence) <= (-second.total, second.price_pence)
        assert above.place <= below.place


@given(offers)
def test_place_is_one_more_than_the_offers_before_it(found):
    by_number = {offer.number: offer for offer in found}
    for row in ranked(found):
        mine = by_number[row.number]
        better = [
            each
            for each in found
            if each.total > mine.total or (each.total == mine.total and each.price_pence < mine.price_pence)
        ]
        assert row.place == len(better) + 1


@given(offers)
def test_ties_are_said_exactly_where_they_are(found):
    by_number = {offer.number: offer for offer in found}
    for row in ranked(found):
        mine = by_number[row.number]
        others = [each for each in found if each.number != row.number]
        assert row.is_tied == any(each.total == mine.total for each in others)
        assert row.is_joint == any(
            (each.total, each.price_pence) == (mine.total, mine.price_pence) for each in others
        )


@given(offers, st.randoms())
def test_ranking_does_not_depend_on_the_order_given(found, luck):
    mixed = list(found)
    luck.shuffle(mixed)
    assert ranked(mixed) == ranked(found)


# --- spread


@pytest.mark.parametrize(("given_points", "apart"), [([], 0), ([4], 0), ([2, 5, 3], 3), ([3, 3], 0)])
def test_spread_is_the_distance_of_the_extremes(given_points, apart):
    assert spread(given_points) == apart
