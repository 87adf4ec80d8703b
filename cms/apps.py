"""Editors' pages: home, guidance, news."""

from django.apps import AppConfig


class CmsConfig(AppConfig):
    """Editors' pages: home, guidance, news."""

    name = "cms"
