"""The insurance every employer must have."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from providers.checks.case import Case
from providers.checks.check import Question
from providers.checks.insurance import Insurance
from providers.matrix import Cell, How


class EmployersLiability(Insurance):
    """Only where somebody is employed, and shown only at signing; each employer has its own."""

    code = "employers_liability"
    place = 80
    name = gettext_lazy("Employers’ liability insurance")
    legal_basis = gettext_lazy(
        "The law asks it of every employer. Procurement Act 2023, section 22: it need not be in place before the "
        "award."
    )
    grant_basis = gettext_lazy("The law asks it of every employer. When it is shown for a grant is our policy.")
    sponsor_can_cover = False
    promised = gettext_lazy(
        "A share of %(share)s is %(band)s and you employ people, so you promise insurance for %(amount)s now "
        "and show it only when you sign."
    )
    told = gettext_lazy(
        "A share of %(share)s is %(band)s and you employ people, so you tell us that you are insured for "
        "%(amount)s."
    )

    def limit(self, case: Case, cell: Cell) -> How:
        """Nobody employed, nothing to insure."""
        return cell.how if case.staff_count else How.NOT_ASKED

    def why(self, asked: Question) -> str:
        """Whether anybody is employed, then how much money is at stake."""
        if not asked.case.staff_count:
            return _("You employ nobody, so we do not ask this at %(share)s or at any other value.") % asked.words
        return super().why(asked)


CHECK = EmployersLiability()
