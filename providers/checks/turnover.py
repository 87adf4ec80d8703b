"""Whether the work is small enough beside the organisation's income."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import WHOLE_BPS, percent, pounds
from providers.checks.case import Case
from providers.checks.check import Check, Question
from providers.matrix import Cell, How


def is_small_beside_income(case: Case, share_bps: int) -> bool:
    """Whether the share, for each year of the work, is at most that part of one year's income."""
    return case.a_year_pence * WHOLE_BPS <= case.income_pence * share_bps


class Turnover(Check):
    """Read from the stated income while the share is small beside it; otherwise somebody stands behind it."""

    code = "turnover"
    place = 70
    ways = (How.NOT_ASKED, How.LOOKED_UP, How.EVIDENCE)
    name = gettext_lazy("Size of the work beside your income")
    legal_basis = gettext_lazy(
        "No law sets a figure. It is our policy; Procurement Act 2023, section 22, wants such tests proportionate."
    )
    grant_basis = gettext_lazy("No law sets a figure. It is our policy.")
    sponsor_can_cover = True
    takes_share = True
    condition = gettext_lazy("if the share is small beside the income")

    def limit(self, case: Case, cell: Cell) -> How:
        """Less where the share is at most the part of income that the cell names."""
        if cell.otherwise is not None and is_small_beside_income(case, cell.share_bps or 0):
            return cell.otherwise
        return cell.how

    def why(self, asked: Question) -> str:
        """On which side of the limit the share lies."""
        if asked.how is How.NOT_ASKED:
            return asked.not_justified()
        limit_bps = asked.cell.share_bps or 0
        is_small = is_small_beside_income(asked.case, limit_bps)
        if is_small and asked.how is asked.cell.otherwise:
            sentence = _read_from_income(asked.case)
        elif is_small:
            sentence = _backed_although_small(asked.case)
        else:
            sentence = _backed(asked.case)
        return sentence % {
            **asked.words,
            "limit": percent(limit_bps),
            "yearly": pounds(asked.case.a_year_pence),
            "months": asked.case.months,
        }


def _read_from_income(case: Case) -> str:
    if case.is_of_years:
        return _(
            "A share of %(share)s is %(band)s and over %(months)s months comes to %(yearly)s a year, at most "
            "%(limit)s of your yearly income, so we read it from the income you state."
        )
    return _(
        "A share of %(share)s is %(band)s and at most %(limit)s of your yearly income, so we read it "
        "from the income you state."
    )


def _backed_although_small(case: Case) -> str:
    if case.is_of_years:
        return _(
            "A share of %(share)s is %(band)s, so a sponsor or a guarantee stands behind it, though over "
            "%(months)s months it comes to %(yearly)s a year, at most %(limit)s of your yearly income."
        )
    return _(
        "A share of %(share)s is %(band)s, so a sponsor or a guarantee stands behind it, though it is at "
        "most %(limit)s of your yearly income."
    )


def _backed(case: Case) -> str:
    if case.is_of_years:
        return _(
            "A share of %(share)s is %(band)s and over %(months)s months comes to %(yearly)s a year, more than "
            "%(limit)s of your yearly income, so a sponsor or a guarantee stands behind it."
        )
    return _(
        "A share of %(share)s is %(band)s and more than %(limit)s of your yearly income, so a sponsor or a "
        "guarantee stands behind it."
    )


CHECK = Turnover()
