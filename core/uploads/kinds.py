"""Which sorts of file are taken, as data: how each is known by its content, and what looks at it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.access import Sentence
from core.uploads.images import sound_image
from core.uploads.office import OFFICE, sound_office
from core.uploads.pdf import sound_pdf


class FileType(models.TextChoices):
    """What a file is, found in its content."""

    PDF = "application/pdf", _("PDF")
    JPEG = "image/jpeg", _("picture (JPEG)")
    PNG = "image/png", _("picture (PNG)")
    WEBP = "image/webp", _("picture (WebP)")
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _("Word document")
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _("Excel spreadsheet")
    ODT = "application/vnd.oasis.opendocument.text", _("OpenDocument text")


@dataclass(frozen=True)
class FileKind:
    """One sort of file: the endings its name may have, and what reads it through.

    `sound` takes the file, open for reading bytes, and gives the file to keep: the same one, or one made
    anew from what was read. It raises BadFile.
    """

    type: FileType
    endings: tuple[str, ...]
    sound: Callable[[IO[bytes]], IO[bytes]]

    @property
    def label(self) -> Sentence:
        """What people call it."""
        return self.type.label


KINDS: tuple[FileKind, ...] = (
    FileKind(FileType.PDF, (".pdf",), sound_pdf),
    FileKind(FileType.JPEG, (".jpg", ".jpeg"), sound_image("JPEG")),
    FileKind(FileType.PNG, (".png",), sound_image("PNG")),
    FileKind(FileType.WEBP, (".webp",), sound_image("WEBP")),
    FileKind(FileType.DOCX, (".docx",), sound_office(OFFICE["docx"])),
    FileKind(FileType.XLSX, (".xlsx",), sound_office(OFFICE["xlsx"])),
    FileKind(FileType.ODT, (".odt",), sound_office(OFFICE["odt"])),
)
BY_TYPE: dict[FileType, FileKind] = {kind.type: kind for kind in KINDS}


def accepted_endings() -> str:
    """The endings that a browser may offer, as its accept attribute takes them."""
    return ",".join(ending for kind in KINDS for ending in kind.endings)
