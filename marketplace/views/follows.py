"""Pages on which people follow what happens, change how often they are told, and stop."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.display import Crumb
from core.entry import entry, signed_in
from core.forms import Form, submitted
from core.templatetags.accord import day
from core.views.requests import SignedIn, status_of
from marketplace.forms.follows import FollowForm, FrequencyForm, asked_for
from marketplace.models import Follow
from marketplace.queries.follows import follows_of
from marketplace.services.follows import change_follow, follow, stop_following
from marketplace.views.saving import Saving, save


@entry(signed_in)
def follow_list(request: SignedIn) -> HttpResponse:
    """Everything the person follows."""
    follows = list(follows_of(request.user))
    context = {
        "title": _("What you follow"),
        "section": "needs",
        "follows": [(each, _("since %(day)s") % {"day": day(each.created_at)}) for each in follows],
    }
    return render(request, "marketplace/follow_list.html", context)


@entry(signed_in)
def follow_create(request: SignedIn) -> HttpResponse:
    """Follows an area, a kind of need, a group of people, or any of them together."""
    form = submitted(FollowForm, request, initial=asked_for(request.GET))
    if form.is_bound and form.is_valid():

        def act() -> None:
            follow(by=request.user, **form.cleaned_data)

        if save(form, act) is Saving.DONE:
            messages.success(request, _("You follow it. You hear of it when there is something new."))
            return redirect("follow-list")
    return _page(request, form, title=_("Follow what happens"), action=_("Follow"))


@entry(signed_in)
def follow_change(request: SignedIn, pk: int) -> HttpResponse:
    """Changes how often the person is told."""
    own = _own(request, pk)
    form = submitted(FrequencyForm, request, initial={"frequency": own.frequency})
    if form.is_bound and form.is_valid():

        def act() -> None:
            change_follow(by=request.user, follow=own, frequency=form.cleaned_data["frequency"])

        if save(form, act) is Saving.DONE:
            messages.success(request, _("Changed."))
            return redirect("follow-list")
    return _page(request, form, title=_("How often"), action=_("Save"), own=own)


@entry(signed_in)
def follow_stop(request: SignedIn, pk: int) -> HttpResponse:
    """Stops following; the link in every digest leads here."""
    own = _own(request, pk)
    form = submitted(Form, request)
    if form.is_bound:
        stop_following(by=request.user, follow=own)
        messages.success(request, _("You no longer follow it."))
        return redirect("follow-list")
    return _page(request, form, title=_("Stop following"), action=_("Stop following"), own=own)


def _page(request: SignedIn, form: Form, *, own: Follow | None = None, **words: str) -> HttpResponse:
    context = {
        **words,
        "section": "needs",
        "crumbs": [Crumb(_("What you follow"), reverse("follow-list"))],
        "follow": own,
        "form": form,
        "cancel_url": reverse("follow-list"),
    }
    return render(request, "marketplace/follow_edit.html", context, status=status_of(request))


def _own(request: SignedIn, pk: int) -> Follow:
    return get_object_or_404(follows_of(request.user), pk=pk)
