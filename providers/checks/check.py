"""What every check has: a code, a name, its ground, what may lower it, and a sentence that says why."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.money import pounds
from providers.checks.case import Case, Route
from providers.matrix import Cell, How, Matrix

Sentence = str | Promise

GRANT_BASIS = gettext_lazy(
    "Government standard for grants (GovS 015): due diligence before an award. The Procurement Act 2023 does not "
    "apply to a grant; that we ask as for a contract is our policy."
)


@dataclass(frozen=True)
class Question:
    """A case on its way through one check: the cell it met, and how the check is made in the end."""

    case: Case
    matrix: Matrix
    band: int
    cell: Cell
    how: How

    @property
    def words(self) -> dict[str, str]:
        """What every sentence may name: the share and its band, in pounds."""
        return {"share": pounds(self.case.value_share_pence), "band": band_words(self.matrix, self.band)}

    @property
    def amount(self) -> str:
        """The sum the cell names, in pounds."""
        return pounds(self.cell.amount_pence or 0)

    def not_justified(self) -> str:
        """For what the matrix itself does not ask at this value."""
        return (
            _("A share of %(share)s is %(band)s, too little money to justify it, so we do not ask this.")
            % self.words
        )


def band_words(matrix: Matrix, band: int) -> str:
    """A band in pounds: at most £12,000; above £12,000 and at most £50,000; above £663,540."""
    if band == 0:
        return _("at most %(to)s") % {"to": pounds(matrix.edges[0])}
    above = pounds(matrix.edges[band - 1])
    if band == len(matrix.edges):
        return _("above %(above)s") % {"above": above}
    return _("above %(above)s and at most %(to)s") % {"above": above, "to": pounds(matrix.edges[band])}


def band_titles(matrix: Matrix) -> list[str]:
    """The bands in pounds, lowest first: each begins where the one before it ends."""
    ends = [_("Up to %(to)s") % {"to": pounds(edge)} for edge in matrix.edges]
    return [*ends, _("Above %(above)s") % {"above": pounds(matrix.edges[-1])}]


class Check:
    """One check. Each has its own file and says there what only it knows.

    `place` orders the list; `ways` are those in which it can be made. `grant_basis` is the ground where the money
    is a grant, if that is another one. `takes_amount`, `takes_count` and `takes_share` tell the editor which
    parameters a cell has, and `condition` names in a few words what lets it ask less in a band.
    """

    code: ClassVar[str]
    place: ClassVar[int]
    name: ClassVar[Sentence]
    legal_basis: ClassVar[Sentence]
    grant_basis: ClassVar[Sentence] = ""
    ways: ClassVar[tuple[How, ...]]
    sponsor_can_cover: ClassVar[bool] = False
    takes_amount: ClassVar[bool] = False
    takes_count: ClassVar[Sentence] = ""
    takes_share: ClassVar[bool] = False
    condition: ClassVar[Sentence] = ""

    def basis(self, case: Case) -> str:
        """On what ground it is asked on this route."""
        return str(self.grant_basis if self.grant_basis and case.route == Route.GRANT else self.legal_basis)

    def limit(self, case: Case, cell: Cell) -> How:
        """The most that may be asked of this case; whatever it answers, the matrix is never exceeded."""
        return cell.how

    def counted(self, count: int) -> str:
        """That many of what a cell counts, in words; for checks with `takes_count`."""
        return str(count)

    def why(self, asked: Question) -> str:
        """One sentence for somebody who has never tendered: why it is asked so, or why not."""
        raise NotImplementedError
