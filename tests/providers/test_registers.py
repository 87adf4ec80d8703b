"""Looking organisations up in public registers: importing extracts, finding, filling in, keeping the result."""

import datetime
import io

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from core.access import Refused
from core.models import Event
from core.roles import Role
from providers.models import Identifier, IdentityLookUp, RegisterEntry, RegisterExtract
from providers.queries.registers import ImportedRegisters
from providers.register_files import FILES, day_in_file_name
from providers.registers import readable
from providers.services import register_imports
from providers.services.register_imports import UnreadableRegister, import_register
from providers.services.registration import change_identity
from tests.factories.core import UserFactory, member
from tests.factories.providers import named_only, organisation_of, registered
from tests.factories.registers import FixedRegisters, found

pytestmark = pytest.mark.django_db

ON = datetime.date(2026, 11, 1)
CHARITY_HEADINGS = (
    "date_of_extract\torganisation_number\tregistered_charity_number\tlinked_charity_number\tcharity_name\t"
    "charity_type\tcharity_registration_status\tdate_of_removal\tlatest_acc_fin_period_end_date\tlatest_income\t"
    "charity_contact_address4\tcharity_contact_postcode\tcharity_company_registration_number\tcharity_is_cio\n"
)
HARBOUR = (
    "2026-11-01T00:00:00\t1\t1090095\t0\tTHE HARBOUR TRUST\tTrust\tRegistered\t\t2026-03-31T00:00:00\t60123.45\t"
    "LEEDS\tLS1 4AP\t\tFalse\n"
)
GONE = "2026-11-01T00:00:00\t2\t279417\t0\tOLD HOPE\tOther\tRemoved\t2019-05-04T00:00:00\t\t\t\t\t\tFalse\n"
CIO = "2026-11-01T00:00:00\t3\t1173575\t2\tNEW DAWN CIO\tCIO\tRegistered\t\t\t0\tHull\tHU1\t\tTrue\n"
LIMITED = (
    "2026-11-01T00:00:00\t4\t1100000\t0\tBridge House\tCharitable company\tRegistered\t\t\t5\t\t\t9506232\tFalse\n"
)
COMPANIES = (
    "CompanyName, CompanyNumber,RegAddress.PostTown,RegAddress.PostCode,CompanyCategory,CompanyStatus,"
    "DissolutionDate,Accounts.AccountRefDay,Accounts.AccountRefMonth,URI\n"
    '"NEW LEAF C.I.C.",09506232,CARDIFF,CF10 1AA,Community Interest Company,Active,,31,3,http://x\n'
    '"OLD LEAF LTD",SC123456,,,Private Limited Company,Dissolved,04/05/2019,,,http://x\n'
)


@pytest.fixture
def administrator():
    return member(Role.SERVICE_ADMINISTRATOR)


def imported(by, text, kind="charity", **more):
    given = {"source": "test extract", "extracted_on": ON, **more}
    data = text if isinstance(text, bytes) else text.encode()
    return import_register(by=by, kind=FILES[kind], file=io.BytesIO(data), **given)


def entry(number):
    return RegisterEntry.objects.get(number=number)


def test_charities_are_read_as_the_register_writes_them(administrator):
    done = imported(administrator, CHARITY_HEADINGS + HARBOUR + GONE + CIO + LIMITED)
    assert (done.extract.new_count, done.extract.wrong_count) == (4, 0)
    harbour = entry("1090095")
    assert (harbour.name, harbour.legal_form, harbour.income_pence) == ("THE HARBOUR TRUST", "charity", 6_012_345)
    assert (harbour.year_end_day, harbour.year_end_month, harbour.place) == (31, 3, "Leeds LS1")
    assert (entry("279417").is_gone, entry("279417").gone_on) == (True, datetime.date(2019, 5, 4))
    assert (entry("1173575-2").legal_form, entry("1173575-2").income_pence) == ("cio", 0)
    assert (entry("1100000").legal_form, entry("1100000").company_number) == ("company", "")


def test_charity_that_is_a_company_brings_both_numbers(administrator):
    imported(administrator, CHARITY_HEADINGS + LIMITED.replace("9506232", "09506232"))
    assert (entry("1100000").legal_form, entry("1100000").company_number) == ("company", "09506232")


def test_companies_are_read_as_companies_house_writes_them(administrator):
    imported(administrator, COMPANIES, kind="company")
    assert (entry("09506232").legal_form, entry("09506232").place) == ("cic", "Cardiff CF10")
    assert entry("SC123456").is_gone


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_spreadsheets_are_taken(administrator, encoding):
    text = CHARITY_HEADINGS + HARBOUR.replace("HARBOUR", "CAFÉ")
    imported(administrator, text.encode(encoding))
    assert entry("1090095").name == "THE CAFÉ TRUST"


def test_same_file_again_changes_nothing(administrator):
    imported(administrator, CHARITY_HEADINGS + HARBOUR + CIO)
    again = imported(administrator, CHARITY_HEADINGS + HARBOUR + CIO).extract
    assert (again.new_count, again.changed_count, again.unchanged_count) == (0, 0, 2)
    assert RegisterEntry.objects.count() == 2


def test_newer_extract_is_followed_and_who_is_missing_there_is_gone(administrator):
    imported(administrator, CHARITY_HEADINGS + HARBOUR + CIO)
    newer = imported(
        administrator,
        CHARITY_HEADINGS + HARBOUR.replace("60123.45", "70000"),
        extracted_on=datetime.date(2026, 11, 20),
    )
    assert (newer.extract.changed_count, newer.extract.new_count) == (1, 0)
    registers = ImportedRegisters()
    assert registers.find("GB-CHC", "1090095").income_pence == 7_000_000
    assert not registers.find("GB-CHC", "1090095").is_gone
    assert registers.find("GB-CHC", "1173575-2").is_gone
    assert registers.covers("GB-CHC") == datetime.date(2026, 11, 20)


def test_wrong_lines_are_told_by_number_and_left_out(administrator):
    bad = HARBOUR.replace("1090095", "12").replace("2026-11-01T00:00:00\t1", "2026-11-01T00:00:00\t9")
    done = imported(administrator, CHARITY_HEADINGS + HARBOUR + bad + CIO)
    assert [(each.line, each.column) for each in done.problems] == [(3, "registered_charity_number")]
    assert done.extract.wrong_count == 1
    assert RegisterEntry.objects.count() == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name,number\nHarbour,1090095\n",
        CHARITY_HEADINGS,
        CHARITY_HEADINGS + HARBOUR.replace("1090095", "x") * 30,
        CHARITY_HEADINGS + HARBOUR.replace("THE HARBOUR", '"THE HARBOUR'),
    ],
    ids=["empty", "other columns", "no rows", "all wrong", "open quotation mark"],
)
def test_file_that_makes_no_sense_leaves_nothing(administrator, text):
    with pytest.raises(UnreadableRegister) as refusal:
        imported(administrator, text)
    assert refusal.value.problems
    assert not RegisterEntry.objects.exists()
    assert not RegisterExtract.objects.exists()
    assert not Event.objects.exists()


def test_quotation_marks_can_be_letters(administrator):
    imported(administrator, CHARITY_HEADINGS + HARBOUR.replace("THE HARBOUR", '"THE" HARBOUR'), quoted=False)
    assert entry("1090095").name == '"THE" HARBOUR TRUST'


def test_day_of_the_extract_comes_from_the_file_or_is_asked(administrator):
    done = imported(administrator, CHARITY_HEADINGS + HARBOUR, extracted_on=None)
    assert done.extract.extracted_on == ON
    with pytest.raises(Refused, match="which day"):
        imported(administrator, COMPANIES, kind="company", extracted_on=None)
    with pytest.raises(Refused, match="to come"):
        imported(administrator, CHARITY_HEADINGS + HARBOUR, extracted_on=datetime.date(2199, 1, 1))
    assert day_in_file_name("BasicCompanyData-2026-11-01-part1_7.csv") == ON
    assert day_in_file_name("BasicCompanyData-2026-13-01.csv") is None


def test_more_rows_than_a_batch_are_all_taken(administrator, monkeypatch):
    monkeypatch.setattr(register_imports, "BATCH", 7)
    rows = "".join(HARBOUR.replace("1090095", str(1_200_000 + number)) for number in range(40))
    assert imported(administrator, CHARITY_HEADINGS + rows).extract.new_count == 40


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.OWNER, Role.DIRECTOR])
def test_only_service_administrators_import(role):
    with pytest.raises(PermissionDenied):
        imported(member(role), CHARITY_HEADINGS + HARBOUR)


def test_import_is_undone_when_the_record_fails(administrator, monkeypatch):
    monkeypatch.setattr(register_imports.audit, "record", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        imported(administrator, CHARITY_HEADINGS + HARBOUR)
    assert not RegisterEntry.objects.exists()


# --- the command


def test_command_imports_tells_and_can_try_first(administrator, tmp_path, capsys):
    path = tmp_path / "BasicCompanyData-2026-11-01.csv"
    path.write_text(COMPANIES)
    options = {"register": "company", "by": administrator.email}
    call_command("import_register", str(path), dry_run=True, **options)
    assert not RegisterEntry.objects.exists()
    call_command("import_register", str(path), **options)
    assert RegisterEntry.objects.count() == 2
    assert "2 new, 0 changed" in capsys.readouterr().out


def test_command_says_what_is_wrong(administrator, tmp_path):
    path = tmp_path / "charities-2026-11-01.csv"
    path.write_text("name\nHarbour\n")
    for options, sentence in (
        ({"by": "nobody@example.org"}, "Nobody has an account"),
        ({"by": UserFactory().email}, "Service administrators"),
        ({"by": administrator.email}, "line 1"),
    ):
        with pytest.raises(CommandError, match=sentence):
            call_command("import_register", str(path), register="charity", **options)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_register", str(tmp_path / "none"), register="charity", by=administrator.email)


# --- looking up


def test_names_are_found_by_their_words(administrator):
    imported(administrator, CHARITY_HEADINGS + HARBOUR + CIO)
    assert [each.number for each in ImportedRegisters().search("harbour")] == ["1090095"]
    assert ImportedRegisters().search("") == []


def test_without_an_import_nothing_is_covered():
    assert ImportedRegisters().covers("GB-CHC") is None
    assert ImportedRegisters().find("GB-CHC", "1090095") is None


def test_number_is_found_along_its_index(administrator):
    rows = "".join(HARBOUR.replace("1090095", str(1_200_000 + number)) for number in range(300))
    imported(administrator, CHARITY_HEADINGS + rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE providers_registerentry")
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = RegisterEntry.objects.filter(scheme="GB-CHC", number="1200007").explain()
    assert "register_entry_once" in plan or "USING INDEX" in plan


@pytest.mark.parametrize(
    ("shouted", "read"),
    [
        ("THE HOPE OF LEEDS CIC", "The Hope of Leeds CIC"),
        ("WOMEN'S AID (HULL)", "Women's Aid (Hull)"),
        ("NACRO", "NACRO"),
        ("Hope", "Hope"),
    ],
)
def test_shouted_names_are_written_as_people_do(shouted, read):
    assert readable(shouted) == read


# --- what was found is kept


@pytest.fixture
def registers(settings, monkeypatch):
    settings.REGISTER_LOOK_UP = "tests.factories.registers.FixedRegisters"
    entries = [
        found(income_pence=60_000_00, year_end_day=31, year_end_month=3, place="Leeds LS1", legal_form="charity"),
        found(number="279417", name="OLD HOPE", is_gone=True, gone_on=datetime.date(2019, 5, 4)),
    ]
    monkeypatch.setattr(FixedRegisters, "entries", entries)
    return entries


def told(person, number, name="Harbour Resettlement", **more):
    registration = organisation_of(person).registration
    given = {"legal_form": "charity", "identifiers": {"GB-CHC": number}, **more}
    change_identity(by=person, registration=registration, version=registration.version, name=name, **given)


@pytest.mark.parametrize(
    ("number", "name", "result", "agrees"),
    [
        ("1090095", "Harbour Resettlement", "looked_up", True),
        ("1090095", "The Harbour Resettlement Ltd", "looked_up", True),
        ("1090095", "Something else", "looked_up", False),
        ("279417", "Old Hope", "removed", True),
        ("1173575", "New Dawn", "not_found", False),
    ],
)
def test_look_up_is_kept_with_name_and_extract(registers, number, name, result, agrees):
    person = named_only()
    told(person, number, name)
    row = IdentityLookUp.objects.get()
    assert (row.result, row.name_agrees, row.extracted_on) == (result, agrees, ON)
    assert row.number == number


def test_look_up_follows_the_number(registers):
    person = named_only()
    told(person, "1090095")
    told(person, "279417")
    assert IdentityLookUp.objects.get().result == "removed"
    told(person, "SC042386", identifiers={"GB-SC": "SC042386"})
    assert not IdentityLookUp.objects.exists()


def test_facts_come_along_where_they_are_wanted_and_not_told(registers):
    person = named_only()
    told(person, "1090095", with_facts=True)
    registration = organisation_of(person).registration
    assert (registration.annual_income_pence, registration.year_end_month) == (60_000_00, 3)
    other = registered(annual_income_pence=1_00, number="1")
    Identifier.objects.filter(organisation=organisation_of(person)).delete()
    told(other, "1090095", "Other", with_facts=True)
    assert organisation_of(other).registration.annual_income_pence == 1_00


def test_import_looks_up_again(administrator):
    person = registered(number="1090095")
    assert not IdentityLookUp.objects.exists()
    assert imported(administrator, CHARITY_HEADINGS + HARBOUR).looked_up_count == 1
    assert IdentityLookUp.objects.get(organisation=organisation_of(person)).result == "looked_up"
    gone = HARBOUR.replace("Registered", "Removed")
    imported(administrator, CHARITY_HEADINGS + gone)
    assert IdentityLookUp.objects.get().result == "removed"


# --- the pages


@pytest.fixture
def owner(client):
    person = named_only(name="Harbour Resettlement")
    client.force_login(person)
    return person


def page(person, name="registration-look-up"):
    return reverse(name, args=[organisation_of(person).pk])


def test_typed_number_leads_to_a_filled_page_and_to_facts(client, owner, registers):
    answer = client.get(page(owner), {"q": "charity no. 1090095", "next": "/bids/3/"})
    (candidate,) = answer.context["candidates"]
    assert candidate.line == "Charity number, England and Wales 1090095, Leeds LS1"
    filled = client.get(candidate.url)
    text = filled.content.decode()
    assert 'value="1090095"' in text
    assert 'value="Harbour Resettlement"' in text
    assert "£60,000" in text
    sent = {"version": 1, "name": "Harbour Resettlement", "legal_form": "charity", "GB-CHC": "1090095"}
    assert client.post(candidate.url, sent).url.endswith("?next=%2Fbids%2F3%2F")
    assert organisation_of(owner).registration.annual_income_pence == 60_000_00
    assert "1090095 is HARBOUR RESETTLEMENT" in client.get(page(owner, "registration-detail")).content.decode()


def test_removed_entry_is_told_in_a_sentence_and_does_not_block(client, owner, registers):
    (candidate,) = client.get(page(owner), {"q": "hope"}).context["candidates"]
    assert "removed or dissolved on" in candidate.gone
    assert "removed or dissolved on" in client.get(candidate.url).content.decode()
    sent = {"version": 1, "name": "Old Hope", "legal_form": "charity", "GB-CHC": "279417"}
    assert client.post(candidate.url, sent).status_code == 302


def test_nothing_found_and_nothing_typed_are_said(client, owner, registers):
    assert "Nothing found" in client.get(page(owner), {"q": "zzz"}).content.decode()
    assert "Enter a number" in client.get(page(owner), {"q": ""}).content.decode()


def test_without_a_register_it_says_so_and_nothing_blocks(client, owner):
    answer = client.get(page(owner), {"q": "1090095"})
    assert "No register can be looked up" in answer.content.decode()
    name = client.get(page(owner, "registration-name")).content.decode()
    assert "Let the register" not in name
    told(owner, "1090095")
    assert not IdentityLookUp.objects.exists()


@pytest.mark.parametrize("query", [{"scheme": "GB-XXX", "number": "1"}, {"scheme": "GB-CHC", "number": "\x00"}])
def test_tampered_address_fills_nothing(client, owner, registers, query):
    answer = client.get(page(owner, "registration-name"), {"legal_form": "charity", **query})
    assert answer.status_code == 200
    assert answer.context["found"] is None


def test_look_up_is_for_those_who_keep_the_registration(client, owner, registers):
    client.force_login(member(Role.VIEWER, organisation_of(owner)))
    assert client.get(page(owner)).status_code == 403
    client.force_login(registered())
    assert client.get(page(owner)).status_code == 404
