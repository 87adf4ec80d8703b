"""Addresses of consultations."""

from django.urls import URLPattern, path

from marketplace.views import answering, consultations
from marketplace.views import consultation_running as running

urlpatterns: list[URLPattern] = [
    path("consultations/", consultations.consultation_list, name="consultation-list"),
    path("needs/<int:pk>/consultation/", consultations.need_consultation, name="need-consultation"),
    path("needs/<int:pk>/consultation/new/", running.round_create, name="round-create"),
    path("needs/<int:pk>/consultation/none/", running.need_no_consultation, name="need-no-consultation"),
    path("needs/<int:pk>/consultation/after-all/", running.need_consult_after_all, name="need-consult-after-all"),
    path("consultations/<int:pk>/edit/", running.round_edit, name="round-edit"),
    path("consultations/<int:pk>/publish/", running.round_publish, name="round-publish"),
    path("consultations/<int:pk>/cancel/", running.round_cancel, name="round-cancel"),
    path("consultations/<int:pk>/open/", running.round_open, name="round-open"),
    path("consultations/<int:pk>/answers/", running.round_answers, name="round-answers"),
    path("consultations/<int:pk>/reply/", running.reply_edit, name="reply-edit"),
    path("consultations/<int:pk>/reply/publish/", running.reply_publish, name="reply-publish"),
    path("consultations/<int:pk>/reply/take-back/", running.reply_take_back, name="reply-take-back"),
    path("consultations/<int:pk>/answer/", answering.answer_give, name="answer-give"),
    path("consultations/<int:pk>/withdraw/", answering.answer_withdraw, name="answer-withdraw"),
    path("consultations/code/", answering.answer_code, name="answer-code"),
    path("consultations/code/answer/", answering.answer_by_code, name="answer-by-code"),
]
