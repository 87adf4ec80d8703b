"""Quarters are reported on and seen; days that are near are reminded of, once."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone

from core.access import Refused, Stale
from core.models import Event, Notice
from core.roles import Role
from marketplace.models import Contract, ContractDate, ContractReport
from marketplace.policies.contract_reports import quarters_to_report
from marketplace.quarters import Quarter
from marketplace.services import contract_reports
from marketplace.services.contract_dates import days_of, send_contract_reminders, set_dates
from marketplace.services.contract_reports import acknowledge_report, save_report
from marketplace.services.contracts import terminate_contract
from marketplace.tasks import send_contract_reminders_due
from tests.factories.contracts import draft, in_force
from tests.factories.core import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal():
    """A contract in force whose term began two quarters ago."""
    return in_force()


def last_quarters(deal):
    return quarters_to_report(deal.contract, on=timezone.localdate())


def save(deal, **changes):
    given = {
        "by": deal.owner,
        "contract": deal.contract,
        "quarter": last_quarters(deal)[0],
        "delivered": "31 people met, 22 in settled homes.",
        "paid_pence": 9_000_00,
        "version": 0,
        **changes,
    }
    return save_report(**given)


def test_report_is_given_and_the_body_is_told(deal):
    report = save(deal)
    assert report.version == 1
    assert "£9,000" in Notice.objects.get(kind="marketplace/report_given", recipient=deal.director).body
    assert Event.objects.get(action="contract.report").after["paid_pence"] == 9_000_00
    assert save(deal) == report
    assert ContractReport.objects.count() == 1


def test_report_is_put_right_until_it_was_seen(deal):
    report = save(deal)
    assert save(deal, version=1, paid_pence=8_000_00).version == 2
    with pytest.raises(Stale, match="changed this report"):
        acknowledge_report(by=deal.director, report=report, version=1)
    seen = acknowledge_report(by=deal.director, report=report, version=2, note="Thank you.")
    assert seen.seen_by == deal.director
    assert "Thank you." in Notice.objects.get(kind="marketplace/report_seen", recipient=deal.owner).body
    with pytest.raises(Refused, match="has seen this report"):
        save(deal, version=2, paid_pence=7_000_00)
    with pytest.raises(Refused, match="seen already"):
        acknowledge_report(by=deal.director, report=report, version=2)


def test_second_of_two_reports_is_told(deal):
    save(deal)
    with pytest.raises(Stale, match="Somebody saved"):
        save(deal, delivered="Another story.")


def test_sums_fit_the_value_and_the_other_reports(deal):
    later, earlier = last_quarters(deal)[:2]
    with pytest.raises(Refused, match="more than the value"):
        save(deal, paid_pence=deal.contract.value_pence + 1)
    save(deal, quarter=later, paid_pence=9_000_00)
    with pytest.raises(Refused, match="report after, £9,000"):
        save(deal, quarter=earlier, paid_pence=9_000_01)
    save(deal, quarter=earlier, paid_pence=4_000_00)
    with pytest.raises(Refused, match="report before, £4,000"):
        save(deal, quarter=later, paid_pence=3_999_99, version=1)


def test_only_quarters_of_the_term_that_are_over(deal):
    for quarter in (Quarter.of(timezone.localdate()), Quarter.of(datetime.date(2001, 1, 1))):
        with pytest.raises(Refused, match="not a quarter to report on"):
            save(deal, quarter=quarter)
    with pytest.raises(Refused, match="few lines"):
        save(deal, delivered=" ")


def test_terminated_contract_is_reported_on_until_its_end(deal):
    contract = terminate_contract(by=deal.director, contract=deal.contract, reason="No money.")
    next_year = timezone.localdate() + datetime.timedelta(days=500)
    assert quarters_to_report(contract, on=next_year)[0] == Quarter.of(timezone.localdate())


def test_report_is_for_the_lead_and_acknowledging_for_the_body(deal):
    for by in (deal.owners[1], deal.director, member(Role.VIEWER, deal.lead)):
        with pytest.raises(PermissionDenied):
            save(deal, by=by)
    report = save(deal)
    for by in (deal.owner, member(Role.COMMISSIONER_FINANCE, deal.body), member(Role.DIRECTOR)):
        with pytest.raises(PermissionDenied):
            acknowledge_report(by=by, report=report, version=1)
    other = draft()
    with pytest.raises(Refused, match="all parties have signed"):
        save(other, quarter=last_quarters(deal)[0])


def test_nothing_is_left_when_the_record_fails(deal, monkeypatch):
    monkeypatch.setattr(contract_reports.audit, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save(deal)
    assert not ContractReport.objects.exists()
    assert not Notice.objects.filter(kind="marketplace/report_given").exists()


# --- reminders


def morning_before(deal, kind, days, hour=8):
    on = deal.contract.dates.filter(kind=kind).latest("on").on - datetime.timedelta(days=days)
    return timezone.make_aware(datetime.datetime.combine(on, datetime.time(hour)))


def only(deal, kind):
    set_dates(deal.contract, [each for each in days_of(deal.contract) if each[0] == kind][-1:])


@pytest.mark.parametrize(("kind", "days"), [("review", 30), ("break", 90), ("end", 180)])
def test_everybody_concerned_is_reminded_of_a_day_once(deal, kind, days):
    only(deal, kind)
    assert send_contract_reminders(now=morning_before(deal, kind, days + 1)) == 0
    assert send_contract_reminders(now=morning_before(deal, kind, days, hour=6)) == 0
    assert send_contract_reminders(now=morning_before(deal, kind, days)) == 1
    assert send_contract_reminders(now=morning_before(deal, kind, days - 1)) == 0
    told = list(Notice.objects.filter(kind="marketplace/contract_date_near").values_list("recipient", flat=True))
    assert sorted(told) == sorted([deal.director.pk, *(owner.pk for owner in deal.owners)])
    assert deal.contract.title in Notice.objects.filter(kind="marketplace/contract_date_near")[0].subject


def test_nobody_is_reminded_of_what_is_past_or_over(deal):
    only(deal, "break")
    assert send_contract_reminders(now=morning_before(deal, "break", -1)) == 0
    Contract.objects.update(status="draft", agreed_text="", agreed_sha256="", activated_at=None)
    assert send_contract_reminders(now=morning_before(deal, "break", 5)) == 0


def test_days_that_stay_are_not_reminded_of_again(deal):
    only(deal, "break")
    send_contract_reminders(now=morning_before(deal, "break", 10))
    set_dates(deal.contract, days_of(deal.contract))
    assert ContractDate.objects.filter(kind="break").count() == 1
    assert send_contract_reminders(now=morning_before(deal, "break", 9)) == 0


def test_command_and_task_remind(deal, time_machine, capsys):
    only(deal, "break")
    time_machine.move_to(morning_before(deal, "break", 10), tick=False)
    call_command("send_contract_reminders")
    assert "1 days reminded of" in capsys.readouterr().out
    send_contract_reminders_due.enqueue()
    assert ContractDate.objects.filter(kind="break", reminded_at__isnull=False).count() == 1
