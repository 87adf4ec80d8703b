"""What each size of provider will be asked for an opportunity, and beside it one list for all."""

import datetime
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Organisation
from core.money import pounds, rate_of
from core.roles import OrganisationKind
from core.templatetags.accord import day
from marketplace.models import Lot, Opportunity
from marketplace.queries.opportunity_checks import case_for, matrix_for
from providers.checks import Matrix, Size, one_list_for_all, sizes, totals_for
from providers.matrix import BANDS
from providers.models import Registration
from providers.queries.checks import NoMatrix
from providers.views.check_display import Sum, sum_of
from providers.yearly import months_of, pence_over

# More lots than these differ little in what they ask; the page of a lot's value shows the rest.
SHOWN_LOTS = 6


@dataclass(frozen=True)
class SizeRow:
    """What one size of provider is asked for the whole of a lot, and where the list itself is.

    `share` is the part it can carry by its income, where that is less than the whole, and what is asked then.
    """

    who: str
    sum: Sum
    url: str
    share: str = ""
    share_sum: Sum | None = None
    is_own: bool = False


@dataclass(frozen=True)
class LotChecks:
    """A lot with the rows of its sizes."""

    title: str
    value: str
    rows: list[SizeRow]


@dataclass(frozen=True)
class OpportunityChecks:
    """The table of an opportunity; `own_missing` is where a provider that reads it can tell us of itself."""

    lots: list[LotChecks]
    more_lots: int
    flat: Sum
    since: str
    own_missing: str = ""


def checks_of(
    opportunity: Opportunity, organisation: Organisation | None, *, at: datetime.datetime
) -> OpportunityChecks | None:
    """The table for the page of an opportunity; none without a lot, or before the first version of the checks."""
    lots = list(opportunity.lots.all())
    today = timezone.localdate(at)
    try:
        matrix = matrix_for(opportunity, today=today)
    except NoMatrix:
        return None
    if not lots:
        return None
    own, missing = _own(organisation)
    who = [*([own] if own else []), *sizes()]
    return OpportunityChecks(
        lots=[_lot(opportunity, lot, who, own, matrix, today) for lot in lots[:SHOWN_LOTS]],
        more_lots=max(0, len(lots) - SHOWN_LOTS),
        flat=sum_of(one_list_for_all(matrix, route=opportunity.route, on=today)),
        since=day(matrix.effective_from),
        own_missing=missing,
    )


def _lot(
    opportunity: Opportunity, lot: Lot, who: list[Size], own: Size | None, matrix: Matrix, today: datetime.date
) -> LotChecks:
    def asked(size: Size, share_pence: int) -> Sum:
        case = case_for(
            opportunity,
            value_share_pence=share_pence,
            income_pence=size.income_pence,
            legal_form=size.legal_form,
            staff_count=size.staff_count,
            on=today,
        )
        return sum_of(totals_for(case, matrix))

    rows, months = [], months_of(opportunity.starts_on, opportunity.ends_on)
    for size in who:
        share = pence_over(rate_of(size.income_pence, carried_bps(matrix)), months)
        smaller = 0 < share < lot.value_pence
        rows.append(
            SizeRow(
                who=_("For you: %(who)s") % {"who": size.words} if size is own else size.words,
                sum=asked(size, lot.value_pence),
                url=list_url(opportunity, lot, size),
                share=pounds(share) if smaller else "",
                share_sum=asked(size, share) if smaller else None,
                is_own=size is own,
            )
        )
    return LotChecks(lot.title, pounds(lot.value_pence), rows)


def carried_bps(matrix: Matrix) -> int:
    """The part of a year's income up to which the matrix takes a share to be small; nought if it says nothing."""
    cells = (matrix.cell("turnover", band) for band in range(len(BANDS)))
    return next((cell.share_bps for cell in cells if cell.otherwise and cell.share_bps), 0)


def list_url(opportunity: Opportunity, lot: Lot, size: Size) -> str:
    """The page that shows such a provider each check for the whole of a lot, with its reason."""
    case = {
        "value": f"{lot.value_pence / 100:.2f}",
        "income": f"{size.income_pence / 100:.2f}",
        "legal_form": size.legal_form,
        "staff": size.staff_count,
        "contact": "yes" if opportunity.contact_with_people else "no",
        "personal_data": "yes" if opportunity.holds_personal_data else "no",
        "route": opportunity.route,
        "months": months_of(opportunity.starts_on, opportunity.ends_on) or "",
    }
    return f"{reverse('check-list')}?{urlencode(case)}"


def _own(organisation: Organisation | None) -> tuple[Size | None, str]:
    """The reader's own organisation as a size, or where it can say what is missing for that."""
    # That of a request is looked up only when asked, so it is never None itself.
    if not organisation or organisation.kind != OrganisationKind.PROVIDER:
        return None, ""
    told = Registration.objects.filter(organisation=organisation).first()
    if told is None or not told.legal_form or told.annual_income_pence is None or told.staff_count is None:
        return None, reverse("registration-detail", args=[organisation.pk])
    return Size("own", told.legal_form, told.annual_income_pence, told.staff_count), ""
