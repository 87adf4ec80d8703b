"""Editors' pages: home, guidance, news."""

from django.apps import AppConfig


class CmsConfig(AppConfig):
    """Editors' pages: home, guidance, news."""

    name = "cms"

    def ready(self) -> None:
        """A kept page holds until an editor has done something."""
        from cms.edits import last_edit
        from core import page_cache

        page_cache.register(last_edit)
