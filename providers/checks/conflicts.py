"""Links with the people who decide."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from providers.checks.check import GRANT_BASIS, Check, Question
from providers.matrix import How


class Conflicts(Check):
    """Declared at every value."""

    code = "conflicts"
    place = 50
    ways = (How.NOT_ASKED, How.SELF_DECLARED, How.EVIDENCE)
    name = gettext_lazy("Conflicts of interest")
    legal_basis = gettext_lazy("Procurement Act 2023: a commissioner must find and lessen conflicts of interest.")
    grant_basis = GRANT_BASIS

    def why(self, asked: Question) -> str:
        """Fairness does not depend on the money."""
        if asked.how is How.NOT_ASKED:
            return asked.not_justified()
        if asked.how is How.EVIDENCE:
            sentence = _(
                "A share of %(share)s is %(band)s, so you show how you keep apart anybody linked with those who "
                "decide."
            )
        else:
            sentence = _(
                "Whatever the value, here %(share)s, the choice must be fair, so you tell us of any link with "
                "those who decide."
            )
        return sentence % asked.words


CHECK = Conflicts()
