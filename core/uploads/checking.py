"""What a file is, and whether it may stay."""

import hashlib
from dataclasses import dataclass
from typing import IO

import filetype
from django.conf import settings
from django.utils.translation import gettext as _

from core.uploads.kinds import BY_TYPE, FileKind, FileType
from core.uploads.names import clean_file_name
from core.uploads.office import office_sort
from core.uploads.problems import BadFile
from core.uploads.scanning import require_no_virus

CHUNK = 65_536
HEAD = 4_096
OFFICE_TYPES = {"docx": FileType.DOCX, "xlsx": FileType.XLSX, "odt": FileType.ODT}
PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")
MARKED_UP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script")


@dataclass(frozen=True)
class Checked:
    """A file that may stay: the bytes to keep, what it is, and the name to show."""

    file: IO[bytes]
    type: FileType
    name: str
    size: int
    sha256: str


def check_file(file: IO[bytes], name: str) -> Checked:
    """The file as it may stay: known by its content, read through, safe in name, looked at for viruses.

    `file` is open for reading bytes and can be sought; nothing beyond DOCUMENT_MOST_BYTES is read. `name` is
    what it was called where it came from. Raises BadFile with a sentence for whoever sent it.
    """
    _require_size(file)
    kind = _kind_of(file)
    require_no_virus(file)
    kept = kind.sound(file)
    digest, size = _measured(kept)
    return Checked(kept, kind.type, clean_file_name(name, kind.endings), size, digest)


def too_large_sentence() -> str:
    """What is said of a file over the limit."""
    megabytes = settings.DOCUMENT_MOST_BYTES // 1_000_000
    return _(
        "This file is larger than %(megabytes)d MB. Save it smaller, for instance as a PDF with fewer dots, "
        "or send the pages that matter."
    ) % {"megabytes": megabytes}


def _require_size(file: IO[bytes]) -> None:
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    if size == 0:
        raise BadFile(_("This file is empty. Choose another."))
    if size > settings.DOCUMENT_MOST_BYTES:
        raise BadFile(too_large_sentence())


def _kind_of(file: IO[bytes]) -> FileKind:
    head = file.read(HEAD)
    file.seek(0)
    found = _type_of(head, file)
    if found is None:
        raise BadFile(_what_it_is(head))
    return BY_TYPE[found]


def _type_of(head: bytes, file: IO[bytes]) -> FileType | None:
    if head.startswith(b"%PDF-"):
        return FileType.PDF
    if head.startswith(b"\xff\xd8\xff"):
        return FileType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType.PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return FileType.WEBP
    if head.startswith(b"PK\x03\x04"):
        return OFFICE_TYPES.get(office_sort(file))
    return None


def _what_it_is(head: bytes) -> str:
    """Why it is not taken, as exactly as can be told from how it begins."""
    start = head.lstrip(b"\xef\xbb\xbf\x00\t\n\r \xff\xfe").lower()
    if head.startswith(PROGRAMS):
        return _("This is a program, whatever its name says. Send a PDF, a picture or a document.")
    if start.startswith(MARKED_UP) or b"<svg" in start or b"<html" in start:
        return _("This is a web page or a drawing that can hold programs. Save it as a PDF and send that.")
    guessed = filetype.guess_mime(head) or ""
    if guessed in ("image/heic", "image/heif", "image/avif"):
        return _("This picture is in a format that not everybody can open. Send it as JPEG, or as a PDF.")
    if guessed == "application/msword" or head.startswith(b"\xd0\xcf\x11\xe0"):
        return _("This is a document in an old format. Save it as PDF, .docx, .xlsx or .odt and send that.")
    if head.startswith(b"PK"):
        return _("This is an archive of files. Send the documents in it one by one.")
    return _("We cannot tell what is in this file. Send a PDF, a picture (JPEG, PNG) or a .docx, .xlsx or .odt.")


def _measured(file: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    return digest.hexdigest(), size
