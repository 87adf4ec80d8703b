"""Addresses of alliances, their outcomes and results."""

from django.urls import URLPattern, path

from alliances.views import agreements, lists, outcomes, results, signing

urlpatterns: list[URLPattern] = [
    path("alliances/", lists.alliance_list, name="alliance-list"),
    path("alliances/from-award/<int:award>/", agreements.alliance_create, name="alliance-create"),
    path("alliances/<int:pk>/", agreements.alliance_detail, name="alliance-detail"),
    path("alliances/<int:pk>/text/", agreements.alliance_text, name="alliance-text"),
    path("alliances/<int:pk>/edit/", agreements.alliance_edit, name="alliance-edit"),
    path("alliances/<int:pk>/ask-signatures/", signing.alliance_ask_signatures, name="alliance-ask-signatures"),
    path("alliances/<int:pk>/edit-again/", signing.alliance_edit_again, name="alliance-edit-again"),
    path("alliances/<int:pk>/sign/<int:place>/", signing.alliance_sign, name="alliance-sign"),
    path("outcomes/<int:pk>/", outcomes.outcome_detail, name="outcome-detail"),
    path("outcomes/<int:pk>/results.csv", outcomes.outcome_results, name="outcome-results"),
    path("outcomes/<int:pk>/results/new/", results.result_record, name="result-record"),
    path("results/<int:pk>/correct/", results.result_correct, name="result-correct"),
]
