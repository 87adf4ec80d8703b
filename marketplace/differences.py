"""What changed between two versions of a bid, told so that people can read it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from core.money import percent, pounds
from marketplace.liability import Liability

Words = dict[str, Any]

SENTENCE_ENDS = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True)
class Piece:
    """Some sentences: both versions have them (kept), only the older (gone), or only the newer (new)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was: a line `was` and `now`, or the `pieces` of a longer text."""

    title: str
    was: str = ""
    now: str = ""
    pieces: list[Piece] = field(default_factory=list)


def changes_between(old: Words, new: Words) -> list[Change]:
    """Every difference between the words of two versions of one bid, in the order in which a page shows them.

    Both are shaped as marketplace.queries.bid_words.words_in_rows gives them; the older may lack what was added
    to the format since. None if they say the same.
    """
    return [*_lead(old, new), *_members(old, new), *_price(old, new), *_liability(old, new), *_answers(old, new)]


def _line(title: str, was: str, now: str) -> Iterator[Change]:
    if was != now:
        yield Change(title, was=was or _("nothing"), now=now or _("nothing"))


def _lead(old: Words, new: Words) -> Iterator[Change]:
    if old["lead"]["id"] != new["lead"]["id"]:
        yield Change(_("Lead"), was=old["lead"]["name"], now=new["lead"]["name"])


def _members(old: Words, new: Words) -> Iterator[Change]:
    before, after = ({member["id"]: member for member in words["members"]} for words in (old, new))
    for number, member in {**before, **after}.items():
        yield from _line(member["name"], _place(before.get(number)), _place(after.get(number)))


def _place(member: Words | None) -> str:
    if member is None:
        return _("not in the bid")
    return f"{percent(member['share_bps'])}, {member['part']}" if member["part"] else percent(member["share_bps"])


def _price(old: Words, new: Words) -> Iterator[Change]:
    was, now = (pounds(words["price_pence"]) if words["price_pence"] else "" for words in (old, new))
    yield from _line(_("Price including VAT"), was, now)


def _liability(old: Words, new: Words) -> Iterator[Change]:
    was, now = (words.get("liability") or {} for words in (old, new))
    if was != now:
        names = [str(Liability(each["kind"]).label) if each else "" for each in (was, now)]
        yield Change(_("Who answers for what"), was=names[0] or _("nothing"), now=names[1] or _("nothing"))


def _answers(old: Words, new: Words) -> Iterator[Change]:
    before = {answer["criterion"]: answer["text"] for answer in old["answers"]}
    for answer in new["answers"]:
        was = before.get(answer["criterion"], "")
        if was != answer["text"]:
            title = _("Question %(number)s") % {"number": answer["number"]}
            yield Change(title, pieces=pieces_between(was, answer["text"]))


def pieces_between(old: str, new: str) -> list[Piece]:
    """Two texts sentence by sentence: kept and new together say the newer one, kept and gone the older."""
    was, now = _sentences(old), _sentences(new)
    pieces = []
    for kind, start, end, begin, finish in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("kept", " ".join(now[begin:finish])))
            continue
        if start < end:
            pieces.append(Piece("gone", " ".join(was[start:end])))
        if begin < finish:
            pieces.append(Piece("new", " ".join(now[begin:finish])))
    return pieces


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in SENTENCE_ENDS.split(text.strip()) if sentence]
