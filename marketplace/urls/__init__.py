"""Addresses of needs, consultations on them, signals, follows, opportunities, bids and their evaluation."""

from marketplace.urls import bids, consultations, evaluation, evidence, follows, needs, opportunities, signals

urlpatterns = [
    *needs.urlpatterns,
    *evidence.urlpatterns,
    *consultations.urlpatterns,
    *signals.urlpatterns,
    *follows.urlpatterns,
    *opportunities.urlpatterns,
    *bids.urlpatterns,
    *evaluation.urlpatterns,
]
