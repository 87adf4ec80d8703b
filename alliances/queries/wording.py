"""The words and figures of an agreement as one exact text, so that everybody signs the same."""

import datetime
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from alliances.models import Alliance
from core.charts import plain
from core.money import split_by_shares
from core.roles import OrganisationKind

FORMAT = "accord-alliance-1"


@dataclass(frozen=True)
class Party:
    """A party by its name in this text. `money_pence` is its part of the budget, nought for a commissioner."""

    organisation: int
    name: str
    kind: str
    part: str
    share_bps: int
    money_pence: int

    @property
    def is_provider(self) -> bool:
        """Whether it delivers services for the money."""
        return self.kind == OrganisationKind.PROVIDER


@dataclass(frozen=True)
class Aim:
    """An outcome as agreed: from `baseline` to `target`, `weight_bps` of the whole."""

    number: int
    indicator: str
    unit: str
    baseline: Decimal
    target: Decimal
    weight_bps: int

    @property
    def baseline_in_words(self) -> str:
        """42% or 1,250 people."""
        return plain(self.baseline, self.unit)

    @property
    def target_in_words(self) -> str:
        """60% or 900 people."""
        return plain(self.target, self.unit)


@dataclass(frozen=True)
class Agreement:
    """Everything the parties put their names to. Money in pence, VAT included."""

    name: str
    purpose: str
    principles: list[str]
    budget_pence: int
    starts_on: datetime.date
    ends_on: datetime.date
    parties: list[Party]
    aims: list[Aim]

    @property
    def providers(self) -> list[Party]:
        """The parties the money goes to; their parts add up to the budget."""
        return [party for party in self.parties if party.is_provider]

    @property
    def commissioners(self) -> list[Party]:
        """The parties the money comes from."""
        return [party for party in self.parties if not party.is_provider]


def agreement_of(alliance: Alliance) -> Agreement:
    """The agreement to show: the frozen text once signatures were asked for, until then the draft."""
    return read(alliance.agreed_text or written(alliance))


def written(alliance: Alliance) -> str:
    """The agreement as canonical JSON: sorted names, no spaces, money in pence, figures with two decimals.

    The same rows give the same text on every machine. Reads members and outcomes (prefetch them for lists).
    """
    return json.dumps(
        {
            "format": FORMAT,
            "alliance": alliance.pk,
            "name": alliance.name,
            "purpose": alliance.purpose,
            "principles": alliance.principles,
            "budget_pence": alliance.budget_pence,
            "starts_on": alliance.starts_on.isoformat(),
            "ends_on": alliance.ends_on.isoformat(),
            "parties": _parties(alliance),
            "outcomes": _outcomes(alliance),
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )


def read(text: str) -> Agreement:
    """The agreement that `written` made `text` of."""
    found = json.loads(text)
    return Agreement(
        name=found["name"],
        purpose=found["purpose"],
        principles=[line.strip() for line in found["principles"].splitlines() if line.strip()],
        budget_pence=found["budget_pence"],
        starts_on=datetime.date.fromisoformat(found["starts_on"]),
        ends_on=datetime.date.fromisoformat(found["ends_on"]),
        parties=[Party(**party) for party in found["parties"]],
        aims=[
            Aim(**{**aim, "baseline": Decimal(aim["baseline"]), "target": Decimal(aim["target"])})
            for aim in found["outcomes"]
        ],
    )


def _parties(alliance: Alliance) -> list[dict[str, Any]]:
    places = list(alliance.members.all())
    parts = split_by_shares(alliance.budget_pence, [place.share_bps for place in places])
    return [
        {
            "organisation": place.organisation_id,
            "name": place.organisation.name,
            "kind": place.organisation.kind,
            "part": place.part,
            "share_bps": place.share_bps,
            "money_pence": money,
        }
        for place, money in zip(places, parts, strict=True)
    ]


def _outcomes(alliance: Alliance) -> list[dict[str, Any]]:
    return [
        {
            "number": outcome.number,
            "indicator": outcome.indicator,
            "unit": outcome.unit,
            "baseline": f"{outcome.baseline:.2f}",
            "target": f"{outcome.target:.2f}",
            "weight_bps": outcome.weight_bps,
        }
        for outcome in alliance.outcomes.all()
    ]
