"""What looks as if it told who somebody is is found wherever it stands, and useful words are left alone."""

import datetime
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.personal import refusal_of, traces_in

TODAY = datetime.date(2026, 11, 21)
PLAIN = (
    "men",
    "leave",
    "custody",
    "without",
    "a",
    "room",
    "Leeds",
    "and",
    "wait",
    "for",
    "weeks,",
    "HMP",
    "sofas.",
)


def kinds(text: str) -> list[str]:
    return [str(trace.looks_like) for trace in traces_in(text, today=TODAY)]


# --- one of each, as people write it


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Mr Smith waits", "a person’s name"),
        ("mr smith waits", "a person’s name"),
        ("MR SMITH waits", "a person’s name"),
        ("Mrs. O’Neill waits", "a person’s name"),
        ("ask Ms Jones-Patel", "a person’s name"),
        ("Miss Hill is homeless", "a person’s name"),
        ("Dr Šimek said", "a person’s name"),
        ("Mx Lee", "a person’s name"),
        ("Mr\u200b Smith waits", "a person’s name"),
        ("Mr\u00a0Smith waits", "a person’s name"),
        ("born 12/03/1985", "a date of birth"),
        ("12.3.85", "a date of birth"),
        ("12-03-1985", "a date of birth"),
        ("12 03 1985", "a date of birth"),
        ("1985-03-12", "a date of birth"),
        ("3rd March 1985", "a date of birth"),
        ("3 of march, 1985", "a date of birth"),
        ("Mar 3, 1985", "a date of birth"),
        ("DOB: 01/02/2020", "a date of birth"),
        ("date of birth is 1 April 2026", "a date of birth"),
        ("1/1/99", "a date of birth"),
        ("X123456 again", "a case reference number (CRN)"),
        ("(x123456)", "a case reference number (CRN)"),
        ("Ｘ１２３４５６", "a case reference number (CRN)"),
        ("A1234BC", "a prison number"),
        ("a1234bc.", "a prison number"),
        ("12/0052494Q", "a Police National Computer number"),
        ("2012/0052494q", "a Police National Computer number"),
        ("AB123456C", "a National Insurance number"),
        ("AB 12 34 56 C", "a National Insurance number"),
        ("ann.other@example.org", "an e-mail address"),
        ("<ann@example.org>", "an e-mail address"),
        ("07700 900123", "a telephone number"),
        ("(0113) 496 0000", "a telephone number"),
        ("+44 7700 900123", "a telephone number"),
        ("0113-496-0000", "a telephone number"),
        ("+44 (0)7700 900 123", "a telephone number"),
        ("07700900123", "a telephone number"),
        ("LS1 4AP", "a whole postcode"),
        ("sw1a1aa", "a whole postcode"),
        ("4857773456", "somebody’s number"),
    ],
)
def test_what_tells_who_somebody_is_is_found(text: str, kind: str) -> None:
    assert kind in kinds(text)
    assert kind in kinds(f"There are no rooms: {text}")
    assert kind in refusal_of(text, today=TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "In 1985 there were three hostels, in 2026 there is one",
        "born in 1985 or before",
        "The hostel closed on 1 April 2025",
        "since 01/04/2025",
        "between April 2024 and March 2025, 2024/25, 2024-2025",
        "rents went from £450 to £1,200,000 or £123456 or £12345678",
        "nobody in LS1, M25 or SW1A takes them",
        "on E1 3rd floor",
        "one in 3, 17% (or 0.17) of 1,550 cases, 24/7",
        "They miss appointments. Miss one and it is over",
        "people with MS and ADHD, and dr appointments",
        "HMP Leeds, HMP Manchester, Approved Premises, PD1, CAS3, ROTL",
        "Universal Credit takes 5 weeks; 10:30 is too early",
        "9 to 5, 12-14 weeks, 3 months, 0800 is free",
        "I asked 12 times in 2026",
        "a dozen at any time @ the library",
        "ratio 1000/2000 and 50/100m",
        "an 18–25 group on 3/4 days",
    ],
)
def test_useful_words_are_left_alone(text: str) -> None:
    assert kinds(text) == []
    assert refusal_of(text, today=TODAY) == ""


def test_refusal_names_each_kind_once_and_what_to_do() -> None:
    said = refusal_of("Mr Smith and Mr Jones, X123456", today=TODAY)
    assert "“Mr Smith” looks like a person’s name" in said
    assert "“X123456” looks like a case reference number" in said
    assert "Jones" not in said
    assert said.endswith("without telling who.")


# --- any of them, anywhere

words = st.lists(st.sampled_from(PLAIN), max_size=8).map(" ".join)
letters = st.sampled_from(string.ascii_letters)


def digits(number: int) -> st.SearchStrategy[str]:
    return st.text(string.digits, min_size=number, max_size=number)


born = st.dates(datetime.date(1930, 1, 1), datetime.date(2015, 12, 31))
identifying = st.one_of(
    st.builds("{}{}".format, letters, digits(6)),
    st.builds("{}{}{}{}".format, letters, digits(4), letters, letters),
    st.builds("{}/{}{}".format, digits(2), digits(7), letters),
    st.builds("07{} {}".format, digits(3), digits(6)),
    st.builds("{}@{}.org".format, st.text(string.ascii_lowercase, min_size=1, max_size=9), st.just("example")),
    st.builds("{:%d/%m/%Y}".format, born),
    st.builds("{:%d.%m.%y}".format, st.dates(datetime.date(1940, 1, 1), datetime.date(1999, 12, 31))),
    st.builds("{:%d %B %Y}".format, born),
    st.builds("{} {}{}".format, st.sampled_from(["Mr", "Mrs", "Ms", "Miss", "Mx"]), letters.map(str.upper), words),
)


@given(words, identifying, words)
def test_nothing_that_tells_who_gets_through(before: str, who: str, after: str) -> None:
    assert kinds(f"{before} {who} {after}")
    assert kinds(f"{before}\n({who}), {after}")


harmless = st.one_of(
    st.sampled_from(PLAIN),
    st.integers(1900, 2030).map(str),
    st.integers(0, 99_999_999).map("£{:,}".format),
    st.integers(0, 9_999).map(str),
    st.integers(0, 100).map("{}%".format),
    st.builds("{}{}".format, st.sampled_from(["LS", "M", "SW", "B"]), st.integers(1, 29)),
    st.builds("{0}/{1}".format, st.integers(2010, 2025), st.integers(10, 27)),
)


@given(st.lists(harmless, max_size=12))
def test_years_amounts_and_districts_are_never_refused(parts: list[str]) -> None:
    assert kinds(" in ".join(parts)) == []


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    assert isinstance(refusal_of(text, today=TODAY), str)
