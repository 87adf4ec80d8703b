"""Editors' pages: the home page, guidance and news. They know nothing of the market."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from cms.blocks import GUIDANCE_BLOCKS
from cms.fields import BlocksField


class HomePage(Page):
    """The first page: what Accord is for, and the way in for each kind of reader."""

    introduction = models.CharField(_("introduction"), max_length=300)
    body = BlocksField(GUIDANCE_BLOCKS, blank=True, verbose_name=_("further down"))

    template = "cms/home_page.html"
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["cms.GuidanceIndexPage"]
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("introduction"), FieldPanel("body")]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With the guidance pages an editor marked for the home page."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["featured"] = (
            GuidancePage.objects.live().descendant_of(self).filter(featured=True).order_by("path")
        )
        return context


class GuidanceIndexPage(Page):
    """The list of all guidance."""

    introduction = models.CharField(_("introduction"), max_length=300, blank=True)

    template = "cms/guidance_index_page.html"
    max_count = 1
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["cms.GuidancePage"]
    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = _("list of guidance")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With its pages in the editors' order, each under the readers it is for."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        pages = list(GuidancePage.objects.live().child_of(self).order_by("path"))
        context["groups"] = [
            (label, found)
            for value, label in Audience.choices
            if (found := [page for page in pages if page.audience == value])
        ]
        return context


class Audience(models.TextChoices):
    """Whom a guidance page is written for."""

    EVERYONE = "everyone", _("For everyone")
    PROVIDERS = "providers", _("For providers")
    COMMISSIONERS = "commissioners", _("For commissioning bodies")


class GuidancePage(Page):
    """One subject in plain words, with the day on which it was last checked."""

    audience = models.CharField(
        _("written for"), max_length=20, choices=Audience.choices, default=Audience.EVERYONE
    )
    summary = models.CharField(_("in one sentence"), max_length=250)
    body = BlocksField(GUIDANCE_BLOCKS, verbose_name=_("text"))
    checked_on = models.DateField(_("last checked on"), null=True, blank=True)
    featured = models.BooleanField(_("show on the home page"), default=False)

    template = "cms/guidance_page.html"
    parent_page_types: ClassVar[list[str]] = ["cms.GuidanceIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("audience"),
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("checked_on"),
        FieldPanel("featured"),
    ]
    search_fields: ClassVar[list[Any]] = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = _("guidance page")
