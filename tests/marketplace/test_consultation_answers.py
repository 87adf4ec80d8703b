"""Answering with a name and without; above all, that nothing kept leads from an anonymous answer to its writer."""

import datetime
import json
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.access import Refused, Stale
from core.models import Event, User
from core.roles import Role
from marketplace.anonymity import code_of, digest_of, mark_of, new_secret
from marketplace.drafts import Capacity
from marketplace.models import AnsweringKey, AnswerText, ConsultationAnswer
from marketplace.queries.consultations import answers_to_read, capacities_of, has_answered
from marketplace.services.consultation_answers import (
    answer_round,
    change_answer,
    change_with_code,
    forget_answerers,
    open_answers,
    withdraw_answer,
    withdraw_with_code,
)
from tests.factories.consultations import RoundFactory, answered, opened
from tests.factories.core import CommissionerFactory, OrganisationFactory, UserFactory, member
from tests.marketplace.evaluation_scene import client_of

pytestmark = pytest.mark.django_db


def before_closing(consultation, **gap) -> datetime.datetime:
    return consultation.closes_at - datetime.timedelta(**(gap or {"minutes": 1}))


def answering(consultation, by: User, **changes):
    words = {
        "by": by,
        "consultation": consultation,
        "capacity": Capacity("lived_experience"),
        "texts": {1: "Open at night."},
        "anonymous": False,
        "form_key": uuid4(),
        "arrived_at": before_closing(consultation),
        **changes,
    }
    return answer_round(**words)


# --- Who is heard, as what ---------------------------------------------------------------------------


def test_people_are_heard_as_what_they_are() -> None:
    consultation = RoundFactory(is_open=True)
    charity, region = OrganisationFactory(), CommissionerFactory()
    assert [each.speaks_as for each in capacities_of(UserFactory(), consultation)] == ["lived_experience"]
    viewer, practitioner = member(Role.VIEWER, charity), member(Role.PRACTITIONER, region)
    assert capacities_of(viewer, consultation)[0] == Capacity("provider", charity)
    assert capacities_of(practitioner, consultation)[0] == Capacity("practitioner", region)
    assert len(capacities_of(member(Role.COMMISSIONER_FINANCE, region), consultation)) == 1


def test_round_hears_only_whom_it_asks() -> None:
    consultation = RoundFactory(is_open=True, asks_lived_experience=False)
    with pytest.raises(Refused, match="asks others than you"):
        answering(consultation, UserFactory())
    owner = member(Role.OWNER)
    with pytest.raises(Refused, match="from what is offered"):
        answering(consultation, owner)
    with pytest.raises(Refused, match="from what is offered"):
        answering(consultation, owner, capacity=Capacity("provider", OrganisationFactory()))
    house = owner.memberships.get().organisation
    answer = answering(consultation, owner, capacity=Capacity("provider", house))
    assert (answer.answerer, answer.organisation, answer.code_sha256) == (owner, house, "")


def test_who_runs_it_does_not_answer_it() -> None:
    consultation = RoundFactory(is_open=True)
    for role in (Role.DIRECTOR, Role.COMMISSIONING_MANAGER):
        with pytest.raises(Refused, match="You run this consultation"):
            answering(consultation, member(role, consultation.need.organisation))
    colleague = member(Role.PRACTITIONER, consultation.need.organisation)
    answering(consultation, colleague, capacity=Capacity("practitioner", consultation.need.organisation))


# --- Time alone decides ------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "kept"), [(-1, True), (0, False), (1, False)])
def test_the_moment_of_arrival_decides_about_the_deadline(seconds: int, kept: bool) -> None:
    consultation = RoundFactory(is_closed=True)
    at = consultation.closes_at + datetime.timedelta(seconds=seconds)
    if kept:
        answering(consultation, UserFactory(), arrived_at=at)
    else:
        with pytest.raises(Refused, match="closed"):
            answering(consultation, UserFactory(), arrived_at=at)
    assert ConsultationAnswer.objects.count() == kept


@pytest.mark.parametrize(("seconds", "kept"), [(-1, False), (0, True)])
def test_the_moment_of_arrival_decides_about_the_opening(seconds: int, kept: bool) -> None:
    consultation = RoundFactory(is_open=True)
    at = consultation.opens_at + datetime.timedelta(seconds=seconds)
    if kept:
        answering(consultation, UserFactory(), arrived_at=at)
    else:
        with pytest.raises(Refused, match="opens"):
            answering(consultation, UserFactory(), arrived_at=at)


def test_drafts_and_cancelled_rounds_take_no_answer() -> None:
    for consultation in (RoundFactory(), RoundFactory(status="cancelled", cancelling_reason="No.")):
        with pytest.raises(Refused):
            answering(consultation, UserFactory())


# --- Once, and until closing -------------------------------------------------------------------------


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("second", [True, False])
def test_nobody_answers_twice_with_a_name_or_without(first: bool, second: bool) -> None:
    consultation, person = RoundFactory(is_open=True), UserFactory()
    answering(consultation, person, anonymous=first)
    with pytest.raises(Refused, match="answered this already"):
        answering(consultation, person, anonymous=second)
    assert ConsultationAnswer.objects.count() == 1
    assert has_answered(person, consultation)
    assert not has_answered(UserFactory(), consultation)


@pytest.mark.parametrize("anonymous", [True, False])
def test_the_same_form_sent_twice_is_kept_once(anonymous: bool) -> None:
    consultation, person, key = RoundFactory(is_open=True), UserFactory(), uuid4()
    first = answering(consultation, person, anonymous=anonymous, form_key=key)
    assert answering(consultation, person, anonymous=anonymous, form_key=key) == first
    assert Event.objects.filter(action="consultation.answer").count() == (not anonymous)


@pytest.mark.parametrize("texts", [{}, {1: " "}, {3: "To no question."}])
def test_an_answer_says_something_to_a_question_or_leaves_nothing(texts: dict) -> None:
    consultation = RoundFactory(is_open=True)
    with pytest.raises(Refused, match="at least one question"):
        answering(consultation, UserFactory(), texts=texts)
    assert not ConsultationAnswer.objects.exists()
    assert AnsweringKey.objects.get().marks == []


def test_own_answer_is_changed_and_withdrawn_until_closing() -> None:
    consultation, person = RoundFactory(is_open=True), UserFactory()
    answer, at = answering(consultation, person), before_closing(consultation)
    change_answer(by=person, answer=answer, texts={2: "A bed."}, version=1, arrived_at=at)
    assert [text.text for text in answer.texts.all()] == ["A bed."]
    with pytest.raises(Stale):
        change_answer(by=person, answer=answer, texts={2: "Two."}, version=1, arrived_at=at)
    for act in (change_answer, withdraw_answer):
        more = {"texts": {1: "Late."}, "version": 2} if act is change_answer else {}
        with pytest.raises(Refused, match="closed"):
            act(by=person, answer=answer, arrived_at=consultation.closes_at, **more)
        with pytest.raises(Refused, match="withdrawn"):
            act(by=UserFactory(), answer=answer, arrived_at=at, **more)
    withdraw_answer(by=person, answer=answer, arrived_at=at)
    assert not AnswerText.objects.exists()
    answering(consultation, person, anonymous=True)


def test_anonymous_answer_is_changed_and_withdrawn_by_its_code_alone() -> None:
    consultation, person, key = RoundFactory(is_open=True), UserFactory(), uuid4()
    answer, at = answering(consultation, person, anonymous=True, form_key=key), before_closing(consultation)
    code = code_of(key).lower().replace("-", " ")
    change_with_code(code=code, texts={2: "A bed."}, version=1, arrived_at=at)
    assert [text.text for text in answer.texts.all()] == ["A bed."]
    with pytest.raises(Refused, match="letter by letter"):
        change_with_code(code="ABCD-EFGH-IJKL-MNOP", texts={1: "Mine."}, version=1, arrived_at=at)
    with pytest.raises(Refused, match="closed"):
        change_with_code(code=code, texts={1: "Late."}, version=2, arrived_at=consultation.closes_at)
    with pytest.raises(Stale):
        change_with_code(code=code, texts={1: "Other tab."}, version=1, arrived_at=at)
    with pytest.raises(Refused, match="closed"):
        withdraw_with_code(code=code, arrived_at=consultation.closes_at)
    withdraw_with_code(code=code, arrived_at=at)
    assert not ConsultationAnswer.objects.exists()
    with pytest.raises(Refused, match="answered this already"):
        answering(consultation, person, anonymous=True)


# --- Nothing leads to the writer ---------------------------------------------------------------------


def everything() -> dict[str, list[str]]:
    """Every row of every table, as text, by table."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = sorted(repr(row) for row in cursor.fetchall())
    return found


def added(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, list[str]]:
    """The rows that were not there before."""
    fresh = {table: [row for row in rows if row not in before.get(table, [])] for table, rows in after.items()}
    return {table: rows for table, rows in fresh.items() if rows}


def traces(rows: dict[str, list[str]], person: User, house) -> list[str]:
    """Rows that name the person or their organisation by number, address or name."""
    signs = (str(person.pk), person.email, person.name, str(house.pk), house.name)
    return [
        f"{table}: {row}" for table, found in rows.items() for row in found if any(sign in row for sign in signs)
    ]


@pytest.fixture
def writer() -> User:
    """Somebody whose number and whose organisation's number appear nowhere by chance."""
    house = OrganisationFactory(pk=77_123_456_789, name="Calder Kitchen")
    return member(Role.OWNER, house, pk=99_876_543_210, name="Nadia Rahman", email="nadia@calder.example.org")


def send(client: Client, consultation, attribution: str):
    house = 77_123_456_789
    return client.post(
        f"/consultations/{consultation.pk}/answer/",
        {
            "form_key": str(uuid4()),
            "speaks_as": f"provider:{house}",
            "text_1": "Nobody is awake at five.",
            "attribution": attribution,
        },
    )


def test_after_an_anonymous_answer_nothing_in_the_whole_database_leads_to_the_person(writer: User) -> None:
    consultation = RoundFactory(is_open=True)
    client = client_of(writer)
    client.get(f"/consultations/{consultation.pk}/answer/")  # the session of this visit is there before
    before = everything()
    response = send(client, consultation, "anonymous")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert "shown once" in response.content.decode()
    rows = added(before, everything())
    house = writer.memberships.get().organisation
    assert traces(rows, writer, house) == []
    assert set(rows) == {
        "marketplace_consultationanswer",
        "marketplace_answertext",
        "marketplace_answeringkey",
    }


def test_the_search_for_traces_finds_those_of_an_answer_with_a_name(writer: User) -> None:
    consultation = RoundFactory(is_open=True)
    client = client_of(writer)
    client.get(f"/consultations/{consultation.pk}/answer/")
    before = everything()
    assert send(client, consultation, "named").status_code == 302
    found = traces(added(before, everything()), writer, writer.memberships.get().organisation)
    assert {line.partition(":")[0] for line in found} == {"marketplace_consultationanswer", "core_event"}


def test_an_anonymous_answer_has_no_time_no_house_and_no_order(writer: User) -> None:
    consultation = RoundFactory(is_open=True)
    house = writer.memberships.get().organisation
    answer = answering(consultation, writer, capacity=Capacity("provider", house, "Group"), anonymous=True)
    answer.refresh_from_db()
    told = (answer.answerer, answer.organisation, answer.group_name, answer.answered_at, answer.form_key)
    assert told == (None, None, "", None, None)
    assert isinstance(answer.pk, UUID)
    assert answer.pk.version == 4
    assert not any(field.get_internal_type() == "DateTimeField" for field in AnswerText._meta.get_fields())


def test_marks_stand_in_no_order_of_answering(writer: User) -> None:
    consultation = RoundFactory(is_open=True)
    for _number in range(12):
        answered(consultation, anonymous=True)
    marks = AnsweringKey.objects.get().marks
    assert len(marks) == 12
    assert marks == sorted(marks)


def test_marks_cannot_be_remade_without_the_servers_key(settings) -> None:
    secret = new_secret()
    mine = mark_of(secret, 7)
    assert mine == mark_of(secret, 7)
    assert len({mine, mark_of(secret, 8), mark_of(new_secret(), 7)}) == 3
    settings.SECRET_KEY = "another key of the server that is long enough to be one"
    assert mark_of(secret, 7) != mine


def test_secret_marks_and_codes_go_when_the_answers_are_opened(writer: User) -> None:
    consultation = RoundFactory(is_closed=True)
    answered(consultation, writer, anonymous=True)
    assert list(answers_to_read(consultation)) == []
    held = opened(consultation)
    assert not AnsweringKey.objects.exists()
    assert [answer.code_sha256 for answer in answers_to_read(held)] == [""]
    assert not has_answered(writer, consultation)
    with pytest.raises(Refused, match="its answers were opened"):
        answering(held, UserFactory())


def test_secrets_of_rounds_nobody_opens_are_forgotten_by_the_clock(writer: User) -> None:
    closed, going_on = RoundFactory(is_closed=True), RoundFactory(is_open=True)
    answered(closed, writer, anonymous=True)
    just_closed = closed.closes_at + datetime.timedelta(minutes=4)
    assert forget_answerers(at=just_closed) == 0
    assert forget_answerers(at=timezone.now()) == 1
    assert forget_answerers(at=timezone.now()) == 0
    assert AnsweringKey.objects.get().round == going_on
    assert not ConsultationAnswer.objects.exclude(code_sha256="").exists()
    assert Event.objects.get(action="consultation.forget").actor == "clock"
    call_command("forget_answerers", verbosity=0)


def test_form_to_be_sent_without_a_name_is_not_held_for_whoever_was_signed_out(writer: User) -> None:
    consultation, client = RoundFactory(is_open=True), Client()
    client.get("/needs/")
    send(client, consultation, "named")
    assert "held_submission" in client.session
    client = Client()
    assert send(client, consultation, "anonymous").status_code == 302
    assert "held_submission" not in client.session


def test_answers_to_anything_are_never_in_events_or_exports(writer: User) -> None:
    consultation = RoundFactory(is_closed=True)
    answered(consultation, writer, text="Between us alone.")
    answered(consultation, anonymous=True, text="Between us alone.")
    opened(consultation)
    told = json.dumps([[event.before, event.after, event.reason] for event in Event.objects.all()])
    assert "Between us" not in told
    assert Event.objects.filter(action="consultation.answer").count() == 1
    models = [model for model in apps.get_models() if "Between us" in repr(list(model.objects.values()))]
    assert models == [AnswerText]


@pytest.mark.parametrize(
    "columns",
    [
        {"answerer": 1},
        {"answered_at": timezone.now()},
        {"group_name": "Us"},
        {"form_key": uuid4()},
        {"speaks_as": "director"},
    ],
)
def test_a_trace_on_an_anonymous_answer_is_refused_by_the_database(columns: dict) -> None:
    answer = answered(RoundFactory(is_open=True), anonymous=True)
    if "answerer" in columns:
        columns = {"answerer": UserFactory()}
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsultationAnswer.objects.filter(pk=answer.pk).update(**columns)


@given(st.uuids(version=4))
def test_code_is_found_however_it_is_typed(key: UUID) -> None:
    code = code_of(key)
    assert code_of(key) == code
    assert len(code) == 19
    typed = [code.lower(), code.replace("-", " "), f" {code} ", code.replace("O", "0").replace("I", "1")]
    assert {digest_of(text) for text in typed} == {digest_of(code)}


def test_others_are_never_shown_who_may_not_read(writer: User) -> None:
    consultation = opened(RoundFactory(is_closed=True))
    address = f"/consultations/{consultation.pk}/answers/"
    assert client_of(writer).get(address).status_code == 403
    assert client_of(member(Role.DIRECTOR)).get(address).status_code == 403
    assert client_of(member(Role.PRACTITIONER, consultation.need.organisation)).get(address).status_code == 403
    assert client_of(member(Role.AUDITOR)).get(address).status_code == 200
    with pytest.raises(PermissionDenied):
        open_answers(by=writer, consultation=consultation, arrived_at=timezone.now())
