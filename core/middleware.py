"""What happens around every page: arrival time, idle sessions, acting organisation, the door, refusals."""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from core import held
from core.access import Refused
from core.entry import Entry
from core.policies import holds_anywhere, needs_second_factor
from core.queries.people import acting_organisation

Answer = Callable[[HttpRequest], HttpResponse]


class ArrivalMiddleware:
    """Stamps `request.arrived_at` first of all: it alone decides about a deadline, however long the rest takes."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.arrived_at = timezone.now()  # type: ignore[attr-defined]  # read by the views of deadlines
        return self.get_response(request)


class IdleSessionMiddleware:
    """Signs out whoever did nothing for an hour; writes the session at most every five minutes."""

    write_every_seconds = 300

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(timezone.now().timestamp())
            seen = request.session.get("seen_at", now)
            if now - seen > settings.IDLE_SESSION_SECONDS:
                logout(request)
            elif "seen_at" not in request.session or now - seen > self.write_every_seconds:
                request.session["seen_at"] = now
        return self.get_response(request)


class OrganisationMiddleware:
    """Sets `request.organisation`: the one of the person's organisations they act for, or none."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.organisation = SimpleLazyObject(  # type: ignore[attr-defined]  # read by views and the header
            lambda: acting_organisation(request.user, request.session.get("organisation"))
        )
        return self.get_response(request)


class EntryMiddleware:
    """Keeps the door: a page that names nobody opens to nobody who has not signed in."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """An answer that keeps the person out, or none to let them in."""
        name = request.resolver_match.url_name if request.resolver_match else None
        if name in settings.PUBLIC_PAGES:
            return None
        if not request.user.is_authenticated:
            if request.method == "POST":
                held.keep(request)
            return redirect_to_login(request.get_full_path())
        if name not in settings.BEFORE_SECOND_FACTOR and self._second_factor_missing(request):
            messages.info(request, _("Your role asks for a second step at sign-in. Set it up once, here."))
            return redirect("mfa_activate_totp")
        if name == "mfa_deactivate_totp" and needs_second_factor(request.user):
            raise PermissionDenied(_("Your role asks for a second step at sign-in, so it cannot be turned off."))
        rule = getattr(view, "entry", None)
        if isinstance(rule, Entry) and rule.permissions and not holds_anywhere(request.user, *rule.permissions):
            raise PermissionDenied(_("Your role does not include this page."))
        return None

    def _second_factor_missing(self, request: HttpRequest) -> bool:
        if not needs_second_factor(request.user):
            return False
        if any(record.get("method") == "mfa" for record in get_authentication_records(request)):
            return False
        # Only the session in which somebody sets it up comes here with one.
        return not is_mfa_enabled(request.user)


class RefusalMiddleware:
    """A rule's refusal that no form could show becomes a page with the reason (409), never an error."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a Refused; anything else goes on."""
        if isinstance(exception, Refused):
            return render(request, "core/refused.html", {"reason": exception.reason}, status=409)
        return None
