"""What is asked: properties that must hold for every case, then the matrix cell by cell."""

import csv
import dataclasses
import datetime
import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from providers.checks import CHECKS, CODES, BadCase, Case, How, Route, checks_for, totals, totals_for
from providers.identifiers import LegalForm
from providers.matrix import BANDS, Cell, weaker
from providers.reference.shipped import FOLDER, accounts_limits, shipped_matrices

MATRIX = shipped_matrices()[0]
IN_ORDER = (
    "identity",
    "governing_document",
    "bank_account",
    "exclusions",
    "conflicts",
    "accounts",
    "turnover",
    "employers_liability",
    "public_liability",
    "professional_indemnity",
    "safeguarding",
    "dbs",
    "data_protection",
    "cyber_essentials",
    "track_record",
    "subsidy",
)
NEVER_COVERED = {"identity", "exclusions", "safeguarding", "dbs"}
EDGES = (1_200_000, 5_000_000, 13_501_800, 66_354_000)
TINY = Case(
    value_share_pence=1_000_000,
    income_pence=6_000_000,
    legal_form="charity",
    staff_count=3,
    holds_personal_data=True,
    contact_with_people=True,
    route="tender",
    on=datetime.date(2026, 11, 22),
)

near_edges = st.sampled_from([edge + step for edge in EDGES for step in (-1, 0, 1)])
in_a_band = [st.integers(low, high) for low, high in zip((0, *EDGES), (*EDGES, 10**13), strict=True)]
amounts = st.one_of(near_edges, *in_a_band)
cases = st.builds(
    Case,
    value_share_pence=amounts,
    income_pence=st.one_of(amounts, st.sampled_from([0, 2_500_000, 2_500_001, 100_000_000, 150_000_001])),
    legal_form=st.sampled_from(LegalForm.values),
    staff_count=st.integers(0, 5000),
    holds_personal_data=st.booleans(),
    contact_with_people=st.booleans(),
    route=st.sampled_from(Route.values),
    on=st.dates(datetime.date(2026, 1, 1), datetime.date(2035, 12, 31)),
    months=st.none() | st.integers(1, 120),
)


def case(**changes):
    return dataclasses.replace(TINY, **changes)


def hows(**changes):
    return {asked.check: asked.how for asked in checks_for(case(**changes), MATRIX)}


def asked_for(check, **changes):
    return next(asked for asked in checks_for(case(**changes), MATRIX) if asked.check == check)


# --- for every case


@given(cases, amounts)
@example(case(value_share_pence=3_000_000), 3_000_001)
@example(case(value_share_pence=0, route="grant"), 10**12)
def test_raising_the_value_never_asks_less(one, other):
    low, high = sorted((one.value_share_pence, other))
    before = checks_for(dataclasses.replace(one, value_share_pence=low), MATRIX)
    after = checks_for(dataclasses.replace(one, value_share_pence=high), MATRIX)
    for less, more in zip(before, after, strict=True):
        assert less.how.strength <= more.how.strength, less.check
        assert less.minutes <= more.minutes, less.check


@pytest.mark.parametrize("route", Route.values)
@pytest.mark.parametrize("income", [0, 3_000_000, 12_000_000, 100_000_000, 10**13])
def test_raising_the_value_step_by_step_never_asks_less(income, route):
    """Every edge, and both sides of half the income, for every set of facts."""
    values = sorted({0, *(near for edge in (*EDGES, income // 2) for near in (edge, edge + 1))})
    for staff, data, contact in itertools.product((0, 3), (False, True), (False, True)):
        facts = {"staff_count": staff, "holds_personal_data": data, "contact_with_people": contact}
        listed = [
            checks_for(case(value_share_pence=value, income_pence=income, route=route, **facts), MATRIX)
            for value in values
        ]
        for before, after in itertools.pairwise(listed):
            for less, more in zip(before, after, strict=True):
                assert less.how.strength <= more.how.strength, less.check


@given(cases)
def test_what_is_asked_never_exceeds_the_matrix(one):
    """Read from the file itself, so that a slip in reading it shows too."""
    band = BANDS[sum(one.value_share_pence > edge for edge in EDGES)]
    with (FOLDER / "check_cells.csv").open(encoding="utf-8") as opened:
        most = {line["check"]: How(line["how"]) for line in csv.DictReader(opened) if line["band"] == band}
    for asked in checks_for(one, MATRIX):
        assert asked.how.strength <= most[asked.check].strength, asked.check


@given(cases)
def test_no_cover_reaches_identity_exclusions_safeguarding_or_dbs(one):
    covered = {asked.check for asked in checks_for(one, MATRIX) if asked.sponsor_can_cover}
    assert not covered & NEVER_COVERED
    assert covered == {
        "bank_account",
        "accounts",
        "turnover",
        "public_liability",
        "professional_indemnity",
        "cyber_essentials",
        "track_record",
    }


@given(cases)
def test_every_check_is_there_in_order_with_one_sentence_and_a_ground(one):
    listed = checks_for(one, MATRIX)
    assert tuple(asked.check for asked in listed) == IN_ORDER
    for asked in listed:
        assert asked.why.endswith(".")
        assert ". " not in asked.why
        assert "%" not in asked.why.replace("50%", "")
        assert "£" in asked.why
        assert asked.legal_basis
        assert (asked.minutes > 0) == asked.is_asked
        assert ("we do not ask this" in asked.why) == (not asked.is_asked), asked.why


@given(cases)
def test_same_case_same_answer(one):
    assert checks_for(one, MATRIX) == checks_for(dataclasses.replace(one), MATRIX)


@given(cases)
def test_facts_only_lower_what_is_asked(one):
    fullest = dataclasses.replace(
        one, staff_count=1, holds_personal_data=True, contact_with_people=True, route="grant"
    )
    for less, most in zip(checks_for(one, MATRIX), checks_for(fullest, MATRIX), strict=True):
        assert less.how.strength <= most.how.strength


@given(cases)
def test_totals_add_up(one):
    listed = checks_for(one, MATRIX)
    sums = totals(listed)
    assert sum(sums.by_how.values()) == len(listed) == 16
    assert sums.asked == 16 - sums.by_how[How.NOT_ASKED]
    assert sums.minutes == sum(asked.minutes for asked in listed)
    assert totals_for(one, MATRIX) == sums


@given(cases)
def test_check_that_wants_more_than_its_cell_does_not_get_it(one):
    """A matrix of the weakest questions stays so, whatever the checks themselves would like."""
    weak = dataclasses.replace(
        MATRIX, cells={key: Cell(How.SELF_DECLARED, otherwise=How.EVIDENCE) for key in MATRIX.cells}
    )
    assert all(asked.how.strength <= How.SELF_DECLARED.strength for asked in checks_for(one, weak))


# --- the list


def test_codes_stay_as_they_are_and_in_order():
    assert CODES == IN_ORDER


def test_every_check_is_in_the_matrix_in_every_band_with_minutes():
    for check in CHECKS:
        assert all((check.code, band) in MATRIX.cells for band in range(5)), check.code
        assert {how for code, how in MATRIX.minutes if code == check.code} == set(check.ways) - {How.NOT_ASKED}
        assert {MATRIX.cells[check.code, band].how for band in range(5)} <= set(check.ways)
    assert {code for code, _ in MATRIX.cells} == set(IN_ORDER)


def test_strength_is_in_the_order_of_what_it_costs_a_provider():
    assert sorted(How, key=lambda how: how.strength) == [
        "not_asked",
        "self_declared",
        "looked_up",
        "commit",
        "evidence",
    ]
    assert weaker(How.COMMIT, How.LOOKED_UP) is How.LOOKED_UP


# --- the matrix, cell by cell, for a charity with staff, data and contact that has a grant and income enough

N, S, V, C, E = How


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("identity", (V, V, V, V, V)),
        ("governing_document", (S, S, E, E, E)),
        ("bank_account", (E, E, E, E, E)),
        ("exclusions", (S, S, V, V, V)),
        ("conflicts", (S, S, S, S, S)),
        ("accounts", (N, S, E, E, E)),
        ("turnover", (N, N, V, V, E)),
        ("employers_liability", (S, S, C, C, C)),
        ("public_liability", (N, S, C, C, C)),
        ("professional_indemnity", (N, N, N, C, C)),
        ("safeguarding", (S, E, E, E, E)),
        ("dbs", (S, E, E, E, E)),
        ("data_protection", (S, V, V, V, V)),
        ("cyber_essentials", (N, N, S, E, E)),
        ("track_record", (N, S, S, E, E)),
        ("subsidy", (S, S, S, S, S)),
    ],
)
def test_each_cell_says_what_the_matrix_says(check, expected):
    values = (*EDGES, EDGES[-1] + 1)
    found = tuple(hows(value_share_pence=value, income_pence=10**12, route="grant")[check] for value in values)
    assert found == expected


@pytest.mark.parametrize("place", range(4))
def test_edge_belongs_to_the_band_below(place):
    assert MATRIX.band_of(EDGES[place]) == place
    assert MATRIX.band_of(EDGES[place] + 1) == place + 1


@pytest.mark.parametrize("value", [1, *(edge + 1 for edge in EDGES)])
def test_nobody_employed_nothing_to_insure(value):
    assert hows(value_share_pence=value, staff_count=0)["employers_liability"] is N


@pytest.mark.parametrize("value", [1, *(edge + 1 for edge in EDGES)])
def test_without_contact_no_dbs_and_at_most_a_word_on_safeguarding(value):
    found = hows(value_share_pence=value, contact_with_people=False)
    assert (found["dbs"], found["safeguarding"]) == (N, S)


@pytest.mark.parametrize(
    ("value", "cyber"), [(1, N), (1_200_001, N), (5_000_001, S), (13_501_801, S), (66_354_001, E)]
)
def test_without_personal_data_no_fee_and_fewer_questions(value, cyber):
    found = hows(value_share_pence=value, holds_personal_data=False)
    assert (found["data_protection"], found["cyber_essentials"]) == (N, cyber)


@pytest.mark.parametrize("route", ["tender", "alliance"])
@pytest.mark.parametrize("value", [1, *(edge + 1 for edge in EDGES)])
def test_paid_work_asks_nothing_about_subsidy(route, value):
    assert hows(value_share_pence=value, route=route)["subsidy"] is N


@given(cases)
def test_knowing_how_long_the_work_lasts_never_asks_more(one):
    whole = checks_for(dataclasses.replace(one, months=None), MATRIX)
    for less, more in zip(checks_for(one, MATRIX), whole, strict=True):
        assert less.how.strength <= more.how.strength


def test_turnover_sets_a_year_of_the_work_beside_the_income():
    facts = {"value_share_pence": 12_000_000, "income_pence": 8_000_000}
    assert hows(**facts, months=36)["turnover"] is V
    assert hows(**facts, months=35)["turnover"] is E
    assert hows(**facts, months=12)["turnover"] is E
    assert "over 36 months comes to £40,000 a year, at most 50%" in asked_for("turnover", **facts, months=36).why
    assert "over 35 months comes to £41,142.86 a year, more than" in asked_for("turnover", **facts, months=35).why
    above = asked_for("turnover", value_share_pence=EDGES[-1] + 1, income_pence=10**12, months=36)
    assert "though over 36 months it comes to £221,180 a year" in above.why


def test_case_lasts_a_month_at_least():
    with pytest.raises(BadCase, match="months must be above nought"):
        case(months=0)


def test_turnover_is_read_from_the_income_up_to_half_of_it():
    assert hows(value_share_pence=6_000_000, income_pence=12_000_000)["turnover"] is V
    assert hows(value_share_pence=6_000_001, income_pence=12_000_000)["turnover"] is E
    assert hows(value_share_pence=6_000_000, income_pence=0)["turnover"] is E


# --- amounts, numbers, minutes


@pytest.mark.parametrize(
    ("value", "words"), [(5_000_000, "£1,000,000"), (13_501_800, "£2,000,000"), (66_354_001, "£5,000,000")]
)
def test_public_liability_names_its_sum(value, words):
    asked = asked_for("public_liability", value_share_pence=value)
    assert words in asked.why
    assert f"£{asked.amount_pence // 100:,}" == words


@pytest.mark.parametrize(("value", "count"), [(5_000_000, 1), (13_501_800, 2), (66_354_000, 2), (66_354_001, 3)])
def test_references_are_counted_in_words_and_minutes(value, count):
    asked = asked_for("track_record", value_share_pence=value)
    assert asked.count == count
    assert f" {count} " in asked.why
    assert asked.minutes == count * MATRIX.minutes["track_record", asked.how]


def test_what_is_not_asked_names_no_amount():
    asked = asked_for("public_liability", value_share_pence=1)
    assert (asked.amount_pence, asked.minutes) == (None, 0)


# --- accounts


@pytest.mark.parametrize(
    ("form", "income", "on", "words"),
    [
        ("charity", 2_500_000, (2026, 9, 29), "at most £25,000 unaudited accounts do"),
        ("charity", 2_500_001, (2026, 9, 29), "above £25,000 charity law has them independently examined"),
        ("charity", 100_000_000, (2026, 9, 29), "no audit is asked"),
        ("charity", 100_000_001, (2026, 9, 29), "above £1,000,000 charity law has them audited already"),
        ("cio", 4_000_000, (2026, 9, 30), "at most £40,000 unaudited accounts do"),
        ("cio", 4_000_001, (2026, 9, 30), "no audit is asked"),
        ("charity", 150_000_000, (2026, 9, 30), "no audit is asked"),
        ("charity", 150_000_001, (2026, 9, 30), "above £1,500,000 charity law has them audited already"),
        ("unregistered", 10**10, (2026, 9, 30), "a statement of income and spending does"),
        ("company", 10**10, (2026, 9, 30), "audited only if the law already asks you for an audit"),
        ("cic", 1, (2026, 9, 30), "audited only if the law already asks you for an audit"),
        ("mutual", 1, (2026, 9, 30), "audited only if the law already asks you for an audit"),
    ],
)
def test_accounts_are_wanted_in_the_form_the_law_asks(form, income, on, words):
    day = datetime.date(*on)
    assert (
        words
        in asked_for("accounts", value_share_pence=6_000_000, legal_form=form, income_pence=income, on=day).why
    )


@given(cases)
def test_nobody_whom_charity_law_exempts_is_told_of_an_audit_they_have(one):
    limits = MATRIX.accounts_limits(one.on)
    why = next(asked.why for asked in checks_for(one, MATRIX) if asked.check == "accounts")
    if "audited already" in why:
        assert one.legal_form in ("charity", "cio")
        assert one.income_pence > limits.audit_pence


def test_accounts_limits_are_those_of_the_law():
    old, new = accounts_limits()
    assert (old.examination_pence, old.accruals_pence, old.audit_pence) == (2_500_000, 25_000_000, 100_000_000)
    assert (new.return_pence, new.file_pence) == (1_000_000, 2_500_000)
    assert (new.examination_pence, new.accruals_pence, new.audit_pence) == (4_000_000, 50_000_000, 150_000_000)
    assert new.from_day == datetime.date(2026, 9, 30)


# --- grounds, and wrong cases


def test_grant_does_not_rest_on_the_procurement_act():
    for asked in checks_for(case(route="grant"), MATRIX):
        assert "Procurement Act" not in asked.legal_basis or "does not apply" in asked.legal_basis, asked.check
    assert "Procurement Act" in asked_for("exclusions").legal_basis


@pytest.mark.parametrize(
    "changes",
    [
        {"value_share_pence": -1},
        {"income_pence": -1},
        {"staff_count": -1},
        {"legal_form": "club"},
        {"route": "raffle"},
    ],
)
def test_wrong_case_cannot_be_made(changes):
    with pytest.raises(BadCase):
        case(**changes)
