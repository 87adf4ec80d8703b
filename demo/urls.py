"""The one address of the demonstration."""

from django.urls import path

from demo import views

urlpatterns = [path("demo/sign-in/", views.demo_sign_in, name="demo-sign-in")]
