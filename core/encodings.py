"""Which letters the bytes of a text file stand for, and whether it is text at all."""

import codecs
import io
from typing import IO

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.access import Sentence

SAMPLE = 65_536
_SPREADSHEETS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_OTHER_FILES = (*_IMAGES, b"%PDF", b"\x1f\x8b", b"{\\rtf", b"Rar!", b"7z\xbc\xaf")
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table")


class Unreadable(Exception):
    """Nothing of the file can be used; the sentence says why."""

    def __init__(self, sentence: Sentence, column: str = "", line: int = 0) -> None:
        super().__init__(str(sentence))
        self.sentence, self.column, self.line = sentence, column, line


def encoding_of(file: IO[bytes], most_bytes: int) -> str:
    """The encoding that the whole file reads in; raises for what is too large, empty or no text."""
    file.seek(0, io.SEEK_END)
    if file.tell() > most_bytes:
        raise Unreadable(_too_large(most_bytes))
    file.seek(0)
    start = file.read(SAMPLE)
    if not start.strip(b"\xef\xbb\xbf\xff\xfe\x00\t\r\n ,;"):
        raise Unreadable(_("This file is empty."))
    _refuse_other_files(start)
    for encoding in _likely_encodings(start):
        if _reads_in(file, encoding):
            return encoding
    raise Unreadable(_("Some letters in this file cannot be read. In the spreadsheet, save it as “CSV UTF-8”."))


def _refuse_other_files(start: bytes) -> None:
    """Raises for what is no table of text, by what it holds and whatever it is called."""
    if start.startswith(_SPREADSHEETS):
        raise Unreadable(
            _("This is a spreadsheet file, not CSV. Open it in the spreadsheet and save it as “CSV UTF-8”.")
        )
    if start.startswith(_OTHER_FILES) or start.lstrip().lower().startswith(_MARKUP) or _is_binary(start):
        raise Unreadable(_not_a_table())


def _likely_encodings(start: bytes) -> list[str]:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    if start.startswith(codecs.BOM_UTF8):
        return ["utf-8-sig"]
    if _has_nuls(start[1::2]) and not _has_nuls(start[::2]):
        return ["utf-16-le"]
    if _has_nuls(start[::2]) and not _has_nuls(start[1::2]):
        return ["utf-16-be"]
    return ["utf-8", "cp1252"]


def _has_nuls(part: bytes) -> bool:
    """Whether so much of it is nought that it is half of two-byte letters."""
    return part.count(0) * 3 > len(part)


def _is_binary(start: bytes) -> bool:
    """Whether control characters make up more than a hundredth; a stray one is only dropped."""
    if _likely_encodings(start)[0].startswith("utf-16"):
        return False
    controls = len(start) - len(start.translate(None, bytes({*range(9), *range(14, 32)})))
    return controls * 100 > len(start) + 100


def _reads_in(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(SAMPLE * 8):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _not_a_table() -> Sentence:
    return _("This is not a table of text. Open the table in a spreadsheet and save it as “CSV UTF-8”.")


def _too_large(most: int) -> Sentence:
    number = f"{most // 1_000_000:,}"
    return format_lazy(_("The file is larger than {number} MB. Split it into several files."), number=number)
