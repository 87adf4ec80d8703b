"""Building the whole demonstration through the services."""

import datetime
import uuid

from django.utils import timezone

from core.models import Area, Body, Cohort, NeedCategory, Organisation, User
from core.services.memberships import add_member, approve_membership, request_membership
from core.services.organisations import create_commissioner, create_operator
from demo import cast
from demo.cast import Commissioner, Person, Provider
from demo.clock import at
from demo.figures import figures_stories
from demo.introducing import introduced
from demo.journey import area, organisation, person, told
from demo.listening import heard
from demo.people import give_password, set_up_second_factor, sign_up
from demo.scripts import JOURNEYS
from demo.shown import shown_stories
from demo.timeline import Story, tell, together
from providers.models import ClaimGround, DeclarationKind, Registration
from providers.queries.registration import missing_declarations
from providers.services.claims import make_claim
from providers.services.declarations import make_declaration
from providers.services.registration import change_about, change_areas, change_needs, register_provider

FOUNDED_DAYS_AGO = 760


def is_empty() -> bool:
    """Whether nobody is here yet."""
    return not User.objects.exists()


def build(today: datetime.date) -> int:
    """Everybody is here, and every journey has come as far as its stage; returns the number of acts told."""
    founded = timezone.make_aware(datetime.datetime.combine(today, datetime.time(9))) - datetime.timedelta(
        days=FOUNDED_DAYS_AGO
    )
    with at(founded):
        _found()
    stories: list[Story] = [
        _registered(provider, founded + datetime.timedelta(days=3 + place, minutes=place * 13))
        for place, provider in enumerate(cast.PROVIDERS)
    ]
    stories += [told(journey, today, place) for place, journey in enumerate(JOURNEYS)]
    stories += figures_stories(today)
    stories.append(_wants_to_join(cast.NEWCOMER, founded + datetime.timedelta(days=FOUNDED_DAYS_AGO - 1, hours=2)))
    stories.append(_claims(cast.CLAIMANT, founded + datetime.timedelta(days=FOUNDED_DAYS_AGO - 16, hours=3)))
    stories += heard(today)
    stories += shown_stories(today)
    stories += introduced(today)
    acts = tell(together(stories))
    for user in User.objects.filter(email__in=[each.email for each in cast.everybody()]):
        set_up_second_factor(user)
    return acts


def _found() -> None:
    """The service team, and the commissioning bodies with their people."""
    administrator, auditor = cast.SERVICE_TEAM
    first = create_operator(name="Accord service team", email=administrator.email, person_name=administrator.name)
    give_password(first)
    _joined(organisation("Accord service team"), auditor, by=first)
    for body in cast.COMMISSIONERS:
        _commissioner(body, by=first)
    for colleague in cast.COLLEAGUES:
        house = cast.GREATER_MANCHESTER
        _joined(organisation(house.name), colleague, by=person(house.people[0].email))


def _commissioner(body: Commissioner, *, by: User) -> None:
    director, *others = body.people
    sign_up(director)
    made = create_commissioner(
        by=by, body=Body.objects.get(slug=body.body), name=body.name, director_email=director.email
    )
    for member in others:
        _joined(made, member, by=person(director.email))


def _joined(house: Organisation, member: Person, *, by: User) -> None:
    sign_up(member)
    add_member(by=by, organisation=house, email=member.email, roles=member.roles)


def _registered(provider: Provider, moment: datetime.datetime) -> Story:
    """The first person registers the charity and fills everything in; the others join a day later."""
    yield moment
    owner = sign_up(provider.people[0])
    house = register_provider(
        by=owner,
        name=provider.name,
        legal_form=provider.legal_form,
        identifiers=provider.identifiers,
        form_key=uuid.uuid4(),
        governing_document=provider.governing_document,
    )
    owner = person(owner.email)
    _facts(provider, house, owner)
    if provider.declares:
        _declarations(house, owner)
    yield moment + datetime.timedelta(days=1)
    for member in provider.people[1:]:
        user = sign_up(member)
        asked = request_membership(by=user, organisation=house, message="I work here too.")
        approve_membership(by=owner, membership=asked, roles=member.roles)


def _facts(provider: Provider, house: Organisation, owner: User) -> None:
    change_about(
        by=owner,
        registration=_registration(house),
        version=_registration(house).version,
        summary=provider.summary,
        annual_income_pence=provider.income_pounds * 100,
        staff_count=provider.staff,
        volunteer_count=provider.volunteers,
    )
    areas: list[Area] = [area(place) for place in provider.areas]
    change_areas(by=owner, registration=_registration(house), version=_registration(house).version, areas=areas)
    change_needs(
        by=owner,
        registration=_registration(house),
        version=_registration(house).version,
        categories=list(NeedCategory.objects.filter(code__in=provider.categories)),
        cohorts=list(Cohort.objects.filter(code__in=provider.cohorts)),
    )


def _declarations(house: Organisation, owner: User) -> None:
    for kind in missing_declarations(house):
        make_declaration(
            by=owner,
            registration=_registration(house),
            version=_registration(house).version,
            kind=kind,
            is_clear=True,
            named_lead=owner.name if kind == DeclarationKind.SAFEGUARDING else "",
        )


def _registration(house: Organisation) -> Registration:
    return Registration.objects.get(organisation=house)


def _wants_to_join(newcomer: Person, moment: datetime.datetime) -> Story:
    """Somebody asked to join a charity yesterday and waits for its owner."""
    yield moment
    request_membership(
        by=sign_up(newcomer),
        organisation=organisation(cast.SECOND_SPRING.name),
        message="I start as a support worker on Monday. Lorraine told me to sign up.",
    )


def _claims(claimant: Person, moment: datetime.datetime) -> Story:
    """Somebody claimed the allotments more than two weeks ago, and its owner has not answered."""
    yield moment
    make_claim(
        by=sign_up(claimant),
        organisation=organisation(cast.MOORLAND.name),
        ground=ClaimGround.NOBODY_ANSWERS,
        reason=(
            "I have been our secretary since January. Brian moved to Spain in the spring and reads no email. "
            "The committee’s minutes of 9 June name me as the one who applies for money."
        ),
        form_key=uuid.uuid4(),
    )
