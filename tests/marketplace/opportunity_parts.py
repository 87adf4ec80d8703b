"""What a person types on the pages of a draft opportunity."""

import uuid

from django.utils import timezone

from tests.factories.core import AreaFactory


def about(**changes):
    values = {
        "form_key": str(uuid.uuid4()),
        "version": "1",
        "route": "alliance",
        "title": "Settled homes",
        "summary": "A place to stay.",
        "area": str(AreaFactory().pk),
        "contact_name": "Commissioning team",
        "contact_email": "team@example.org",
        "contact_with_people": "yes",
        "holds_personal_data": "yes",
        "members_may_change": "no",
    }
    return {**values, **changes}


def lot(**changes):
    year = timezone.localdate().year + 1
    values = {
        "version": "1",
        "lot_title": "Whole region",
        "value_pence": "£480,000",
        "closes_at_day": "3",
        "closes_at_month": "December",
        "closes_at_year": str(year),
        "closes_at_time": "12 noon",
        "starts_on_day": "1",
        "starts_on_month": "4",
        "starts_on_year": str(year + 1),
        "ends_on_day": "31",
        "ends_on_month": "3",
        "ends_on_year": str(year + 4),
    }
    return {**values, **changes}


def criteria(**changes):
    values = {"version": "1", "rows": "2"}
    for number, weight in ((1, "60"), (2, "40%")):
        values |= {f"question_{number}": f"How {number}?", f"weight_bps_{number}": weight}
    return {**values, "guidance_1": "Say how.", "word_limit_1": "300", **changes}


def outcomes(**changes):
    values = {"version": "1", "rows": "2"}
    for number, (baseline, target) in enumerate((("42%", "60"), ("2.4", "0.5")), start=1):
        values |= {
            f"indicator_{number}": f"Indicator {number}",
            f"unit_{number}": "%",
            f"baseline_{number}": baseline,
            f"target_{number}": target,
            f"weight_bps_{number}": "50",
        }
    return {**values, **changes}


PARTS = {"about": about, "lot": lot, "criteria": criteria, "outcomes": outcomes}
