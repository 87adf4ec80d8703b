"""Bids as plain values for the components: states in words, tasks, facts, the words themselves."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Verdict
from core.display import Row, Step, Text
from core.forms.text import count_words
from core.models import Organisation
from core.money import WHOLE_BPS, percent, pounds, split_by_shares
from core.templatetags.accord import when
from marketplace.liability import Liability, shown_sentence
from marketplace.models import Bid
from marketplace.policies.bids import Missing, is_open
from marketplace.queries.bid_words import Words
from marketplace.queries.bids import BEING_WRITTEN
from marketplace.states import BidStatus, Phase

TONES = {
    BidStatus.DRAFT: "info",
    BidStatus.AWAITING_CONSENT: "warn",
    BidStatus.SUBMITTED: "good",
    BidStatus.SUCCESSFUL: "good",
}


@dataclass(frozen=True)
class State:
    """A bid's state in words, with a tone."""

    text: Text
    tone: str = "plain"


@dataclass(frozen=True)
class BidRow:
    """A line of the list of bids."""

    bid: Bid
    url: str
    state: State
    place: Text
    hint: Text = ""


@dataclass(frozen=True)
class Group:
    """A heading of the task list with its tasks and, if need be, a sentence above them."""

    title: Text
    tasks: list[Step]
    text: Text = ""


@dataclass(frozen=True)
class Share:
    """A member as a bid names it: what it would do, its share, and that share of the price."""

    name: str
    is_lead: bool
    part: str
    share: str
    amount: str


@dataclass(frozen=True)
class Answer:
    """A question with its answer and how long that is."""

    number: int
    question: str
    text: str
    length: str


@dataclass(frozen=True)
class Content:
    """A whole bid as a page shows it."""

    price: str
    liability: Text = ""
    liability_means: str = ""
    members: list[Share] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


def state_of(bid: Bid, *, at: datetime.datetime) -> State:
    """The state in words; a draft whose time is up says so, and so does a bid whose opportunity was cancelled."""
    if bid.status in (*BEING_WRITTEN, BidStatus.SUBMITTED) and bid.opportunity.phase_at(at) == Phase.CANCELLED:
        return State(_("opportunity cancelled"))
    if bid.status in BEING_WRITTEN and not is_open(bid.opportunity, at):
        return State(_("not submitted in time"), "bad")
    return State(str(BidStatus(bid.status).label), TONES.get(BidStatus(bid.status), "plain"))


def rows(bids: Iterable[Bid], organisation: Organisation, *, at: datetime.datetime) -> list[BidRow]:
    """The lines of the list, as seen by one of the bidders."""
    return [
        BidRow(
            bid=bid,
            url=reverse("bid-detail", args=[bid.pk]),
            state=state_of(bid, at=at),
            place=_("You lead") if bid.organisation_id == organisation.pk else bid.organisation.name,
            hint=_time_of(bid, at),
        )
        for bid in bids
    ]


def _time_of(bid: Bid, at: datetime.datetime) -> str:
    if bid.status in BEING_WRITTEN:
        sentence = _("Closes %(time)s") if is_open(bid.opportunity, at) else _("Closed %(time)s")
        return sentence % {"time": when(bid.opportunity.closes_at)}
    if bid.submitted_at and bid.status != BidStatus.WITHDRAWN:
        return _("Submitted %(time)s") % {"time": when(bid.submitted_at)}
    return _("Changed %(time)s") % {"time": when(bid.updated_at)}


def facts(bid: Bid) -> list[Row]:
    """What stands beside every page about the bid."""
    opportunity = bid.opportunity
    found = [
        Row(_("Opportunity"), opportunity.title, reverse("opportunity-detail", args=[opportunity.pk]), _("Read")),
        Row(_("Lot"), bid.lot.title),
        Row(_("Worth up to"), pounds(bid.lot.value_pence)),
        Row(_("Closes"), when(opportunity.closes_at)),
        Row(_("Lead"), bid.organisation.name),
    ]
    if bid.consortium:
        found.append(Row(_("Consortium"), bid.consortium.name))
    return found


def content(words: Words) -> Content:
    """The words of a bid for the page."""
    price = words["price_pence"]
    shares = [member["share_bps"] for member in words["members"]]
    parts = split_by_shares(price, shares) if price and sum(shares) == WHOLE_BPS else [None] * len(shares)
    liability = words.get("liability") or {}
    return Content(
        price=pounds(price) if price else "",
        liability=Liability(liability["kind"]).label if liability else "",
        liability_means=shown_sentence(liability["means"]) if liability else "",
        members=[
            Share(
                name=member["name"],
                is_lead=member["lead"],
                part=member["part"],
                share=percent(member["share_bps"]),
                amount=pounds(amount) if amount is not None else "",
            )
            for member, amount in zip(words["members"], parts, strict=True)
        ],
        answers=[
            Answer(answer["number"], answer["question"], answer["text"], length_of(answer))
            for answer in words["answers"]
        ],
    )


def length_of(answer: dict[str, Any]) -> str:
    """How many words an answer has, of how many."""
    count, limit = count_words(answer["text"]), answer["word_limit"]
    sentence = ngettext("%(count)s word of up to %(limit)s", "%(count)s words of up to %(limit)s", count)
    return sentence % {"count": f"{count:,}", "limit": f"{limit:,}"}


# --- The task list of a draft ------------------------------------------------------------------------


def steps(
    bid: Bid,
    words: Words,
    missing: list[Missing],
    *,
    may_edit: Verdict,
    writers: Mapping[int, str] | None = None,
    comments: Mapping[int | None, int] | None = None,
) -> list[Group]:
    """What there is to write, by page, with how far each is; links only for those who may write or comment.

    `writers` names by question the member that writes it, `comments` counts those not settled; both none for a
    person who only reads.
    """
    writes = may_edit.allowed
    answers = [
        _answer_step(
            bid,
            answer,
            missing,
            opens=writes or writers is not None,
            beside=_beside((writers or {}).get(answer["number"], ""), (comments or {}).get(answer["number"], 0)),
        )
        for answer in words["answers"]
    ]
    return [
        Group(_("Answers"), answers),
        Group(_("Who does what, and the price"), _offer_steps(bid, words, missing, writes=writes)),
    ]


def next_step(groups: list[Group]) -> Step | None:
    """The first page of the bid that is not ready, for whoever may write it."""
    return next((task for group in groups for task in group.tasks if task.url and task.tone != "good"), None)


def agreement_steps(bid: Bid, words: Words, missing: list[Missing]) -> list[Step]:
    """The members besides the lead, and whether each has agreed."""
    waiting = {each.name for each in missing if each.part == "consents"}
    asked = bid.status == BidStatus.AWAITING_CONSENT
    tag, tone = (_("asked"), "warn") if asked else (_("not asked yet"), "plain")
    return [
        Step(
            title=member["name"],
            tag=tag if member["name"] in waiting else _("agreed"),
            tone=tone if member["name"] in waiting else "good",
        )
        for member in words["members"]
        if not member["lead"]
    ]


def progress_of(words: Words, missing: list[Missing]) -> tuple[int, int]:
    """How many of the pages of a bid are ready, and how many there are: its answers, members and price."""
    lacking = {(each.part, each.number) for each in missing if each.part != "consents"}
    whole = len(words["answers"]) + 2
    return whole - len(lacking), whole


def _beside(writer: str, comments: int) -> list[str]:
    """Who writes an answer, and how much was said about it that is not settled."""
    said = ngettext("%(count)s comment", "%(count)s comments", comments) % {"count": comments}
    by = _("%(name)s writes it") % {"name": writer}
    return [text for text, there in ((by, writer), (said, comments)) if there]


def _answer_step(
    bid: Bid, answer: dict[str, Any], missing: list[Missing], *, opens: bool, beside: list[str]
) -> Step:
    number, text = answer["number"], answer["text"]
    lacks = any(each.part == "answers" and each.number == number for each in missing)
    tag, tone = (_("too long"), "bad") if lacks and text.strip() else (_("not started"), "plain")
    return Step(
        title=_("%(number)s. %(question)s") % {"number": number, "question": answer["question"]},
        url=reverse("bid-answer", args=[bid.pk, number]) if opens else "",
        hint=" · ".join([length_of(answer), *beside]),
        tag=tag if lacks else _("written"),
        tone=tone if lacks else "good",
    )


def _offer_steps(bid: Bid, words: Words, missing: list[Missing], *, writes: bool) -> list[Step]:
    members_lack = " ".join(each.sentence for each in missing if each.part == "members")
    price_lacks = " ".join(each.sentence for each in missing if each.part == "price")
    names = ", ".join(member["name"] for member in words["members"])

    def step(title: str, page: str, hint: str, lacking: str = "") -> Step:
        return Step(
            title=title,
            url=reverse(page, args=[bid.pk]) if writes else "",
            hint=lacking or hint,
            tag=_("to do") if lacking else _("done"),
            tone="plain" if lacking else "good",
        )

    shares = ", ".join(f"{member['name']} {percent(member['share_bps'])}" for member in words["members"])
    price = pounds(words["price_pence"]) if words["price_pence"] else ""
    return [
        step(_("Alone or together"), "bid-partners", names if bid.consortium_id else _("Alone")),
        step(_("Parts and shares"), "bid-members", shares, members_lack),
        step(_("Price"), "bid-price", price, price_lacks),
    ]
