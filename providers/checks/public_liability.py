"""Insurance for harm to others."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from providers.checks.check import Check, Question
from providers.matrix import How


class PublicLiability(Check):
    """A sum that grows with the money; a member may be named in the lead's insurance."""

    code = "public_liability"
    place = 90
    ways = (How.NOT_ASKED, How.SELF_DECLARED, How.COMMIT)
    name = gettext_lazy("Public liability insurance")
    legal_basis = gettext_lazy(
        "No law sets a sum. It is our policy; Procurement Act 2023, section 22: it need not be in place "
        "before the award."
    )
    grant_basis = gettext_lazy("No law sets a sum. It is our policy.")
    sponsor_can_cover = True
    takes_amount = True

    def why(self, asked: Question) -> str:
        """For which sum, and when it is shown."""
        if asked.how is How.NOT_ASKED:
            return asked.not_justified()
        words = {**asked.words, "amount": asked.amount}
        if asked.how is How.COMMIT:
            sentence = _(
                "A share of %(share)s is %(band)s, so you promise public liability insurance for %(amount)s now "
                "and "
                "show it only when you sign."
            )
        else:
            sentence = _(
                "A share of %(share)s is %(band)s, so it is enough that you tell us of public liability "
                "insurance for "
                "%(amount)s."
            )
        return sentence % words


CHECK = PublicLiability()
