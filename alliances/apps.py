"""Agreements, members, shared outcomes."""

from django.apps import AppConfig


class AlliancesConfig(AppConfig):
    """Agreements, members, shared outcomes."""

    name = "alliances"

    def ready(self) -> None:
        """Says what waits for a person on the work page, and what followed on that of an opportunity."""
        from alliances.sequels import alliances_of_opportunities
        from alliances.work import alliance_work
        from core import sequels, work
        from marketplace.models import Opportunity

        work.register(alliance_work)
        sequels.register(Opportunity, alliances_of_opportunities)
