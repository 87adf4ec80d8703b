"""Addresses of what people follow."""

from django.urls import URLPattern, path

from marketplace.views import follows

urlpatterns: list[URLPattern] = [
    path("following/", follows.follow_list, name="follow-list"),
    path("following/new/", follows.follow_create, name="follow-create"),
    path("following/<int:pk>/", follows.follow_change, name="follow-change"),
    path("following/<int:pk>/stop/", follows.follow_stop, name="follow-stop"),
]
