"""Who the organisation is: its name and its number in a public register."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from providers.checks.check import GRANT_BASIS, Check, Question
from providers.identifiers import LegalForm
from providers.matrix import How


class Identity(Check):
    """Looked up in the register at every value; a group in no register shows what it is run by."""

    code = "identity"
    place = 10
    ways = (How.NOT_ASKED, How.LOOKED_UP)
    name = gettext_lazy("Who you are, and your register number")
    legal_basis = gettext_lazy(
        "Procurement Act 2023: a supplier is named by its number in a public register. "
        "That a group in no register shows its governing document instead is our policy."
    )
    grant_basis = GRANT_BASIS

    def why(self, asked: Question) -> str:
        """The same at every value: public money goes to somebody who can be found."""
        if asked.how is How.NOT_ASKED:
            return asked.not_justified()
        if asked.case.legal_form == LegalForm.UNREGISTERED:
            sentence = _(
                "Whatever the value, here %(share)s, we must know whom we pay, and as a group in no register "
                "has no number we look at its governing document instead."
            )
        else:
            sentence = _(
                "Whatever the value, here %(share)s, we must know whom we pay, and we look the number up in "
                "the public register."
            )
        return sentence % asked.words


CHECK = Identity()
