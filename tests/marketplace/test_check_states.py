"""Where an organisation stands with a check: tables, and what holds whatever comes in."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.check_states import (
    TO_DO,
    Backing,
    CheckState,
    may_be_covered,
    own_state,
    state_of,
    stops_signing,
)
from marketplace.states import NEVER_COVERED
from providers.checks import CODES, Case, How, checks_for
from providers.identifiers import LegalForm
from providers.models import IdentityLookUp, LookUpState
from providers.queries.evidence import Standing
from providers.queries.known import Known
from providers.reference.shipped import shipped_matrices

S = CheckState
MATRIX = shipped_matrices()[-1]
BANDS = [0, *MATRIX.edges, 10**9]

pence = st.one_of(st.integers(0, 2_000_000_00), st.sampled_from([edge + by for edge in BANDS for by in (0, 1)]))
cases = st.builds(
    Case,
    value_share_pence=pence,
    income_pence=st.integers(0, 5_000_000_00),
    legal_form=st.sampled_from(LegalForm.values),
    staff_count=st.integers(0, 40),
    holds_personal_data=st.booleans(),
    contact_with_people=st.booleans(),
    route=st.sampled_from(["tender", "grant", "alliance"]),
    on=st.just(datetime.date(2026, 11, 1)),
    months=st.none() | st.integers(1, 60),
)
FOUND = IdentityLookUp(result=LookUpState.FOUND, name_agrees=True)
OTHER_NAME = IdentityLookUp(result=LookUpState.FOUND, name_agrees=False)
NOT_FOUND = IdentityLookUp(result=LookUpState.NOT_FOUND)
GONE = IdentityLookUp(result=LookUpState.GONE)
sums = st.none() | st.integers(0, 10_000_000_00)
knowns = st.builds(
    Known,
    is_told=st.booleans(),
    has_nothing_to_tell=st.booleans(),
    told_pence=sums,
    names_partners=st.booleans(),
    shown=st.none() | st.sampled_from(Standing),
    shown_pence=sums,
    looked_up=st.lists(st.sampled_from([FOUND, OTHER_NAME, NOT_FOUND, GONE]), max_size=2).map(tuple),
)
backings = st.lists(
    st.builds(
        Backing, state=st.sampled_from([S.COVERED, S.EVIDENCE_GIVEN, S.SELF_DECLARED, S.NEEDED]), limit_pence=sums
    ),
    max_size=3,
)


def asked(check, how, **case):
    """The check, asked so, at the lowest value at which it can be; sums as the shipped version has them."""
    values = {
        "value_share_pence": 700_000_00,
        "income_pence": 1,
        "legal_form": "charity",
        "staff_count": 3,
        "holds_personal_data": True,
        "contact_with_people": True,
        "route": "grant",
        "on": datetime.date(2026, 11, 1),
    }
    found = next(each for each in checks_for(Case(**{**values, **case}), MATRIX) if each.check == check)
    return replace(found, how=how)


@pytest.mark.parametrize(
    ("check", "how", "known", "state", "stops"),
    [
        ("dbs", How.NOT_ASKED, Known(), S.NOT_ASKED, False),
        ("dbs", How.EVIDENCE, Known(), S.NEEDED, True),
        ("dbs", How.EVIDENCE, Known(is_told=True), S.NEEDED, True),
        ("dbs", How.EVIDENCE, Known(shown=Standing.GIVEN), S.EVIDENCE_GIVEN, True),
        ("dbs", How.EVIDENCE, Known(shown=Standing.VERIFIED), S.VERIFIED, False),
        ("dbs", How.EVIDENCE, Known(shown=Standing.REFUSED), S.REFUSED, True),
        ("dbs", How.EVIDENCE, Known(is_told=True, shown=Standing.EXPIRED), S.EXPIRED, True),
        ("dbs", How.SELF_DECLARED, Known(), S.NEEDED, True),
        ("dbs", How.SELF_DECLARED, Known(is_told=True), S.SELF_DECLARED, False),
        ("dbs", How.SELF_DECLARED, Known(is_told=True, shown=Standing.REFUSED), S.SELF_DECLARED, False),
        ("dbs", How.SELF_DECLARED, Known(shown=Standing.VERIFIED), S.VERIFIED, False),
        ("identity", How.LOOKED_UP, Known(is_told=True), S.SELF_DECLARED, False),
        ("identity", How.LOOKED_UP, Known(), S.NEEDED, True),
        ("identity", How.LOOKED_UP, Known(is_told=True, looked_up=(FOUND,)), S.VERIFIED, False),
        ("identity", How.LOOKED_UP, Known(is_told=True, looked_up=(FOUND, OTHER_NAME)), S.SELF_DECLARED, False),
        ("identity", How.LOOKED_UP, Known(is_told=True, looked_up=(FOUND, NOT_FOUND)), S.NEEDED, True),
        ("identity", How.LOOKED_UP, Known(is_told=True, looked_up=(GONE,)), S.NEEDED, True),
        (
            "identity",
            How.LOOKED_UP,
            Known(is_told=True, looked_up=(GONE,), shown=Standing.GIVEN),
            S.EVIDENCE_GIVEN,
            True,
        ),
        (
            "identity",
            How.LOOKED_UP,
            Known(is_told=True, looked_up=(GONE,), shown=Standing.REFUSED),
            S.REFUSED,
            True,
        ),
        (
            "identity",
            How.LOOKED_UP,
            Known(is_told=True, looked_up=(NOT_FOUND,), shown=Standing.VERIFIED),
            S.VERIFIED,
            False,
        ),
        ("exclusions", How.SELF_DECLARED, Known(shown=Standing.VERIFIED), S.NEEDED, True),
        ("exclusions", How.SELF_DECLARED, Known(is_told=True, has_nothing_to_tell=False), S.SELF_DECLARED, False),
        ("public_liability", How.COMMIT, Known(is_told=True, told_pence=5_000_000_00), S.SELF_DECLARED, True),
        ("public_liability", How.COMMIT, Known(is_told=True, told_pence=4_999_999_99), S.NEEDED, True),
        ("public_liability", How.COMMIT, Known(shown=Standing.GIVEN, shown_pence=1), S.NEEDED, True),
        (
            "public_liability",
            How.COMMIT,
            Known(shown=Standing.VERIFIED, shown_pence=5_000_000_00),
            S.VERIFIED,
            False,
        ),
        ("employers_liability", How.COMMIT, Known(is_told=True, has_nothing_to_tell=False), S.NEEDED, True),
        ("employers_liability", How.COMMIT, Known(is_told=True), S.SELF_DECLARED, True),
    ],
)
def test_state_of_one_organisation(check, how, known, state, stops):
    question = asked(check, how)
    assert own_state(question, known) is state
    assert stops_signing(question, state, known) is stops


def test_cover_that_reaches_the_share_covers():
    question = asked("accounts", How.EVIDENCE)
    covered = Backing(S.COVERED, limit_pence=40_000_00)
    assert state_of(question, Known(), value_share_pence=40_000_00, backings=[covered]) is S.COVERED
    assert state_of(question, Known(), value_share_pence=40_000_01, backings=[covered]) is S.NEEDED


def test_what_an_organisation_meets_itself_is_not_called_covered():
    question = asked("accounts", How.EVIDENCE)
    verified = Known(shown=Standing.VERIFIED)
    assert state_of(question, verified, value_share_pence=1, backings=[Backing(S.COVERED)]) is S.VERIFIED


@given(case=cases, known=knowns, found=backings)
def test_cover_never_reaches_identity_exclusions_safeguarding_or_dbs(case, known, found):
    for question in checks_for(case, MATRIX):
        # Not even where a version of the checks said that a sponsor could.
        lax = replace(question, sponsor_can_cover=True)
        state = state_of(lax, known, value_share_pence=case.value_share_pence, backings=found)
        if question.check in NEVER_COVERED:
            assert not may_be_covered(lax)
            assert state is own_state(lax, known) is not S.COVERED
        if not question.sponsor_can_cover:
            assert state_of(question, known, value_share_pence=0, backings=found) is not S.COVERED


@given(case=cases, known=knowns, found=backings)
def test_cover_never_makes_a_state_worse(case, known, found):
    for question in checks_for(case, MATRIX):
        own = own_state(question, known)
        state = state_of(question, known, value_share_pence=case.value_share_pence, backings=found)
        assert stops_signing(question, own, known) or not stops_signing(question, state, known)
        assert state is own or own in (*TO_DO, S.SELF_DECLARED, S.EVIDENCE_GIVEN)


@given(case=cases)
def test_what_is_asked_never_exceeds_the_matrix_at_the_share(case):
    band = MATRIX.band_of(case.value_share_pence)
    for question in checks_for(case, MATRIX):
        assert question.how.strength <= MATRIX.cell(question.check, band).how.strength
        if not question.is_asked:
            assert own_state(question, Known()) is S.NOT_ASKED


@given(case=cases, more=pence, known=knowns)
def test_higher_share_never_asks_less_nor_lets_sign_what_a_lower_one_stopped(case, more, known):
    higher = replace(case, value_share_pence=case.value_share_pence + more)
    for low, high in zip(checks_for(case, MATRIX), checks_for(higher, MATRIX), strict=True):
        assert high.how.strength >= low.how.strength
        assert (high.amount_pence or 0) >= (low.amount_pence or 0)
        if stops_signing(low, own_state(low, known), known):
            assert stops_signing(high, own_state(high, known), known)


def test_every_check_has_a_place_where_its_word_is_given():
    from providers.word_kinds import DECLARED, TOLD_IN_SECTION, WORDS

    assert sorted([*WORDS, *DECLARED, *TOLD_IN_SECTION]) == sorted(CODES)
