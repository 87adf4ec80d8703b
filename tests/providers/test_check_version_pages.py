"""The pages on which the service administrator keeps the checks."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.roles import Role
from core.work import sections_for
from providers.matrix import How
from providers.models import MatrixVersion
from providers.queries.checks import matrix_of, version_on
from providers.services.check_matrices import publish_matrix
from providers.views.check_effects import changes_between
from tests.core.signed_in import browser_of
from tests.factories.checks import draft_of, shipped_version
from tests.factories.core import member
from tests.factories.marketplace import OpportunityFactory

pytestmark = pytest.mark.django_db

LIST = "/checks/versions/"
NEXT_YEAR = datetime.date(2027, 4, 1)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC))


@pytest.fixture
def admin():
    return member(Role.SERVICE_ADMINISTRATOR)


@pytest.fixture
def window(admin):
    return browser_of(admin)


@pytest.fixture
def draft(admin):
    return draft_of(admin)


def at(version, *more):
    return LIST + "/".join(str(part) for part in (version.pk, *more)) + "/"


def typed(draft, code, **changes):
    """What the form of a check sends if nothing is touched but `changes`."""
    page = browser_of(draft.created_by)
    form = page.get(at(draft, "checks", code)).context["form"]
    values = {}
    for name in form.fields:
        value = form[name].value()
        values[name] = "" if value is None else value
    return values | changes


def words_of(answer):
    return answer.content.decode()


# --- reading


def test_list_shows_every_version_and_which_is_in_force(window, draft):
    answer = window.get(LIST)
    assert [line.title for line in answer.context["lines"]] == [str(draft), "Checks from 1 January 2026"]
    assert [str(line.tag) for line in answer.context["lines"]] == ["draft", "in force now"]
    assert "Versions of the checks" in words_of(window.get("/checks/"))


def test_version_in_force_is_read_only(window):
    page = words_of(window.get(at(shipped_version())))
    assert "Promise now, show at signing" in page
    assert "/bands/" not in page
    assert "Put this draft aside" not in page
    assert window.get(at(shipped_version(), "bands")).status_code == 409
    assert window.get(at(shipped_version(), "checks", "dbs")).status_code == 409


def test_auditor_reads_and_changes_nothing(draft):
    client = browser_of(member(Role.AUDITOR))
    for page in (LIST, at(draft), at(draft, "effect")):
        assert client.get(page).status_code == 200
    assert at(draft, "publish") not in words_of(client.get(at(draft)))
    for page in ("bands", "publish", "checks/dbs"):
        assert client.get(at(draft, page)).status_code == 403


@pytest.mark.parametrize("role", [Role.OWNER, Role.DIRECTOR])
def test_others_do_not_enter(role, draft):
    client = browser_of(member(role))
    for page in (LIST, at(draft), at(draft, "effect"), at(draft, "bands"), at(draft, "publish")):
        assert client.get(page).status_code == 403
    for act in ("start", "discard", "restore"):
        assert client.post(at(draft, act)).status_code == 403
    assert "Versions of the checks" not in words_of(client.get("/checks/"))


def test_what_is_not_there_is_not_found(window, draft):
    assert window.get(f"{LIST}987654321/").status_code == 404
    assert window.get(at(draft, "checks", "shoe_size")).status_code == 404


def test_list_costs_the_same_with_more_versions(window, admin):
    counts = []
    # The first page of a visit also writes the session.
    window.get(LIST)
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            window.get(LIST)
        counts.append(len(queries))
        for _number in range(4):
            draft_of(admin)
    assert counts[0] == counts[1] <= 12


# --- drafting


def test_draft_is_begun_from_the_version_in_force(window):
    key = window.get(LIST).context["form"]["form_key"].value()
    answer = window.post(at(shipped_version(), "start"), {"form_key": str(key)})
    made = MatrixVersion.objects.get(status="draft")
    assert answer.url == at(made)
    assert window.post(at(shipped_version(), "start"), {"form_key": str(key)}).url == at(made)
    assert MatrixVersion.objects.filter(status="draft").count() == 1
    assert window.post(at(shipped_version(), "start"), {"form_key": "x"}).status_code == 302


@pytest.mark.parametrize(
    "code", ["turnover", "accounts", "public_liability", "cyber_essentials", "track_record", "identity", "subsidy"]
)
def test_form_sent_untouched_changes_nothing(window, draft, code):
    before = matrix_of(draft)
    answer = window.post(at(draft, "checks", code), typed(draft, code))
    assert answer.status_code == 302, answer.context["form"].errors
    after = matrix_of(MatrixVersion.objects.get(pk=draft.pk))
    assert after.minutes == before.minutes
    assert {key: cell.how for key, cell in after.cells.items()} == {
        key: cell.how for key, cell in before.cells.items()
    }
    assert changes_between(before, after) == []


def test_cell_amount_and_minutes_are_changed(window, draft):
    sent = typed(draft, "public_liability", how_0="self_declared", amount_0="500,000", minutes_commit="7")
    assert window.post(at(draft, "checks", "public_liability"), sent).status_code == 302
    matrix = matrix_of(MatrixVersion.objects.get(pk=draft.pk))
    assert matrix.cell("public_liability", 0).amount_pence == 50_000_000
    assert matrix.minutes["public_liability", How.COMMIT] == 7
    page = words_of(window.get(at(draft)))
    assert "Your word, £500,000" in page


@pytest.mark.parametrize(
    ("code", "changes", "field", "says"),
    [
        ("dbs", {"how_3": "self_declared"}, "how_3", "This asks less than the band below it."),
        ("public_liability", {"amount_3": "1"}, "how_3", "This names less than the band below it."),
        ("public_liability", {"amount_2": ""}, "amount_2", "Enter the amount"),
        ("track_record", {"count_4": ""}, "count_4", "Enter how many"),
        ("turnover", {"share_2": ""}, "share_2", "Enter the part of the income"),
        ("turnover", {"share_3": "90"}, "how_3", "larger than in the band below it"),
        ("turnover", {"otherwise_2": "evidence"}, "how_2", "must be less"),
        ("turnover", {"share_2": "101"}, "share_2", "must be from"),
        ("public_liability", {"how_4": "evidence"}, "how_4", "choose from what is offered"),
        ("dbs", {"minutes_evidence": "0"}, "minutes_evidence", "must be 1 or more"),
        ("dbs", {"minutes_evidence": "soon"}, "minutes_evidence", "must be a whole number"),
    ],
)
def test_what_cannot_be_is_said_beside_its_box(window, draft, code, changes, field, says):
    answer = window.post(at(draft, "checks", code), typed(draft, code, **changes))
    assert answer.status_code == 422
    assert says in str(answer.context["form"].errors[field])
    assert says in words_of(answer)
    assert MatrixVersion.objects.get(pk=draft.pk).version == 1


def test_bands_are_changed_or_refused_beside_the_box(window, draft):
    edges = {"version": 1, "t0": "15,000", "t1": "50,000", "t2": "135,018", "t3": "663,540"}
    wrong = window.post(at(draft, "bands"), edges | {"t1": "15,000"})
    assert wrong.status_code == 422
    assert "above the one below it" in str(wrong.context["form"].errors["t1"])
    assert window.post(at(draft, "bands"), edges).status_code == 302
    assert MatrixVersion.objects.get(pk=draft.pk).edges[0] == 1_500_000


def test_second_tab_is_told_and_loses_nothing(window, draft):
    sent = typed(draft, "dbs", minutes_evidence="25")
    window.post(at(draft, "checks", "dbs"), sent)
    answer = window.post(at(draft, "checks", "dbs"), sent | {"minutes_evidence": "26"})
    assert answer.status_code == 422
    assert "in another tab" in words_of(answer)
    assert 'value="26"' in words_of(answer)
    again = {**sent, "minutes_evidence": "26", "version": answer.context["form"]["version"].value()}
    assert window.post(at(draft, "checks", "dbs"), again).status_code == 302


def test_draft_is_put_aside_and_taken_up(window, draft):
    window.post(at(draft, "discard"))
    assert "Take it up again" in words_of(window.get(at(draft)))
    assert window.get(at(draft, "bands")).status_code == 409
    window.post(at(draft, "restore"))
    assert MatrixVersion.objects.get(pk=draft.pk).status == "draft"
    assert window.get(at(draft, "discard")).status_code == 405


def test_draft_waits_on_the_work_page(admin, draft):
    organisation = admin.memberships.get().organisation
    assert str(draft) in [task.title for part in sections_for(admin, organisation) for task in part.tasks]


# --- effect


def test_effect_shows_each_size_now_and_then(window, draft):
    opportunity = OpportunityFactory(is_open=True)
    OpportunityFactory()
    window.post(at(draft, "checks", "dbs"), typed(draft, "dbs", minutes_evidence="31"))
    effects = window.get(at(draft, "effect")).context["effects"]
    assert [str(effect.title) for effect in effects] == [opportunity.title]
    assert [size.minutes_more for size in effects[0].sizes] == ["+1"] * 4
    assert effects[0].changes


def test_effect_of_nothing_says_so(window, draft):
    assert "Nothing is open to bids just now" in words_of(window.get(at(draft, "effect")))
    OpportunityFactory(is_open=True)
    assert "No size of provider would notice" in words_of(window.get(at(draft, "effect")))


def test_effect_is_paged_and_costs_the_same_for_one_and_many(window, draft):
    OpportunityFactory(is_open=True)
    window.get(at(draft, "effect"))
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            answer = window.get(at(draft, "effect"))
        counts.append(len(queries))
        for _number in range(11):
            OpportunityFactory(is_open=True)
    assert counts[0] == counts[1] <= 14
    answer = window.get(at(draft, "effect"))
    assert len(answer.context["effects"]) == 10
    assert answer.context["pages"].next_url
    assert len(window.get(answer.context["pages"].next_url).context["effects"]) == 10


# --- publication


def day_of(day):
    return {
        "effective_from_day": day.day,
        "effective_from_month": day.month,
        "effective_from_year": day.year,
    }


def test_version_is_published_with_day_and_reason(window, draft):
    sent = {"version": 1, "reason": "New thresholds.", **day_of(NEXT_YEAR)}
    assert window.post(at(draft, "publish"), sent).url == at(draft)
    assert version_on(NEXT_YEAR) == draft
    page = words_of(window.get(at(draft)))
    assert "Withdraw this version" in page
    assert "New thresholds." in page


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reason": ""}, "Say why the checks change."),
        (day_of(datetime.date(2026, 11, 21)), "today at the earliest"),
        ({"effective_from_month": "13"}, "There is a problem"),
        ({"effective_from_day": ""}, "There is a problem"),
        ({"version": "7"}, "There is a problem"),
    ],
)
def test_publication_that_cannot_be_keeps_what_was_typed(window, draft, changes, says):
    sent = {"version": 1, "reason": "New thresholds.", **day_of(NEXT_YEAR)} | changes
    answer = window.post(at(draft, "publish"), sent)
    assert answer.status_code == 422
    assert says in words_of(answer)
    assert MatrixVersion.objects.get(pk=draft.pk).status == "draft"


def test_version_is_withdrawn_with_a_reason(window, draft, admin):
    publish_matrix(by=admin, draft=draft, effective_from=NEXT_YEAR, reason="So.", version=1)
    assert window.post(at(draft, "withdraw"), {"reason": ""}).status_code == 422
    assert window.post(at(draft, "withdraw"), {"reason": "Too early."}).status_code == 302
    assert version_on(NEXT_YEAR) == shipped_version()
    assert "Too early." in words_of(window.get(at(draft)))
    assert window.get(at(shipped_version(), "withdraw")).status_code == 409
    assert timezone.localdate() < NEXT_YEAR
