"""The sides of a need, each a page of its own."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.display import Crumb
from marketplace.models import Need

PAGES = ("need-detail", "need-consultation", "need-principles")


def tabs_of(need: Need, current: str) -> list[Crumb]:
    """The need itself, the consultation on it, and how it stands by the eight principles."""
    labels = (_("The need"), _("Consultation"), _("Eight principles"))
    return [
        Crumb(label, reverse(page, args=[need.pk]), current=page == current)
        for label, page in zip(labels, PAGES, strict=True)
    ]


def crumbs_of(need: Need) -> list[Crumb]:
    """The way to a page about the need."""
    return [Crumb(_("Needs"), reverse("need-list")), Crumb(need.title, reverse("need-detail", args=[need.pk]))]
