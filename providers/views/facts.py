"""Pages of questions that nobody has to answer."""

from django.http import HttpResponse

from core.access import require
from core.entry import entry, signed_in
from core.forms import submitted
from core.views.requests import SignedIn
from providers.forms.facts import (
    ContactForm,
    DetailsForm,
    PeopleForm,
    initial_of_contact,
    initial_of_details,
    initial_of_people,
)
from providers.policies.registration import may_edit_registration
from providers.queries.registration import contact_of
from providers.services.facts import change_contact, change_details, change_people
from providers.views.registration import registration_of, section_page


@entry(signed_in)
def registration_details(request: SignedIn, pk: int) -> HttpResponse:
    """Other names and the end of the financial year."""
    registration = registration_of(request, pk)
    require(may_edit_registration(request.user, registration.organisation, "details"))
    form = submitted(DetailsForm, request, initial=initial_of_details(registration))

    def save() -> None:
        change_details(by=request.user, registration=registration, **form.told)

    return section_page(request, registration, "details", form, save)


@entry(signed_in)
def registration_people(request: SignedIn, pk: int) -> HttpResponse:
    """Languages, and whether those who lead it have been there."""
    registration = registration_of(request, pk)
    require(may_edit_registration(request.user, registration.organisation, "people"))
    form = submitted(PeopleForm, request, initial=initial_of_people(registration))

    def save() -> None:
        change_people(by=request.user, registration=registration, **form.told)

    return section_page(request, registration, "people", form, save)


@entry(signed_in)
def registration_contact(request: SignedIn, pk: int) -> HttpResponse:
    """Whom to ask, and which of it is public."""
    registration = registration_of(request, pk)
    require(may_edit_registration(request.user, registration.organisation, "contact"))
    initial = initial_of_contact(contact_of(registration.organisation), registration.version)
    form = submitted(ContactForm, request, initial=initial)

    def save() -> None:
        change_contact(by=request.user, registration=registration, **form.told)

    return section_page(request, registration, "contact", form, save)
