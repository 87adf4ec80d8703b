"""The fee that holders of personal data pay to the Information Commissioner."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from providers.checks.case import Case
from providers.checks.check import Check, Question
from providers.matrix import Cell, How


class DataProtection(Check):
    """Only where personal data is held for the work."""

    code = "data_protection"
    place = 130
    ways = (How.NOT_ASKED, How.SELF_DECLARED, How.LOOKED_UP, How.EVIDENCE)
    name = gettext_lazy("Data protection fee (ICO)")
    legal_basis = gettext_lazy(
        "Data Protection (Charges and Information) Regulations 2018 (SI 2018/480), as amended by SI 2025/63. "
        "There are exemptions."
    )

    def limit(self, case: Case, cell: Cell) -> How:
        """No personal data, no fee to speak of."""
        return cell.how if case.holds_personal_data else How.NOT_ASKED

    def why(self, asked: Question) -> str:
        """Data first, then the money."""
        if not asked.case.holds_personal_data:
            sentence = _(
                "You hold no personal data for this work, so we do not ask this at %(share)s or at any other "
                "value."
            )
        elif asked.how is How.NOT_ASKED:
            return asked.not_justified()
        elif asked.how is How.SELF_DECLARED:
            sentence = _(
                "A share of %(share)s is %(band)s and you hold personal data, so it is enough that you tell us "
                "you "
                "have paid the fee or need not."
            )
        elif asked.how is How.LOOKED_UP:
            sentence = _(
                "A share of %(share)s is %(band)s and you hold personal data, so we look your number up in the "
                "register of fee payers, unless you need not pay."
            )
        else:
            sentence = _(
                "A share of %(share)s is %(band)s and you hold personal data, so you show that you have paid the "
                "fee "
                "or need not."
            )
        return sentence % asked.words


CHECK = DataProtection()
