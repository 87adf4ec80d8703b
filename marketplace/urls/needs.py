"""Addresses of needs."""

from django.urls import URLPattern, path

from marketplace.views import need_care, need_parts, need_writing, needs

urlpatterns: list[URLPattern] = [
    path("needs/", needs.need_list, name="need-list"),
    path("needs/own/", needs.need_own, name="need-own"),
    path("needs/new/", need_writing.need_create, name="need-create"),
    path("needs/<int:pk>/", needs.need_detail, name="need-detail"),
    path("needs/<int:pk>/edit/", need_writing.need_edit, name="need-edit"),
    path("needs/<int:pk>/tasks/", need_parts.need_tasks, name="need-tasks"),
    path("needs/<int:pk>/scope/", need_parts.need_scope, name="need-scope"),
    path("needs/<int:pk>/scale/", need_parts.need_scale, name="need-scale"),
    path("needs/<int:pk>/outcomes/", need_parts.need_outcomes, name="need-outcomes"),
    path("needs/<int:pk>/principles/", need_care.need_principles, name="need-principles"),
    path("needs/<int:pk>/principles/<int:number>/", need_care.principle_edit, name="principle-edit"),
    path("needs/<int:pk>/figures/new/", need_care.figure_add, name="figure-add"),
    path("needs/<int:pk>/figures/<int:figure>/", need_care.figure_take_back, name="figure-take-back"),
    path("needs/<int:pk>/correct/", need_care.need_correct, name="need-correct"),
    path("needs/<int:pk>/partners/", need_care.need_partners, name="need-partners"),
    path("needs/<int:pk>/partners/<int:partner>/remove/", need_care.partner_remove, name="partner-remove"),
    path("needs/<int:pk>/publish/", need_writing.need_publish, name="need-publish"),
    path("needs/<int:pk>/close/", need_writing.need_close, name="need-close"),
    path("needs/<int:pk>/meet/", need_writing.need_meet, name="need-meet"),
    path("needs/<int:pk>/reopen/", need_writing.need_reopen, name="need-reopen"),
]
