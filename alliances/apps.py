"""Agreements, members, shared outcomes."""

from django.apps import AppConfig


class AlliancesConfig(AppConfig):
    """Agreements, members, shared outcomes."""

    name = "alliances"
