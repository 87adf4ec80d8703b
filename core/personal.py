"""What in a text looks as if it told who somebody is: for boxes in which nothing about a person may stand.

Nothing here is perfect: it catches what people paste or slip into by habit, and the page asks them not to.
A year, an amount, a percentage, the name of a prison and a postcode district stay allowed: texts need them.
"""

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Nobody is looked after by probation before this age, so a full date younger than that is when something happened.
YOUNGEST = 10
_LONGEST_SHOWN = 40


@dataclass(frozen=True)
class Trace:
    """A piece of a text that may tell who somebody is, and what it looks like."""

    piece: str
    looks_like: str | Promise


def traces_in(text: str, *, today: datetime.date) -> list[Trace]:
    """What in `text` looks like a person's name, birthday, number or address; nothing where all is well.

    One trace of each kind at most, so that a sentence about them stays short.
    """
    plain = _plain(text)
    traces = (Trace(piece[:_LONGEST_SHOWN], kind) for kind, piece in _first_of_each(plain, today))
    return list(traces)


def refusal_of(text: str, *, today: datetime.date) -> str:
    """The sentence that says what has to go, with the piece as it was typed; "" where nothing has to."""
    traces = traces_in(text, today=today)
    if not traces:
        return ""
    seen = "; ".join(
        _("“%(piece)s” looks like %(kind)s") % {"piece": each.piece, "kind": each.looks_like} for each in traces
    )
    return _(
        "Nothing about any one person may stand here: %(seen)s. Take it out and say it without telling who."
    ) % {"seen": seen}


# --- how a text is read -------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """Full-width letters as plain ones, no invisible characters, dashes and spaces all of one kind."""
    folded = unicodedata.normalize("NFKC", text)
    visible = "".join(letter for letter in folded if unicodedata.category(letter) != "Cf")
    dashed = re.sub("[\u2010-\u2015\u2212]", "-", visible)
    return re.sub(r"[^\S\n]", " ", dashed).replace("’", "'")


Finder = Callable[[str, datetime.date], Iterator[str]]


def _first_of_each(text: str, today: datetime.date) -> Iterator[tuple[str | Promise, str]]:
    for kind, finder in _KINDS:
        for piece in finder(text, today):
            yield kind, piece.strip()
            break


def _found(pattern: str, flags: re.RegexFlag = re.IGNORECASE) -> Finder:
    compiled = re.compile(pattern, flags)

    def find(text: str, today: datetime.date) -> Iterator[str]:
        return (match[0] for match in compiled.finditer(text))

    return find


# --- numbers and addresses ----------------------------------------------------------------------------

_START, _END = r"(?<![A-Za-z0-9£])", r"(?![A-Za-z0-9])"
_EMAIL = _found(r"[^\s@<>()\",;:]+@[^\s@<>()\",;:]+\.[a-z]{2,}")
_CRN = _found(rf"{_START}[a-z]-?\d{{6}}{_END}")
_PRISON = _found(rf"{_START}[a-z]-?\d{{4}}-?[a-z]{{2}}{_END}")
_PNC = _found(rf"{_START}(?:\d{{4}}|\d{{2}})\s?/\s?\d{{4,7}}[a-z]{_END}")
_INSURANCE = _found(rf"{_START}[a-z]{{2}} ?\d{{2}} ?\d{{2}} ?\d{{2}} ?[a-d]{_END}")
# The whole code names a dozen homes. The district alone (“LS1”) is fine; “E1 3rd floor” is no code.
_POSTCODE = _found(rf"{_START}[a-z]{{1,2}}\d[a-z\d]? ?(?!\d(?:st|nd|rd|th)\b)\d[abd-hjlnp-uw-z]{{2}}{_END}")
_LONG_NUMBER = _found(rf"{_START}\d{{8,}}{_END}")
_TELEPHONE = re.compile(r"(?<![\w£/.,-])(?:\+|00|\(?0)[\d ()/.-]{8,20}\d(?![\d/])")


def _telephones(text: str, today: datetime.date) -> Iterator[str]:
    for match in _TELEPHONE.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if 10 <= len(digits) <= 14 and not _DATE.search(match[0]):
            yield match[0]


# --- names --------------------------------------------------------------------------------------------

# A capital letter of any alphabet with such.
_NAME = r"[^\W\d_a-z][^\W\d_]*(?:['-][A-Z]?[^\W\d_]+)*"
_NAMED = (
    # “Miss Hill” but not “Miss an appointment”; “MS” is an illness, “DR” may be a road.
    re.compile(rf"\b(?:Mr|MR|Mrs|MRS|Ms|Miss|MISS|Mx|MX|Dr|Sir|Dame)\b\.? {{0,2}}{_NAME}"),
    # On a telephone nobody presses shift.
    re.compile(r"\b(?:mr|mrs|mx)\b\.? {1,2}[^\W\d_][^\W\d_'-]+"),
    re.compile(rf"\b(?:ms|miss|dr)\b\.? {{1,2}}{_NAME}"),
)


def _names(text: str, today: datetime.date) -> Iterator[str]:
    return (match[0] for pattern in _NAMED for match in pattern.finditer(text))


# --- birthdays ----------------------------------------------------------------------------------------

_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?"
)
_DAY, _YEAR = r"\d{1,2}(?:st|nd|rd|th)?", r"(?P<year{}>\d{{4}}|\d{{2}})"
_DATE = re.compile(
    r"(?<![\w/£])(?:"
    rf"\d{{1,2}}(?P<mark>[/.-])\d{{1,2}}(?P=mark){_YEAR.format('a')}|\d{{1,2}} \d{{1,2}} (?P<yeare>\d{{4}})"
    rf"|{_DAY} ?(?:of )?(?:{_MONTHS})\.?,? ?{_YEAR.format('b')}"
    rf"|(?:{_MONTHS})\.? {_DAY},? {_YEAR.format('c')}"
    r"|(?P<yeard>\d{4})[/.-]\d{1,2}[/.-]\d{1,2}"
    r")(?![\w/])",
    re.IGNORECASE,
)
_BORN = re.compile(r"\b(?:born|birth|birthday|d\.? ?o\.? ?b)\b\W*(?:on|is|was|:)?\W*$", re.IGNORECASE)


def _birthdays(text: str, today: datetime.date) -> Iterator[str]:
    for match in _DATE.finditer(text):
        year = next(int(found) for name, found in match.groupdict().items() if name != "mark" and found)
        if year < 100:
            year += 2000 if 2000 + year <= today.year else 1900
        is_said = _BORN.search(text, 0, match.start())
        if is_said or today.year - 120 < year <= today.year - YOUNGEST:
            yield match[0]


_KINDS: tuple[tuple[str | Promise, Finder], ...] = (
    (gettext_lazy("a person’s name"), _names),
    (gettext_lazy("a date of birth"), _birthdays),
    (gettext_lazy("a case reference number (CRN)"), _CRN),
    (gettext_lazy("a prison number"), _PRISON),
    (gettext_lazy("a Police National Computer number"), _PNC),
    (gettext_lazy("a National Insurance number"), _INSURANCE),
    (gettext_lazy("an e-mail address"), _EMAIL),
    (gettext_lazy("a telephone number"), _telephones),
    (gettext_lazy("a whole postcode"), _POSTCODE),
    (gettext_lazy("somebody’s number"), _LONG_NUMBER),
)
