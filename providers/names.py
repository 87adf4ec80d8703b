"""What two spellings of one organisation's name have in common. Nothing here reads the database."""

from core.cells import name_key as letters_of

LONGEST = 200
# What the law hangs behind a name, in English and Welsh; people leave it out as often as they write it.
_BEHIND = tuple(
    tuple(words.split())
    for words in (
        "limited",
        "ltd",
        "cyfyngedig",
        "cyf",
        "plc",
        "llp",
        "cic",
        "c i c",
        "community interest company",
        "cwmni buddiannau cymunedol",
        "cbc",
        "cio",
        "c i o",
        "charitable incorporated organisation",
        "sefydliad elusennol corfforedig",
        "sec",
    )
)
_BEFORE = ("the", "y", "yr")


def name_key(name: str) -> str:
    """The words of `name` in small letters, without “the” before them and “Limited” or the like behind them.

    “The Hope Project Ltd.” and “hope  project limited” give the same. A name that is nothing else keeps all its
    words; no more than 200 letters.
    """
    whole = letters_of(name).split()
    words = whole[1:] if whole[:1] and whole[0] in _BEFORE else whole
    return " ".join(_without_ending(words) or whole)[:LONGEST].strip() or name.casefold()[:LONGEST]


def _without_ending(words: list[str]) -> list[str]:
    for ending in _BEHIND:
        if len(words) > len(ending) and tuple(words[-len(ending) :]) == ending:
            return _without_ending(words[: -len(ending)])
    return words
