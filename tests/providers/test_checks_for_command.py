"""`manage.py checks_for --json`, as another program meets it."""

import io
import json
import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from providers.checks import CODES
from tests.architecture.project import ROOT

pytestmark = pytest.mark.django_db

GOOD = {
    "value_share": 4_000_000,
    "income": 6_000_000,
    "legal_form": "charity",
    "staff": 3,
    "holds_personal_data": True,
    "contact_with_people": True,
    "route": "tender",
    "on": "2026-11-22",
}


@pytest.fixture
def ask(monkeypatch, capsys):
    """What the command prints for these bytes, or for this value as JSON."""

    def asked(data):
        raw = data if isinstance(data, bytes) else json.dumps(data).encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        out = io.StringIO()
        try:
            call_command("checks_for", json=True, stdout=out)
        finally:
            asked.printed = out.getvalue()
        return json.loads(asked.printed)

    return asked


def test_case_gives_a_list_of_all_checks(ask):
    rows = ask(GOOD)
    assert [row["check"] for row in rows] == list(CODES)
    assert all(list(row) == ["check", "how", "why", "legal_basis", "minutes", "sponsor_can_cover"] for row in rows)
    by_code = {row["check"]: row for row in rows}
    assert by_code["bank_account"]["how"] == "evidence"
    assert by_code["turnover"]["how"] == "not_asked"
    assert by_code["turnover"]["minutes"] == 0
    assert by_code["bank_account"]["sponsor_can_cover"] is True


def test_list_gives_a_list_of_lists_in_the_same_order(ask):
    rows = ask([GOOD, {**GOOD, "value_share": 0, "on": "2030-01-01"}, GOOD])
    assert [len(row) for row in rows] == [16, 16, 16]
    assert rows[0] == rows[2] != rows[1]


def test_no_cases_give_no_lists(ask):
    assert ask([]) == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (b"", "standard input is not JSON"),
        (b"{", "standard input is not JSON"),
        (b"\xff\xfe\x00", "standard input is not JSON"),
        (b"[" * 100_000, "standard input is not JSON"),
        (b"9" * 5_000, "standard input is not JSON"),
        (b'{"on": 1, "on": 2}', "a name stands twice in one case"),
        (b"NaN", "a case must be an object"),
        (b"null", "a case must be an object"),
        ("text", "a case must be an object"),
        ([[GOOD]], "case 1: a case must be an object"),
        ([GOOD, None], "case 2: a case must be an object"),
        ([GOOD, {**GOOD, "staff": -1}], "case 2: staff must not be below nought"),
        ({}, "value_share is missing"),
        ({key: value for key, value in GOOD.items() if key != "on"}, "on is missing"),
        ({**GOOD, "colour\nred\u2028": 1}, "'colour\\nred\\u2028' is not known"),
        ({**GOOD, "value_share": -1}, "value_share must not be below nought"),
        ({**GOOD, "value_share": 1.0}, "value_share must be a whole number"),
        ({**GOOD, "value_share": True}, "value_share must be a whole number"),
        ({**GOOD, "value_share": "1"}, "value_share must be a whole number"),
        ({**GOOD, "value_share": None}, "value_share must be a whole number"),
        ({**GOOD, "income": False}, "income must be a whole number"),
        ({**GOOD, "income": -1}, "income must not be below nought"),
        ({**GOOD, "staff": 2.5}, "staff must be a whole number"),
        ({**GOOD, "holds_personal_data": 1}, "holds_personal_data must be true or false"),
        ({**GOOD, "contact_with_people": "yes"}, "contact_with_people must be true or false"),
        ({**GOOD, "legal_form": "club"}, "legal_form must be one of"),
        ({**GOOD, "legal_form": ["charity"]}, "legal_form must be text"),
        ({**GOOD, "route": "raffle"}, "route must be one of"),
        ({**GOOD, "on": "22 November 2026"}, "on must be a date"),
        ({**GOOD, "on": "2026-02-30"}, "on must be a date"),
        ({**GOOD, "on": "20261122"}, "on must be a date"),
        ({**GOOD, "on": "2026-W47-7"}, "on must be a date"),
        ({**GOOD, "on": "2026-11-22T10:00:00"}, "on must be a date"),
        ({**GOOD, "on": "２０２６-11-22"}, "on must be a date"),
        ({**GOOD, "on": 20261122}, "on must be text"),
        ({**GOOD, "on": "2025-12-31"}, "no matrix of checks is in force on 2025-12-31"),
    ],
)
def test_wrong_case_gives_one_line_and_nothing_else(ask, wrong, says):
    with pytest.raises(CommandError) as refused:
        ask(wrong)
    assert refused.value.returncode == 2
    assert says in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1
    assert ask.printed == ""


def from_outside(text, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", "checks_for", "--json"],
        input=text,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", **environment},
        encoding="utf-8",
        check=False,
    )


def test_another_program_reads_the_answer_without_any_database(tmp_path):
    answer = from_outside(json.dumps(GOOD), DATABASE_URL=f"sqlite:///{tmp_path}/nowhere/db.sqlite3")
    assert answer.returncode == 0, answer.stderr
    assert [row["check"] for row in json.loads(answer.stdout)] == list(CODES)
    assert answer.stderr == ""


def test_another_program_sees_two_and_one_line():
    answer = from_outside('{"value_share": true}')
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.count("\n") == 1
    assert answer.stderr.strip()
