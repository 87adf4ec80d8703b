"""Pages about the site itself, and about one's own account."""

from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from core.entry import entry, everyone, signed_in
from core.forms import submitted
from core.forms.people import AccountForm
from core.services.people import change_account
from core.views.requests import SignedIn, status_of


@entry(everyone)
def health(request: HttpRequest) -> HttpResponse:
    """Says that the service and its database answer; for whoever watches over it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@entry(signed_in)
def account(request: SignedIn) -> HttpResponse:
    """A person's name and language, and the way to address, password and second step."""
    now = {"name": request.user.name, "language": request.user.language}
    form = submitted(AccountForm, request, initial=now)
    if request.method == "POST" and form.is_valid():
        change_account(by=request.user, **form.cleaned_data)
        language = form.cleaned_data["language"]
        with translation.override(language):
            messages.success(request, _("Your account is saved."))
        answer = redirect("account")
        # This browser may have had a choice of its own.
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax")
        return answer
    context = {"title": _("Your account"), "form": form}
    return render(request, "core/account.html", context, status=status_of(request))
