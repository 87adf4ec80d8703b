"""Which spellings are one name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.names import LONGEST, name_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("The Hope Project Ltd.", "hope project"),
        ("hope  project LIMITED", "hope project"),
        ("Hope Project C.I.C.", "hope project"),
        ("Hope Project Community Interest Company", "hope project"),
        ("Hope & Home", "hope and home"),
        ("Y Gobaith Cyf", "gobaith"),
        ("St Giles’ Trust", "st giles trust"),
        ("Café Limited CIO", "cafe"),
        ("The Limited", "limited"),
        ("Ltd", "ltd"),
        ("???", "???"),
        ("Theatre Trust", "theatre trust"),
    ],
)
def test_trimmings_make_no_other_name(name, key):
    assert name_key(name) == key


def test_town_makes_another_name():
    assert name_key("Hope Project Leeds") != name_key("Hope Project Hull")


@given(st.text(min_size=1, max_size=200).filter(str.strip))
def test_every_name_has_a_key_that_fits_and_stays(name):
    assert 0 < len(name_key(name)) <= LONGEST


@given(st.text(alphabet="abc ", min_size=1, max_size=30).filter(str.strip))
def test_letters_spaces_and_ltd_never_matter(name):
    assert name_key(f"the {name.upper()}  Ltd") == name_key(" ".join(name.split()))
