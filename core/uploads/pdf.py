"""PDF files: nothing in them may act when they are opened, and nothing else may be hidden in them."""

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from core.uploads.problems import BadFile

# What object streams (lists of objects, packed) may unfold into together.
MOST_UNPACKED = 30_000_000
# Behind the last %%EOF a file may have line ends and the like, no more.
LONGEST_TAIL = 1_024
# A file has one, and one more for each time it was saved; each is looked up in the whole file.
MOST_OPENINGS = 20
# How much of a value is read to see what it is, and the longest number of an object.
VALUE, LONGEST_NUMBER = 400, 12
# Names that let a PDF run, open, fetch or carry something. They are long enough not to occur by chance in the
# packed bytes of a picture, so they are looked for everywhere.
ACTIVE_ANYWHERE = frozenset(
    {
        b"JavaScript",
        b"Launch",
        b"EmbeddedFile",
        b"EmbeddedFiles",
        b"RichMedia",
        b"RichMediaContent",
        b"SubmitForm",
        b"ImportData",
        b"GoToE",
        b"Rendition",
    }
)
# Too short for that: looked for outside packed bytes, and inside packed lists of objects.
ACTIVE_OUTSIDE = frozenset({b"JS", b"AA", b"XFA", b"Movie", b"Sound"})
LOCKED = b"Encrypt"
OPENING = b"OpenAction"
PAGES_OF_THE_WEB = re.compile(rb"<script|<html|<!doctype\s+html|<svg[\s>]|<iframe", re.IGNORECASE)

_NAME = re.compile(rb"/([^\x00-\x20()<>\[\]{}/%]{1,128})")
_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream(?:\r\n|\n|\r)")
_OBJECT = re.compile(rb"\b\d{1,10}[\x00\t\n\x0c\r ]{1,8}\d{1,5}[\x00\t\n\x0c\r ]{1,8}obj\b")
_FILTER = re.compile(rb"/Filter\s*(\[[^\]]{0,200}\]|/[A-Za-z0-9]{1,40})?")
_FIRST = re.compile(rb"/First\s{0,20}(\d{1,9})")
_SPACE = rb"[\x00\t\n\x0c\r ]{0,20}"
_ARRAY_VALUE = re.compile(_SPACE + rb"\[")
_REFERENCE = re.compile(_SPACE + rb"(\d{1,10})\s{1,8}(\d{1,5})\s{1,8}R\b")
_GOES_TO_A_PAGE = re.compile(rb"/S" + _SPACE + rb"/GoTo\b")


def sound_pdf(file: IO[bytes]) -> IO[bytes]:
    """The same file, if it is a PDF from its first byte to its last and nothing in it acts by itself."""
    file.seek(0)
    content = file.read()
    _require_nothing_else(content)
    if zipfile.is_zipfile(file):
        raise _more_than_a_pdf()
    outside, packed = _parted(content)
    _require_inactive(content, outside, list(_unpacked_lists(packed)))
    file.seek(0)
    return file


def _require_nothing_else(content: bytes) -> None:
    if not content.startswith(b"%PDF-"):
        raise BadFile(_("This is not a PDF from its first letter on. Print it to PDF again and send that."))
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise BadFile(_("This PDF is not whole: its end is missing. Save it again and send that."))
    tail = content[end + 5 :]
    if len(tail) > LONGEST_TAIL or tail.strip(b"\x00\t\n\x0c\r "):
        raise _more_than_a_pdf()
    if PAGES_OF_THE_WEB.search(content):
        raise _more_than_a_pdf()


def _parted(content: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """What stands outside streams, and each stream as (its dictionary, its bytes)."""
    outside: list[bytes] = []
    streams: list[tuple[bytes, bytes]] = []
    place = 0
    while found := _STREAM.search(content, place):
        before = content[place : found.start()]
        outside.append(before)
        end = content.find(b"endstream", found.end())
        if end < 0:
            outside.append(content[found.end() :])
            return b" ".join(outside), streams
        dictionary = _OBJECT.split(before[-20_000:])[-1]
        streams.append((dictionary, content[found.end() : end]))
        place = end + len(b"endstream")
    outside.append(content[place:])
    return b" ".join(outside), streams


def _unpacked_lists(streams: list[tuple[bytes, bytes]]) -> Iterator[tuple[int, bytes]]:
    """The lists of objects among the streams, unpacked, each with where its first object begins.

    BadFile where one cannot be looked into.
    """
    left = MOST_UNPACKED
    for dictionary, packed in streams:
        names = set(_names(dictionary))
        # Some readers take any stream with these two for a list of objects, whatever its type says.
        if b"ObjStm" not in names and not {b"First", b"N"} <= names:
            continue
        plain = _unpacked(dictionary, names, packed, left)
        left -= len(plain)
        first = _FIRST.search(dictionary)
        yield int(first[1]) if first else 0, plain


def _unpacked(dictionary: bytes, names: set[bytes], packed: bytes, left: int) -> bytes:
    if b"Filter" not in names:
        return packed
    found = _FILTER.search(dictionary)
    value = (found[1] or b"") if found else b""
    if value.strip(b"[] \r\n\t") != b"/FlateDecode" or b"Predictor" in names:
        raise _closed()
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(packed, left)
    except zlib.error as error:
        raise _closed() from error
    if unpacker.unconsumed_tail:
        raise _closed()
    return plain


def _names(text: bytes) -> Iterator[bytes]:
    """Every name (/Like#20this) in the text, as its reader understands it."""
    for found in _NAME.finditer(text):
        name = found[1]
        yield _HEX.sub(lambda code: bytes([int(code[1], 16)]), name) if b"#" in name else name


def _require_inactive(content: bytes, open_text: bytes, lists: list[tuple[int, bytes]]) -> None:
    anywhere = set(_names(content))
    plain = [open_text, *(text for _first, text in lists)]
    outside = Counter(name for text in plain for name in _names(text))
    if LOCKED in outside:
        raise BadFile(_("This PDF is locked with a password or against changes. Print it to PDF and send that."))
    if (anywhere | outside.keys()) & ACTIVE_ANYWHERE or outside.keys() & ACTIVE_OUTSIDE:
        raise _active()
    if outside[OPENING] > MOST_OPENINGS or not all(_only_shows_a_page(text, open_text, lists) for text in plain):
        raise _active()


def _only_shows_a_page(text: bytes, open_text: bytes, lists: list[tuple[int, bytes]]) -> bool:
    """Whether all that the text says to do on opening is to show one of its own pages, as LibreOffice writes."""
    for found in _NAME.finditer(text):
        if next(_names(found[0])) != OPENING:
            continue
        value = text[found.end() : found.end() + VALUE]
        reference = _REFERENCE.match(value)
        if reference:
            value = _object(int(reference[1]), int(reference[2]), open_text, lists)
        if not _ARRAY_VALUE.match(value) and not _GOES_TO_A_PAGE.search(value.split(b">>")[0]):
            return False
    return True


def _object(number: int, generation: int, open_text: bytes, lists: list[tuple[int, bytes]]) -> bytes:
    """The beginning of the object with that number; nothing if none is found, or more than one."""
    pattern = re.compile(rb"\b%d\s{1,8}%d\s{1,8}obj\b" % (number, generation))
    found = [open_text[match.end() : match.end() + VALUE] for match in pattern.finditer(open_text)]
    for first, text in lists:
        # A list begins with the numbers of its objects, each with its distance from the first.
        header = [int(word) for word in text[:first].split() if word.isdigit() and len(word) < LONGEST_NUMBER]
        for name, distance in zip(header[::2], header[1::2], strict=False):
            if name == number:
                found.append(text[first + distance : first + distance + VALUE])
    # Two of one number: readers do not agree on which counts.
    return found[0] if len(found) == 1 else b""


def _active() -> BadFile:
    return BadFile(
        _(
            "This PDF can run a program, opens something by itself or carries another file. "
            "Print it to PDF and send that."
        )
    )


def _more_than_a_pdf() -> BadFile:
    return BadFile(_("There is something else in this file beside the PDF. Print it to PDF and send that."))


def _closed() -> BadFile:
    return BadFile(_("Part of this PDF cannot be looked into. Print it to PDF and send that."))
