"""Yearly accounts, and never an audit that the law does not already ask for."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.money import pounds
from providers.checks.check import GRANT_BASIS, Check, Question
from providers.identifiers import LegalForm
from providers.matrix import How


class Accounts(Check):
    """A band of income at a small value, accounts at a larger one, in the form the law asks for."""

    code = "accounts"
    place = 60
    ways = (How.NOT_ASKED, How.SELF_DECLARED, How.EVIDENCE)
    name = gettext_lazy("Accounts")
    legal_basis = gettext_lazy(
        "Procurement Act 2023, section 22: nobody whom the law exempts from audit may be asked for audited "
        "accounts."
    )
    grant_basis = GRANT_BASIS
    sponsor_can_cover = True
    takes_count = gettext_lazy("years")

    def counted(self, count: int) -> str:
        """1 year, 2 years."""
        return ngettext("%(n)s year", "%(n)s years", count) % {"n": count}

    def why(self, asked: Question) -> str:
        """Which years, and in which form."""
        if asked.how is How.NOT_ASKED:
            return asked.not_justified()
        if asked.how is not How.EVIDENCE:
            return (
                _(
                    "A share of %(share)s is %(band)s, so it is enough that you tell us in which band your "
                    "income lies."
                )
                % asked.words
            )
        words = {**asked.words, "form": _form(asked), "years": asked.cell.count or 1}
        if asked.band == len(asked.matrix.edges):
            return (
                _(
                    "A share of %(share)s is %(band)s, so we ask for your accounts of %(years)d years and work "
                    "out "
                    "simple ratios from them; %(form)s."
                )
                % words
            )
        if words["years"] == 1:
            return _("A share of %(share)s is %(band)s, so we ask for your latest accounts; %(form)s.") % words
        return (
            _("A share of %(share)s is %(band)s, so we ask for your accounts of %(years)d years; %(form)s.")
            % words
        )


def _form(asked: Question) -> str:
    """In which form the accounts come: the one that the law asks of this organisation, and no stricter one."""
    case = asked.case
    if case.legal_form == LegalForm.UNREGISTERED:
        return _("for a group like yours a statement of income and spending does")
    if case.legal_form not in (LegalForm.CHARITY, LegalForm.CIO):
        return _("the ones you file do, audited only if the law already asks you for an audit")
    limits = asked.matrix.accounts_limits(case.on)
    if case.income_pence > limits.audit_pence:
        return _("with an income above %(limit)s charity law has them audited already") % {
            "limit": pounds(limits.audit_pence)
        }
    if case.income_pence > limits.examination_pence:
        return _(
            "with an income above %(limit)s charity law has them independently examined, and no audit is asked"
        ) % {"limit": pounds(limits.examination_pence)}
    return _("with an income of at most %(limit)s unaudited accounts do") % {
        "limit": pounds(limits.examination_pence)
    }


CHECK = Accounts()
