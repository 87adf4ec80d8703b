"""What happens around every page: arrival time, idle sessions, acting organisation, the door, refusals."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import MiddlewareNotUsed, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from core import held, page_cache, second_factor
from core.access import Refused
from core.entry import Entry
from core.policies import holds_anywhere, needs_second_factor
from core.queries.people import acting_organisation

EDITORS_PATH, EDITORS_PERMISSION = "/editors/", "wagtailadmin.access_admin"

Answer = Callable[[HttpRequest], HttpResponse]


class ArrivalMiddleware:
    """Stamps `request.arrived_at` first of all: it alone decides about a deadline, however long the rest takes."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.arrived_at = timezone.now()  # type: ignore[attr-defined]  # read by the views of deadlines
        return self.get_response(request)


class PublicPagesMiddleware:
    """Answers whoever has no session from the page made for the visitor before, if nothing can have changed it."""

    def __init__(self, get_response: Answer) -> None:
        self.seconds: int = settings.PUBLIC_PAGE_SECONDS
        if not self.seconds:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not page_cache.is_anybodys(request):
            return self.get_response(request)
        key = page_cache.key_of(request)
        page = page_cache.kept(key)
        if page:
            return page.answer(request)
        return page_cache.keep(key, request, self.get_response(request), seconds=self.seconds)


class IdleSessionMiddleware:
    """Signs out whoever did nothing for an hour, or signed in twelve hours ago.

    Writes the session at most every five minutes, so an hour is between 55 and 60 minutes.
    """

    write_every_seconds = 300

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._look_at(request)
        return self.get_response(request)

    def _look_at(self, request: HttpRequest) -> None:
        now = int(timezone.now().timestamp())
        seen, began = request.session.get("seen_at", now), request.session.get("began_at", now)
        # Django counts the age of a session from its last change; ours counts from its beginning.
        if now - seen > settings.IDLE_SESSION_SECONDS or now - began > settings.SESSION_COOKIE_AGE:
            request.signed_out = request.user.pk  # type: ignore[attr-defined]  # read by the door below
            logout(request)
        elif "seen_at" not in request.session or now - seen > self.write_every_seconds:
            request.session["seen_at"], request.session["began_at"] = now, began


class LanguageMiddleware:
    """Speaks the language a person chose for their account, unless this browser has a choice of its own."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
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
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "GET":
            return self._back_to_the_button(request) or response
        # Only set where somebody without a second step sent the form that sets it up.
        if getattr(request, "sets_up_second_factor", False) and second_factor.is_set_up(request):
            second_factor.remember_set_up(request)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """An answer that keeps the person out, or none to let them in."""
        name = (request.resolver_match.url_name if request.resolver_match else None) or ""
        if name in settings.PUBLIC_PAGES:
            return None
        if not request.user.is_authenticated:
            return self._to_sign_in(request)
        elsewhere = self._to_second_step(request, name)
        if elsewhere is None:
            self._refuse(request, name, view)
        return elsewhere

    def _to_sign_in(self, request: HttpRequest) -> HttpResponse:
        signed_out = getattr(request, "signed_out", None)
        if request.method == "POST":
            held.keep(request, sender=signed_out)
            messages.info(request, _("You were signed out before this was sent. Sign in and you come back to it."))
        elif signed_out:
            messages.info(request, _("You were signed out because nothing happened here for a while."))
        return redirect_to_login(request.get_full_path())

    def _to_second_step(self, request: HttpRequest, name: str) -> HttpResponse | None:
        if name == second_factor.SET_UP and request.method == "POST":
            missing = not second_factor.is_set_up(request)
            request.sets_up_second_factor = missing  # type: ignore[attr-defined]  # read when the answer is there
        step = second_factor.missing_step(request)
        if not step or name == step or (step == second_factor.SET_UP and name in settings.BEFORE_SECOND_FACTOR):
            return None
        if request.method == "POST":
            held.keep(request, sender=request.user.pk)
        if step == second_factor.SET_UP:
            messages.info(request, _("Your role asks for a second step at sign-in. Set it up once, here."))
            return redirect(step)
        return redirect_to_login(request.get_full_path(), reverse(step))

    def _refuse(self, request: HttpRequest, name: str, view: Callable[..., Any]) -> None:
        if name == "mfa_deactivate_totp" and needs_second_factor(request.user):
            raise PermissionDenied(_("Your role asks for a second step at sign-in, so it cannot be turned off."))
        # The library behind the editors' pages would send them to sign in, over and over.
        if request.path.startswith(EDITORS_PATH) and not request.user.has_perm(EDITORS_PERMISSION):
            raise PermissionDenied(_("Your role does not include this page."))
        rule = getattr(view, "entry", None)
        if isinstance(rule, Entry) and rule.permissions and not holds_anywhere(request.user, *rule.permissions):
            raise PermissionDenied(_("Your role does not include this page."))

    def _back_to_the_button(self, request: HttpRequest) -> HttpResponse | None:
        """After signing in: the address of a button alone shows nothing, the page it stood on does."""
        page = held.page_of_button(request)
        return redirect(page) if page and page != request.path else None


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
