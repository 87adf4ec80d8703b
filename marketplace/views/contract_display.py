"""What the templates of contracts show, as plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.access import Verdict
from core.display import Row, Text
from core.models import User
from core.money import pounds
from core.permissions import Permission as P
from core.templatetags.accord import day
from marketplace.contract_values import year_label
from marketplace.models import Contract, ContractDate, ContractParty, ContractReport
from marketplace.policies.contract_reports import may_report
from marketplace.policies.contracts import (
    has_signed,
    may_add_document,
    may_ask_contract_signatures,
    may_edit_contract,
    may_keep_contacts,
    may_read_whole,
    may_sign_contract,
    may_take_contract_back,
    may_terminate_contract,
)
from marketplace.policies.variations import may_propose_variation
from marketplace.quarters import Quarter
from marketplace.queries.contract_words import agreed_in
from marketplace.queries.contracts import own_places
from marketplace.states import ContractPhase
from marketplace.views.variation_display import variations_on_contract

Person = User | AnonymousUser
TONES = {
    ContractPhase.DRAFT: "plain",
    ContractPhase.SIGNING: "info",
    ContractPhase.ACTIVE: "good",
    ContractPhase.ENDED: "plain",
    ContractPhase.TERMINATED: "bad",
}


@dataclass(frozen=True)
class ContractLine:
    """One contract in the list: what the award says to everyone, its days and its state."""

    title: str
    url: str
    state: Text
    tone: str
    commissioner: str
    provider: str
    area: str
    value: str
    starts: str
    ends: str


@dataclass(frozen=True)
class Signature:
    """One party's place on the page: whether it signed, and whether the reader may sign for it."""

    party: ContractParty
    signed: Any
    may_sign: Verdict
    url: str

    @property
    def is_shown_why_not(self) -> bool:
        """Whether the reader could sign here, but for a rule in the way."""
        return not self.may_sign.allowed and self.may_sign.right


@dataclass(frozen=True)
class YearLine:
    """A financial year and its money."""

    label: str
    value: str


@dataclass(frozen=True)
class DateLine:
    """A day on which something is due."""

    what: Text
    on: str
    is_past: bool


@dataclass(frozen=True)
class ReportLine:
    """One quarter that was reported on."""

    quarter: str
    url: str
    paid: str
    is_seen: bool


def lines_of(contracts: Iterable[Contract]) -> list[ContractLine]:
    """Lines of the list; takes contracts read `for_list`."""
    return [_line(contract) for contract in contracts]


def _line(contract: Contract) -> ContractLine:
    phase = contract.phase
    return ContractLine(
        title=contract.title,
        url=reverse("contract-detail", args=[contract.pk]),
        state=phase.label,
        tone=TONES[phase],
        commissioner=contract.organisation.name,
        provider=contract.award.bid.bidder,
        area=contract.award.area.name,
        value=pounds(contract.original_value_pence),
        starts=day(contract.starts_on),
        ends=day(contract.ends_on),
    )


def page_of_contract(person: Person, contract: Contract) -> dict[str, Any]:
    """What the page of a contract shows to `person`; takes a contract read `with_everything`."""
    phase, reads_whole = contract.phase, may_read_whole(person, contract)
    frame = {
        "title": contract.title,
        "section": "contracts",
        "contract": contract,
        "phase": phase,
        "state": phase.label,
        "tone": TONES[phase],
        "is_draft": phase == ContractPhase.DRAFT,
        "is_signing": phase == ContractPhase.SIGNING,
        "was_signed": contract.activated_at is not None,
        "reads_whole": reads_whole,
        "facts": _facts(contract, reads_whole=reads_whole),
    }
    return {**frame, **_whole(person, contract)} if reads_whole else frame


def _facts(contract: Contract, *, reads_whole: bool) -> list[Row]:
    bid = contract.award.bid
    opportunity = contract.award.lot.opportunity
    bidder = bid.bidder
    if bidder != bid.organisation.name:
        bidder = _("%(bidder)s, led by %(lead)s") % {"bidder": bidder, "lead": bid.organisation.name}
    value = Row(_("Value when it was awarded"), _with_vat(contract.original_value_pence))
    now = Row(_("Value now"), _with_vat(contract.value_pence))
    changed = contract.value_pence != contract.original_value_pence
    contact = Row(_("Who to ask"), ", ".join(filter(None, [contract.contact_name, contract.contact_email])))
    return [
        Row(_("Commissioner"), contract.organisation.name),
        Row(_("Provider"), bidder),
        value,
        *([now] if reads_whole and changed else []),
        Row(_("First day"), day(contract.starts_on)),
        Row(_("Last day"), day(contract.ends_on)),
        Row(_("Kind of need"), contract.award.category.name),
        Row(_("Areas it covers"), ", ".join(str(area) for area in contract.coverage.all())),
        *([contact] if reads_whole and contact.value else []),
        Row(
            _("Awarded from"),
            opportunity.title,
            reverse("opportunity-detail", args=[opportunity.pk]),
            _("Read"),
        ),
    ]


def _with_vat(pence: int) -> str:
    return _("%(sum)s, VAT included") % {"sum": pounds(pence)}


def _whole(person: Person, contract: Contract) -> dict[str, Any]:
    agreed = agreed_in(contract)
    own = own_places(person, contract, P.CONTRACT_WORK)
    return {
        "agreed": agreed,
        "agreed_years": year_lines(agreed.years),
        "years": year_lines({row.year: row.value_pence for row in contract.years.all()}),
        "dates": [_date(row) for row in contract.dates.all()],
        "signatures": signatures_of(person, contract),
        "signed_count": sum(has_signed(party) for party in contract.parties.all()),
        "documents": list(contract.documents.all()),
        **variations_on_contract(contract),
        "may_propose": may_propose_variation(person, contract, own[0] if own else None),
        "reports": [_report(row) for row in contract.reports.all()],
        "may_report": may_report(person, contract),
        "may_edit": may_edit_contract(person, contract),
        "may_ask": may_ask_contract_signatures(person, contract),
        "may_take_back": may_take_contract_back(person, contract),
        "may_terminate": may_terminate_contract(person, contract),
        "may_keep": may_keep_contacts(person, contract),
        "may_add": may_add_document(person, contract) if isinstance(person, User) else None,
    }


def signatures_of(person: Person, contract: Contract) -> list[Signature]:
    """Each party's place, in the order of the parties."""
    return [
        Signature(
            party=party,
            signed=party.signature if has_signed(party) else None,
            may_sign=may_sign_contract(person, contract, party),
            url=reverse("contract-sign", args=[contract.pk, party.pk]),
        )
        for party in contract.parties.all()
    ]


def year_lines(years: dict[int, int]) -> list[YearLine]:
    """The years with their money in words."""
    return [YearLine(year_label(year), pounds(pence)) for year, pence in years.items()]


def _report(row: ContractReport) -> ReportLine:
    return ReportLine(
        quarter=Quarter.of(row.quarter_ends_on).label,
        url=reverse("contract-report", args=[row.pk]),
        paid=pounds(row.paid_pence),
        is_seen=row.seen_at is not None,
    )


def _date(row: ContractDate) -> DateLine:
    return DateLine(what=row.get_kind_display(), on=day(row.on), is_past=row.on < timezone.localdate())
