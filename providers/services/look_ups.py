"""An organisation's numbers are looked up in the registers, and what came of it is kept."""

import datetime
from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from core.models import Organisation
from core.notices import send
from core.permissions import Permission as P
from core.queries.people import people_with
from providers.models import Identifier, IdentityLookUp, LookUpState, Registration
from providers.names import name_key
from providers.registers import Found, RegisterLookUp, look_up

BATCH = 500


def look_up_numbers(organisation: Organisation) -> list[Found]:
    """Part of telling who an organisation is: each of its numbers is looked up where its register can be.

    One row for each such register says what was found; rows of numbers it no longer has go. Gives what was found.
    """
    registers = look_up()
    numbers = list(organisation.identifiers.all())
    IdentityLookUp.objects.filter(organisation=organisation).exclude(
        scheme__in=[each.scheme for each in numbers]
    ).delete()
    return [found for each in numbers if (found := _look_up(registers, organisation.name, each))]


def look_again(*, scheme: str) -> int:
    """After an import: every organisation with a number in that register is looked up anew; gives how many.

    The owners of one that was removed from the register are told, once.
    """
    registers, count = look_up(), 0
    as_of = registers.covers(scheme)
    if as_of is None:
        return 0
    numbers = Identifier.objects.filter(scheme=scheme).select_related("organisation").order_by("pk")
    for each in numbers.iterator(chunk_size=BATCH):
        found = registers.find(scheme, each.value)
        is_news = found is not None and found.is_gone and not _is_known_gone(each)
        _keep(each, each.organisation.name, found, as_of)
        if found and is_news:
            _tell_removed(each, found)
        count += 1
    return count


def _is_known_gone(identifier: Identifier) -> bool:
    """Whether it was gone before; of two imports at once the second waits here until the first is kept."""
    list(Identifier.objects.select_for_update(no_key=True).filter(pk=identifier.pk))
    known = IdentityLookUp.objects.filter(
        organisation=identifier.organisation_id, scheme=identifier.scheme, number=identifier.value
    )
    return known.filter(result=LookUpState.GONE).exists()


def _tell_removed(identifier: Identifier, found: Found) -> None:
    house = identifier.organisation
    send(
        "providers/register_removed",
        to=people_with(P.MEMBERS_MANAGE, house),
        context={"organisation": house, "identifier": identifier, "found": found},
        url=reverse("registration-name", args=[house.pk]),
    )


def _look_up(registers: RegisterLookUp, name: str, identifier: Identifier) -> Found | None:
    as_of = registers.covers(identifier.scheme)
    if as_of is None:
        return None
    found = registers.find(identifier.scheme, identifier.value)
    _keep(identifier, name, found, as_of)
    return found


def _keep(identifier: Identifier, name: str, found: Found | None, as_of: datetime.date) -> None:
    """What was found under the number is the latest look-up of its organisation in that register."""
    state = LookUpState.NOT_FOUND if found is None else LookUpState.GONE if found.is_gone else LookUpState.FOUND
    IdentityLookUp.objects.update_or_create(
        organisation_id=identifier.organisation_id,
        scheme=identifier.scheme,
        defaults={
            "number": identifier.value,
            "result": state,
            "looked_up_at": timezone.now(),
            "extracted_on": found.extracted_on if found else as_of,
            "source": found.source if found else str(identifier.get_scheme_display()),
            "matched_name": found.name if found else "",
            "name_agrees": bool(found) and name_key(found.name if found else "") == name_key(name),
            "gone_on": found.gone_on if found else None,
        },
    )


def facts_in(found: Iterable[Found], registration: Registration) -> dict[str, int]:
    """What registers know of income and year end, as far as the registration does not say it itself."""
    facts: dict[str, int] = {}
    for each in found:
        if registration.annual_income_pence is None and each.income_pence is not None:
            facts.setdefault("annual_income_pence", each.income_pence)
        if registration.year_end_day is None and each.year_end_day and each.year_end_month:
            facts.setdefault("year_end_day", each.year_end_day)
            facts.setdefault("year_end_month", each.year_end_month)
    return facts
