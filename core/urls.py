"""Addresses of the work page, the inbox, organisations and their people, and the record of events."""

from django.conf import settings
from django.urls import URLPattern, path

from core.views import site, style_guide

urlpatterns: list[URLPattern] = [
    path("health/", site.health, name="health"),
]

if settings.DEBUG:
    urlpatterns.append(path("style/", style_guide.style_guide, name="style-guide"))
