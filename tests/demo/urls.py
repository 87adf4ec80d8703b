"""The addresses of a local machine: the site's and the demonstration's."""

from config.urls import urlpatterns as site
from demo.urls import urlpatterns as demo

urlpatterns = [*demo, *site]
