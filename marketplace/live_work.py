"""Open opportunities, for whoever changes the checks."""

import datetime

from django.urls import reverse

from core import paging
from marketplace.models import Opportunity
from marketplace.queries.opportunities import Show, listed, order_of
from providers.live_work import LivePage, LiveWork
from providers.yearly import months_of

SHOWN = 10


def open_opportunities(cursor: str, path: str, at: datetime.datetime) -> LivePage:
    """Opportunities open at `at`, those that close first first, ten to a page; two queries."""
    rows = listed(show=Show.OPEN, at=at).prefetch_related("lots")
    page = paging.page_of(rows, order=order_of(Show.OPEN, newest=False), cursor=cursor, size=SHOWN)
    works = [_work(opportunity) for opportunity in page.rows]
    return LivePage(works=works, pages=paging.links(page, "", path, {}))


def _work(opportunity: Opportunity) -> LiveWork:
    return LiveWork(
        title=opportunity.title,
        url=reverse("opportunity-detail", args=[opportunity.pk]),
        value_pence=max((lot.value_pence for lot in opportunity.lots.all()), default=0),
        holds_personal_data=opportunity.holds_personal_data,
        contact_with_people=opportunity.contact_with_people,
        route=opportunity.route,
        checks_version=opportunity.checks_version_id,
        months=months_of(opportunity.starts_on, opportunity.ends_on),
    )
