"""Secrets of code generators in the database."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from cryptography.fernet import InvalidToken

from core.second_factor_secrets import SecondFactorAdapter
from tests.factories.core import UserFactory

SECRET = "JBSWY3DPEHPK3PXP"


@pytest.mark.django_db
def test_database_holds_no_secret_in_the_clear_and_codes_still_count():
    TOTP.activate(UserFactory(), SECRET)
    kept = Authenticator.objects.get()
    code = format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time())))
    assert SECRET not in str(kept.data)
    assert kept.wrap().validate_code(code)


def test_secret_opens_with_the_key_before_the_last(settings):
    closed = SecondFactorAdapter().encrypt(SECRET)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert SecondFactorAdapter().decrypt(closed) == SECRET


def test_secret_does_not_open_with_another_key(settings):
    closed = SecondFactorAdapter().encrypt(SECRET)
    settings.SECRET_KEY = "another"
    with pytest.raises(InvalidToken):
        SecondFactorAdapter().decrypt(closed)
