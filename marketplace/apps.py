"""Needs, opportunities, bids, evaluation, awards."""

from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    """Needs, opportunities, bids, evaluation, awards."""

    name = "marketplace"

    def ready(self) -> None:
        """The work page asks this app what waits; the start of the service asks whether its keys are sound."""
        from django.core import checks

        from core import work
        from marketplace.checks import seal_keys_are_sound
        from marketplace.work import need_sections, opportunity_sections
        from marketplace.work_bids import bid_sections
        from marketplace.work_evaluation import evaluation_sections

        work.register(need_sections)
        work.register(opportunity_sections)
        work.register(bid_sections)
        work.register(evaluation_sections)
        checks.register(seal_keys_are_sound)
