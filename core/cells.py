"""What the cells of a spreadsheet say: whole numbers, dates, codes and names, as people write them."""

import datetime
import re
import unicodedata

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.access import Sentence
from core.forms.text import clean_text

LARGEST_WHOLE = 2_147_483_647
# Longer than any number or date we take.
LONGEST_NUMBER = 30
LONGEST_SHOWN = 40
_SPACES = re.compile("[\\s\u00a0\u2007\u2009\u202f\u200b]+")
_INVISIBLE = "\u200b\u200c\u200d\u2060\u00ad"
_UNSEEN = str.maketrans(dict.fromkeys(_INVISIBLE, ""))

# 1,234,567 or 1 234 567 or 1'234'567, with nothing but noughts after a point.
_ENGLISH = re.compile(r"([0-9]{1,3}(?:[, '’][0-9]{3})+|[0-9]+)(?:\.0*)?")
# 1.234.567 or 1.234,00: two groups, or a comma after them, make sure that the points part thousands.
_CONTINENTAL = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3}){2,})(?:,0*)?|([0-9]{1,3}\.[0-9]{3}),0*")
_EITHER = re.compile(r"[0-9]{1,3}\.[0-9]{3}")
_NUMBER = re.compile(r"[0-9][0-9., ]*")
_SHORTENED = re.compile(r"[0-9][0-9.,]*E\+?[0-9]+", re.IGNORECASE)

_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[t ]00:00(?::00(?:\.0+)?)?)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2}|[a-z]{3,9})\.?[-/. ]([0-9]{4})(?: 00:00(?::00)?)?")
_FIRST_HALF = ("january", "february", "march", "april", "may", "june")
_MONTHS = (*_FIRST_HALF, "july", "august", "september", "october", "november", "december")
_CODE = re.compile(r"[a-z0-9]+(?:[-._][a-z0-9]+)*")


class BadCell(ValueError):
    """A cell does not say what its column asks for; the sentence says what it must look like."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def plain(text: str) -> str:
    """`text` without control characters, invisible letters and space around it; hard spaces become spaces."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return clean_text(text).translate(_UNSEEN).replace("\u00a0", " ").replace("\u202f", " ").strip()


def whole_number(text: str, *, smallest: int = 0, largest: int = LARGEST_WHOLE) -> int:
    """The number that `text` says: 1234, 1,234, 1 234, 1.234.567, 12.00; never a guess between 1.234 and 1,234.

    Raises BadCell.
    """
    bare = _SPACES.sub(" ", text).strip().replace("−", "-")
    negative = bare.startswith("-") or (bare.startswith("(") and bare.endswith(")"))
    digits = bare.strip("-() ") if negative else bare.removeprefix("+")
    found = _ENGLISH.fullmatch(digits) or _CONTINENTAL.fullmatch(digits)
    if found is None:
        raise BadCell(_not_whole(text, digits))
    grouped = next(group for group in found.groups() if group)
    only_digits = re.sub("[^0-9]", "", grouped)
    if len(only_digits) > LONGEST_NUMBER:
        raise BadCell(_out_of_range(smallest, largest))
    number = -int(only_digits) if negative else int(only_digits)
    if not smallest <= number <= largest:
        raise BadCell(_out_of_range(smallest, largest))
    return number


def day(text: str) -> datetime.date:
    """The date that `text` says: 2026-03-31, 31/03/2026, 31 March 2026. The day comes before the month.

    Raises BadCell.
    """
    bare = _SPACES.sub(" ", text[:LONGEST_NUMBER]).strip().casefold()
    if found := _YEAR_FIRST.fullmatch(bare):
        year, month, number = found.groups()
    elif found := _DAY_FIRST.fullmatch(bare):
        number, month, year = found.groups()
    else:
        raise BadCell(_not_a_date(text))
    try:
        return datetime.date(int(year), _month(month), int(number))
    except ValueError as error:
        raise BadCell(_not_a_date(text)) from error


def code(text: str) -> str:
    """`text` as a code: lower case, hyphens for spaces; only letters without marks, digits, hyphens and points.

    Raises BadCell.
    """
    bare = _SPACES.sub("-", text.strip().casefold())
    if not _CODE.fullmatch(bare):
        raise BadCell(_not_a_code(text))
    return bare


def name_key(text: str) -> str:
    """What two spellings of one name share, whatever their case, marks, hyphens and “&”; for looking rows up."""
    letters = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[\W_]+", " ", re.sub("['’]", "", bare)).split())


def _month(text: str) -> int:
    if text.isdecimal():
        return int(text)
    found = [number for number, name in enumerate(_MONTHS, 1) if name.startswith(text)]
    if len(found) != 1:
        raise ValueError(text)
    return found[0]


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _not_whole(text: str, digits: str) -> Sentence:
    """Why this is no whole number, as exactly as can be told."""
    if text.startswith("#"):
        return format_lazy(_("“{text}” is the error of a formula, not a number."), text=_shown(text))
    if _EITHER.fullmatch(digits):
        return format_lazy(
            _("“{text}” can mean thousands or a part of one. Write it without a point."), text=_shown(text)
        )
    if _SHORTENED.fullmatch(digits):
        return format_lazy(
            _("The spreadsheet has shortened this number to “{text}”. Write all its digits."), text=_shown(text)
        )
    if _NUMBER.fullmatch(digits):
        return format_lazy(_("“{text}” is not a whole number."), text=_shown(text))
    return format_lazy(_("“{text}” is not a number. Write it like 40 or 1,200."), text=_shown(text))


def _out_of_range(smallest: int, largest: int) -> Sentence:
    return format_lazy(
        _("The number must be from {smallest} to {largest}."), smallest=f"{smallest:,}", largest=f"{largest:,}"
    )


def _not_a_code(text: str) -> Sentence:
    return format_lazy(_("“{text}” is not a code. A code has letters, digits and hyphens."), text=_shown(text))


def _not_a_date(text: str) -> Sentence:
    return format_lazy(
        _("“{text}” is not a date. Write it like 2026-03-31 or 31/03/2026, day before month."), text=_shown(text)
    )
