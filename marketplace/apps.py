"""Needs, opportunities, bids, evaluation, awards."""

from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    """Needs, opportunities, bids, evaluation, awards."""

    name = "marketplace"
