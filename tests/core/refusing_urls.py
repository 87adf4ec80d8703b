"""The addresses of the site, and two views that raise."""

from django.urls import path

from config.urls import urlpatterns as every_page
from core.access import Refused
from core.entry import entry, signed_in


@entry(signed_in)
def refuses(request):
    raise Refused("It closed yesterday.")


@entry(signed_in)
def breaks(request):
    raise ZeroDivisionError


urlpatterns = [path("refuses/", refuses), path("breaks/", breaks), *every_page]
