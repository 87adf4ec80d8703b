"""Which pages are measured, for whom, and what each may cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from alliances.models import Alliance, Outcome
from core import paging
from core.models import Area, AreaBelonging, Event, NeedCategory, Notice, Organisation, User
from core.models.places import AreaKind
from demo.scale.rows import MAIL
from marketplace.models import Bid, Need, Opportunity
from providers.models import PartnerNotice, Registration


class Kind(Enum):
    """A sort of page, how many plain pages it may cost, and how many queries."""

    DETAIL = ("detail", 3.0, 12)
    LIST = ("list", 12.0, 12)
    DASHBOARD = ("dashboard", 20.0, 12)
    # What there is in a place, from every app: these may take 60 ms.
    REGION = ("region", 60.0, 25)
    # Finding a provider or a partner among a hundred thousand: these may take 150 ms.
    FINDING = ("finding", 150.0, 25)
    KEPT = ("kept", 0.5, 12)
    UNCHANGED = ("unchanged", 0.5, 12)

    @property
    def goal(self) -> float:
        """The most it may cost: in plain pages, or in milliseconds by the clock."""
        return self.value[1]

    @property
    def is_by_the_clock(self) -> bool:
        """Whether the goal is in milliseconds by the clock."""
        return self in (Kind.REGION, Kind.FINDING)

    @property
    def most_queries(self) -> int:
        """The most it may ask."""
        return self.value[2]

    @property
    def is_asked_again(self) -> bool:
        """Whether somebody asked for the same page in the same minute, and nothing was put on record since."""
        return self in (Kind.KEPT, Kind.UNCHANGED)


@dataclass(frozen=True)
class Page:
    """One address as one reader asks for it; `reader` is an e-mail address, or empty for the public."""

    name: str
    kind: Kind
    url: str
    reader: str = ""


def pages() -> Iterator[Page]:
    """Every page to measure, with the numbers of rows that are there."""
    yield from _public_lists()
    yield from _public_details()
    yield from _of_a_director()
    yield from _of_an_owner()
    yield from _of_finding()
    yield from _of_an_auditor()
    yield from _asked_for_again()


# --- Readers -----------------------------------------------------------------------------------------

OWNER = f"owner.0@{MAIL}"
AUDITOR = f"auditor@{MAIL}"


def _director() -> User:
    """Of the body with the most evaluations."""
    in_evaluation = Count("opportunities", filter=Q(opportunities__status="evaluation"))
    houses = Organisation.objects.annotate(number=in_evaluation).order_by("-number", "pk")
    return User.objects.get(
        email__startswith="director.", email__endswith=MAIL, memberships__organisation=houses[0]
    )


# --- Pages -------------------------------------------------------------------------------------------


def _public_lists() -> Iterator[Page]:
    opportunities, needs, providers = (
        reverse(name) for name in ("opportunity-list", "need-list", "provider-list")
    )
    region, order = _busiest_region(), ("-published_at", "-id")
    addresses = {
        "Opportunities": opportunities,
        "Opportunities, one region": f"{opportunities}?region={region}",
        "Opportunities, a frequent word": f"{opportunities}?q=mentoring",
        "Opportunities, a rare word": f"{opportunities}?status=any&q=Ashbourne",
        "Opportunities, awarded, region and word": f"{opportunities}?status=awarded&region={region}&q=mentoring",
        "Opportunities, best match first": f"{opportunities}?status=any&q=mentoring&sort=best",
        "Opportunities, any status": f"{opportunities}?status=any",
        "Opportunities, middle page": _deep(opportunities, Opportunity.objects, order, "status=any&"),
        "Needs": needs,
        "Needs, one region": f"{needs}?region={region}",
        "Needs, a frequent word": f"{needs}?q=mentoring",
        "Needs, a rare word": f"{needs}?q=Ashbourne",
        "Needs, middle page": _deep(needs, Need.objects, order),
        "Providers": providers,
        "Alliances": reverse("alliance-list"),
        "Alliances, middle page": _deep(reverse("alliance-list"), Alliance.objects, ("-id",)),
    }
    yield from (Page(name, Kind.LIST, url) for name, url in addresses.items())


def _public_details() -> Iterator[Page]:
    alliance = _first(Alliance.objects.filter(status="active", outcomes__results__isnull=False))
    rows = {
        "Opportunity, open": ("opportunity-detail", _first(Opportunity.objects.filter(status="open"))),
        "Opportunity, awarded": ("opportunity-detail", _first(Opportunity.objects.filter(status="awarded"))),
        "Need": ("need-detail", _first(Need.objects.filter(status="met"))),
        "Provider": ("provider-detail", _first(Registration.objects.all(), "organisation_id")),
        "Alliance": ("alliance-detail", alliance),
        "Outcome with its chart": ("outcome-detail", _first(Outcome.objects.filter(alliance=alliance))),
    }
    yield Page("Home", Kind.DETAIL, "/")
    yield Page("Guidance, one page", Kind.DETAIL, reverse("wagtail_serve", args=["guidance/accessibility/"]))
    yield from (Page(name, Kind.DETAIL, reverse(*_numbered(row))) for name, row in rows.items())


def _of_a_region() -> Iterator[tuple[str, Kind, str]]:
    """The region with the most delivery units."""
    regions = Area.objects.filter(kind=AreaKind.PROBATION_REGION).annotate(
        units=Count("contains", filter=Q(contains__kind=AreaKind.DELIVERY_UNIT))
    )
    region = regions.order_by("-units", "pk")[0].slug
    kind = NeedCategory.objects.order_by("pk")[0].code
    yield "Region at a glance", Kind.REGION, reverse("region-detail", args=[region])
    yield "Table of gaps", Kind.REGION, reverse("gap-table", args=[region])
    yield "Behind a cell of the table", Kind.REGION, reverse("gap-cell", args=[region, region, kind])
    yield "Place, a region", Kind.REGION, reverse("place-detail", args=["probation-region", region])
    yield "Place, a town", Kind.REGION, reverse("place-detail", args=["town", "bournemouth"])


def _of_a_director() -> Iterator[Page]:
    director = _director()
    own = Opportunity.objects.filter(organisation__memberships__user=director)
    for name, kind, url in (
        ("Work page", Kind.DASHBOARD, reverse("work")),
        *_of_a_region(),
        ("Opportunities", Kind.LIST, reverse("opportunity-list")),
        ("Own opportunities", Kind.LIST, reverse("opportunity-own")),
        ("Own needs", Kind.LIST, reverse("need-own")),
        ("Inbox", Kind.LIST, reverse("inbox")),
        (
            "Inbox, middle page",
            Kind.LIST,
            _deep(reverse("inbox"), Notice.objects.filter(recipient=director), ("-id",)),
        ),
        ("Own opportunity", Kind.DETAIL, reverse("opportunity-detail", args=[_first(own.filter(status="open"))])),
        ("Evaluation", Kind.LIST, reverse("evaluation-detail", args=[_first(own.filter(status="evaluation"))])),
    ):
        yield Page(name, kind, url, director.email)


def _of_an_owner() -> Iterator[Page]:
    own = Bid.objects.filter(organisation__memberships__user__email=OWNER)
    draft = own.filter(status="draft", opportunity__status="open")
    for name, kind, url in (
        ("Work page", Kind.DASHBOARD, reverse("work")),
        ("Bids", Kind.LIST, reverse("bid-list")),
        ("Bids, middle page", Kind.LIST, _deep(reverse("bid-list"), own, ("-id",))),
        ("Inbox", Kind.LIST, reverse("inbox")),
        ("Consortia", Kind.LIST, reverse("consortium-list")),
        ("Bid being written", Kind.DETAIL, reverse("bid-detail", args=[_first(draft)])),
        ("Opportunity, open", Kind.DETAIL, reverse("opportunity-detail", args=[_first(draft, "opportunity_id")])),
        ("Registration", Kind.DETAIL, reverse("registration-detail", args=[_first(own, "organisation_id")])),
    ):
        yield Page(name, kind, url, OWNER)


def _of_finding() -> Iterator[Page]:
    """Providers, the board and who would complete somebody, as an owner and the public ask for them."""
    region, need = _busiest_region(), NeedCategory.objects.order_by("pk")[0].pk
    providers, board = reverse("provider-list"), reverse("partner-list")
    for name, query in (
        ("a frequent word", "q=mentors"),
        ("a rare word", "q=Ashbourne"),
        ("a beginning of a name", "q=ash"),
        ("one need", f"need={need}"),
        ("one region", f"area={region}"),
        ("one region, newest first", f"area={region}&sort=newest"),
        ("one region and need", f"area={region}&need={need}"),
        ("word, region and need", f"q=referrals&area={region}&need={need}"),
    ):
        yield Page(f"Finding a provider, {name}", Kind.FINDING, f"{providers}?{query}")
    for name, query in (
        ("the newest", ""),
        ("by name", "sort=name"),
        ("one region, most money first", f"area={region}&sort=money"),
        ("one need, by name", f"need={need}&sort=name"),
        ("word, region and need", f"q=mentors&area={region}&need={need}"),
        ("middle page", _deep("", PartnerNotice.objects, ("-posted_at", "-id"))[1:]),
    ):
        yield Page(f"Board of partners, {name}", Kind.FINDING, f"{board}?{query}", OWNER)
    for name, sought in (("a region", _widest(region)), ("a delivery unit", _widest(None))):
        url = reverse("opportunity-partners", args=[sought])
        yield Page(f"Who would complete you, {name}", Kind.FINDING, f"{url}?most=10000", OWNER)
    yield Page("Introductions", Kind.LIST, reverse("interest-list"), OWNER)


def _widest(region: int | None) -> int:
    """The open opportunity there, or of a delivery unit, whose needs name most areas and kinds of need."""
    width = Count("needs__areas", distinct=True) + Count("needs__categories", distinct=True)
    there = Q(area=region) if region else Q(area__kind=AreaKind.DELIVERY_UNIT)
    sought = Opportunity.objects.filter(there, status="open", closes_at__gt=timezone.now())
    found = sought.annotate(width=width).order_by("-width", "pk").values_list("pk", flat=True).first()
    return found or _first(Opportunity.objects.filter(status="open"))


def _of_an_auditor() -> Iterator[Page]:
    audit = reverse("audit")
    named = Event.objects.order_by("sequence")[0].organisation
    for name, url in (
        ("Record of events", audit),
        ("Record of events, one act", f"{audit}?action=opportunity.award"),
        ("Record of events, one organisation", f"{audit}?organisation={named}"),
        ("Record of events, middle page", _deep(audit, Event.objects, ("-sequence",))),
    ):
        yield Page(name, Kind.LIST, url, AUDITOR)


def _asked_for_again() -> Iterator[Page]:
    awarded = _first(Opportunity.objects.filter(status="awarded"))
    addresses = {
        "Home": "/",
        "Guidance, one page": reverse("wagtail_serve", args=["guidance/accessibility/"]),
        "Opportunities": reverse("opportunity-list"),
        "Opportunity, awarded": reverse("opportunity-detail", args=[awarded]),
        "Need": reverse("need-detail", args=[_first(Need.objects.filter(status="met"))]),
    }
    yield from (Page(f"{name}, kept for the next reader", Kind.KEPT, url) for name, url in addresses.items())
    yield from (Page(f"{name}, as at the last visit", Kind.UNCHANGED, url) for name, url in addresses.items())


# --- Addresses ---------------------------------------------------------------------------------------


def _first(rows: QuerySet[Any], column: str = "pk") -> int:
    found: int | None = rows.order_by("pk").values_list(column, flat=True).first()
    if found is None:
        raise LookupError(f"There is no {rows.model._meta.verbose_name} to show: more opportunities are needed.")
    return found


def _numbered(row: tuple[str, int]) -> tuple[str, None, list[int]]:
    name, number = row
    return name, None, [number]


def _busiest_region() -> int:
    """The probation region with the most opportunities within it."""
    inside = AreaBelonging.objects.filter(parent__kind="probation_region").values("parent")
    found = inside.annotate(number=Count("child__opportunities")).order_by("-number", "parent")
    return int(found[0]["parent"])


def _deep(url: str, rows: Any, order: tuple[str, ...], filters: str = "") -> str:
    """The page in the middle of the list, by the cursor that the page before it would give."""
    column = order[0].removeprefix("-")
    there = rows.filter(**{f"{column}__isnull": False}).order_by(column)
    middle = getattr(there[there.count() // 2 :].first(), column, None)
    before = paging.page_of(
        rows.filter(**{f"{column}__lte": middle}) if middle is not None else there, order=order
    )
    return f"{url}?{filters}{paging.PARAMETER}={before.next_cursor}"
