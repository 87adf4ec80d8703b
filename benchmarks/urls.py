"""Every address of the site, and the plain page that the others are compared with."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from config.urls import urlpatterns as site
from core.entry import entry, everyone


@entry(everyone)
def plain(request: HttpRequest) -> HttpResponse:
    """The frame around one sentence; nothing is read from the database."""
    return render(request, "benchmarks/plain.html", {"title": "Plain"})


urlpatterns = [path("plain/", plain, name="plain"), *site]
