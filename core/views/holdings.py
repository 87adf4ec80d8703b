"""Everything held about an organisation, or about oneself, to take away."""

from collections.abc import Sequence

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.entry import entry, signed_in
from core.holdings import Table, as_json, as_zip
from core.policies import may_take_everything
from core.queries.people import organisations_with_people_visible_to
from core.services.holdings import take_everything, take_own
from core.views.requests import SignedIn

JSON, ZIP = "json", "zip"


@entry(signed_in)
def organisation_held(request: SignedIn, pk: int) -> HttpResponse:
    """What is in the copy, and the two buttons."""
    organisation = get_object_or_404(organisations_with_people_visible_to(request.user), pk=pk)
    context = {
        "title": _("Everything held about %(name)s") % {"name": organisation.name},
        "organisation": organisation,
        "verdict": may_take_everything(request.user, organisation),
    }
    return render(request, "core/organisation_held.html", context)


@entry(signed_in)
@require_POST
def organisation_take(request: SignedIn, pk: int, kind: str) -> HttpResponse:
    """The copy itself."""
    organisation = get_object_or_404(organisations_with_people_visible_to(request.user), pk=pk)
    return _download(take_everything(by=request.user, organisation=organisation), kind, organisation.name)


@entry(signed_in)
def account_held(request: SignedIn) -> HttpResponse:
    """What is held about oneself, and the two buttons."""
    return render(request, "core/account_held.html", {"title": _("Everything held about you")})


@entry(signed_in)
@require_POST
def account_take(request: SignedIn, kind: str) -> HttpResponse:
    """The copy of what is held about oneself."""
    return _download(take_own(by=request.user), kind, request.user.name)


def _download(tables: Sequence[Table], kind: str, name: str) -> HttpResponse:
    if kind not in (JSON, ZIP):
        raise Http404
    content, mime = (as_json(tables), "application/json") if kind == JSON else (as_zip(tables), "application/zip")
    answer = HttpResponse(content, content_type=mime)
    answer["Content-Disposition"] = f'attachment; filename="{slugify(name) or "copy"}.{kind}"'
    answer["Cache-Control"] = "no-store"
    return answer
