"""Agreements, members, shared outcomes."""

from django.apps import AppConfig


class AlliancesConfig(AppConfig):
    """Agreements, members, shared outcomes."""

    name = "alliances"

    def ready(self) -> None:
        """Says what waits for a person on the work page."""
        from alliances.work import alliance_work
        from core.work import register

        register(alliance_work)
