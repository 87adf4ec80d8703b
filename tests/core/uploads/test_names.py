"""Names that somebody typed elsewhere."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.uploads import clean_file_name
from core.uploads.names import LONGEST_NAME

PDF = (".pdf",)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("policy.pdf", "policy.pdf"),
        ("Policy.PDF", "Policy.PDF"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\rosa\\Desktop\\policy.pdf", "policy.pdf"),
        ("a/b\\c:d.pdf", "d.pdf"),
        ("report.exe", "report.exe.pdf"),
        ("scan.2024", "scan.2024.pdf"),
        # The mark that turns round: a reader would see "annexeexe.pdf".
        ("annexe\u202efdp.exe", "annexefdp.exe.pdf"),
        ("\u2066polisi\u2069.pdf", "polisi.pdf"),
        ("two\r\nSet-Cookie: a=b.pdf", "a=b.pdf"),
        ("null\x00byte.pdf", "nullbyte.pdf"),
        ("polisi diogelu – Tŷ’r Môr.pdf", "polisi diogelu – Tŷ’r Môr.pdf"),
        ("سياسة الحماية.pdf", "سياسة الحماية.pdf"),
        ("政策.pdf", "政策.pdf"),
        ("", "document.pdf"),
        ("...", "document.pdf"),
        (".pdf", "document.pdf"),
        ('a<b>"c|d?*.pdf', "abcd.pdf"),
    ],
)
def test_name_becomes_safe_and_stays_readable(typed, shown):
    assert clean_file_name(typed, PDF) == shown


def test_letters_and_marks_become_one():
    assert clean_file_name("To\u0302n.pdf", PDF) == "T\u00f4n.pdf"


def test_long_name_keeps_its_ending():
    name = clean_file_name("m" * 4_000 + ".jpeg", (".jpg", ".jpeg"))
    assert len(name) == LONGEST_NAME
    assert name.endswith("m.jpeg")


@given(st.text(max_size=400))
def test_any_name_is_short_whole_and_without_what_cannot_be_seen(typed):
    name = clean_file_name(typed, PDF)
    assert len(name) <= LONGEST_NAME
    assert name.lower().endswith(".pdf")
    assert len(name) > len(".pdf")
    assert not {"Cc", "Cf", "Cs"} & {unicodedata.category(letter) for letter in name}
    assert not set('/\\:<>"|?*') & set(name)
