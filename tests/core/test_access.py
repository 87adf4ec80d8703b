"""A verdict, and what becomes of it."""

import pytest
from django.core.exceptions import PermissionDenied

from core.access import ALLOWED, Refused, Stale, denied, refused, require


def test_allowed_is_true_and_goes_on():
    assert ALLOWED
    require(ALLOWED)


def test_denied_is_false_and_forbids():
    verdict = denied("This is for owners.")
    assert not verdict
    with pytest.raises(PermissionDenied, match=r"This is for owners\."):
        require(verdict)


def test_refused_is_false_and_gives_the_reason():
    with pytest.raises(Refused) as caught:
        require(refused("It closed yesterday."))
    assert caught.value.reason == "It closed yesterday."


def test_stale_is_a_refusal():
    assert issubclass(Stale, Refused)


def test_and_then_keeps_the_first_refusal():
    first, second = denied("first"), refused("second")
    assert first.and_then(second) is first
    assert ALLOWED.and_then(second) is second
    assert ALLOWED.and_then(ALLOWED) is ALLOWED
