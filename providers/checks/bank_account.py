"""An account in the organisation's own name that no one person can empty."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from providers.checks.check import Check, Question
from providers.matrix import How


class BankAccount(Check):
    """Shown at every value; a member without one is paid through the lead."""

    code = "bank_account"
    place = 30
    ways = (How.NOT_ASKED, How.SELF_DECLARED, How.EVIDENCE)
    name = gettext_lazy("Bank account in your name, two people to sign")
    legal_basis = gettext_lazy(
        "No law asks this. It is our policy, so that public money reaches the organisation."
    )
    sponsor_can_cover = True

    def why(self, asked: Question) -> str:
        """The same at every value."""
        if asked.how is How.NOT_ASKED:
            return asked.not_justified()
        if asked.how is How.EVIDENCE:
            sentence = _(
                "Whatever the value, here %(share)s, a bank statement shows that the money goes to your "
                "organisation and that two people must sign, unless you are paid through the lead."
            )
        else:
            sentence = _(
                "A share of %(share)s is %(band)s, so it is enough that you tell us the account is in your "
                "organisation’s name and that two people must sign."
            )
        return sentence % asked.words


CHECK = BankAccount()
