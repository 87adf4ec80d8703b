"""Addresses of needs, signals, follows, opportunities, bids and their evaluation."""

from marketplace.urls import bids, evaluation, follows, needs, opportunities, signals

urlpatterns = [
    *needs.urlpatterns,
    *signals.urlpatterns,
    *follows.urlpatterns,
    *opportunities.urlpatterns,
    *bids.urlpatterns,
    *evaluation.urlpatterns,
]
