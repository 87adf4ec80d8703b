"""What the organisation is run by, who runs it, and who stands behind it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from providers.checks.check import GRANT_BASIS, Check, Question
from providers.matrix import How


class GoverningDocument(Check):
    """Named at a small value, shown at a larger one."""

    code = "governing_document"
    place = 20
    ways = (How.NOT_ASKED, How.SELF_DECLARED, How.EVIDENCE)
    name = gettext_lazy("Governing document, trustees or directors")
    legal_basis = gettext_lazy(
        "Procurement Act 2023: connected persons are named. At which value the document itself is shown is our "
        "policy."
    )
    grant_basis = GRANT_BASIS

    def why(self, asked: Question) -> str:
        """Names are enough for little money."""
        if asked.how is How.NOT_ASKED:
            return asked.not_justified()
        if asked.how is How.EVIDENCE:
            sentence = _(
                "A share of %(share)s is %(band)s, so the document you are run by shows who may sign for you "
                "and who stands behind you."
            )
        else:
            sentence = _(
                "A share of %(share)s is %(band)s, so it is enough that you tell us what you are run by and who "
                "your trustees or directors are."
            )
        return sentence % asked.words


CHECK = GoverningDocument()
