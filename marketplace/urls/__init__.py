"""Addresses of needs, opportunities, bids and their evaluation."""

from marketplace.urls import bids, evaluation, needs, opportunities

urlpatterns = [*needs.urlpatterns, *opportunities.urlpatterns, *bids.urlpatterns, *evaluation.urlpatterns]
