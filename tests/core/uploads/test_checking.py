"""What a file is by its content, and the sentence for each that may not stay."""

import hashlib
import io
import time
import zipfile
import zlib

import pytest
from PIL import Image

from core.uploads import BadFile, FileType, check_file
from tests.factories.files import GOOD, LINK, archive, docx, image, odt, pdf, stream, xlsx

TYPES = {
    "policy.pdf": FileType.PDF,
    "photo.jpg": FileType.JPEG,
    "photo.png": FileType.PNG,
    "photo.webp": FileType.WEBP,
    "policy.docx": FileType.DOCX,
    "log.xlsx": FileType.XLSX,
    "policy.odt": FileType.ODT,
}


def checked(content, name="file"):
    return check_file(io.BytesIO(content), name)


def refused(content, name="file.pdf"):
    with pytest.raises(BadFile) as refusal:
        checked(content, name)
    return str(refusal.value)


# --- good files


@pytest.mark.parametrize("name", GOOD)
def test_good_file_of_each_kind_stays(name):
    found = checked(GOOD[name], name)
    assert found.type == TYPES[name]
    assert found.name == name
    kept = found.file.read()
    assert found.size == len(kept)
    assert found.sha256 == hashlib.sha256(kept).hexdigest()


@pytest.mark.parametrize("name", [name for name in GOOD if not name.startswith("photo")])
def test_file_that_is_no_picture_is_kept_as_it_came(name):
    assert checked(GOOD[name]).file.read() == GOOD[name]


@pytest.mark.parametrize("content", [pdf(), image("JPEG"), docx()])
def test_name_decides_nothing(content):
    assert checked(content, "setup.exe").type == checked(content, "policy").type


# --- what is none of them


@pytest.mark.parametrize(
    "content",
    [b"MZ\x90\x00" + bytes(200), b"\x7fELF" + bytes(200), b"#!/bin/sh\nrm -rf ~\n"],
    ids=["windows", "linux", "script"],
)
def test_program_with_another_name_is_refused(content):
    assert "This is a program" in refused(content, "accounts.pdf")


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?>\n<svg onload="alert(1)"/>',
        b"\xef\xbb\xbf  <!DOCTYPE html><script>alert(1)</script>",
        b"<html><body onload=alert(1)>",
        b"\n\n<SCRIPT>alert(1)</SCRIPT>",
        '<svg xmlns="x"/>'.encode("utf-16"),
    ],
)
@pytest.mark.parametrize("name", ["logo.svg", "photo.png", "policy.pdf"])
def test_drawing_or_web_page_is_refused_whatever_its_name(content, name):
    with pytest.raises(BadFile):
        checked(content, name)


def test_empty_file_is_refused():
    assert "empty" in refused(b"")


def test_heic_old_word_archive_and_riddle_get_sentences_of_their_own():
    heic = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100)
    assert "JPEG" in refused(heic)
    assert "old format" in refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "one by one" in refused(archive({"a.txt": "a"}))
    assert "cannot tell" in refused(b"just some words")


def test_file_over_the_limit_is_refused_unread(settings):
    class Large(io.RawIOBase):
        """Two gigabytes that nobody may read."""

        place = 0

        def seek(self, offset, whence=0):
            self.place = 2_000_000_000 if whence == 2 else offset
            return self.place

        def tell(self):
            return self.place

        def read(self, size=-1):
            raise AssertionError("somebody read it")

    with pytest.raises(BadFile, match="larger than 10 MB"):
        check_file(Large(), "film.pdf")


# --- PDF


@pytest.mark.parametrize(
    "catalog",
    [
        b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
        b"/OpenAction << /S /URI /URI (https://example.org) >>",
        b"/OpenAction 9 0 R",
        b"/AA << /O << /S /URI >> >>",
        b"/Names << /JavaScript 5 0 R >>",
        b"/Names << /J#61vaScript 5 0 R >>",
        b"/Names << /#4a#53 5 0 R >>",
        b"/Names << /EmbeddedFiles 5 0 R >>",
        b"/AcroForm << /XFA 5 0 R >>",
        b"/A << /S /Launch /F (cmd.exe) >>",
        b"/A << /S /L#61unch >>",
        b"/Annots [ << /Subtype /RichMedia >> ]",
        b"/A << /S /SubmitForm >>",
    ],
)
def test_pdf_that_acts_is_refused(catalog):
    assert "Print it to PDF" in refused(pdf(catalog=catalog))


@pytest.mark.parametrize(
    "catalog",
    [b"/OpenAction [3 0 R /XYZ null null 0]", b"/OpenAction << /S /GoTo /D [3 0 R /Fit] >>", b"/Lang (en-GB)"],
)
def test_pdf_that_shows_its_first_page_stays(catalog):
    assert checked(pdf(catalog=catalog)).type == FileType.PDF


def test_pdf_whose_opening_lies_elsewhere_is_followed():
    page = b"9 0 obj\n<< /S /GoTo /D [3 0 R /Fit] >>\nendobj\n"
    web = b"9 0 obj\n<< /S /URI /URI (https://example.org) >>\nendobj\n"
    assert checked(pdf(catalog=b"/OpenAction 9 0 R", extra=page)).type == FileType.PDF
    assert "opens something" in refused(pdf(catalog=b"/OpenAction 9 0 R", extra=web))
    inside = stream(7, b"/Type /ObjStm /N 2 /First 10 ", b"8 0 9 10  << /A 1 >> << /S /GoTo /D [3 0 R /Fit] >>")
    assert checked(pdf(catalog=b"/OpenAction 9 0 R", extra=inside)).type == FileType.PDF
    assert "opens something" in refused(pdf(catalog=b"/OpenAction 8 0 R", extra=inside))
    # Two of one number: which of them counts depends on the reader.
    assert "opens something" in refused(pdf(catalog=b"/OpenAction 9 0 R", extra=page + web))


def test_pdf_with_endless_openings_is_refused_in_a_moment():
    began = time.monotonic()
    page = b"9 0 obj\n<< /S /GoTo /D [3 0 R /Fit] >>\nendobj\n"
    assert "opens something" in refused(pdf(catalog=b"/OpenAction 9 0 R " * 200_000, extra=page))
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("dictionary", [b"/Type /ObjStm /N 1 /First 4 ", b"/N 1 /First 4 ", b"/Type /Obj#53tm "])
@pytest.mark.parametrize("packed", [True, False])
def test_script_in_a_packed_list_of_objects_is_found(dictionary, packed):
    held = stream(7, dictionary, b"8 0 << /S /JavaScript /JS (x) >>", packed=packed)
    assert "can run a program" in refused(pdf(extra=held))


def test_short_names_are_found_in_a_packed_list_and_not_in_a_picture():
    assert "can run" in refused(pdf(extra=stream(7, b"/Type /ObjStm ", b"8 0 << /AA 9 0 R >>")))
    assert checked(pdf(extra=stream(7, b"/Subtype /Image ", b"noise /AA noise", packed=False))).type


@pytest.mark.parametrize(
    "dictionary",
    [
        b"/Type /ObjStm /Filter /LZWDecode ",
        b"/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode] ",
        b"/Type /ObjStm /Filter 12 0 R ",
        b"/Type /ObjStm /Filter /FlateDecode /DecodeParms << /Predictor 12 >> ",
    ],
)
def test_list_of_objects_that_cannot_be_looked_into_is_refused(dictionary):
    assert "cannot be looked into" in refused(pdf(extra=stream(7, dictionary, b"anything", packed=False)))


def test_list_of_objects_that_unfolds_without_end_is_refused():
    began = time.monotonic()
    held = stream(7, b"/Type /ObjStm ", b" " * 60_000_000)
    assert "cannot be looked into" in refused(pdf(extra=held))
    assert time.monotonic() - began < 5


def test_locked_pdf_is_refused():
    assert "locked" in refused(pdf(catalog=b"/Encrypt 5 0 R"))


@pytest.mark.parametrize(
    "content",
    [
        pdf(tail=archive({"payload.exe": "MZ"})),
        pdf(tail=b"\n" + b"x" * 40),
        pdf(tail=b"\n" + b" " * 5_000),
        pdf(extra=b"% <html><script>alert(1)</script>\n"),
        pdf(extra=stream(7, b"", b"<!DOCTYPE  html>", packed=False)),
        pdf() + archive({"a": "b"}) + b"\n%%EOF\n",
    ],
    ids=[
        "zip behind",
        "words behind",
        "space behind",
        "page in a comment",
        "page in a stream",
        "zip before the end",
    ],
)
def test_pdf_that_is_something_else_too_is_refused(content):
    assert "something else" in refused(content)


def test_pdf_that_begins_later_or_has_no_end_is_refused():
    with pytest.raises(BadFile):
        checked(b"GIF89a" + pdf())
    assert "not whole" in refused(pdf().replace(b"%%EOF", b""))


# --- pictures


def test_picture_loses_its_notes_and_what_hangs_on_its_end():
    exif = Image.Exif()
    exif[0x010E] = "taken at the home of somebody"
    found = checked(image("JPEG", exif=exif) + b"<script>alert(1)</script>" + archive({"a": "b"}), "photo.jpg")
    kept = found.file.read()
    assert b"taken at" not in kept
    assert b"<script>" not in kept
    assert not zipfile.is_zipfile(io.BytesIO(kept))
    assert not Image.open(io.BytesIO(kept)).getexif()


def test_picture_is_turned_as_it_was_held():
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = checked(image("JPEG", size=(40, 30), exif=exif)).file
    assert Image.open(kept).size == (30, 40)


def test_picture_with_too_many_dots_is_refused_before_it_is_unpacked(settings):
    settings.DOCUMENT_MOST_PIXELS = 1_000_000
    assert "more than 1 million dots" in refused(image("PNG", size=(1_001, 1_000)))
    assert checked(image("PNG", size=(1_000, 1_000))).type == FileType.PNG


def test_picture_that_says_it_is_enormous_is_refused():
    small = image("PNG")
    # Width and height stand at bytes 16 to 24; the check sum of the header follows.
    header = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + small[24:29]
    enormous = small[:12] + header + zlib.crc32(header).to_bytes(4, "big") + small[33:]
    assert "million dots" in refused(enormous)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_damaged_picture_is_refused(kind):
    content = image(kind, size=(300, 300))
    assert "damaged" in refused(content[: len(content) // 2])


def test_moving_picture_is_refused():
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    frames[0].save(out, format="WEBP", save_all=True, append_images=frames[1:])
    assert "moves" in refused(out.getvalue())


# --- documents that are archives


@pytest.mark.parametrize(
    "content",
    [
        docx(word__vbaProject__bin="x").replace(b"vbaProject/bin", b"vbaProject.bin"),
        docx(word__activeX__activeX1="x"),
        docx(word__embeddings__sheet="x"),
        docx(word__footer="<!DOCTYPE a [<!ENTITY b 'c'>]>"),
        docx(word__settings='<a ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'),
        docx(word__notes="<w:instrText> DDEAUTO c:\\\\windows</w:instrText>"),
        archive(
            {
                "word/document.xml": "<a/>",
                "word/_rels/settings.xml.rels": '<Relationship Id="1" Type="http://x/attachedTemplate" '
                'Target="https://example.org/evil.dotm" TargetMode="External"/>',
            }
        ),
        odt(Basic__Standard__Module1="x"),
        odt(content="<script:event-listener script:event-name='dom:load'/>"),
    ],
)
def test_document_that_acts_is_refused(content):
    assert "a program" in refused(content)


def test_link_to_click_on_stays():
    part = f'<Relationship Id="1" Type="{LINK}" Target="https://example.org/" TargetMode="External"/>'
    linked = archive({"word/document.xml": "<a/>", "word/_rels/document.xml.rels": part})
    assert checked(linked).type == FileType.DOCX
    assert checked(xlsx()).type == FileType.XLSX


def test_word_across_two_pieces_is_seen():
    content = "x" * (65_536 - 4) + "<!DOCTYPE y>" + "x" * 100
    assert "a program" in refused(docx(word__notes=content))


def test_bomb_is_refused_in_a_moment():
    began = time.monotonic()
    bomb = docx(word__media="0" * 9_000_000 * 5)
    assert len(bomb) < 100_000
    assert "unfolds" in refused(bomb)
    assert time.monotonic() - began < 5


def test_many_small_parts_are_refused(settings):
    settings.DOCUMENT_MOST_UNPACKED_BYTES = 1_000_000
    parts = {f"word/{number}.xml": "ab" * 100_000 for number in range(8)}
    assert "unfolds" in refused(archive({"word/document.xml": "<a/>", **parts}))


def test_too_many_parts_are_refused():
    parts = {f"word/{number}.xml": "" for number in range(2_100)}
    assert "unfolds" in refused(archive({"word/document.xml": "<a/>", **parts}, method=zipfile.ZIP_STORED))


def test_archive_that_lies_about_its_sizes_is_refused():
    honest = docx(word__notes="0" * 500_000)
    with zipfile.ZipFile(io.BytesIO(honest)) as zipped:
        size = zipped.getinfo("word/notes").file_size
    lying = honest.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    assert "damaged" in refused(lying)


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "word\\..\\evil", "c:evil"])
def test_part_that_leads_elsewhere_is_refused(name):
    assert "damaged" in refused(archive({"word/document.xml": "<a/>", name: "x"}))


def test_archive_before_after_or_with_a_note_is_refused():
    note = io.BytesIO(docx())
    with zipfile.ZipFile(note, "a") as zipped:
        zipped.comment = b"<script>alert(1)</script>"
    assert "more in this file" in refused(note.getvalue())
    assert "more in this file" in refused(docx() + b"tail")
    with pytest.raises(BadFile):
        checked(b"#!/bin/sh\n" + docx())


def test_locked_document_is_refused():
    content = bytearray(docx())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        content[at + place] |= 1
    assert "password" in refused(bytes(content))
