"""What changed between two versions of a bid, told so that it can be read."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.differences import SENTENCE_ENDS, changes_between, pieces_between
from marketplace.liability import MEANS, Liability

WORDS = {
    "format": 2,
    "lead": {"id": 1, "name": "Doorstep"},
    "members": [
        {"id": 1, "name": "Doorstep", "lead": True, "share_bps": 6_000, "part": "Rooms"},
        {"id": 2, "name": "New Leaf", "lead": False, "share_bps": 4_000, "part": "Mentors"},
    ],
    "price_pence": 38_000_00,
    "liability": {"kind": "several", "means": MEANS[Liability.SEVERAL]},
    "answers": [{"criterion": 5, "number": 1, "text": "We have rooms. We visit each week."}],
}


def changed(change):
    words = copy.deepcopy(WORDS)
    change(words)
    return words


def titles(words):
    return [each.title for each in changes_between(WORDS, words)]


def test_same_words_have_no_difference():
    assert changes_between(WORDS, copy.deepcopy(WORDS)) == []


@pytest.mark.parametrize(
    ("change", "title", "was", "now"),
    [
        (lambda words: words.update(price_pence=40_000_00), "Price including VAT", "£38,000", "£40,000"),
        (lambda words: words["members"][1].update(share_bps=3_000), "New Leaf", "40%, Mentors", "30%, Mentors"),
        (lambda words: words["members"].pop(), "New Leaf", "40%, Mentors", "not in the bid"),
        (lambda words: words.update(lead={"id": 2, "name": "New Leaf"}), "Lead", "Doorstep", "New Leaf"),
        (
            lambda words: words.update(liability={"kind": "joint_and_several", "means": ""}),
            "Who answers for what",
            "Each for its own part",
            "Each for the whole",
        ),
    ],
)
def test_each_thing_that_counts_is_told_as_it_was_and_is(change, title, was, now):
    found = changes_between(WORDS, changed(change))
    assert [(each.title, each.was, each.now) for each in found] == [(title, was, now)]


def test_version_from_before_liability_was_said_is_compared_too():
    older = changed(lambda words: words.pop("liability"))
    found = changes_between(older, WORDS)
    assert [(each.title, each.was) for each in found] == [("Who answers for what", "nothing")]


def test_answer_shows_which_sentences_are_new_and_which_are_gone():
    words = changed(lambda words: words["answers"][0].update(text="We have rooms. We visit every day."))
    (change,) = changes_between(WORDS, words)
    assert change.title == "Question 1"
    assert [(piece.kind, piece.text) for piece in change.pieces] == [
        ("kept", "We have rooms."),
        ("gone", "We visit each week."),
        ("new", "We visit every day."),
    ]


texts = st.lists(st.sampled_from(["One.", "Two!", "Three?", "Four"]), max_size=8).map(" ".join)


@given(texts, texts)
def test_pieces_say_both_texts_whole(old, new):
    pieces = pieces_between(old, new)

    def without(kind):
        return " ".join(piece.text for piece in pieces if piece.kind != kind)

    def plain(text):
        return " ".join(each for each in SENTENCE_ENDS.split(text.strip()) if each)

    assert (without("new"), without("gone")) == (plain(old), plain(new))
