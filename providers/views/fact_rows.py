"""What is saved of the facts that nobody has to tell, as lines of a summary."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.display import Row
from providers.forms.facts import day_of_year
from providers.models import Registration
from providers.queries.registration import contact_of


def _details(registration: Registration) -> list[Row]:
    return [
        Row(label=_("Other names"), value=registration.trading_names),
        Row(label=_("Name in Welsh"), value=registration.welsh_name),
        Row(label=_("Year ends"), value=day_of_year(registration.year_end_day, registration.year_end_month)),
    ]


def _people(registration: Registration) -> list[Row]:
    led = {True: pgettext("is it", "Yes"), False: pgettext("is it", "No")}.get(
        bool(registration.lived_experience_led), ""
    )
    return [
        Row(label=_("Languages"), value=", ".join(str(row) for row in registration.languages.all())),
        Row(
            label=_("Led by people with lived experience"),
            value="" if registration.lived_experience_led is None else led,
        ),
        Row(label=_("How"), value=registration.lived_experience_how),
    ]


def _contact(registration: Registration) -> list[Row]:
    contact = contact_of(registration.organisation)
    if contact is None:
        return [Row(label=_("Name"))]
    reached = ", ".join(filter(None, (contact.email, contact.phone)))
    return [Row(label=_("Name"), value=contact.name), Row(label=_("Reached by"), value=reached)]


FACT_ROWS: Mapping[str, Callable[[Registration], list[Row]]] = {
    "details": _details,
    "people": _people,
    "contact": _contact,
}
