"""How a contract reads before and after a variation, as one exact text that everybody signs."""

import datetime
import json
from dataclasses import dataclass

from marketplace.contract_values import with_effects
from marketplace.models import Contract, Variation
from marketplace.queries.contract_words import Words, canonical
from marketplace.queries.contracts import years_of_contract

FORMAT = "accord-variation-1"


@dataclass(frozen=True)
class Reading:
    """What a variation can change, as it stands on one side of it. Money in pence by financial year."""

    value_pence: int
    years: dict[int, int]
    ends_on: datetime.date
    terms: str


@dataclass(frozen=True)
class Difference:
    """The contract before a variation and after it."""

    before: Reading
    after: Reading


def reading_of(contract: Contract) -> Reading:
    """The contract as it stands; reads its years."""
    return Reading(contract.value_pence, years_of_contract(contract), contract.ends_on, contract.terms)


def difference_of(variation: Variation) -> Difference:
    """What the variation changes: by its frozen text once there is one, until then as the contract stands."""
    if variation.agreed_text:
        found = json.loads(variation.agreed_text)
        return Difference(_read(found["before"]), _read(found["after"]))
    before = reading_of(variation.contract)
    return Difference(before, changed(before, variation))


def changed(before: Reading, variation: Variation) -> Reading:
    """The reading once the variation is part of it; reads the years of the variation."""
    years = with_effects(before.years, {row.year: row.effect_pence for row in variation.years.all()})
    return Reading(
        value_pence=sum(years.values()),
        years=years,
        ends_on=variation.ends_on or before.ends_on,
        terms=variation.terms or before.terms,
    )


def written_variation(variation: Variation, contract: Contract) -> str:
    """The variation as canonical JSON, with the fingerprint of the contract and how it reads before and after."""
    before = reading_of(contract)
    return canonical(
        {
            "format": FORMAT,
            "variation": variation.pk,
            "contract": contract.pk,
            "contract_sha256": contract.agreed_sha256,
            "based_on": variation.based_on,
            "title": variation.title,
            "reason": variation.reason,
            "proposer": variation.proposer.organisation.name,
            "before": _words(before),
            "after": _words(changed(before, variation)),
        }
    )


def _words(reading: Reading) -> Words:
    return {
        "value_pence": reading.value_pence,
        "years": {str(year): pence for year, pence in reading.years.items()},
        "ends_on": reading.ends_on.isoformat(),
        "terms": reading.terms,
    }


def _read(found: Words) -> Reading:
    return Reading(
        value_pence=found["value_pence"],
        years={int(year): pence for year, pence in sorted(found["years"].items())},
        ends_on=datetime.date.fromisoformat(found["ends_on"]),
        terms=found["terms"],
    )
