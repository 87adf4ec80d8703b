"""A person's own machine: no service running, mail as files, demo people offered at sign-in."""

import base64

from .base import *  # noqa: F403  settings files are read as one
from .base import INSTALLED_APPS, MIDDLEWARE, PUBLIC_PAGES, TEMPLATES, VAR_DIR, env

DEBUG = True
DEMO_SIGN_IN = True
INSTALLED_APPS = [*INSTALLED_APPS, "demo"]
MIDDLEWARE = [*MIDDLEWARE, "demo.middleware.NotFoundMiddleware"]
TEMPLATES[0]["OPTIONS"]["context_processors"].append("demo.context_processors.people")
# Every component on one page, for whoever builds a page; and signing in with one click.
PUBLIC_PAGES = PUBLIC_PAGES | {"style-guide", "demo-sign-in"}
SECRET_KEY = env("SECRET_KEY", default="only-for-a-local-machine-and-never-for-real-people")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
PUBLIC_PAGE_SECONDS = 0  # whoever edits a template sees it at once
INTERNAL_IPS = ["127.0.0.1"]

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"

SEAL_MASTER_KEYS = env.list(
    "SEAL_MASTER_KEYS",
    default=[base64.urlsafe_b64encode(b"a key for a local machine only!!").decode()],
)
