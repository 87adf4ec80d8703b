"""What people type, what becomes of it, and what they are told."""

import datetime
import unicodedata
import uuid
from typing import Any

import pytest
import time_machine
from django import forms as plain
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.test import Client, RequestFactory
from django.utils import timezone, translation
from django.utils.dateformat import format as written
from hypothesis import given
from hypothesis import strategies as st

from core import forms, held
from core.forms.dates import FIRST_YEAR, LAST_YEAR, LONDON, MONTHS, read_month, read_time
from core.forms.fields import LARGEST_PENCE
from core.forms.signin import LoginForm
from core.models import User


def typed(field: plain.Field, value: Any) -> Any:
    """What the field makes of `value`."""
    return field.clean(value)


def refusal(field: plain.Field, value: Any) -> str:
    """The code with which the field refuses `value`."""
    with pytest.raises(ValidationError) as refused:
        field.clean(value)
    return str(refused.value.error_list[0].code)


class Offer(forms.Versioned, forms.Keyed):
    """A form with one field of each kind."""

    title = plain.CharField(label="Title", max_length=20)
    value = forms.MoneyField(label="Value of the lot")
    share = forms.PercentField(label="Share (%)", required=False)
    people = forms.IntegerField(label="How many people does it reach?")
    closes_at = forms.DateTimeField(label="Closing time")
    area = forms.SelectField(label="Area", choices=[("w", "Wales"), ("l", "London")])
    route = forms.RadioField(
        label="Route", choices=[("g", "Grant"), ("a", "Alliance")], hints={"a": "One agreement."}
    )
    needs = forms.CheckboxesField(label="Needs (%)", choices=[("h", "Housing"), ("d", "Drugs")], required=False)
    reason = forms.WordLimitedTextField(label="Your reason", max_words=5, help_text="In short.")
    agreed = plain.BooleanField(label="We agree")


def right(**changes: str) -> dict[str, Any]:
    """What a careful person sends."""
    return {
        "version": "3",
        "form_key": str(uuid.uuid4()),
        "title": "Housing",
        "value": "£1,250.50",
        "share": "12.5",
        "people": "1,200",
        "closes_at_day": "4",
        "closes_at_month": "March",
        "closes_at_year": "2027",
        "closes_at_time": "12 noon",
        "area": "w",
        "route": "a",
        "needs": ["h", "d"],
        "reason": "There is not enough",
        "agreed": "on",
    } | changes


def sent(data: dict[str, Any]) -> QueryDict:
    """As a browser sends it."""
    query = QueryDict(mutable=True)
    for name, value in data.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query


# --- text --------------------------------------------------------------------------------------------


def test_text_loses_control_characters_and_keeps_lines() -> None:
    assert forms.clean_text("a\x00b\r\nc\rd\te\x85\ufeff") == "ab\nc\nd\te"


def test_text_is_composed() -> None:
    assert forms.clean_text("w\u0302r") == "ŵr"


@given(st.text())
def test_text_once_clean_stays_so(text: str) -> None:
    clean = forms.clean_text(text)
    assert forms.clean_text(clean) == clean
    assert all(letter in "\n\t" or unicodedata.category(letter) != "Cc" for letter in clean)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("  \n ", 0),
        ("one", 1),
        ("one-to-one help", 2),
        ("a - b", 3),
        ("tŷ\u00a0bach\u2003mawr", 3),
        ("a,b", 1),
    ],
)
def test_words_are_stretches_between_white_space(text: str, words: int) -> None:
    assert forms.count_words(text) == words


@given(st.lists(st.text(alphabet=st.characters(categories=["L", "N", "P"]), min_size=1)))
def test_words_joined_by_spaces_are_counted_one_by_one(parts: list[str]) -> None:
    assert forms.count_words(" ".join(parts)) == len(parts)


# --- money, percent, whole numbers -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("£1,250", 125_000),
        ("1250.5", 125_050),
        (" 1 250.50 ", 125_050),
        ("0", 0),
        (".5", 50),
        ("12.", 1_200),
        ("1,000,000,000", LARGEST_PENCE),
        ("", None),
    ],
)
def test_money_takes_what_people_write(text: str, pence: int | None) -> None:
    assert typed(forms.MoneyField(required=False), text) == pence


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.255", "decimals"),
        ("-5", "range"),
        ("−£5", "range"),
        ("1,000,000,000.01", "range"),
        ("9" * 5000, "range"),
        ("12,5", "invalid"),
        ("1,2500", "invalid"),
        ("1£2", "invalid"),
        ("£", "invalid"),
        ("-", "invalid"),
        (".", "invalid"),
        ("1e5", "invalid"),
        ("NaN", "invalid"),
        ("50k", "invalid"),
        ("", "required"),
    ],
)
def test_money_refuses_what_could_be_misread(text: str, code: str) -> None:
    assert refusal(forms.MoneyField(), text) == code


@given(st.integers(min_value=0, max_value=LARGEST_PENCE))
def test_money_comes_back_as_it_went_out(pence: int) -> None:
    field = forms.MoneyField()
    assert typed(field, field.prepare_value(pence)) == pence


@given(st.integers(min_value=0, max_value=10_000))
def test_percent_comes_back_as_it_went_out(bps: int) -> None:
    field = forms.PercentField()
    assert typed(field, field.prepare_value(bps)) == bps
    assert typed(field, f"{field.prepare_value(bps)} %") == bps


@pytest.mark.parametrize(
    ("text", "code"), [("100.01", "range"), ("-1", "range"), ("1.255", "decimals"), ("x", "invalid")]
)
def test_percent_refuses(text: str, code: str) -> None:
    assert refusal(forms.PercentField(), text) == code


def test_amounts_keep_to_limits_of_their_own() -> None:
    assert refusal(forms.MoneyField(min_pence=1), "0") == "range"
    assert refusal(forms.PercentField(max_bps=5_000), "50.01") == "range"


@pytest.mark.parametrize(("text", "number"), [("1,200", 1200), ("12 000", 12_000), ("007", 7), ("", None)])
def test_whole_numbers_are_taken(text: str, number: int | None) -> None:
    assert typed(forms.IntegerField(required=False), text) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [("1.5", "invalid"), ("1,20", "invalid"), ("x", "invalid"), ("-1", "min_value"), ("9" * 5000, "max_value")],
)
def test_whole_numbers_are_refused(text: str, code: str) -> None:
    assert refusal(forms.IntegerField(), text) == code


def test_words_over_the_limit_are_refused_and_the_limit_itself_is_not() -> None:
    field = forms.WordLimitedTextField(max_words=3)
    assert typed(field, "one two three") == "one two three"
    assert refusal(field, "one two three four") == "max_words"
    assert refusal(field, "x" * 61) == "max_length"


# --- dates and times ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "day"),
    [
        (["4", "3", "2027"], datetime.date(2027, 3, 4)),
        ([" 04", "MARCH ", "2027"], datetime.date(2027, 3, 4)),
        (["4ydd", "Mawrth", "2027"], datetime.date(2027, 3, 4)),
        (["1st", "sept.", "2027"], datetime.date(2027, 9, 1)),
        (["29", "chwefror", "2028"], datetime.date(2028, 2, 29)),
        (["", None, " "], None),
    ],
)
def test_dates_are_read_forgivingly(parts: list[str], day: datetime.date | None) -> None:
    assert typed(forms.DateField(required=False), parts) == day


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (["29", "2", "2027"], "invalid"),
        (["31", "4", "2027"], "invalid"),
        (["0", "4", "2027"], "invalid"),
        (["4", "13", "2027"], "invalid"),
        (["4", "Smarch", "2027"], "invalid"),
        (["4", "3", "0001"], "invalid"),
        (["4", "3", "9999"], "invalid"),
        (["²", "3", "2027"], "invalid"),
        (["4", "3", "27"], "year_short"),
        (["", "3", "2027"], "day"),
        (["4", "", "2027"], "month"),
        (["4", "3", ""], "year"),
        ([None, None, None], "required"),
        (None, "required"),
    ],
)
def test_dates_that_are_none_are_refused(parts: list[str] | None, code: str) -> None:
    assert refusal(forms.DateField(), parts) == code


@given(st.dates(datetime.date(FIRST_YEAR, 1, 1), datetime.date(LAST_YEAR, 12, 31)))
def test_dates_come_back_as_they_went_out(day: datetime.date) -> None:
    field = forms.DateField()
    assert typed(field, field.widget.decompress(day)) == day


def test_months_go_by_every_name_in_both_languages() -> None:
    for number in range(1, 13):
        for language in ("en-gb", "cy"):
            with translation.override(language):
                assert read_month(written(datetime.date(2027, number, 1), "F")) == number
        assert number in MONTHS.values()


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("12 noon", datetime.time(12)),
        ("Hanner  dydd", datetime.time(12)),
        ("3:30pm", datetime.time(15, 30)),
        ("3.30 p.m.", datetime.time(15, 30)),
        ("3yp", datetime.time(15)),
        ("9yb", datetime.time(9)),
        ("12am", datetime.time(0)),
        ("12pm", datetime.time(12)),
        ("15:30", datetime.time(15, 30)),
        ("00:00", datetime.time(0)),
        ("24:00", None),
        ("13pm", None),
        ("0am", None),
        ("3", None),
        ("3:60pm", None),
        ("soon", None),
        ("3ap", None),
    ],
)
def test_times_of_day_are_read_forgivingly(text: str, time: datetime.time | None) -> None:
    assert read_time(text) == time


@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2099, 12, 31)), st.integers(0, 24 * 60 - 1))
def test_moments_come_back_as_they_went_out_or_are_refused(day: datetime.date, minute: int) -> None:
    midnight = datetime.datetime.combine(day, datetime.time(0), datetime.UTC)
    moment = (midnight + datetime.timedelta(minutes=minute)).astimezone(LONDON)
    field = forms.DateTimeField()
    parts = field.widget.decompress(moment)
    if moment.utcoffset() != moment.replace(fold=1 - moment.fold).utcoffset():
        assert refusal(field, parts) == "time_comes_twice"
    else:
        assert typed(field, parts) == moment


def test_moments_are_aware_and_mean_london() -> None:
    field = forms.DateTimeField()
    winter, summer = typed(field, ["4", "1", "2027", "12 noon"]), typed(field, ["4", "7", "2027", "12 noon"])
    assert winter == datetime.datetime(2027, 1, 4, 12, tzinfo=datetime.UTC)
    assert summer == datetime.datetime(2027, 7, 4, 11, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (["28", "3", "2027", "1:30am"], "no_such_time"),
        (["31", "10", "2027", "1:30am"], "time_comes_twice"),
        (["28", "3", "2027", "midnight"], "midnight"),
        (["28", "3", "2027", "soon"], "invalid_time"),
        (["28", "3", "2027", ""], "time"),
        (["", "", "", "3pm"], "day"),
    ],
)
def test_moments_nobody_could_mean_are_refused(parts: list[str], code: str) -> None:
    assert refusal(forms.DateTimeField(), parts) == code


def test_moments_just_outside_the_change_of_clocks_are_taken() -> None:
    field = forms.DateTimeField()
    for day, month, time in [("28", "3", "0:59"), ("28", "3", "2:00"), ("31", "10", "0:59"), ("31", "10", "2:00")]:
        assert typed(field, [day, month, "2027", time]).tzinfo is not None


# --- a whole form ------------------------------------------------------------------------------------


def test_form_gives_clean_values() -> None:
    form = Offer(sent(right()), initial={"version": 3})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["value"] == 125_050
    assert form.cleaned_data["share"] == 1_250
    assert form.cleaned_data["people"] == 1_200
    assert form.cleaned_data["closes_at"] == datetime.datetime(2027, 3, 4, 12, tzinfo=datetime.UTC)
    assert form.cleaned_data["needs"] == ["h", "d"]
    assert form.cleaned_data["version"] == 3


def test_form_says_what_to_do_about_empty_boxes() -> None:
    form = Offer(sent({"version": "1", "form_key": str(uuid.uuid4())}))
    assert {name: errors[0] for name, errors in form.errors.items()} == {
        "title": "Enter the title.",
        "value": "Enter the value of the lot.",
        "people": "Answer “How many people does it reach?”",
        "closes_at": "Enter the closing time.",
        "area": "Choose the area.",
        "route": "Choose the route.",
        "reason": "Enter your reason.",
        "agreed": "Tick the box “We agree” to go on.",
    }


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("title", "x" * 21, "Title must be 20 characters or fewer. It has 21."),
        ("value", "1.255", "Value of the lot must have no more than two digits of pence."),
        ("value", "-1", "Value of the lot must be from £0 to £1,000,000,000."),
        ("share", "101", "Share (%) must be from 0% to 100%."),
        ("share", "x", "Share (%) must be a percentage, like 40 or 12.5."),
        ("people", "-1", "“How many people does it reach?” must be 0 or more."),
        ("area", "zz", "Area: choose from what is offered."),
        ("needs", "zz", "Needs (%): choose from what is offered."),
        ("closes_at_time", "", "Closing time must include a time, like 12 noon or 3:30pm."),
        ("closes_at_year", "27", "Closing time must have a year of four digits, like 2027."),
        ("reason", "a b c d e f", "Your reason must be 5 words or fewer. It has 6."),
    ],
)
def test_form_says_what_is_wrong_in_a_sentence(name: str, value: str, sentence: str) -> None:
    form = Offer(sent(right(**{name: value})))
    field = "closes_at" if name.startswith("closes_at") else name
    assert form.errors == {field: [sentence]}


def test_a_sentence_of_its_own_stays() -> None:
    class Own(forms.Form):
        name = plain.CharField(label="Name", error_messages={"required": "Who are you?"})

    assert Own({}).errors == {"name": ["Who are you?"]}


def test_form_speaks_the_language_of_the_moment() -> None:
    with translation.override("cy"):
        in_welsh = Offer(sent({})).errors["title"][0]
    assert Offer(sent({})).errors["title"][0] == "Enter the title."
    assert in_welsh == translation.gettext("Enter the %(name)s.") % {"name": "title"} or "title" in in_welsh


def test_nul_and_controls_reach_no_field_and_what_was_typed_is_kept() -> None:
    form = Offer(sent(right(title="Ho\x00us\x07ing", area="w\x00", value="1,2x")))
    assert form.errors.keys() == {"value"}
    assert form.cleaned_data["title"] == "Housing"
    html = str(form)
    assert 'value="Housing"' in html
    assert 'value="1,2x"' in html
    assert "\x00" not in html


def test_password_is_left_exactly_as_typed() -> None:
    class Secret(forms.Form):
        password = plain.CharField(widget=plain.PasswordInput, strip=False)

    form = Secret(sent({"password": " e\u0301\x07 "}))
    assert form.is_valid()
    assert form.cleaned_data["password"] == " e\u0301\x07 "


@pytest.mark.parametrize("bad", ["", "x", "-1", "0", "9" * 40, "1; DROP"])
def test_tampered_version_is_said_in_words_and_put_right(bad: str) -> None:
    form = Offer(sent(right(version=bad)), initial={"version": 7})
    assert form.errors == {
        "__all__": ["Part of this page was missing or had been changed. Check your answers and send them again."]
    }
    assert 'name="version" value="7"' in str(form)


def test_two_tampered_fields_are_said_once() -> None:
    form = Offer(sent(right(version="x", form_key="x")), initial={"version": 7})
    assert len(form.non_field_errors()) == 1
    key = form["form_key"].value()
    assert uuid.UUID(str(key))


def test_form_key_survives_a_mistake_elsewhere() -> None:
    data = right(title="")
    assert data["form_key"] in str(Offer(sent(data)))


def test_each_empty_form_has_a_key_of_its_own() -> None:
    assert Offer()["form_key"].value() != Offer()["form_key"].value()


def test_accepted_version_is_the_one_sent_next() -> None:
    form = Offer(sent(right(version="3")), initial={"version": 4})
    assert form.is_valid()
    form.add_error(None, "Somebody else was faster.")
    form.accept_version(4)
    html = str(form)
    assert 'name="version" value="4"' in html
    assert html.count("checked") == 4  # two needs, the route, and the agreement: lists stay whole


def test_errors_of_a_refused_service_stand_at_the_top() -> None:
    form = Offer(sent(right()))
    form.add_error(None, "The closing time has passed.")
    assert "<li>The closing time has passed.</li>" in str(form)


# --- how it looks ------------------------------------------------------------------------------------


def test_error_summary_links_to_every_box() -> None:
    html = str(Offer(sent({"version": "1", "form_key": str(uuid.uuid4())})))
    for box in (
        "id_title",
        "id_value",
        "id_people",
        "id_closes_at_0",
        "id_area",
        "id_route_0",
        "id_reason",
        "id_agreed",
    ):
        assert f'<a href="#{box}">' in html
        assert html.count(f' id="{box}"') == 1


def test_hint_and_error_are_tied_to_the_box() -> None:
    html = str(Offer(sent(right(reason=""))))
    assert 'aria-describedby="id_reason_helptext id_reason_error"' in html
    assert 'id="id_reason_helptext">In short. Up to 5 words.<' in html
    assert 'aria-invalid="true"' in html


def test_hint_of_a_choice_is_tied_to_it() -> None:
    html = str(Offer())
    assert 'id="id_route_1" aria-describedby="id_route_1_hint"' in html
    assert 'id="id_route_1_hint">One agreement.<' in html


def test_optional_boxes_say_so_and_required_ones_have_no_star() -> None:
    html = str(Offer())
    assert html.count("(optional)") == 2
    assert "*" not in html
    assert " required" not in html


def test_select_begins_with_nothing_chosen() -> None:
    assert '<option value="" selected>Choose one</option>' in str(Offer())
    assert '<option value="w" selected>' in str(Offer(initial={"area": "w"}))


def test_initial_values_are_shown_as_people_write_them() -> None:
    moment = datetime.datetime(2027, 7, 4, 11, tzinfo=datetime.UTC)
    html = str(Offer(initial={"value": 125_050, "share": 1_250, "closes_at": moment}))
    assert 'value="1,250.50"' in html
    assert 'value="12.5"' in html
    assert 'value="12:00pm"' in html


def test_what_people_type_is_escaped() -> None:
    html = str(Offer(sent(right(title='"><script>', reason="</textarea><script>"))))
    assert "<script" not in html


def test_two_forms_on_a_page_share_no_id_of_hidden_fields() -> None:
    assert "id_version" not in str(Offer())
    assert 'autocomplete="off"' in str(Offer()["form_key"])


def test_formset_shows_one_summary_for_all() -> None:
    class Line(forms.Form):
        name = plain.CharField(label="Name")

    lines = plain.formset_factory(Line, extra=2, min_num=2, validate_min=True)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-name": "", "form-1-name": "x"}
    html = str(lines(data))
    assert html.count("There is a problem") == 1
    assert '<a href="#id_form-0-name">Enter the name.</a>' in html
    assert 'name="form-TOTAL_FORMS"' in html


def test_own_organisation_fields_may_be_filled_in_by_the_browser() -> None:
    class Register(forms.Form):
        organisation_name = plain.CharField()

    assert 'autocomplete="organization"' in str(Register())


# --- sent, held, empty -------------------------------------------------------------------------------


class Short(forms.Versioned):
    """One box."""

    title = plain.CharField(label="Title")


@pytest.fixture
def request_with_session(client: Client, db: None) -> HttpRequest:
    """A GET with a session and room for messages."""
    request = RequestFactory().get("/needs/new/")
    request.session = client.session
    request.user = AnonymousUser()
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]  # as the middleware does
    return request


def test_submitted_binds_what_was_posted() -> None:
    form = forms.submitted(Short, RequestFactory().post("/needs/new/", {"title": "x"}), initial={"version": 2})
    assert form.is_bound
    assert form["version"].value() == 2


def test_submitted_is_empty_when_nothing_was_sent(request_with_session: HttpRequest) -> None:
    form = forms.submitted(Short, request_with_session, initial={"version": 2})
    assert not form.is_bound
    assert form["version"].value() == 2


def test_submitted_brings_back_what_waited_once(request_with_session: HttpRequest) -> None:
    post = RequestFactory().post(
        "/needs/new/", {"title": "Long thought over", "version": "2", "password": "secret"}
    )
    post.session = request_with_session.session
    held.keep(post)
    form = forms.submitted(Short, request_with_session, initial={"version": 2})
    assert form["title"].value() == "Long thought over"
    assert "password" not in form.data
    messages = [str(message) for message in request_with_session._messages]  # type: ignore[attr-defined]
    assert messages == ["You were signed out before this was saved. Check it and send it again."]
    assert not forms.submitted(Short, request_with_session).is_bound


# --- sign-in -----------------------------------------------------------------------------------------


@pytest.fixture
def person(db: None) -> User:
    """Somebody with a password."""
    return User.objects.create_user("rhian@example.org", "a long enough password", name="Rhian Pugh")


def test_sign_in_speaks_our_words(client: Client, person: User) -> None:
    page = client.post("/accounts/login/", {"login": "", "password": ""}).content.decode()
    assert '<a href="#id_login">Enter the email address.</a>' in page
    assert "placeholder" not in page
    page = client.post("/accounts/login/", {"login": person.email, "password": "wrong"}).content.decode()
    assert "The email address or the password is not right." in page
    assert f'value="{person.email}"' in page
    assert "wrong" not in page


def test_sign_in_form_is_ours(client: Client, db: None) -> None:
    assert isinstance(client.get("/accounts/login/").context["form"], LoginForm)


def test_new_account_keeps_the_full_name(client: Client, db: None) -> None:
    answer = client.post(
        "/accounts/signup/",
        {"name": "  Siân\x00 Lloyd ", "email": "Sian@Example.org", "password1": "four quiet words here"},
    )
    assert answer.status_code == 302
    assert User.objects.get(email="sian@example.org").name == "Siân Lloyd"


def test_new_account_asks_for_the_name_first_and_refuses_in_words(client: Client, db: None) -> None:
    page = client.post("/accounts/signup/", {"name": "", "email": "x", "password1": "short"}).content.decode()
    assert page.index('name="name"') < page.index('name="email"') < page.index('name="password1"')
    assert "Enter the full name." in page
    assert "Use at least 12 characters." in page
    assert not User.objects.exists()


@time_machine.travel(datetime.datetime(2027, 3, 4, 12, tzinfo=datetime.UTC), tick=False)
def test_moment_field_takes_a_moment_of_now_as_initial() -> None:
    form = Offer(initial={"closes_at": timezone.now()})
    assert form["closes_at"].field.widget.decompress(form["closes_at"].initial) == [4, 3, 2027, "12:00pm"]
