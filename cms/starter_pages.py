"""The pages a new site begins with."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Site

from cms.models import GuidanceIndexPage, GuidancePage, HomePage

STARTER = Path(__file__).parent / "starter" / "pages.json"


@transaction.atomic
def load_starter_pages() -> int:
    """The home page, the list of guidance and every starter page stand; returns how many were new.

    A page that exists is left as its editors made it, and so is one they moved or took offline. A page
    they deleted comes back if this runs again.
    """
    content: dict[str, Any] = json.loads(STARTER.read_text(encoding="utf-8"))
    home, made_home = _home(content["home"])
    index, made_index = _index(home, content["index"])
    missing = [page for page in content["pages"] if not GuidancePage.objects.filter(slug=page["slug"]).exists()]
    for page in missing:
        index.add_child(instance=_guidance_page(page))
    return made_home + made_index + len(missing)


def _home(content: dict[str, Any]) -> tuple[HomePage, bool]:
    home = HomePage.objects.first()
    if home is not None:
        return home, False
    root = Page.get_first_root_node()
    home = root.add_child(
        instance=HomePage(
            title=content["title"],
            slug="accord",
            introduction=content["introduction"],
            body=json.dumps(content["body"]),
        )
    )
    welcome = Page.objects.filter(depth=2, slug="home").exclude(pk=home.pk)
    site = {"root_page": home, "site_name": settings.WAGTAIL_SITE_NAME, "is_default_site": True}
    Site.objects.update_or_create(defaults=site, hostname="localhost", port=80)
    # The library's own welcome page, once no site begins there.
    for page in welcome.filter(sites_rooted_here=None):
        page.delete()
    return home, True


def _index(home: HomePage, content: dict[str, Any]) -> tuple[GuidanceIndexPage, bool]:
    index = GuidanceIndexPage.objects.first()
    if index is not None:
        return index, False
    return home.add_child(instance=GuidanceIndexPage(**content)), True


def _guidance_page(content: dict[str, Any]) -> GuidancePage:
    fields = {**content, "body": json.dumps(content["body"])}
    return GuidancePage(checked_on=timezone.localdate(), **fields)
