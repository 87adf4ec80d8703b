"""Pictures: read whole and written anew, so that nothing but the picture is kept."""

import io
from collections.abc import Callable
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core.uploads.problems import BadFile

SAVED: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 88},
    "PNG": {},
    "WEBP": {"quality": 88},
}
MODES = {"JPEG": ("RGB", "L"), "PNG": ("RGB", "RGBA", "L", "LA", "P", "1", "I;16"), "WEBP": ("RGB", "RGBA")}


def sound_image(kind: str) -> Callable[[IO[bytes]], IO[bytes]]:
    """What reads a picture of that kind ("JPEG", "PNG", "WEBP") and writes it anew.

    Where it was taken, by which camera and whatever else stood in the file beside the picture is left
    behind; so is anything hung on to its end. Turned as its camera held it.
    """

    def sound(file: IO[bytes]) -> IO[bytes]:
        try:
            return _written_anew(file, kind)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
            raise _too_large() from bomb
        except (OSError, ValueError, SyntaxError, EOFError, TypeError) as error:
            raise _damaged() from error

    return sound


def _written_anew(file: IO[bytes], kind: str) -> IO[bytes]:
    file.seek(0)
    # The size stands at the beginning of the file; nothing is unpacked before it is known.
    with Image.open(file, formats=(kind,)) as picture:
        if picture.width * picture.height > settings.DOCUMENT_MOST_PIXELS:
            raise _too_large()
        if getattr(picture, "n_frames", 1) > 1:
            raise BadFile(_("This picture moves. Send one that stands still, or a PDF."))
        picture.load()
        turned = ImageOps.exif_transpose(picture)
        plain = turned if turned.mode in MODES[kind] else turned.convert(MODES[kind][0])
        kept = io.BytesIO()
        # A picture of its own, without the notes that came with the first one.
        plain.info = {name: value for name, value in plain.info.items() if name == "transparency"}
        plain.save(kept, format=kind, **SAVED[kind])
    kept.seek(0)
    return kept


def _damaged() -> BadFile:
    return BadFile(_("This picture cannot be read: the file is damaged. Save it again, or send a PDF."))


def _too_large() -> BadFile:
    millions = settings.DOCUMENT_MOST_PIXELS // 1_000_000
    return BadFile(
        _("This picture has more than %(millions)d million dots. Save it smaller, or send a PDF.")
        % {"millions": millions}
    )
