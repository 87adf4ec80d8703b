"""What the templates of variations show, as plain values."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import Verdict
from core.display import Row, Text
from core.models import User
from core.money import percent, pounds
from core.permissions import Permission as P
from core.policies import organisations_where
from core.templatetags.accord import day, when
from marketplace.contract_values import Change, year_label
from marketplace.differences import Piece, pieces_between
from marketplace.models import Contract, ContractParty, Variation, VariationAnswer
from marketplace.policies.variations import (
    may_agree_to_variation,
    may_record_notice,
    may_refuse_variation,
    may_sign_variation,
    may_withdraw_variation,
    notice_is_given,
)
from marketplace.queries.variation_words import Difference, difference_of
from marketplace.queries.variations import answer_of, change_of, change_with
from marketplace.states import VariationStatus

TONES = {
    VariationStatus.PROPOSED: "info",
    VariationStatus.SIGNING: "warn",
    VariationStatus.IN_FORCE: "good",
    VariationStatus.REFUSED: "bad",
    VariationStatus.WITHDRAWN: "plain",
}


@dataclass(frozen=True)
class VariationLine:
    """One variation on the page of its contract."""

    number: str
    title: str
    url: str
    state: Text
    tone: str
    effect: str
    ends: str


@dataclass(frozen=True)
class YearChange:
    """A financial year before and after."""

    label: str
    before: str
    effect: str
    after: str


@dataclass(frozen=True)
class Place:
    """One party: what it answered, and what the reader may do for it."""

    party: ContractParty
    answer: VariationAnswer | None
    may_agree: Verdict
    may_refuse: Verdict
    may_sign: Verdict

    @property
    def is_shown_why_not(self) -> bool:
        """Whether the reader could sign here, but for a rule in the way."""
        return not self.may_sign.allowed and self.may_sign.right


def effect_of(pence: int) -> str:
    """+£5, −£5, or no effect."""
    if not pence:
        return _("none")
    return f"+{pounds(pence)}" if pence > 0 else pounds(pence)


def line_of(variation: Variation) -> VariationLine:
    """A line; reads nothing more."""
    status = VariationStatus(variation.status)
    return VariationLine(
        number=str(variation.number or "–"),
        title=variation.title,
        url=reverse("variation-detail", args=[variation.pk]),
        state=status.label,
        tone=TONES[status],
        effect=effect_of(variation.effect_pence),
        ends=day(variation.ends_on) if variation.ends_on else "–",
    )


def variations_on_contract(contract: Contract) -> dict[str, Any]:
    """The lines of the contract's page, and how much it has changed; reads `variations`."""
    rows = list(contract.variations.all())
    effects = [row.effect_pence for row in rows if row.status == VariationStatus.IN_FORCE]
    change = change_of(contract, effects)
    return {"variations": [line_of(row) for row in rows], "change_words": change_words(contract, change)}


def change_words(contract: Contract, change: Change) -> str:
    """A warning where the contract has changed much; empty where it has not."""
    if not change.is_warned:
        return ""
    words = {
        "change": percent(change.bps),
        "warn": percent(contract.warn_bps),
        "limit": percent(contract.notice_bps),
    }
    if change.needs_notice:
        return _("Changes come to %(change)s of the first value, more than %(limit)s.") % words
    return (
        _(
            "Changes come to %(change)s of the first value. From %(warn)s on, ask whether a new competition would "
            "be fairer; above %(limit)s a notice must be published first."
        )
        % words
    )


def page_of_variation(person: User, variation: Variation) -> dict[str, Any]:
    """What the page of a variation shows; takes one read by `variations_visible_to`."""
    contract = variation.contract
    status = VariationStatus(variation.status)
    difference = difference_of(variation)
    change = change_with(variation, contract) if status != VariationStatus.IN_FORCE else None
    return {
        "title": variation.title,
        "section": "contracts",
        "contract": contract,
        "variation": variation,
        "state": status.label,
        "tone": TONES[status],
        "is_proposed": status == VariationStatus.PROPOSED,
        "is_signing": status == VariationStatus.SIGNING,
        "facts": _facts(variation),
        **difference_shown(difference),
        "change_words": change_words(contract, change) if change else "",
        "places": places_of(person, variation),
        "may_withdraw": may_withdraw_variation(person, variation),
        "may_record": may_record_notice(person, variation),
        "notice_verdict": notice_is_given(variation) if status == VariationStatus.SIGNING else None,
        "change_notices": list(variation.change_notices.all()),
    }


def difference_shown(difference: Difference) -> dict[str, Any]:
    """The money by year, the last day and the terms, before and after."""
    before, after = difference.before, difference.after
    pieces: list[Piece] = pieces_between(before.terms, after.terms) if before.terms != after.terms else []
    return {
        "year_changes": [
            YearChange(
                year_label(year),
                pounds(before.years.get(year, 0)),
                effect_of(after.years.get(year, 0) - before.years.get(year, 0)),
                pounds(after.years.get(year, 0)),
            )
            for year in sorted({*before.years, *after.years})
        ],
        "value_before": pounds(before.value_pence),
        "value_effect": effect_of(after.value_pence - before.value_pence),
        "value_after": pounds(after.value_pence),
        "ends_before": before.ends_on,
        "ends_after": after.ends_on,
        "ends_differ": before.ends_on != after.ends_on,
        "pieces": pieces,
    }


def places_of(person: User, variation: Variation) -> list[Place]:
    """Each party's place, in the order of the parties."""
    own = organisations_where(person, P.CONTRACT_WORK, P.CONTRACT_SIGN)
    places = []
    for party in variation.contract.parties.all():
        mine = party.organisation_id in own
        no = Verdict(allowed=False, right=False)
        places.append(
            Place(
                party=party,
                answer=answer_of(variation, party),
                may_agree=may_agree_to_variation(person, variation, party) if mine else no,
                may_refuse=may_refuse_variation(person, variation, party) if mine else no,
                may_sign=may_sign_variation(person, variation, party) if mine else no,
            )
        )
    return places


def _facts(variation: Variation) -> list[Row]:
    proposed = _("%(name)s for %(house)s, %(time)s") % {
        "name": variation.created_by.name,
        "house": variation.proposer.organisation.name,
        "time": when(variation.created_at),
    }
    rows = [Row(_("Proposed by"), proposed)]
    if variation.number:
        rows.append(Row(_("Number"), str(variation.number)))
        rows.append(Row(_("In force since"), when(variation.in_force_at)))
        rows.append(Row(_("Changes of the contract with it"), percent(variation.change_bps or 0)))
    if variation.closed_by:
        closed = _("%(name)s, %(time)s") % {"name": variation.closed_by.name, "time": when(variation.closed_at)}
        rows += [Row(_("Closed by"), closed), Row(_("Why it was closed"), variation.closing_reason)]
    return rows
