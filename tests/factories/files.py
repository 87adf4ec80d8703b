"""Files made by hand: good ones of every kind, and bad ones of every sort."""

import io
import zipfile
import zlib

import openpyxl
from PIL import Image

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
DOCUMENT = '<w:document xmlns:w="http://example.org"><w:body><w:p>Our policy</w:p></w:body></w:document>'
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


def pdf(*, extra: bytes = b"", catalog: bytes = b"", tail: bytes = b"\n", version: bytes = b"1.4") -> bytes:
    """One empty page; `catalog` goes into the catalogue, `extra` are further objects, `tail` follows the end."""
    return (
        b"%PDF-" + version + b"\n"
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>\nendobj\n"
        + extra
        + b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n9\n%%EOF"
        + tail
    )


def stream(number: int, dictionary: bytes, content: bytes, *, packed: bool = True) -> bytes:
    """An object of a PDF that holds a stream."""
    held = zlib.compress(content) if packed else content
    how = b"/Filter /FlateDecode " if packed else b""
    return (
        b"%d 0 obj\n<< %s%s/Length %d >>\nstream\n" % (number, dictionary, how, len(held))
        + held
        + b"\nendstream\nendobj\n"
    )


def image(kind: str = "PNG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    """A plain picture."""
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, format=kind, **options)
    return out.getvalue()


def archive(parts: dict[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return out.getvalue()


def docx(**more: str | bytes) -> bytes:
    """A Word document; `more` are further parts, with __ for / in their names."""
    parts = {"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": DOCUMENT}
    return archive({**parts, **{name.replace("__", "/"): content for name, content in more.items()}})


def xlsx() -> bytes:
    """A spreadsheet, as a library writes it, with a link to click on."""
    book = openpyxl.Workbook()
    book.active["A1"] = "Role"
    book.active["A1"].hyperlink = "https://example.org/"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def odt(**more: str | bytes) -> bytes:
    """An OpenDocument text, its kind first and not packed, as the standard has it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr(
            zipfile.ZipInfo("mimetype"),
            "application/vnd.oasis.opendocument.text",
            compress_type=zipfile.ZIP_STORED,
        )
        zipped.writestr("content.xml", more.get("content", "<office:document-content/>"))
        for name, content in more.items():
            if name != "content":
                zipped.writestr(name.replace("__", "/"), content)
    return out.getvalue()


GOOD = {
    "policy.pdf": pdf(),
    "photo.jpg": image("JPEG"),
    "photo.png": image("PNG"),
    "photo.webp": image("WEBP"),
    "policy.docx": docx(),
    "log.xlsx": xlsx(),
    "policy.odt": odt(),
}
