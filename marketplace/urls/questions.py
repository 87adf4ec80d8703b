"""Addresses of bidders' questions."""

from django.urls import URLPattern, path

from marketplace.views import questions

urlpatterns: list[URLPattern] = [
    path("opportunities/<int:pk>/questions/", questions.question_list, name="question-list"),
    path("opportunities/<int:pk>/questions/ask/", questions.question_ask, name="question-ask"),
    path("opportunities/<int:pk>/questions/publish/", questions.question_publish, name="question-publish"),
    path("opportunities/<int:pk>/watch/", questions.opportunity_watch, name="opportunity-watch"),
    path("questions/<int:pk>/answer/", questions.question_answer, name="question-answer"),
    path("questions/<int:pk>/answer-alone/", questions.question_alone, name="question-alone"),
    path("questions/<int:pk>/set-aside/", questions.question_set_aside, name="question-set-aside"),
    path("questions/<int:pk>/withdraw/", questions.question_withdraw, name="question-withdraw"),
]
