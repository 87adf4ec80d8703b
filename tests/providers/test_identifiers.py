"""Register numbers: what is read, what is refused, and that reading twice changes nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.identifiers import (
    NEEDED,
    REGISTERS,
    LegalForm,
    Scheme,
    normalise,
    problem_in,
    readings,
    register_address,
    schemes_for,
)

SHAPES = {
    Scheme.CHARITY_ENGLAND_AND_WALES: r"[1-9][0-9]{5,6}(-[1-9][0-9]{0,3})?",
    Scheme.CHARITY_SCOTLAND: r"SC0[0-9]{5}",
    Scheme.CHARITY_NORTHERN_IRELAND: r"1[0-9]{5}",
    Scheme.COMPANY: r"([0-9]{8}|[A-Z]{2}[0-9]{6})",
    Scheme.MUTUAL: r"((IP|SP|NP)[0-9]{4,6}[A-Z]{0,2}|[0-9]{1,6}[A-Z]{0,3})",
}

numbers = st.sampled_from(list(Scheme)).flatmap(
    lambda scheme: st.tuples(st.just(scheme), st.from_regex(SHAPES[scheme], fullmatch=True))
)
# Words of a register's own letters: what a person could put around a number and mean nothing by it.
before = st.sampled_from(["", " ", "No. ", "Charity number: ", "Company no ", "Registered charity no. "])
after = st.sampled_from(["", " ", ".", "\t", "\n"])


@given(numbers)
def test_number_of_a_register_is_taken_as_it_stands(number):
    scheme, value = number
    assert normalise(scheme, value) == value
    assert not problem_in(scheme, value)


@given(numbers, before, after, st.booleans())
def test_words_spaces_and_small_letters_around_a_number_change_nothing(number, head, tail, small):
    scheme, value = number
    typed = f"{head}{value}{tail}"
    assert normalise(scheme, typed.lower() if small else typed) == value


@given(numbers)
def test_register_code_in_front_changes_nothing(number):
    scheme, value = number
    assert normalise(scheme, f"{scheme}-{value}") == value


@given(st.sampled_from([Scheme.COMPANY, Scheme.CHARITY_SCOTLAND, Scheme.CHARITY_NORTHERN_IRELAND]), st.data())
def test_spaces_and_dashes_inside_a_number_change_nothing(scheme, data):
    value = data.draw(st.from_regex(SHAPES[scheme], fullmatch=True))
    gaps = data.draw(st.lists(st.sampled_from(["", " ", "-", ".", "–"]), min_size=len(value), max_size=len(value)))
    # A word of a register's own (NO, GB...) must not come to stand alone in front.
    typed = "".join(letter + gap for letter, gap in zip(value, ["", "", *gaps[2:]], strict=True))
    assert normalise(scheme, typed) == value


@given(st.sampled_from(list(Scheme)), st.text())
def test_anything_typed_is_either_a_number_or_has_a_sentence_with_an_example(scheme, typed):
    value = normalise(scheme, typed)
    problem = str(problem_in(scheme, value))
    if problem:
        assert REGISTERS[scheme].example in problem
    else:
        assert re.fullmatch(SHAPES[scheme], value)
        assert normalise(scheme, value) == value
        assert len(value) <= 20


@given(st.text())
def test_every_reading_of_a_text_is_a_number_of_its_register(typed):
    for scheme, value in readings(typed):
        assert re.fullmatch(SHAPES[scheme], value)


@pytest.mark.parametrize(
    ("scheme", "typed", "value"),
    [
        ("GB-COH", "09506232", "09506232"),
        ("GB-COH", " 00 12 34 56 ", "00123456"),
        ("GB-COH", "sc123456", "SC123456"),
        ("GB-COH", "０９５０６２３２", "09506232"),
        ("GB-CHC", "0279417", "279417"),
        ("GB-CHC", "1090095-0", "1090095"),
        ("GB-CHC", "1090095 / 2", "1090095-2"),
        ("GB-CHC", "109009-5.", "109009-5"),
        ("GB-NIC", "NIC100019", "100019"),
        ("GB-NIC", "NIC 100019", "100019"),
        ("GB-SC", "sc 042386", "SC042386"),
        ("GB-MPR", "235 c", "235C"),
        ("GB-MPR", "ip031455", "IP031455"),
    ],
)
def test_number_is_read_as_people_write_it(scheme, typed, value):
    assert normalise(scheme, typed) == value
    assert not problem_in(scheme, value)


@pytest.mark.parametrize(
    ("scheme", "typed"),
    [
        ("GB-COH", "9506232"),  # a zero left out could as well be any digit left out
        ("GB-COH", "095062321"),
        ("GB-COH", "ABC12345"),
        ("GB-COH", "٠٩٥٠٦٢٣٢"),
        ("GB-CHC", "12345"),
        ("GB-CHC", "10900951"),
        ("GB-CHC", "SC042386"),
        ("GB-CHC", "1090095-12345"),
        ("GB-CHC", "279-417"),
        ("GB-SC", "SC142386"),
        ("GB-SC", "042386"),
        ("GB-NIC", "200019"),
        ("GB-MPR", "RS12C4"),
        ("GB-MPR", ""),
        ("GB-COH", "\x0009506232"),
    ],
)
def test_what_is_no_number_of_the_register_has_a_problem(scheme, typed):
    assert problem_in(scheme, normalise(scheme, typed))


def test_every_register_shows_an_example_that_it_would_take():
    for scheme, register in REGISTERS.items():
        assert not problem_in(scheme, normalise(scheme, register.example))


def test_every_legal_form_says_which_registers_fit():
    assert set(NEEDED) == set(LegalForm)
    assert schemes_for("cic") == (Scheme.COMPANY,)
    assert schemes_for("unregistered") == ()
    assert Scheme.CHARITY_ENGLAND_AND_WALES in schemes_for("company")


@pytest.mark.parametrize(
    ("scheme", "value", "address"),
    [
        ("GB-CHC", "1090095", "charity-details/?regid=1090095&subid=0"),
        ("GB-CHC", "1090095-2", "charity-details/?regid=1090095&subid=2"),
        ("GB-COH", "09506232", "/company/09506232"),
        ("GB-SC", "SC042386", "number=SC042386"),
        ("GB-NIC", "100019", "regId=100019&subId=0"),
        ("GB-MPR", "235C", "https://mutuals.fca.org.uk/"),
    ],
)
def test_register_address_leads_to_the_entry(scheme, value, address):
    assert register_address(scheme, value).endswith(address)
