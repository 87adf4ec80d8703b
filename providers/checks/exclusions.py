"""The grounds on which the law keeps an organisation out, and the public debarment list."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from providers.checks.check import GRANT_BASIS, Check, Question
from providers.matrix import How


class Exclusions(Check):
    """Declared by each organisation itself; never covered by another."""

    code = "exclusions"
    place = 40
    ways = (How.NOT_ASKED, How.SELF_DECLARED, How.LOOKED_UP, How.EVIDENCE)
    name = gettext_lazy("Reasons for exclusion, and debarment")
    legal_basis = gettext_lazy("Procurement Act 2023, sections 57 and 58 and Schedules 6 and 7.")
    grant_basis = GRANT_BASIS

    def why(self, asked: Question) -> str:
        """A look-up always comes on top of the declaration."""
        if asked.how is How.NOT_ASKED:
            return asked.not_justified()
        if asked.how is How.SELF_DECLARED:
            sentence = _(
                "A share of %(share)s is %(band)s, so your own statement that no reason for exclusion applies "
                "is enough."
            )
        elif asked.how is How.LOOKED_UP:
            sentence = _(
                "A share of %(share)s is %(band)s, so you state whether a reason for exclusion applies and we "
                "look for your name on the public debarment list."
            )
        else:
            sentence = _(
                "A share of %(share)s is %(band)s, so you state whether a reason for exclusion applies and show "
                "what your statement rests on."
            )
        return sentence % asked.words


CHECK = Exclusions()
