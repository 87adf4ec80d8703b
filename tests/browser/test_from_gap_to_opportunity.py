"""From a gap to the opportunity that answers it, by a region, its practitioners, a charity and the public."""

import datetime
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from core.models import Body, Organisation, User
from core.roles import Role
from marketplace.models import ConsultationRound, Need, Opportunity, Signal
from tests.browser.conftest import PHONE, Visitor, give_second_factor
from tests.factories.core import CommissionerFactory, OrganisationFactory, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REGION = "greater-manchester"
# As a spreadsheet writes it on a British machine set to another country's separators.
FIGURES = (
    "\ufeffArea ;Period;Category;Priority;Available;Sufficient;;\r\n"
    "Salford;2026-Q3;Accommodation;1,540 ;900;160;;\r\n"
    " Bolton;2026-Q3;accommodation;200;150;120;;\r\n"
    ";;;;;;;\r\n"
)


@pytest.fixture
def region() -> Organisation:
    """The body that commissions for the region, by the reference data."""
    body = Body.objects.get(slug=f"{REGION}-probation-service")
    return CommissionerFactory(name=body.name, body=body)


@pytest.fixture
def staff(region: Organisation) -> dict[str, User]:
    """Its people, each with a code generator."""
    people = {
        "director": member(Role.DIRECTOR, region, name="Ruth Okafor"),
        "manager": member(Role.COMMISSIONING_MANAGER, region, name="Daniel Whitworth"),
        "first": member(Role.PRACTITIONER, region, name="Callum Reid"),
        "second": member(Role.PRACTITIONER, region, name="Asha Patel"),
    }
    return {place: give_second_factor(person) for place, person in people.items()}


def test_gap_becomes_an_opportunity_that_people_were_asked_about(
    staff: dict[str, User],
    signed_in: Callable[..., Visitor],
    visitor: Callable[..., Visitor],
    clock: Callable,
    tmp_path: Path,
) -> None:
    manager, director = signed_in(staff["manager"]), signed_in(staff["director"])
    charity = signed_in(member(Role.OWNER, OrganisationFactory(name="Doorstep Salford")), size=PHONE)

    _figures_are_brought_in(manager, tmp_path)
    _practitioners_say_so(signed_in(staff["first"], size=PHONE), signed_in(staff["second"], size=PHONE))
    charity.open("/following/new/").write(area="Salford").tick("Every day").press("Follow").reads("Salford")

    need = _need_is_drafted_from_the_gap(director)
    round_ = _consultation_is_opened(manager, need)
    _charity_answers_without_its_name(charity, need)
    visitor(size=PHONE).open(f"/needs/{need.pk}/consultation/").reads("Open").reads("What would help on a Friday?")

    clock(round_.closes_at + datetime.timedelta(minutes=10))
    manager, director = signed_in(staff["manager"]), signed_in(staff["director"])
    _region_says_what_it_heard(manager, round_)
    _opportunity_can_follow(manager, need)
    public = visitor(size=PHONE).open(f"/needs/{need.pk}/").reads("What happened")
    public.open(f"/needs/{need.pk}/consultation/").reads("Rooms must be ready on the day.")


def _figures_are_brought_in(manager: Visitor, folder: Path) -> None:
    file = folder / "figures.csv"
    file.write_bytes(b"PK\x03\x04 a workbook")
    manager.open("/needs/figures/new/").write(source="Case records, July to September")
    manager.page.set_input_files("main [name='file']", file)
    manager.page.locator("main form button[type='submit']").first.click()
    manager.look().reads("CSV")
    file.write_bytes(FIGURES.encode())
    manager.open("/needs/figures/new/").write(source="Case records, July to September")
    manager.page.set_input_files("main [name='file']", file)
    manager.page.locator("main form button[type='submit']").first.click()
    manager.look().reads("What this file would change").press("Import these figures")
    manager.open(f"/needs/gaps/{REGION}/").reads("10%").reads("1,540 cases")


def _practitioners_say_so(first: Visitor, second: Visitor) -> None:
    first.open("/signals/new/").write(area="Salford", text="John born 12/03/1990 has nowhere to go on a Friday.")
    first.write(category="Accommodation").press("Send").reads("There is a problem")
    first.write(text="People released on a Friday have nowhere to sleep until Monday.").press("Send")
    signal = Signal.objects.get()
    second.open("/signals/").page.get_by_role("button", name=re.compile("^Me too")).click()
    second.look()
    signal.refresh_from_db()
    assert signal.voices == 2


def _need_is_drafted_from_the_gap(director: Visitor) -> Need:
    director.open("/work/").follow("Greater Manchester").reads("Where least is delivered")
    director.follow("Salford: Accommodation").follow("Draft a need from this")
    director.write(
        title="Somewhere to sleep on a Friday",
        summary="People leave custody on a Friday with nowhere to go.",
        people_affected="640",
    )
    director.press("Save the draft")
    need = Need.objects.get()
    assert (need.area.name, need.category.code) == ("Salford", "accommodation")
    assert "10%" in need.evidence.get().figure
    director.open(f"/needs/{need.pk}/publish/").press("Publish").reads("Published")
    return need


def _consultation_is_opened(manager: Visitor, need: Need) -> ConsultationRound:
    manager.open(f"/needs/{need.pk}/consultation/new/").press("Save the draft").reads("There is a problem")
    manager.write(intro="We think of rooms. We do not know which.", question_1="What would help on a Friday?")
    manager.tick("Providers").write_date(
        "closes_at", timezone.localdate() + datetime.timedelta(days=21), "12 noon"
    )
    manager.press("Save the draft")
    round_ = ConsultationRound.objects.get()
    manager.open(f"/consultations/{round_.pk}/publish/").press("Publish")
    round_.refresh_from_db()
    assert round_.status == "published"
    return round_


def _charity_answers_without_its_name(charity: Visitor, need: Need) -> None:
    round_ = need.rounds.get()
    question = round_.questions.get()
    charity.open(f"/consultations/{round_.pk}/answer/")
    charity.tick("For Doorstep Salford").write(**{f"text_{question.number}": "A key at the gate, not a list."})
    charity.tick("Without your name").press("Send your answer").reads("code")
    answer = round_.answers.get()
    assert (answer.answerer, answer.organisation, answer.answered_at) == (None, None, None)


def _region_says_what_it_heard(manager: Visitor, round_: ConsultationRound) -> None:
    manager.open(f"/consultations/{round_.pk}/open/").press("Open the answers")
    manager.open(f"/consultations/{round_.pk}/answers/").reads("A key at the gate").follow("Say what you heard")
    manager.write(what_we_heard="Rooms must be ready on the day.", what_we_changed="We ask for keys at the gate.")
    manager.press("Save the draft").open(f"/consultations/{round_.pk}/reply/publish/").press("Publish")


def _opportunity_can_follow(manager: Visitor, need: Need) -> None:
    manager.open(f"/needs/{need.pk}/").follow("Make an opportunity from it")
    manager.write(title="Rooms on a Friday", summary="Rooms for the first nights.", route="grant")
    manager.write(contact_name="Daniel Whitworth", contact_email="daniel@example.org").press("Save and go on")
    assert list(Opportunity.objects.get().needs.all()) == [need]
