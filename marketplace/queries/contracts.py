"""Which contracts there are, who may see how much of them, and what is due."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import organisations_where, reads_everything
from core.search import SearchIndex, matching
from marketplace.models import Award, CoCommissioner, Contract, ContractDocument, ContractParty, ContractReport
from marketplace.quarters import Quarter
from marketplace.states import ContractPhase, ContractStatus

Person = User | AnonymousUser
SEARCH = SearchIndex("marketplace_contract", ("title", "party_names"))
# Signed by all, and so open to everyone for good as far as the award was: whatever becomes of it later.
PUBLIC = Q(activated_at__isnull=False)


def contracts_visible_to(user: Person) -> QuerySet[Contract]:
    """Signed ones for everyone; the rest for the people of their parties; everything for an auditor."""
    if reads_everything(user):
        return Contract.objects.all()
    own = organisations_where(user, P.CONTRACT_READ)
    return Contract.objects.filter(PUBLIC | Exists(_places_of(own))) if own else Contract.objects.filter(PUBLIC)


def contracts_read_by(user: Person) -> QuerySet[Contract]:
    """Those whose terms, reports and papers the person may read: the people of their parties, and auditors."""
    if reads_everything(user):
        return Contract.objects.all()
    own = organisations_where(user, P.CONTRACT_READ)
    return Contract.objects.filter(Exists(_places_of(own))) if own else Contract.objects.none()


def _places_of(organisations: set[int]) -> QuerySet[ContractParty]:
    return ContractParty.objects.filter(contract=OuterRef("pk"), organisation__in=organisations)


def with_everything(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """What the page of one contract shows; the same queries however many parties and years there are."""
    return contracts.select_related(
        "organisation",
        "updated_by",
        "terminated_by",
        "award__lot__opportunity",
        "award__area",
        "award__category",
        "award__bid__opportunity",
        "award__bid__lot",
        "award__bid__organisation",
        "award__bid__consortium",
    ).prefetch_related(
        Prefetch("reports", ContractReport.objects.select_related("reported_by", "seen_by")),
        Prefetch("parties", parties_whole(ContractParty.objects.all())),
        "years",
        "outcomes",
        "variations",
        "dates",
        "coverage",
        Prefetch("documents", ContractDocument.objects.select_related("document", "added_by")),
    )


def parties_whole(parties: QuerySet[ContractParty]) -> QuerySet[ContractParty]:
    """Parties with their organisations and signatures."""
    return parties.select_related("organisation", "signature__signed_by")


def listed(
    user: Person, *, text: str = "", phase: str = "", own: bool = False, on: datetime.date | None = None
) -> QuerySet[Contract]:
    """The list narrowed: words in the title or among the parties, what they are on the day, only one’s own."""
    rows = contracts_read_by(user) if own else contracts_visible_to(user)
    rows = rows.filter(is_in_phase(phase, on or timezone.localdate())) if phase else rows
    return matching(rows, text, SEARCH) if text else rows


def is_in_phase(phase: str, day: datetime.date) -> Q:
    """That a contract is in the phase on the day."""
    if phase == ContractPhase.ACTIVE:
        return Q(status=ContractStatus.ACTIVE, ends_on__gte=day)
    if phase == ContractPhase.ENDED:
        return Q(status=ContractStatus.ACTIVE, ends_on__lt=day)
    return Q(status=phase)


def for_list(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """Only what a line of the list shows, and the award says to everyone; one query."""
    return contracts.select_related(
        "organisation", "award__area", "award__bid__organisation", "award__bid__consortium"
    ).only(
        *("title", "status", "original_value_pence", "starts_on", "ends_on", "organisation__name"),
        *("award__area__name", "award__bid__organisation__name", "award__bid__consortium__name"),
    )


def awards_for_contracts(user: User) -> QuerySet[Award]:
    """Awards of the bodies whose commissioning the person reads, with what a contract is made of."""
    awards = Award.objects.select_related(
        "lot__opportunity__organisation",
        "lot__opportunity__checks_version",
        "area",
        "bid__opportunity",
        "bid__lot",
        "bid__organisation",
        "bid__consortium",
    )
    if reads_everything(user):
        return awards
    return awards.filter(lot__opportunity__organisation__in=organisations_where(user, P.COMMISSIONING_READ))


def commissioners_beside(award: Award) -> list[Organisation]:
    """Other commissioning bodies here that may put money into the needs the award answers; they may be parties."""
    found = CoCommissioner.objects.filter(
        need__opportunities=award.lot.opportunity_id,
        organisation__isnull=False,
        organisation__kind="commissioner",
        organisation__closed_at__isnull=True,
    ).exclude(organisation=award.lot.opportunity.organisation_id)
    numbers = found.order_by().values("organisation")
    return list(Organisation.objects.filter(pk__in=numbers).order_by("name", "pk"))


def years_of_contract(contract: Contract) -> dict[int, int]:
    """Financial year -> its pence, in order."""
    return {row.year: row.value_pence for row in contract.years.all()}


def own_places(user: Person, contract: Contract, right: P) -> list[ContractParty]:
    """The parties of the contract for which the person holds the right; reads `parties`, so prefetch them."""
    own = organisations_where(user, right)
    return [place for place in contract.parties.all() if place.organisation_id in own]


def documents_of_contracts(user: User) -> Q | None:
    """The documents that go with contracts of the person’s organisations. For core’s list of readers."""
    own = organisations_where(user, P.CONTRACT_READ)
    if not own:
        return None
    places = ContractParty.objects.filter(organisation__in=own).values("contract")
    return Q(pk__in=ContractDocument.objects.filter(contract__in=places).values("document"))


def version_of_report(contract: Contract, quarter: Quarter) -> int:
    """The version of the report on the quarter; nought without one."""
    return contract.reports.filter(quarter_ends_on=quarter.ends_on).values_list("version", flat=True).first() or 0
