"""Pages about consultations that everybody reads."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import paging
from core.display import Crumb
from core.entry import entry, everyone
from marketplace.models import NoConsultation
from marketplace.queries.consultations import open_rounds, rounds_of
from marketplace.queries.needs import needs_visible_to
from marketplace.states import NeedStatus, RoundStatus
from marketplace.views import consultation_display, need_display
from marketplace.views.need_tabs import tabs_of
from marketplace.views.visitors import Visitor


@entry(everyone)
def consultation_list(request: Visitor) -> HttpResponse:
    """Consultations open now, the soonest to close first."""
    page = paging.page_of(
        open_rounds(request.arrived_at), order=("closes_at", "id"), cursor=request.GET.get(paging.PARAMETER, "")
    )
    context = {
        "title": _("Consultations open now"),
        "section": "needs",
        "crumbs": [Crumb(_("Needs"), reverse("need-list"))],
        "lines": [consultation_display.open_line(row) for row in page.rows],
        "pages": paging.links(page, "", request.path, {}),
    }
    return render(request, "marketplace/consultation_list.html", context)


@entry(everyone)
def need_consultation(request: Visitor, pk: int) -> HttpResponse:
    """Every round on a need, what was heard and changed, or why nobody was asked."""
    needs = needs_visible_to(request.user).select_related("organisation")
    need = get_object_or_404(needs, pk=pk)
    explained = NoConsultation.objects.filter(need=need).first()
    rounds = [
        consultation_display.line_of(each, need, request.user, at=request.arrived_at)
        for each in rounds_of(need, request.user)
    ]
    context = {
        "title": need.title,
        "section": "needs",
        "need": need,
        "crumbs": [Crumb(_("Needs"), reverse("need-list"))],
        "tone": need_display.TONES[NeedStatus(need.status)],
        "tabs": tabs_of(need, "need-consultation"),
        "explained": explained,
        "rounds": rounds[::-1],
        "actions": consultation_display.actions_on_consultation(need, explained, request.user),
        "statuses": RoundStatus,
    }
    return render(request, "marketplace/need_consultation.html", context)
