"""Addresses of needs."""

from django.urls import URLPattern, path

from marketplace.views import need_parts, need_writing, needs

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
    path("needs/<int:pk>/publish/", need_writing.need_publish, name="need-publish"),
    path("needs/<int:pk>/close/", need_writing.need_close, name="need-close"),
    path("needs/<int:pk>/meet/", need_writing.need_meet, name="need-meet"),
    path("needs/<int:pk>/reopen/", need_writing.need_reopen, name="need-reopen"),
]
