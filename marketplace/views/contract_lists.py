"""The list of contracts, and the same as a file."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import paging
from core.entry import entry, everyone
from core.exports import MOST_ROWS, csv_download
from core.permissions import Permission as P
from core.policies import holds_anywhere, reads_everything
from marketplace.forms.contracts import ContractFilters
from marketplace.models import Contract
from marketplace.queries.contracts import for_list, listed
from marketplace.views.contract_display import lines_of
from marketplace.views.visitors import Visitor

HEADER = ("title", "state", "commissioner", "provider", "area", "awarded_value_pounds", "first_day", "last_day")


@entry(everyone)
def contract_list(request: Visitor) -> HttpResponse:
    """Signed contracts for everyone, and to their parties those still being written or signed; newest first."""
    filters = _filters(request)
    contracts = _narrowed(request, filters)
    page = paging.page_of(for_list(contracts), order=("-id",), cursor=request.GET.get(paging.PARAMETER, ""))
    count = paging.count_up_to(contracts)
    context = {
        "title": _("Contracts"),
        "section": "contracts",
        "lines": lines_of(page.rows),
        "pages": paging.links(page, "", request.path, filters.parameters()),
        "found": ngettext("%(count)s contract", "%(count)s contracts", count.number) % {"count": count},
        "form": filters,
        "chips": filters.chips(_address),
        "clear_url": reverse("contract-list"),
        "is_narrowed": bool(filters.parameters()),
        "export_url": _address(filters.parameters(), "contract-export"),
    }
    return render(request, "marketplace/contract_list.html", context)


@entry(everyone)
def contract_export(request: Visitor) -> StreamingHttpResponse:
    """The same as a file, up to 5,000 rows."""
    contracts = for_list(_narrowed(request, _filters(request))).order_by("-id")[:MOST_ROWS]
    return csv_download("contracts", HEADER, _file_rows(contracts))


def _file_rows(contracts: QuerySet[Contract]) -> Iterator[list[object]]:
    for contract in contracts.iterator(chunk_size=500):
        yield [
            contract.title,
            contract.phase.label,
            contract.organisation.name,
            contract.award.bid.bidder,
            contract.award.area.name,
            f"{contract.original_value_pence // 100}.{contract.original_value_pence % 100:02}",
            contract.starts_on,
            contract.ends_on,
        ]


def _filters(request: Visitor) -> ContractFilters:
    has_own = reads_everything(request.user) or holds_anywhere(request.user, P.CONTRACT_READ)
    return ContractFilters(request.GET, has_own=has_own)


def _narrowed(request: Visitor, filters: ContractFilters) -> QuerySet[Contract]:
    whose = filters.value("whose") if "whose" in filters.fields else ""
    return listed(
        request.user, text=filters.value("q"), phase=filters.value("state"), own=whose == ContractFilters.OWN
    )


def _address(parameters: dict[str, str], name: str = "contract-list") -> str:
    query = urlencode(parameters)
    return f"{reverse(name)}?{query}" if query else reverse(name)
