"""An outcome with its results, entering one and correcting one."""

import csv
import io
import uuid
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from alliances.models import Result
from core.roles import Role
from tests.factories.alliances import AllianceFactory, ResultFactory, provider_of
from tests.factories.core import member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _november():
    with time_machine.travel("2026-11-21 12:00:00+00:00", tick=False):
        yield


@pytest.fixture
def outcome():
    return AllianceFactory(active=True).outcomes.get(number=1)


@pytest.fixture
def writer(outcome):
    return member(Role.BID_WRITER, provider_of(outcome.alliance))


def shown(client, outcome):
    return client.get(reverse("outcome-detail", args=[outcome.pk]))


def figures(**changes):
    return {
        "period_end_day": "30",
        "period_end_month": "9",
        "period_end_year": "2026",
        "actual": "55%",
        "source": "Case records",
        "note": "",
        "form_key": str(uuid.uuid4()),
        **changes,
    }


def entered(client, outcome, **changes):
    return client.post(reverse("result-record", args=[outcome.pk]), figures(**changes))


# --- shown


def test_before_the_first_result_the_page_says_what_will_be_there(client, outcome):
    text = shown(client, outcome).content.decode()

    assert "No results yet" in text
    assert "<svg role" not in text
    assert "From 42% to 60%." in text


def test_result_stands_against_its_target(client, outcome):
    ResultFactory(outcome=outcome, period_end="2026-09-30")

    text = shown(client, outcome).content.decode()

    assert "30 Sep 2026: 55%, 72% of the way from 42% to the target of 60%" in text
    assert '<svg role="img"' in text
    assert "Moved 13 of the 18 needed: from 42% to 55% so far." in text
    assert "Case records, counted by the two charities" in text


@pytest.mark.parametrize(
    ("actual", "says"),
    [
        (12, "Target met: 12%."),
        (9, "Better than the target: 9%, where 12% was aimed for."),
        (21, "Moved 9 of the 18 needed: from 30% to 21% so far."),
        (30, "No change yet: still at the baseline of 30%."),
        (33, "Worse than at the start: 33% now, 30% then."),
    ],
)
def test_target_below_the_baseline_reads_right(client, outcome, actual, says):
    type(outcome).objects.filter(pk=outcome.pk).update(baseline=30, target=12)
    ResultFactory(outcome=outcome, actual=Decimal(actual))

    assert says in shown(client, outcome).content.decode()


def test_corrected_figure_stays_to_be_seen(browse, client, outcome, writer):
    result = ResultFactory(outcome=outcome, period_end="2026-09-30")
    Result.objects.filter(pk=result.pk).update(superseded_at=timezone.now())
    ResultFactory(
        outcome=outcome,
        period_end="2026-09-30",
        actual=45,
        corrects=result,
        reason="Ten twice.",
        recorded_by=writer,
    )

    text = shown(client, outcome).content.decode()

    assert "<del>55%</del>" in text
    assert "Corrected: now 45% for 30 Sep 2026." in text
    assert "Why it was corrected: Ten twice." in text
    assert writer.name not in text
    assert writer.name in shown(browse(writer), outcome).content.decode()


def test_only_who_may_is_offered_to_enter_and_correct(browse, client, outcome, writer):
    result = ResultFactory(outcome=outcome)
    urls = [reverse("result-record", args=[outcome.pk]), reverse("result-correct", args=[result.pk])]

    assert all(url in shown(browse(writer), outcome).content.decode() for url in urls)
    assert not any(url in shown(client, outcome).content.decode() for url in urls)


def test_outcome_of_an_unsigned_agreement_is_for_members(browse, client):
    alliance = AllianceFactory(signing=True)
    outcome = alliance.outcomes.first()

    assert shown(client, outcome).status_code == 404
    assert client.get(reverse("outcome-results", args=[outcome.pk])).status_code == 404
    page = shown(browse(member(Role.OWNER, provider_of(alliance))), outcome)
    assert "once every member has signed" in page.content.decode()


def test_page_takes_as_many_queries_for_twelve_results_as_for_one(
    browse, outcome, writer, django_assert_max_num_queries
):
    client = browse(writer)
    shown(client, outcome)  # the first page of a session notes that somebody is there
    counts = []
    for months in (range(1, 2), range(2, 13)):
        for month in months:
            ResultFactory(outcome=outcome, period_end=f"2026-{month:02}-28")
        with django_assert_max_num_queries(12) as queries:
            shown(client, outcome)
        counts.append(len(queries))

    assert counts[0] == counts[1]


# --- taken away


def test_table_holds_every_result_and_runs_nothing(client, outcome):
    ResultFactory(outcome=outcome, source='=HYPERLINK("x")', note="-1 was a mistake", actual=Decimal("-3.5"))

    response = client.get(reverse("outcome-results", args=[outcome.pk]))

    assert response["Content-Type"].startswith("text/csv")
    row = next(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert row["source"] == '\'=HYPERLINK("x")'
    assert row["comment"] == "'-1 was a mistake"
    assert row["result"] == "-3.50"
    assert row["counts"] == "yes"


# --- entered


def test_page_suggests_the_quarter_that_is_due(browse, outcome, writer):
    page = browse(writer).get(reverse("result-record", args=[outcome.pk]))

    assert page.context["form"]["period_end"].value().isoformat() == "2026-09-30"


def test_quarter_with_a_result_is_not_suggested(browse, outcome, writer):
    ResultFactory(outcome=outcome, period_end="2026-09-30")

    page = browse(writer).get(reverse("result-record", args=[outcome.pk]))

    assert page.context["form"]["period_end"].value() is None


def test_result_is_entered_once(browse, outcome, writer):
    client, sent = browse(writer), figures()
    url = reverse("result-record", args=[outcome.pk])

    assert client.post(url, sent).url == client.post(url, sent).url == reverse("outcome-detail", args=[outcome.pk])
    assert Result.objects.get().actual == 55


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1,250.5", "1250.50"), ("−3", "-3.00"), (" 55 % ", "55.00"), (".5", "0.50"), ("7.", "7.00")],
)
def test_figure_is_taken_as_people_write_it(browse, outcome, writer, typed, kept):
    assert entered(browse(writer), outcome, actual=typed).status_code == 302
    assert str(Result.objects.get().actual) == kept


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"actual": ""}, "Enter the result."),
        ({"actual": "fifty"}, "Enter a figure"),
        ({"actual": "1,5"}, "Enter a figure"),
        ({"actual": "1e5"}, "Enter a figure"),
        ({"actual": "NaN"}, "Enter a figure"),
        ({"actual": "."}, "Enter a figure"),
        ({"actual": "5.125"}, "no more than two digits after the point"),
        ({"actual": "12345678901"}, "no more than ten digits"),
        ({"actual": "9" * 400}, "no more than ten digits"),
        ({"source": ""}, "Say where the figure comes from."),
        ({"source": "x" * 301}, "300 characters or fewer"),
        ({"note": "x" * 2001}, "2000 characters or fewer"),
        ({"period_end_month": "13"}, "real date"),
        ({"period_end_day": ""}, "day"),
        ({"period_end_day": "22", "period_end_month": "11"}, "not ended yet"),
        ({"period_end_year": "2025"}, "within the term"),
        ({"form_key": ""}, "missing or had been changed"),
    ],
)
def test_bad_result_says_what_to_do_and_keeps_what_was_typed(browse, outcome, writer, change, says):
    page = entered(browse(writer), outcome, **change)

    assert page.status_code == 422
    assert says in page.content.decode()
    assert page.context["form"]["actual"].value() == change.get("actual", "55%")
    assert not Result.objects.exists()


def test_period_with_a_result_is_refused(browse, outcome, writer):
    ResultFactory(outcome=outcome, period_end="2026-09-30")

    page = entered(browse(writer), outcome)

    assert page.status_code == 422
    assert "30 September 2026 already" in page.content.decode()


def test_entering_takes_the_right(browse, outcome):
    url = reverse("result-record", args=[outcome.pk])

    assert browse(member(Role.VIEWER, provider_of(outcome.alliance))).get(url).status_code == 403
    assert browse(member(Role.OWNER)).get(url).status_code == 403
    assert browse(member(Role.OWNER)).post(url, figures()).status_code == 403
    unsigned = AllianceFactory().outcomes.first()
    assert browse(member(Role.OWNER)).get(reverse("result-record", args=[unsigned.pk])).status_code == 404


def test_entering_before_all_have_signed_says_why_not(browse):
    alliance = AllianceFactory(signing=True)
    url = reverse("result-record", args=[alliance.outcomes.first().pk])

    page = browse(member(Role.OWNER, provider_of(alliance))).get(url)

    assert page.status_code == 409
    assert "once every member has signed" in page.content.decode()


# --- corrected


@pytest.fixture
def result(outcome):
    return ResultFactory(outcome=outcome, period_end="2026-09-30")


def correction(client, result, **changes):
    sent = figures(**{"actual": "45", "reason": "Ten were counted twice.", **changes})
    return client.post(reverse("result-correct", args=[result.pk]), sent)


def test_correction_page_is_filled_with_what_stands(browse, result, writer):
    form = browse(writer).get(reverse("result-correct", args=[result.pk])).context["form"]

    assert form["actual"].value() == "55"
    assert form["source"].value() == result.source


def test_result_is_corrected(browse, result, writer):
    assert correction(browse(writer), result).url == reverse("outcome-detail", args=[result.outcome_id])
    assert Result.objects.get(corrects=result).actual == 45


def test_correction_needs_its_reason(browse, result, writer):
    page = correction(browse(writer), result, reason="")

    assert page.status_code == 422
    assert "Say why the result is corrected." in page.content.decode()


def test_second_to_correct_sees_both_and_corrects_the_newer(browse, outcome, result, writer):
    other = browse(member(Role.DIRECTOR, outcome.alliance.organisation))
    correction(browse(writer), result)

    page = correction(other, result, actual="47")

    text = page.content.decode()
    assert page.status_code == 422
    assert "corrected this result after you opened it" in text
    assert page.context["form"]["actual"].value() == "47"
    newer = Result.objects.get(corrects=result)
    assert f'action="{reverse("result-correct", args=[newer.pk])}"' in text
    assert "45% for the period ending" in text
    assert correction(other, newer, actual="47").status_code == 302


def test_correcting_what_was_corrected_is_told(browse, result, writer):
    client = browse(writer)
    correction(client, result)

    page = client.get(reverse("result-correct", args=[result.pk]))

    assert page.status_code == 409
    assert "corrected already" in page.content.decode()


def test_correcting_takes_the_right(browse, result):
    url = reverse("result-correct", args=[result.pk])

    assert browse(member(Role.OWNER)).get(url).status_code == 403
    unsigned = ResultFactory(outcome=AllianceFactory().outcomes.first())
    assert browse(member(Role.OWNER)).get(reverse("result-correct", args=[unsigned.pk])).status_code == 404
