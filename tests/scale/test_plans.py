"""What people claim and say is read along an index, and so is a name in a register."""

import pytest
from django.db import connection
from django.utils import timezone

from core import paging
from marketplace.queries.bid_drafting import comments_on
from providers.models import RegisterEntry, RegisterExtract
from providers.queries.claims import OLDEST_FIRST, claims_to_decide
from providers.queries.registers import ImportedRegisters
from tests.factories.bids import joint_bid
from tests.scale.test_lists import plan_of

pytestmark = pytest.mark.django_db


def test_claims_to_decide_are_read_in_the_order_in_which_they_were_made() -> None:
    rows = claims_to_decide(timezone.now())
    assert "claim_oldest_open" in plan_of(lambda: paging.page_of(rows, order=OLDEST_FIRST))


def test_what_is_said_of_a_bid_is_found_by_the_bid() -> None:
    joint = joint_bid()
    own = joint.now()
    comments_on(joint.owner, own).exists()  # from now on the person's roles are known
    assert "comment_of_bid" in plan_of(lambda: list(comments_on(joint.owner, own)[:25]))


def test_name_in_a_register_is_found_along_its_words_wherever_those_who_have_them_stand() -> None:
    """Registers are put in one after another, so that a frequent word may be in none of the newest rows."""
    extract = RegisterExtract.objects.create(scheme="GB-CHC", extracted_on="2026-11-01", source="Made for a test")
    told = {"scheme": "GB-CHC", "extract": extract}
    RegisterEntry.objects.bulk_create(
        RegisterEntry(number=str(number), name=f"{'Charity' if number < 2500 else 'Trading'} {number}", **told)
        for number in range(10_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = plan_of(lambda: ImportedRegisters().search("cha"), may_sort=True)
    assert ("VIRTUAL TABLE INDEX" if connection.vendor == "sqlite" else "providers_registerentry_search") in plan
