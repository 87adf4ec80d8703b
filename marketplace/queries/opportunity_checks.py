"""Under which checks an opportunity stands, and the case it makes of a bidder."""

import datetime

from django.utils import timezone

from marketplace.models import Opportunity
from providers.checks import Case, Matrix
from providers.queries.checks import NoMatrix, kept_matrix, matrix_on
from providers.yearly import months_of


def matrix_for(opportunity: Opportunity, *, today: datetime.date) -> Matrix:
    """The checks it was published under; of a draft, those of `today`.

    One that was published before versions were kept stands under those of its day, or of today where there were
    none on its day. One query at most for checks that were asked for lately. Raises NoMatrix before the first
    version.
    """
    if opportunity.checks_version is not None:
        return kept_matrix(opportunity.checks_version)
    if opportunity.published_at is not None:
        try:
            return matrix_on(timezone.localdate(opportunity.published_at))
        except NoMatrix:
            pass
    return matrix_on(today)


def case_for(
    opportunity: Opportunity,
    *,
    value_share_pence: int,
    income_pence: int,
    legal_form: str,
    staff_count: int,
    on: datetime.date,
) -> Case:
    """The case of a bidder whose own share of the work is worth `value_share_pence`, on a day."""
    return Case(
        value_share_pence=value_share_pence,
        income_pence=income_pence,
        legal_form=legal_form,
        staff_count=staff_count,
        holds_personal_data=opportunity.holds_personal_data,
        contact_with_people=opportunity.contact_with_people,
        route=opportunity.route,
        on=on,
        months=months_of(opportunity.starts_on, opportunity.ends_on),
    )
