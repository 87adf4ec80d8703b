"""What typed text becomes before anything looks at it, and how its words are counted."""

import re
import unicodedata

# The white space of browsers (ECMAScript \s); static/js/accord.js counts by the same rule.
_WHITE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_WORD = re.compile(f"[^{_WHITE}]+")
_NEWLINES = re.compile("\r\n?|\u2028|\u2029")
# Control characters but for newline and tab; NUL among them, which PostgreSQL refuses to store.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]")


def clean_text(value: str) -> str:
    """`value` with composed letters (NFC), plain newlines and no control characters but newline and tab."""
    if value.isascii() and value.isprintable():
        return value
    return _CONTROLS.sub("", _NEWLINES.sub("\n", unicodedata.normalize("NFC", value)))


def count_words(text: str) -> int:
    """How many words: stretches of anything between white space. "one-to-one" is one, "a - b" is three."""
    return len(_WORD.findall(text))
