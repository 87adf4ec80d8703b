"""Keeping people safe: a policy, and somebody who leads on it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from providers.checks.case import Case
from providers.checks.check import Check, Question
from providers.matrix import Cell, How


class Safeguarding(Check):
    """Each organisation for itself; no more than a statement where nobody meets people on probation."""

    code = "safeguarding"
    place = 110
    ways = (How.NOT_ASKED, How.SELF_DECLARED, How.EVIDENCE)
    name = gettext_lazy("Safeguarding policy and named lead")
    legal_basis = gettext_lazy("No law names a value. It is our policy.")

    def limit(self, case: Case, cell: Cell) -> How:
        """At most a statement where there is no contact with people."""
        return cell.how if case.contact_with_people else How.SELF_DECLARED

    def why(self, asked: Question) -> str:
        """Contact first, then the money."""
        if asked.how is How.NOT_ASKED:
            return asked.not_justified()
        if asked.how is not How.SELF_DECLARED:
            sentence = _(
                "A share of %(share)s is %(band)s and the work brings you together with people, so we read your "
                "safeguarding policy and ask who leads on it."
            )
        elif asked.case.contact_with_people:
            sentence = _(
                "A share of %(share)s is %(band)s, so it is enough that you tell us who leads on safeguarding "
                "and that "
                "you have a policy."
            )
        else:
            sentence = _(
                "The work brings you together with nobody on probation, so even at %(share)s it is enough that "
                "you "
                "tell us who leads on safeguarding."
            )
        return sentence % asked.words


CHECK = Safeguarding()
