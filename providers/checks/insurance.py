"""What every check of an insurance shares: a sum, promised before the award and shown only at signing."""

from typing import ClassVar

from django.utils.translation import gettext_lazy

from providers.checks.check import Check, Question, Sentence
from providers.matrix import How


class Insurance(Check):
    """Told at a smaller value, promised at a larger one, and never wanted before the award.

    One check says for which harm, in two sentences that name the share, its band and the amount: `promised`
    and `told`.
    """

    ways = (How.NOT_ASKED, How.SELF_DECLARED, How.COMMIT)
    legal_basis = gettext_lazy(
        "No law sets a sum. It is our policy; Procurement Act 2023, section 22: it need not be in place "
        "before the award."
    )
    grant_basis = gettext_lazy("No law sets a sum. It is our policy.")
    sponsor_can_cover = True
    takes_amount = True
    promised: ClassVar[Sentence]
    told: ClassVar[Sentence]

    def why(self, asked: Question) -> str:
        """For which sum, and when it is shown."""
        if asked.how is How.NOT_ASKED:
            return asked.not_justified()
        sentence = self.promised if asked.how is How.COMMIT else self.told
        return str(sentence) % {**asked.words, "amount": asked.amount}
