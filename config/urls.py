"""Every address of the site; each app keeps its own."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView
from django.views.i18n import set_language
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as editors_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("core.urls")),
    path("", include("providers.urls")),
    path("", include("marketplace.urls")),
    path("", include("alliances.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    # Without a token against forged forms: one would make every public page of the frame somebody's own, and
    # all that a forger wins is that a page speaks Welsh.
    path("language/", csrf_exempt(set_language), name="set_language"),
    # The editors' own sign-in would let people past the second factor: send them to ours.
    path("editors/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("editors/", include(editors_urls)),
    path("", include(wagtail_urls)),
]
if settings.DEMO_SIGN_IN:
    urlpatterns.insert(0, path("", include("demo.urls")))
