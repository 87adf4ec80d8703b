"""Addresses of panels, openings, scores, awards and results."""

from django.urls import URLPattern, path

from marketplace.views import awards, evaluation, replacement_decisions, scoring

urlpatterns: list[URLPattern] = [
    path("opportunities/<int:pk>/evaluation/", evaluation.evaluation_detail, name="evaluation-detail"),
    path("opportunities/<int:pk>/panel/", evaluation.panel_edit, name="panel-edit"),
    path("opportunities/<int:pk>/panel/<int:seat>/chair/", evaluation.panel_chair, name="panel-chair"),
    path("opportunities/<int:pk>/panel/<int:seat>/remove/", evaluation.panel_remove, name="panel-remove"),
    path("opportunities/<int:pk>/panel/<int:seat>/unlock/", scoring.score_unlock, name="score-unlock"),
    path("opportunities/<int:pk>/opening/", evaluation.opening_confirm, name="opening-confirm"),
    path("opportunities/<int:pk>/scores/lock/", scoring.score_lock, name="score-lock"),
    path("bids/<int:pk>/score/<int:number>/", scoring.score_edit, name="score-edit"),
    path("opportunities/<int:pk>/moderation/", scoring.moderation_list, name="moderation-list"),
    path("bids/<int:pk>/moderation/<int:number>/", scoring.moderation_edit, name="moderation-edit"),
    path("opportunities/<int:pk>/award/", awards.award_choose, name="award-choose"),
    path("opportunities/<int:pk>/end/", awards.award_end, name="award-end"),
    path("replacements/<int:pk>/tie/", replacement_decisions.replacement_declare, name="replacement-declare"),
    path("replacements/<int:pk>/decide/", replacement_decisions.replacement_decide, name="replacement-decide"),
    path("bids/<int:pk>/result/", awards.result_detail, name="result-detail"),
]
