"""The task list and its pages of questions."""

import pytest
from django.urls import reverse

from core.models import Area, ExclusionGround, NeedCategory
from core.roles import Role
from providers.models import Declaration, Registration
from tests.factories.core import UserFactory, member
from tests.factories.providers import declaration, organisation_of, registered

pytestmark = pytest.mark.django_db

ABOUT = {"summary": "We help.", "annual_income_pence": "90,000", "staff_count": "3", "volunteer_count": "12"}
QUESTIONS = ["name", "about", "areas", "needs", "details", "people", "contact"]
DECLARATIONS = ["exclusions", "conflicts", "safeguarding", "insurance"]


def address(organisation, section=""):
    return f"/organisations/{organisation.pk}/registration/" + (f"{section}/" if section else "")


def answers(section):
    """A whole answer to each page."""
    return {
        "name": {"name": "Harbour", "legal_form": "charity", "GB-CHC": "1090095"},
        "about": ABOUT,
        "areas": {"areas": [Area.objects.filter(kind="probation_region").order_by("pk")[0].pk]},
        "needs": {"categories": [NeedCategory.objects.order_by("pk")[0].pk]},
        "details": {"trading_names": "The Harbour", "welsh_name": "Yr Harbwr", "year_end": "31 March"},
        "people": {"lived_experience_led": "yes", "lived_experience_how": "Five of our seven trustees."},
        "contact": {"name": "Rosa Lund", "email": "rosa@example.org", "shows": ["name"]},
        "exclusions": {"none_apply": "on"},
        "conflicts": {"answer": "clear"},
        "safeguarding": {"answer": "clear", "named_lead": "Rosa Lund"},
        "insurance": {"answer": "tell", "details": "From March."},
    }[section]


@pytest.fixture
def owner(client):
    person = registered(staff_count=2)
    client.force_login(person)
    return person


# --- the task list


def test_task_list_says_why_and_how_long(client, owner):
    organisation = organisation_of(owner)
    page = client.get(address(organisation) + "?next=/bids/3/").content.decode()
    for section in (*QUESTIONS, *DECLARATIONS):
        assert f"{address(organisation, section)}?next=%2Fbids%2F3%2F" in page
    assert "Your size decides how little we ask of you." in page
    assert "About 3 min." in page
    assert 'href="/bids/3/"' in page


def test_task_list_leaves_insurance_out_where_nobody_is_paid(client):
    person = registered(told=True, staff_count=0)
    client.force_login(person)
    page = client.get(address(organisation_of(person))).content.decode()
    assert "Employers’ liability" not in page


def test_task_list_shows_what_was_declared_by_whom(client, owner):
    declaration(organisation_of(owner), "conflicts", owner, is_clear=False, details="Our chair’s sister.")
    page = client.get(address(organisation_of(owner))).content.decode()
    assert "Our chair’s sister." in page
    assert f"Declared by {owner.name}" in page


def test_viewer_reads_and_changes_nothing(client, owner):
    organisation = organisation_of(owner)
    client.force_login(member(Role.VIEWER, organisation))
    page = client.get(address(organisation)).content.decode()
    assert "This is for people with the role" in page
    for section in (*QUESTIONS, *DECLARATIONS):
        assert f'href="{address(organisation, section)}"' not in page


def test_bid_writer_is_not_offered_the_exclusion_grounds(client, owner):
    organisation = organisation_of(owner)
    client.force_login(member(Role.BID_WRITER, organisation))
    page = client.get(address(organisation)).content.decode()
    assert f'href="{address(organisation, "conflicts")}"' in page
    assert f'href="{address(organisation, "exclusions")}"' not in page


# --- who gets in


@pytest.mark.parametrize("section", ["", *QUESTIONS, *DECLARATIONS])
def test_page_of_another_organisation_is_not_there(client, owner, section):
    client.force_login(registered())
    assert client.get(address(organisation_of(owner), section)).status_code == 404
    client.force_login(UserFactory())
    assert client.post(address(organisation_of(owner), section)).status_code == 404


@pytest.mark.parametrize("section", [*QUESTIONS, *DECLARATIONS])
def test_page_of_questions_takes_the_right_to_answer(client, owner, section):
    organisation = organisation_of(owner)
    client.force_login(member(Role.VIEWER, organisation))
    assert client.get(address(organisation, section)).status_code == 403
    assert client.post(address(organisation, section), {"version": 1, **answers(section)}).status_code == 403
    assert organisation.registration.version == 1


@pytest.mark.parametrize("path", ["999999", "99999999999999999999"])
def test_number_of_no_organisation_is_not_there(client, owner, path):
    assert client.get(f"/organisations/{path}/registration/").status_code == 404


def test_declaration_of_no_kind_is_not_there(client, owner):
    assert client.get(address(organisation_of(owner), "wealth")).status_code == 404


def test_stranger_is_sent_to_sign_in(client, owner):
    client.logout()
    assert client.get(address(organisation_of(owner))).status_code == 302


# --- one page


@pytest.mark.parametrize("section", [*QUESTIONS, *DECLARATIONS])
def test_page_is_answered_and_leads_back(client, owner, section):
    organisation = organisation_of(owner)
    page = client.get(address(organisation, section))
    assert page.status_code == 200
    assert b"Why we ask" in page.content

    answer = client.post(address(organisation, section) + "?next=/bids/3/", {"version": 1, **answers(section)})

    assert answer.status_code == 302
    assert answer.url == f"{address(organisation)}?next=%2Fbids%2F3%2F"
    assert Registration.objects.get().version == 2
    filled = client.get(address(organisation, section)).content.decode()
    assert any(kept in filled for kept in ("checked", "We help.", "Yr Harbwr"))


@pytest.mark.parametrize("section", sorted({*QUESTIONS, *DECLARATIONS} - {"details", "people"}))
def test_empty_page_says_what_is_missing(client, owner, section):
    answer = client.post(address(organisation_of(owner), section), {"version": 1})
    assert answer.status_code == 422
    assert b"There is a problem" in answer.content
    assert Registration.objects.get().version == 1


@pytest.mark.parametrize("section", [*QUESTIONS, *DECLARATIONS])
def test_page_changed_meanwhile_shows_both_and_saves_the_second_time(client, owner, section):
    organisation = organisation_of(owner)
    other = member(Role.OWNER, organisation, name="Ben Clarke")
    Registration.objects.update(version=7, updated_by=other)

    answer = client.post(address(organisation, section), {"version": 1, **answers(section)})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ben Clarke changed this" in page
    assert 'name="version" value="7"' in page
    assert client.post(address(organisation, section), {"version": 7, **answers(section)}).status_code == 302


def test_what_is_saved_now_stands_beside_what_was_typed(client, owner):
    Registration.objects.update(version=7, summary="Saved by somebody else")
    page = client.post(address(organisation_of(owner), "about"), {"version": 1, **ABOUT}).content.decode()
    assert "Saved by somebody else" in page
    assert "We help." in page


@pytest.mark.parametrize("version", ["", "nonsense", "-1", "99999999999999999999"])
@pytest.mark.parametrize("section", ["about", "conflicts"])
def test_changed_version_is_no_error_page(client, owner, section, version):
    answer = client.post(address(organisation_of(owner), section), {**answers(section), "version": version})
    assert answer.status_code == 422
    assert Registration.objects.get().version == 1


@pytest.mark.parametrize(
    ("section", "values"),
    [
        ("about", {**ABOUT, "summary": "word " * 101}),
        ("about", {**ABOUT, "annual_income_pence": "lots"}),
        ("about", {**ABOUT, "annual_income_pence": "9" * 40}),
        ("about", {**ABOUT, "staff_count": "3.5"}),
        ("about", {**ABOUT, "staff_count": "-1"}),
        ("about", {**ABOUT, "volunteer_count": "9999999999"}),
        ("areas", {"areas": ["999999"]}),
        ("areas", {"areas": ["nowhere"]}),
        ("areas", {"areas": ["99999999999999999999"]}),
        ("needs", {"categories": ["999999"]}),
        ("needs", {"categories": ["x", "\x00"]}),
        ("exclusions", {"grounds": ["999999"], "details": "A fine."}),
        ("exclusions", {"none_apply": "on", "grounds": ["x"]}),
        ("conflicts", {"answer": "perhaps"}),
        ("conflicts", {"answer": "tell", "details": "x" * 2001}),
        ("safeguarding", {"answer": "clear", "named_lead": "x" * 121}),
        ("safeguarding", {"answer": "clear", "named_lead": "\x00"}),
        ("name", {"name": "Harbour", "legal_form": "cic", "GB-CHC": "1090095"}),
        ("name", {"name": "Harbour", "legal_form": "bank", "GB-CHC": "1090095"}),
        ("name", {"name": "Harbour", "legal_form": "charity", "GB-CHC": "12"}),
    ],
)
def test_bad_answer_is_told_and_changes_nothing(client, owner, section, values):
    answer = client.post(address(organisation_of(owner), section), {"version": 1, **values})
    assert answer.status_code == 422
    assert b"There is a problem" in answer.content
    assert Registration.objects.get().version == 1


def test_nul_is_kept_out_of_the_text(client, owner):
    client.post(address(organisation_of(owner), "about"), {"version": 1, **ABOUT, "summary": "We\x00 help."})
    assert Registration.objects.get().summary == "We help."


def test_area_of_a_map_nobody_was_offered_is_refused(client, owner):
    police = Area.objects.filter(kind="police_area")[0]
    answer = client.post(address(organisation_of(owner), "areas"), {"version": 1, "areas": [police.pk]})
    assert answer.status_code == 422


def test_region_ticked_whole_takes_its_parts_along(client, owner):
    region = Area.objects.get(kind="probation_region", slug="london")
    parts = list(region.contains.filter(kind="delivery_unit").order_by("pk")[:2])
    elsewhere = Area.objects.filter(kind="delivery_unit", belongs_to__slug="wales").order_by("pk")[0]
    sent = [region.pk, elsewhere.pk, *(part.pk for part in parts)]
    client.post(address(organisation_of(owner), "areas"), {"version": 1, "areas": sent})
    assert set(Registration.objects.get().areas.all()) == {region, elsewhere}


def test_parts_that_are_ticked_stand_open(client, owner):
    part = Area.objects.filter(kind="delivery_unit", belongs_to__slug="wales").order_by("pk")[0]
    Registration.objects.get().areas.add(part)
    page = client.get(address(organisation_of(owner), "areas"))
    opened = [choices for choices in page.context["form"].regions if choices.ticked_count]
    assert [choices.region.area.slug for choices in opened] == ["wales"]
    assert page.content.count(b'<details class="more" open>') == 1


def test_exclusion_grounds_are_all_there_by_group_with_none_first(client, owner):
    page = client.get(address(organisation_of(owner), "exclusions"))
    assert next(iter(page.context["form"].fields)) == "none_apply"
    text = page.content.decode()
    for ground in ExclusionGround.objects.all():
        assert f'value="{ground.pk}"' in text
    assert text.index("None of these apply") < text.index("Convictions")


def test_ground_that_applies_is_declared_with_what_happened(client, owner):
    ground = ExclusionGround.objects.order_by("pk")[0]
    address_ = address(organisation_of(owner), "exclusions")
    assert client.post(address_, {"version": 1, "grounds": [ground.pk]}).status_code == 422
    sent = {"version": 1, "grounds": [ground.pk], "details": "A fine in 2019, paid."}
    assert client.post(address_, sent).status_code == 302
    made = Declaration.objects.get()
    assert (made.is_clear, list(made.grounds.all())) == (False, [ground])
    assert client.get(address_).context["form"].initial["grounds"] == [str(ground.pk)]


def test_number_of_somebody_else_is_refused_with_what_was_typed(client, owner):
    registered(number="1173575")
    values = {"version": 1, "name": "Harbour", "legal_form": "charity", "GB-CHC": "1173575"}
    answer = client.post(address(organisation_of(owner), "name"), values)
    assert answer.status_code == 422
    assert "is here already with this number" in answer.content.decode()
    assert 'value="1173575"' in answer.content.decode()


def test_unknown_way_back_is_left_out(client, owner):
    page = client.get(address(organisation_of(owner)) + "?next=//evil.example/").content.decode()
    assert 'href="//evil' not in page


def test_auditor_reads_and_changes_nothing(client, owner, settings):
    organisation = organisation_of(owner)
    auditor = member(Role.AUDITOR)
    settings.BEFORE_SECOND_FACTOR = settings.BEFORE_SECOND_FACTOR | {"registration-detail", "registration-about"}
    client.force_login(auditor)
    assert client.get(address(organisation)).status_code == 200
    assert client.get(address(organisation, "about")).status_code == 403
    assert reverse("registration-about", args=[organisation.pk]) == address(organisation, "about")
