"""Addresses of the work page, the inbox, organisations and their people, and the record of events."""

from django.urls import URLPattern, path

from core.views import site

urlpatterns: list[URLPattern] = [
    path("health/", site.health, name="health"),
]
