"""Criminal record checks of those who meet people on probation."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from providers.checks.case import Case
from providers.checks.check import Check, Question
from providers.matrix import Cell, How


class Dbs(Check):
    """Only for roles with contact; a log, never anybody's certificate."""

    code = "dbs"
    place = 120
    ways = (How.NOT_ASKED, How.SELF_DECLARED, How.EVIDENCE)
    name = gettext_lazy("Criminal record checks for roles with contact (DBS)")
    legal_basis = gettext_lazy("Which roles may be checked is set by law. When we ask for your log is our policy.")

    def limit(self, case: Case, cell: Cell) -> How:
        """No contact, no check."""
        return cell.how if case.contact_with_people else How.NOT_ASKED

    def why(self, asked: Question) -> str:
        """Contact first, then the money."""
        if not asked.case.contact_with_people:
            sentence = _(
                "The work brings you together with nobody on probation, so we do not ask this at %(share)s or at "
                "any other value."
            )
        elif asked.how is How.NOT_ASKED:
            return asked.not_justified()
        elif asked.how is How.EVIDENCE:
            sentence = _(
                "A share of %(share)s is %(band)s and the work brings you together with people, so you show your "
                "log "
                "of checks, without anybody’s certificate."
            )
        else:
            sentence = _(
                "A share of %(share)s is %(band)s, so it is enough that you tell us that roles with contact are "
                "checked."
            )
        return sentence % asked.words


CHECK = Dbs()
