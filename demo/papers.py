"""Small PDF files, as somebody might scan them: a heading and a few lines on one page."""

import io
import zlib

from core.uploads import Checked, check_file


def paper(name: str, *lines: str) -> Checked:
    """A checked file of that name with these lines on it, in plain English letters."""
    return check_file(io.BytesIO(_pdf(lines)), name)


def _pdf(lines: tuple[str, ...]) -> bytes:
    shown = b"".join(b"(%s) Tj 0 -24 Td " % _plain(line) for line in lines)
    page = zlib.compress(b"BT /F1 16 Tf 72 760 Td " + shown + b"ET")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(page) + page + b"\nendstream",
    )
    written, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % count
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(written))
    return written + head + table + tail


def _plain(line: str) -> bytes:
    letters = line.replace("’", "'").replace("–", "-").replace("£", "GBP ")
    return letters.encode("ascii", "ignore").replace(b"(", b"[").replace(b")", b"]")
