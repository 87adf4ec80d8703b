"""Agreements, members, shared outcomes."""

from django.apps import AppConfig


class AlliancesConfig(AppConfig):
    """Agreements, members, shared outcomes."""

    name = "alliances"

    def ready(self) -> None:
        """Says what waits for a person, what followed from an opportunity, and what serves a place."""
        from alliances.holdings import of_organisation
        from alliances.places import alliances_at_place
        from alliances.policies.leaving import PART
        from alliances.sequels import alliances_of_opportunities, results_of_needs
        from alliances.work import alliance_work
        from core import holdings, leaving, places, sequels, work
        from marketplace.models import Need, Opportunity

        holdings.register(of_organisation)
        leaving.register(PART)
        work.register(alliance_work)
        sequels.register(Opportunity, alliances_of_opportunities)
        sequels.register(Need, results_of_needs)
        places.register(alliances_at_place)
