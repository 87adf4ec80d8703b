"""The seal opens for its key alone, and a fingerprint tells any two contents apart."""

import json

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from marketplace import seal

text = st.text(st.characters(exclude_categories=["Cs"]))
contents = st.dictionaries(text, text | st.integers() | st.none() | st.lists(text))


def a_master() -> str:
    return Fernet.generate_key().decode()


@given(contents)
def test_sealed_content_opens_again_unchanged(content):
    key = seal.new_key()
    raw = seal.canonical(content)
    assert seal.unseal(seal.seal(raw, key), key) == raw
    assert json.loads(raw) == content


@given(contents)
def test_canonical_does_not_depend_on_order(content):
    turned = dict(reversed(content.items()))
    assert seal.canonical(turned) == seal.canonical(content)


@given(contents, contents)
def test_fingerprint_is_the_same_only_for_the_same_content(one, other):
    same = seal.fingerprint(seal.canonical(one)) == seal.fingerprint(seal.canonical(other))
    assert same is (one == other)


def test_fingerprint_is_plain_sha256():
    assert seal.fingerprint(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_sealed_content_says_nothing_of_what_it_holds():
    token = seal.seal(b"heron", seal.new_key())
    assert "heron" not in token
    assert token != seal.seal(b"heron", seal.new_key())


def test_another_key_opens_nothing():
    token = seal.seal(b"heron", seal.new_key())
    with pytest.raises(seal.SealBroken):
        seal.unseal(token, seal.new_key())


def test_changed_token_opens_nothing():
    key = seal.new_key()
    token = seal.seal(b"heron", key)
    changed = token[:40] + ("A" if token[40] != "A" else "B") + token[41:]
    with pytest.raises(seal.SealBroken):
        seal.unseal(changed, key)


def test_wrapped_key_comes_back():
    key, master = seal.new_key(), a_master()
    wrapped = seal.wrap(key, [master])
    assert key not in wrapped
    assert seal.unwrap(wrapped, [master]) == key


def test_old_master_key_still_opens_after_a_new_one_leads():
    old, new, key = a_master(), a_master(), seal.new_key()
    wrapped = seal.wrap(key, [old])
    assert seal.unwrap(wrapped, [new, old]) == key


def test_rewrapped_key_no_longer_needs_the_old_master_key():
    old, new, key = a_master(), a_master(), seal.new_key()
    again = seal.rewrap(seal.wrap(key, [old]), [new, old])
    assert seal.unwrap(again, [new]) == key
    with pytest.raises(seal.SealBroken):
        seal.unwrap(again, [old])


def test_no_master_key_seals_nothing():
    with pytest.raises(ValueError, match="SEAL_MASTER_KEYS is empty"):
        seal.wrap(seal.new_key(), [])
