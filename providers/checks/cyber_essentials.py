"""Whether systems are kept safe."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from providers.checks.case import Case
from providers.checks.check import Check, Question
from providers.matrix import Cell, How


class CyberEssentials(Check):
    """Basic questions first, a certificate where data about people is held, or the lead’s system."""

    code = "cyber_essentials"
    place = 140
    ways = (How.NOT_ASKED, How.SELF_DECLARED, How.EVIDENCE)
    name = gettext_lazy("Safe systems (Cyber Essentials)")
    legal_basis = gettext_lazy(
        "Procurement Policy Note 014: by the award, in certain contracts, and in proportion for small charities."
    )
    sponsor_can_cover = True
    condition = gettext_lazy("if no personal data is held")

    def limit(self, case: Case, cell: Cell) -> How:
        """What the cell falls to without personal data, where it says so."""
        return cell.how if case.holds_personal_data or cell.otherwise is None else cell.otherwise

    def why(self, asked: Question) -> str:
        """The money, and the data where the cell depends on it."""
        if asked.how is How.NOT_ASKED:
            return asked.not_justified()
        if asked.how is How.EVIDENCE:
            if asked.cell.otherwise is None:
                sentence = _(
                    "A share of %(share)s is %(band)s, so you show a Cyber Essentials certificate or use the "
                    "lead’s system."
                )
            else:
                sentence = _(
                    "A share of %(share)s is %(band)s and you hold personal data, so you show a Cyber Essentials "
                    "certificate or use the lead’s system."
                )
        elif asked.how is asked.cell.otherwise:
            sentence = _(
                "A share of %(share)s is %(band)s, but you hold no personal data for this work, so you answer a "
                "few "
                "basic questions."
            )
        else:
            sentence = _(
                "A share of %(share)s is %(band)s, so you answer a few basic questions about your systems."
            )
        return sentence % asked.words


CHECK = CyberEssentials()
