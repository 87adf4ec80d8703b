"""A database with a few hundred opportunities, and the benchmark's one page more."""

import io

import pytest
from django.core.management import call_command

from benchmarks import settings as of_the_benchmark


@pytest.fixture
def seed():
    """Fills the database up to that many opportunities; gives what was said."""

    def fill(opportunities: int = 100, **options) -> str:
        said = io.StringIO()
        call_command("seed_scale", opportunities=opportunities, stdout=said, **options)
        return said.getvalue()

    return fill


@pytest.fixture
def plain_page(settings):
    """The benchmark's own settings, as far as a test may change them."""
    settings.ROOT_URLCONF = of_the_benchmark.ROOT_URLCONF
    settings.PUBLIC_PAGES = of_the_benchmark.PUBLIC_PAGES
    settings.TEMPLATES = of_the_benchmark.TEMPLATES
