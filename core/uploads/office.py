"""Word, Excel and OpenDocument files: archives that are opened in full, within bounds, and looked through."""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from core.uploads.problems import BadFile

CHUNK = 65_536
MOST_ENTRIES = 2_000
LONGEST_MARK = 64
# Parts larger than this may not be packed tighter than MOST_RATIO to one; honest tables reach about 50.
SMALL_PART, MOST_RATIO = 1_000_000, 200
ENCRYPTED = 0x1
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# Folders and parts that hold programs, or other files.
ACTIVE_PARTS = re.compile(
    r"vbaproject|vbadata|macrosheets/|activex/|/embeddings/|\.(?:exe|dll|js|vbs|com|scr|bat|cmd|ps1|jar|hta|lnk)$"
    r"|^basic/|^scripts/|oleobject|externallinks/",
    re.IGNORECASE,
)
# Words in the text of a part that run, fetch or unfold something when the file is opened.
ACTIVE_WORDS = (
    b"<!doctype",
    b"<!entity",
    b".macroenabled.",
    b"<script:event-listener",
    b"<office:script ",
    b"ddeauto",
    b"<ddelink",
    b"<x:ddelink",
    b"manifest:encryption-data",
)
_RELATION = re.compile(rb"<[\w:]*relationship\b[^>]*>", re.IGNORECASE)
_EXTERNAL = re.compile(rb"targetmode\s*=\s*[\"']external", re.IGNORECASE)
_LINK = re.compile(rb"type\s*=\s*[\"'][^\"']*/hyperlink[\"']", re.IGNORECASE)


@dataclass(frozen=True)
class Office:
    """How an archive is known for a document: a part it must hold, and what its first part says, if it must."""

    main: str
    first: tuple[str, bytes] | None = None


OFFICE = {
    "docx": Office("word/document.xml"),
    "xlsx": Office("xl/workbook.xml"),
    "odt": Office("content.xml", ("mimetype", b"application/vnd.oasis.opendocument.text")),
}


def office_sort(file: IO[bytes]) -> str:
    """docx, xlsx or odt; empty for an archive that is none of them. Reads the list of its parts and one part."""
    try:
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist()[: MOST_ENTRIES + 1])
            for sort, office in OFFICE.items():
                if office.main in names and (office.first is None or _begins_with(archive, office.first)):
                    return sort
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, zlib.error):
        return ""
    return ""


def _begins_with(archive: zipfile.ZipFile, first: tuple[str, bytes]) -> bool:
    name, says = first
    if archive.namelist()[0] != name:
        return False
    with archive.open(name) as part:
        return part.read(len(says) + 1) == says


def sound_office(office: Office) -> Callable[[IO[bytes]], IO[bytes]]:
    """What reads such a document: every part is unpacked, no further than the limits, and nothing in it acts."""

    def sound(file: IO[bytes]) -> IO[bytes]:
        try:
            _look_through(file, office)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error) as error:
            raise _unreadable() from error
        file.seek(0)
        return file

    return sound


def _look_through(file: IO[bytes], office: Office) -> None:
    _require_only_an_archive(file)
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        _require_plain(parts)
        left = settings.DOCUMENT_MOST_UNPACKED_BYTES
        for part in parts:
            left = _unpacked(archive, part, left)
    if office.main not in {part.filename for part in parts}:
        raise _unreadable()


def _require_only_an_archive(file: IO[bytes]) -> None:
    """The file is the archive from its first byte to its last: nothing stands before or after it."""
    file.seek(0)
    begins = file.read(4) == b"PK\x03\x04"
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - 22))
    # The end record is 22 bytes long where nobody has written a note into it.
    ends = file.read(4) == b"PK\x05\x06"
    with zipfile.ZipFile(file) as archive:
        whole = not archive.comment and min((part.header_offset for part in archive.infolist()), default=1) == 0
    if not (begins and ends and whole):
        raise BadFile(_("There is more in this file than the document. Open it and save a fresh copy."))


def _require_plain(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if len(parts) > MOST_ENTRIES:
        raise _too_much()
    if len(set(names)) != len(names) or any(_leads_elsewhere(name) for name in names):
        raise _unreadable()
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise BadFile(_("This file asks for a password. Save a copy without one and send that."))
    if any(part.compress_type not in METHODS for part in parts):
        raise _unreadable()
    if any(ACTIVE_PARTS.search(name) for name in names):
        raise _active()


def _leads_elsewhere(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ":" in name or "\x00" in name or ".." in name.split("/")


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> int:
    """How much may still be unpacked after this part; what the archive says of its size is not believed."""
    count = 0
    relations = bytearray()
    keeps = part.filename.endswith(".rels")
    for piece, overlap in _pieces(archive, part):
        count += len(piece)
        packed_well = count > SMALL_PART and count > MOST_RATIO * max(1, part.compress_size)
        if count > left or packed_well:
            raise _too_much()
        seen = (overlap + piece).lower()
        if any(word in seen for word in ACTIVE_WORDS):
            raise _active()
        if keeps:
            relations += piece
    if keeps and (b"\x00" in relations or any(_fetches(tag) for tag in _RELATION.findall(bytes(relations)))):
        raise _active()
    return left - count


def _pieces(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[tuple[bytes, bytes]]:
    """Each piece of a part with the end of the one before, so that a word across the two is seen."""
    overlap = b""
    with archive.open(part) as stream:
        while piece := stream.read(CHUNK):
            yield piece, overlap
            overlap = piece[-LONGEST_MARK:]


def _fetches(tag: bytes) -> bool:
    """Whether opening the document would fetch something; a link to click on is none of these."""
    return bool(_EXTERNAL.search(tag)) and not _LINK.search(tag)


def _active() -> BadFile:
    return BadFile(
        _(
            "This file holds a program (a macro), another file or a link that opens by itself. "
            "Save it as a PDF and send that."
        )
    )


def _too_much() -> BadFile:
    return BadFile(_("This file unfolds into far more than it should. Save it as a PDF and send that."))


def _unreadable() -> BadFile:
    return BadFile(_("This file is damaged and cannot be opened. Save it again, or send a PDF."))
