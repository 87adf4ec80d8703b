"""The rules over our own source, and for each the proof that it would catch who breaks it."""

import pytest

from tests.architecture import source_rules as rules
from tests.architecture.project import sources

SOURCES = list(sources())
MODELS = rules.model_names(SOURCES)
RULES = (
    rules.requests_below_views,
    rules.writes_in_views,
    rules.wagtail_outside_cms,
    rules.hidden_effects,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_source_keeps_the_rule(rule):
    assert [found for path, source in SOURCES for found in rule(path, source)] == []


def test_source_writes_no_status_outside_transitions():
    assert [found for path, source in SOURCES for found in rules.status_writes(path, source, MODELS)] == []


def test_source_was_read():
    paths = {path for path, _ in SOURCES}
    assert {"config/urls.py", "core/transitions.py", "core/access.py"} <= paths
    assert "User" in MODELS


@pytest.mark.parametrize(
    "source",
    [
        "bid.status = 'open'",
        "bid.lot.status: str = 'open'",
        "a, bid.status = 1, 'open'",
        "setattr(bid, 'status', 'open')",
        "Bid.objects.filter(pk=1).update(status='open')",
        "Bid.objects.filter(pk=1).update(**{'status': 'open'})",
        "Bid.objects.create(title='x', status='open')",
        "Bid.objects.get_or_create(pk=1, defaults={'status': 'open'})",
        "Bid.objects.bulk_create([Bid(status='open')])",
        "Bid.objects.bulk_update(bids, ['status'])",
        "bid.save(update_fields=['status'])",
        "Bid(status='open').save()",
    ],
)
def test_status_writes_are_caught(source):
    assert rules.status_writes("marketplace/services/bids.py", source, frozenset({"Bid"})) != []
    assert rules.status_writes("demo/stories/bids.py", source, frozenset({"Bid"})) != []
    assert rules.status_writes("core/transitions.py", source, frozenset({"Bid"})) == []


def test_rows_in_bulk_are_imported_by_their_command_alone():
    """Nothing else may write a status past the table of moves by way of them."""
    importers = [path for path, source in SOURCES if "demo.scale" in source and not path.startswith("demo/scale/")]
    assert importers == ["demo/management/commands/seed_scale.py"]


@pytest.mark.parametrize(
    "source",
    [
        "status = bid.status",
        "Bid.objects.filter(status='open').update(title='x')",
        "Bid.objects.create(title='x')",
        "render(request, 'page.html', status=422)",
        "Q(status='open')",
        "HttpResponse(status=204)",
        "if bid.status == 'open': pass",
        "response.status_code = 204",
    ],
)
def test_reading_a_status_is_allowed(source):
    assert rules.status_writes("marketplace/services/bids.py", source, frozenset({"Bid"})) == []


@pytest.mark.parametrize("layer", ["services", "services/bids", "policies", "queries/lots", "models"])
@pytest.mark.parametrize(
    "source",
    [
        "def submit_bid(*, request): ...",
        "def submit_bid(request, bid): ...",
        "check = lambda request: request",
        "from django.http import HttpRequest",
        "import django.http",
        "from core.middleware import request",
        "def submit_bid(*, by: 'User'): return request.user",
    ],
)
def test_request_below_the_views_is_caught(layer, source):
    assert rules.requests_below_views(f"marketplace/{layer}.py", source) != []


def test_request_in_a_view_is_allowed():
    source = "def bid_submit(request): return submit_bid(by=request.user)"
    assert rules.requests_below_views("marketplace/views/bids.py", source) == []
    assert rules.requests_below_views("marketplace/services/bids.py", "def submit_bid(*, by): ...") == []


@pytest.mark.parametrize(
    "source",
    [
        "bid.save()",
        "form.save()",
        "Bid.objects.create(title='x')",
        "Bid.objects.filter(pk=1).update(title='x')",
        "Bid.objects.filter(pk=1).delete()",
        "Bid.objects.bulk_create(rows)",
        "Bid.objects.bulk_update(rows, ['title'])",
        "Bid.objects.get_or_create(pk=1)",
        "Bid.objects.update_or_create(pk=1)",
        "bid.members.add(one)",
        "bid.members.set([one])",
    ],
)
def test_write_in_a_view_is_caught(source):
    assert rules.writes_in_views("marketplace/views/bids.py", source) != []
    assert rules.writes_in_views("marketplace/views.py", source) != []
    assert rules.writes_in_views("marketplace/services/bids.py", source) == []


@pytest.mark.parametrize(
    "source",
    ["submit_bid(by=user)", "names.add('x')", "request.session.clear()", "Bid.objects.filter(pk=1).first()"],
)
def test_reading_in_a_view_is_allowed(source):
    assert rules.writes_in_views("marketplace/views.py", source) == []


@pytest.mark.parametrize(
    "source", ["import wagtail", "from wagtail.models import Page", "import wagtail.admin.urls"]
)
def test_wagtail_outside_cms_is_caught(source):
    assert rules.wagtail_outside_cms("core/middleware.py", source) != []
    assert rules.wagtail_outside_cms("config/settings/base.py", source) != []
    assert rules.wagtail_outside_cms("cms/models.py", source) == []
    assert rules.wagtail_outside_cms("config/urls.py", source) == []


@pytest.mark.parametrize(
    "source",
    [
        "from django.db.models.signals import post_save",
        "from django.db.models import signals",
        "from django.dispatch import receiver",
        "from allauth.account.signals import user_signed_up",
    ],
)
def test_signal_receiver_is_caught(source):
    assert rules.hidden_effects("core/apps.py", source) != []


def test_signal_of_a_practitioner_is_no_receiver():
    assert (
        rules.hidden_effects("marketplace/urls.py", "from marketplace.services.signals import give_signal") == []
    )


def test_save_override_on_a_model_is_caught():
    source = "class Bid:\n    def save(self, *args, **kwargs): ..."
    assert rules.hidden_effects("marketplace/models/bids.py", source) != []
    assert rules.hidden_effects("marketplace/services/bids.py", source) == []
