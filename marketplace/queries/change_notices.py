"""The notice of a large change, prepared as data: an OCDS release that can be published as it is."""

import datetime
from typing import Any

from django.conf import settings

from marketplace.models import Contract, Variation
from marketplace.queries.variation_words import difference_of

# The notice of a change to a contract, by its number in the list of public notices.
CODE = "UK10"
CURRENCY = "GBP"


def change_notice_of(variation: Variation, contract: Contract, *, at: datetime.datetime) -> dict[str, Any]:
    """What the public is told before the variation is signed: parties, values, days and why. Money in pounds."""
    difference = difference_of(variation)
    number = f"contract-{contract.pk}"
    parties = list(contract.parties.all())
    return {
        "ocid": f"accord-{contract.award_id}",
        "id": f"{number}-variation-{variation.pk}-{variation.agreed_sha256[:12]}",
        "date": at.isoformat(),
        "tag": ["contractAmendment"],
        "language": "en",
        "notice": CODE,
        "buyer": {"id": str(contract.organisation_id), "name": contract.organisation.name},
        "parties": [
            {
                "id": str(party.organisation_id),
                "name": party.organisation.name,
                "roles": ["supplier" if party.organisation.is_provider else "buyer"],
            }
            for party in parties
        ],
        "contracts": [
            {
                "id": number,
                "awardID": str(contract.award_id),
                "title": contract.title,
                "period": _period(contract.starts_on, difference.after.ends_on),
                "value": _money(difference.after.value_pence),
                "amendments": [
                    {
                        "id": f"variation-{variation.pk}",
                        "rationale": variation.reason,
                        "description": variation.title,
                        "valueBefore": _money(difference.before.value_pence),
                        "valueAfter": _money(difference.after.value_pence),
                        "endDateBefore": difference.before.ends_on.isoformat(),
                        "endDateAfter": difference.after.ends_on.isoformat(),
                    }
                ],
                "uri": f"{settings.SITE_URL}/contracts/{contract.pk}/",
            }
        ],
    }


def _money(pence: int) -> dict[str, Any]:
    return {"amount": round(pence / 100, 2), "currency": CURRENCY}


def _period(first: datetime.date, last: datetime.date) -> dict[str, str]:
    return {"startDate": first.isoformat(), "endDate": last.isoformat()}
