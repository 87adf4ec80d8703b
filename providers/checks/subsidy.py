"""What an organisation has had in grants that count as subsidy."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from providers.checks.case import Case, Route
from providers.checks.check import Check, Question
from providers.matrix import Cell, How


class Subsidy(Check):
    """Only for grants: a contract is paid for, whatever its value."""

    code = "subsidy"
    place = 160
    ways = (How.NOT_ASKED, How.SELF_DECLARED)
    name = gettext_lazy("Subsidy statement (minimal financial assistance)")
    legal_basis = gettext_lazy(
        "Subsidy Control Act 2022: minimal financial assistance, over three financial years."
    )
    takes_amount = True

    def limit(self, case: Case, cell: Cell) -> How:
        """A tender or an alliance buys something, so it gives no subsidy."""
        return cell.how if case.route == Route.GRANT else How.NOT_ASKED

    def why(self, asked: Question) -> str:
        """The route decides, not the money."""
        if asked.case.route != Route.GRANT:
            sentence = _(
                "This is paid work and no grant, so we do not ask this at %(share)s or at any other value."
            )
            return sentence % asked.words
        if asked.how is How.NOT_ASKED:
            return asked.not_justified()
        sentence = _(
            "This is a grant, so at %(share)s as at any value you tell us what else you have had, of at most "
            "%(amount)s in three financial years."
        )
        return sentence % {**asked.words, "amount": asked.amount}


CHECK = Subsidy()
