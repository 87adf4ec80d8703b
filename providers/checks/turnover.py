"""Whether the work is small enough beside the organisation's income."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import WHOLE_BPS, percent
from providers.checks.case import Case
from providers.checks.check import Check, Question
from providers.matrix import Cell, How


def is_small_beside_income(case: Case, share_bps: int) -> bool:
    """Whether the share is at most that part of one year's income."""
    return case.value_share_pence * WHOLE_BPS <= case.income_pence * share_bps


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
        words = {**asked.words, "limit": percent(limit_bps)}
        if is_small_beside_income(asked.case, limit_bps):
            if asked.how is asked.cell.otherwise:
                sentence = _(
                    "A share of %(share)s is %(band)s and at most %(limit)s of your yearly income, so we read it "
                    "from the income you state."
                )
            else:
                sentence = _(
                    "A share of %(share)s is %(band)s, so a sponsor or a guarantee stands behind it, though it "
                    "is at "
                    "most %(limit)s of your yearly income."
                )
        else:
            sentence = _(
                "A share of %(share)s is %(band)s and more than %(limit)s of your yearly income, so a sponsor or "
                "a "
                "guarantee stands behind it."
            )
        return sentence % words


CHECK = Turnover()
