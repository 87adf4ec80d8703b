"""Addresses of opportunities."""

from django.urls import URLPattern, path

from marketplace.views import opportunities

urlpatterns: list[URLPattern] = [
    path("opportunities/", opportunities.opportunity_list, name="opportunity-list"),
    path("opportunities/<int:pk>/", opportunities.opportunity_detail, name="opportunity-detail"),
]
