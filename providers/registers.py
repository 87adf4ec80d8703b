"""Looking an organisation up in a public register: the interface, whatever stands behind it.

Which implementation answers says the setting REGISTER_LOOK_UP; ours reads what the operator has imported.
"""

import datetime
import re
from dataclasses import dataclass
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

_SMALL = frozenset(
    ["a", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to", "with", "y", "yr", "a’r", "i", "o"]
)
_WHOLE = frozenset(["CIC", "CIO", "UK", "YMCA", "YWCA", "NHS", "LLP", "PLC", "HMP", "BAME", "LGBT"])


@dataclass(frozen=True)
class Found:
    """What a register says of one number, as of its extract.

    `legal_form` is one of providers.identifiers.LegalForm or empty; `income_pence` last reported; the year end is
    a day and a month or neither; `company_number` that of a charity which is a company too. `state` is the
    register's own word; `is_gone` where it was removed, dissolved, or is in the newest extract no longer.
    """

    scheme: str
    number: str
    name: str
    extracted_on: datetime.date
    source: str
    legal_form: str = ""
    company_number: str = ""
    income_pence: int | None = None
    year_end_day: int | None = None
    year_end_month: int | None = None
    place: str = ""
    state: str = ""
    is_gone: bool = False
    gone_on: datetime.date | None = None

    @property
    def readable_name(self) -> str:
        """The name as people write it: registers often shout."""
        return readable(self.name)


class RegisterLookUp(Protocol):
    """Something that knows public registers."""

    def covers(self, scheme: str) -> datetime.date | None:
        """The day of the newest extract of that register; none where it cannot be looked up."""

    def find(self, scheme: str, number: str) -> Found | None:
        """What the register has under the number, written as `providers.identifiers.normalise` does."""

    def search(self, words: str, *, limit: int = 10) -> list[Found]:
        """Up to `limit` entries of any covered register whose names have all the words, the best first."""


def look_up() -> RegisterLookUp:
    """What answers here."""
    return cast("RegisterLookUp", import_string(settings.REGISTER_LOOK_UP)())


def readable(name: str, *, shortest: int = 6) -> str:
    """“THE HOPE PROJECT CIC” as “The Hope Project CIC”; a name that does not shout stays as it is.

    So does one of fewer than `shortest` letters, which may be an abbreviation.
    """
    if not name.isupper() or len(name) < shortest:
        return name
    words = [_word(word, is_first=place == 0) for place, word in enumerate(name.split())]
    return " ".join(words)


def _word(word: str, *, is_first: bool) -> str:
    if word.strip("().,") in _WHOLE:
        return word
    small = word.lower()
    if small in _SMALL and not is_first:
        return small
    # Also after a bracket or a hyphen, but not after an apostrophe: “Women’s”.
    return re.sub(r"(^|[(/-])([^\W\d_])", lambda found: found[1] + found[2].upper(), small)
