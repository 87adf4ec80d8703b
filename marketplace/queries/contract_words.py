"""The words and figures of a contract as one exact text, so that everybody signs the same."""

import datetime
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.charts import plain
from core.roles import OrganisationKind
from marketplace.models import Contract

FORMAT = "accord-contract-1"
Words = dict[str, Any]


@dataclass(frozen=True)
class Party:
    """A party by its name in this text."""

    organisation: int
    name: str
    kind: str
    is_lead: bool
    part: str
    share_bps: int

    @property
    def is_provider(self) -> bool:
        """Whether it delivers services for the money."""
        return self.kind == OrganisationKind.PROVIDER


@dataclass(frozen=True)
class Aim:
    """What is to change, from `baseline` to `target`, in words: 42%, 1,250 people."""

    indicator: str
    baseline: str
    target: str


@dataclass(frozen=True)
class Agreed:
    """Everything the parties put their names to. Money in pence, VAT included, by financial year."""

    title: str
    terms: str
    value_pence: int
    years: dict[int, int]
    starts_on: datetime.date
    ends_on: datetime.date
    break_on: datetime.date | None
    review_months: int
    parties: list[Party]
    aims: list[Aim]
    documents: list[Words]

    @property
    def providers(self) -> list[Party]:
        """The parties the money goes to, the lead first."""
        return [party for party in self.parties if party.is_provider]

    @property
    def commissioners(self) -> list[Party]:
        """The parties the money comes from."""
        return [party for party in self.parties if not party.is_provider]


def agreed_in(contract: Contract) -> Agreed:
    """The contract as it was signed, or is to be: the frozen text once there is one, until then the draft."""
    return read(contract.agreed_text or written(contract))


def written(contract: Contract) -> str:
    """The contract as canonical JSON: sorted names, no spaces, money in pence, figures with two decimals.

    The same rows give the same text on every machine. Reads parties, years, outcomes and documents.
    """
    return canonical(
        {
            "format": FORMAT,
            "contract": contract.pk,
            "award": contract.award_id,
            "title": contract.title,
            "terms": contract.terms,
            "value_pence": contract.value_pence,
            "years": {str(row.year): row.value_pence for row in contract.years.all()},
            "starts_on": contract.starts_on.isoformat(),
            "ends_on": contract.ends_on.isoformat(),
            "break_on": contract.break_on.isoformat() if contract.break_on else "",
            "review_months": contract.review_months,
            "parties": _parties(contract),
            "outcomes": _outcomes(contract),
            "documents": [
                {"name": row.document.name, "sha256": row.document.sha256} for row in contract.documents.all()
            ],
        }
    )


def canonical(words: Words) -> str:
    """The words as text that is the same on every machine."""
    return json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def read(text: str) -> Agreed:
    """The contract that `written` made `text` of."""
    found = json.loads(text)
    return Agreed(
        title=found["title"],
        terms=found["terms"],
        value_pence=found["value_pence"],
        years={int(year): pence for year, pence in sorted(found["years"].items())},
        starts_on=datetime.date.fromisoformat(found["starts_on"]),
        ends_on=datetime.date.fromisoformat(found["ends_on"]),
        break_on=datetime.date.fromisoformat(found["break_on"]) if found["break_on"] else None,
        review_months=found["review_months"],
        parties=[Party(**party) for party in found["parties"]],
        aims=[_aim(outcome) for outcome in found["outcomes"]],
        documents=found["documents"],
    )


def _aim(outcome: Words) -> Aim:
    unit = outcome["unit"]
    return Aim(
        indicator=outcome["indicator"],
        baseline=plain(Decimal(outcome["baseline"]), unit),
        target=plain(Decimal(outcome["target"]), unit),
    )


def _parties(contract: Contract) -> list[Words]:
    return [
        {
            "organisation": place.organisation_id,
            "name": place.organisation.name,
            "kind": place.organisation.kind,
            "is_lead": place.is_lead,
            "part": place.part,
            "share_bps": place.share_bps,
        }
        for place in contract.parties.all()
    ]


def _outcomes(contract: Contract) -> list[Words]:
    return [
        {
            "number": outcome.number,
            "indicator": outcome.indicator,
            "unit": outcome.unit,
            "baseline": f"{outcome.baseline:.2f}",
            "target": f"{outcome.target:.2f}",
        }
        for outcome in contract.outcomes.all()
    ]
