"""The test suite: quick hashing, mail in memory, tasks at once."""

import base64

from .base import *  # noqa: F403  settings files are read as one
from .base import INSTALLED_APPS

DEBUG = False
DEMO_SIGN_IN = False
THROW_AWAY_DATABASE = True  # seed_scale may write here
INSTALLED_APPS = [*INSTALLED_APPS, "demo"]
SECRET_KEY = "only-for-tests"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ACCOUNT_RATE_LIMITS = False
SEAL_MASTER_KEYS = [base64.urlsafe_b64encode(b"a key that only the tests know!!").decode()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "documents": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PUBLIC_PAGE_SECONDS = 0  # rows that a factory made are on no record; tests that keep pages turn it on
WHITENOISE_AUTOREFRESH = True  # static files are looked for when asked for; nothing is collected
