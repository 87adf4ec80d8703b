"""The insurance every employer must have."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from providers.checks.case import Case
from providers.checks.check import Check, Question
from providers.matrix import Cell, How


class EmployersLiability(Check):
    """Only where somebody is employed, and shown only at signing."""

    code = "employers_liability"
    place = 80
    ways = (How.NOT_ASKED, How.SELF_DECLARED, How.COMMIT)
    name = gettext_lazy("Employers’ liability insurance")
    legal_basis = gettext_lazy(
        "The law asks it of every employer. Procurement Act 2023, section 22: it need not be in place before the "
        "award."
    )
    grant_basis = gettext_lazy("The law asks it of every employer. When it is shown for a grant is our policy.")
    takes_amount = True

    def limit(self, case: Case, cell: Cell) -> How:
        """Nobody employed, nothing to insure."""
        return cell.how if case.staff_count else How.NOT_ASKED

    def why(self, asked: Question) -> str:
        """Whether anybody is employed, then how much money is at stake."""
        if not asked.case.staff_count:
            return _("You employ nobody, so we do not ask this at %(share)s or at any other value.") % asked.words
        if asked.how is How.NOT_ASKED:
            return asked.not_justified()
        words = {**asked.words, "amount": asked.amount}
        if asked.how is How.COMMIT:
            sentence = _(
                "A share of %(share)s is %(band)s and you employ people, so you promise insurance for %(amount)s "
                "now "
                "and show it only when you sign."
            )
        else:
            sentence = _(
                "A share of %(share)s is %(band)s and you employ people, so you tell us that you are insured for "
                "%(amount)s."
            )
        return sentence % words


CHECK = EmployersLiability()
