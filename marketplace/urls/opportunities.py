"""Addresses of opportunities."""

from django.urls import URLPattern, path

from marketplace.views import completing, opportunities, opportunity_needs
from marketplace.views import opportunity_decisions as decisions
from marketplace.views import opportunity_writing as writing

urlpatterns: list[URLPattern] = [
    path("opportunities/", opportunities.opportunity_list, name="opportunity-list"),
    path("opportunities/export/", opportunities.opportunity_export, name="opportunity-export"),
    path("opportunities/own/", opportunities.opportunity_own, name="opportunity-own"),
    path("needs/<int:pk>/opportunity/", writing.opportunity_create, name="opportunity-create"),
    path("opportunities/<int:pk>/", opportunities.opportunity_detail, name="opportunity-detail"),
    path("opportunities/<int:pk>/tasks/", writing.opportunity_tasks, name="opportunity-tasks"),
    path("opportunities/<int:pk>/about/", writing.opportunity_about, name="opportunity-about"),
    path("opportunities/<int:pk>/lot/", writing.opportunity_lot, name="opportunity-lot"),
    path("opportunities/<int:pk>/criteria/", writing.opportunity_criteria, name="opportunity-criteria"),
    path("opportunities/<int:pk>/outcomes/", writing.opportunity_outcomes, name="opportunity-outcomes"),
    path("opportunities/<int:pk>/needs/", opportunity_needs.opportunity_needs, name="opportunity-needs"),
    path("opportunities/<int:pk>/send/", decisions.opportunity_send, name="opportunity-send"),
    path("opportunities/<int:pk>/return/", decisions.opportunity_return, name="opportunity-return"),
    path("opportunities/<int:pk>/publish/", decisions.opportunity_publish, name="opportunity-publish"),
    path("opportunities/<int:pk>/cancel/", decisions.opportunity_cancel, name="opportunity-cancel"),
    path("opportunities/<int:pk>/partners/", completing.opportunity_partners, name="opportunity-partners"),
]
