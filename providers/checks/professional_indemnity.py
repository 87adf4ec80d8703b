"""Insurance for wrong advice."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from providers.checks.check import Check, Question
from providers.matrix import How


class ProfessionalIndemnity(Check):
    """Only where much money is at stake."""

    code = "professional_indemnity"
    place = 100
    ways = (How.NOT_ASKED, How.SELF_DECLARED, How.COMMIT)
    name = gettext_lazy("Professional indemnity insurance")
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
                "A share of %(share)s is %(band)s, so if you give advice you promise professional indemnity "
                "insurance "
                "for %(amount)s now and show it only when you sign."
            )
        else:
            sentence = _(
                "A share of %(share)s is %(band)s, so if you give advice you tell us of professional indemnity "
                "insurance for %(amount)s."
            )
        return sentence % words


CHECK = ProfessionalIndemnity()
