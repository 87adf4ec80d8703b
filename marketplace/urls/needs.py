"""Addresses of needs."""

from django.urls import URLPattern, path

from marketplace.views import needs

urlpatterns: list[URLPattern] = [
    path("needs/", needs.need_list, name="need-list"),
    path("needs/<int:pk>/", needs.need_detail, name="need-detail"),
]
