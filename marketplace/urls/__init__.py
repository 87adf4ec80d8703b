"""Addresses of needs and consultations, signals, follows, opportunities, bids, evaluation and contracts."""

from marketplace.urls import (
    bids,
    consultations,
    contracts,
    evaluation,
    evidence,
    follows,
    needs,
    opportunities,
    questions,
    signals,
)

urlpatterns = [
    *needs.urlpatterns,
    *evidence.urlpatterns,
    *consultations.urlpatterns,
    *signals.urlpatterns,
    *follows.urlpatterns,
    *opportunities.urlpatterns,
    *questions.urlpatterns,
    *bids.urlpatterns,
    *evaluation.urlpatterns,
    *contracts.urlpatterns,
]
