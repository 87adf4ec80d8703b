"""The test settings on a database of its own, as lean as a server, with one page more: the plain one."""

from config.settings.test import *  # noqa: F403  settings files are read as one
from config.settings.test import BASE_DIR, PUBLIC_PAGES, TEMPLATES

ROOT_URLCONF = "benchmarks.urls"
PUBLIC_PAGES = PUBLIC_PAGES | {"plain"}
TEMPLATES = [{**TEMPLATES[0], "DIRS": [*TEMPLATES[0]["DIRS"], BASE_DIR / "benchmarks" / "templates"]}]

# Static files are known from the start, as in production; looking for one on every request is for tests.
WHITENOISE_AUTOREFRESH = False
WHITENOISE_USE_FINDERS = False
STATIC_ROOT = BASE_DIR / "static"
STATICFILES_DIRS: list[str] = []
