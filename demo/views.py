"""Signing in as one of the cast, on a local machine alone."""

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from core.entry import entry, everyone
from core.models import User
from demo.cast import everybody


@entry(everyone)
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Signs in as the person with the posted address, second factor included; 404 but in a demonstration."""
    if not (settings.DEMO_SIGN_IN and settings.DEBUG):
        raise Http404
    address = request.POST.get("email", "")
    user = get_object_or_404(User, email=address if address in {person.email for person in everybody()} else "")
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    record_authentication(request, user, "mfa", type="totp")
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if safe else settings.LOGIN_REDIRECT_URL)
