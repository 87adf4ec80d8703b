"""Addresses of needs, signals, opportunities, bids and their evaluation."""

from marketplace.urls import bids, evaluation, needs, opportunities, signals

urlpatterns = [
    *needs.urlpatterns,
    *signals.urlpatterns,
    *opportunities.urlpatterns,
    *bids.urlpatterns,
    *evaluation.urlpatterns,
]
