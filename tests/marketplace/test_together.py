"""Income and insurance of all members together: never covered when short, never short for having more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.check_states import CheckState
from marketplace.together import Policy, income_wanted, insurance_together, turnover_together

S = CheckState
pence = st.integers(0, 10**10)
shares = st.lists(pence, min_size=1, max_size=9)
bps = st.integers(1, 10_000)
policies = st.lists(
    st.builds(Policy, pence=pence, state=st.sampled_from([S.VERIFIED, S.EVIDENCE_GIVEN, S.SELF_DECLARED])),
    max_size=9,
)


@pytest.mark.parametrize(
    ("shares_pence", "incomes", "short"),
    [
        ([20_000_00, 20_000_00], [60_000_00, 20_000_00], 0),
        ([20_000_00, 20_000_00], [60_000_00, 19_999_99], 1),
        ([40_000_00], [60_000_00], 20_000_00),
        ([1], [1], 1),
        ([0, 0], [0, 0], 0),
    ],
)
def test_incomes_carry_twice_the_sum(shares_pence, incomes, short):
    found = turnover_together(shares_pence, incomes, 5_000)
    assert (found.short_pence, found.is_covered) == (short, short == 0)
    assert found.state is (S.NEEDED if short else S.COVERED)


@given(shares, shares, bps)
def test_incomes_are_never_called_enough_when_they_are_not(work, incomes, share_bps):
    found = turnover_together(work, incomes, share_bps)
    assert found.is_covered == (sum(work) * 10_000 <= sum(incomes) * share_bps)
    assert found.is_covered == (found.state is S.COVERED)


@given(shares, shares, bps, pence)
def test_more_income_never_makes_it_short(work, incomes, share_bps, more):
    before = turnover_together(work, incomes, share_bps)
    after = turnover_together(work, [*incomes, more], share_bps)
    assert after.short_pence == max(0, before.short_pence - more)


@given(shares, bps)
def test_shortage_is_the_very_sum_that_is_lacking(work, share_bps):
    lacking = turnover_together(work, [], share_bps).short_pence
    assert turnover_together(work, [lacking], share_bps).is_covered
    assert lacking == 0 or not turnover_together(work, [lacking - 1], share_bps).is_covered


@given(pence, bps)
def test_members_who_each_have_enough_have_enough_together(share, share_bps):
    wanted = income_wanted(share, share_bps)
    assert turnover_together([share] * 3, [wanted] * 3, share_bps).is_covered


@given(pence, policies, pence)
def test_insurance_is_the_best_policy_and_not_their_sum(asked, held, more):
    found = insurance_together("public_liability", asked, held)
    assert found.is_covered == (asked == 0 or any(policy.pence >= asked for policy in held))
    again = insurance_together("public_liability", asked, [*held, Policy(more, S.SELF_DECLARED)])
    assert again.short_pence <= found.short_pence


@given(pence, policies)
def test_insurance_is_covered_by_a_verified_policy_alone(asked, held):
    found = insurance_together("public_liability", asked, held)
    sure = any(policy.pence >= asked and policy.state is S.VERIFIED for policy in held)
    assert (found.state is S.COVERED) == sure
