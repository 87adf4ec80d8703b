"""What a provider tells of itself besides what is asked of everyone."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.access import Refused, require
from core.concurrency import save_version
from core.models import Language, User
from providers.models import Contact, Registration
from providers.policies.registration import may_edit_registration
from providers.queries.registration import contact_of
from providers.services.changes import names_of, record_change

CONTACT_FIELDS = ("name", "role", "email", "phone", "shows_name", "shows_email", "shows_phone")


@transaction.atomic
def change_details(
    *,
    by: User,
    registration: Registration,
    version: int,
    trading_names: str,
    welsh_name: str,
    year_end_day: int | None,
    year_end_month: int | None,
) -> None:
    """The registration says what else the organisation is called, and on which day its financial year ends.

    Each may be empty; day and month come together (29 February is a day). Raises Stale.
    """
    require(may_edit_registration(by, registration.organisation, "details"))
    after: dict[str, Any] = {
        "trading_names": " ".join(trading_names.split()),
        "welsh_name": " ".join(welsh_name.split()),
        "year_end_day": year_end_day,
        "year_end_month": year_end_month,
    }
    before = {name: getattr(registration, name) for name in after}
    save_version(registration, expected=version, by=by, **after)
    record_change(by, registration, "details", before, after)


@transaction.atomic
def change_people(
    *,
    by: User,
    registration: Registration,
    version: int,
    languages: Collection[Language],
    lived_experience_led: bool | None,
    lived_experience_how: str,
) -> None:
    """The registration says in which languages people are helped, and whether those who lead it have been there.

    `lived_experience_led` is none where it does not say; how is kept only where it is so. Raises Stale.
    """
    require(may_edit_registration(by, registration.organisation, "people"))
    told = {
        "lived_experience_led": lived_experience_led,
        "lived_experience_how": lived_experience_how.strip() if lived_experience_led else "",
    }
    before = {name: getattr(registration, name) for name in told}
    before["languages"] = names_of(registration.languages.all())
    save_version(registration, expected=version, by=by, **told)
    registration.languages.set(languages)
    record_change(by, registration, "people", before, {**told, "languages": names_of(languages)})


@transaction.atomic
def change_contact(
    *,
    by: User,
    registration: Registration,
    version: int,
    name: str,
    email: str = "",
    phone: str = "",
    role: str = "",
    shows_name: bool = False,
    shows_email: bool = False,
    shows_phone: bool = False,
) -> Contact:
    """The organisation says whom to ask, how, and which of that is public. Raises Refused and Stale."""
    require(may_edit_registration(by, registration.organisation, "contact"))
    if not name.strip():
        raise Refused(_("Enter the name of the person to ask."))
    if not (email.strip() or phone.strip()):
        raise Refused(_("Enter an email address or a telephone number."))
    after: dict[str, Any] = {
        "name": name.strip(),
        "role": role.strip(),
        "email": email.strip(),
        "phone": phone.strip(),
        "shows_name": shows_name,
        "shows_email": shows_email,
        "shows_phone": shows_phone,
    }
    earlier = contact_of(registration.organisation)
    save_version(registration, expected=version, by=by)
    contact, _is_new = Contact.objects.update_or_create(organisation=registration.organisation, defaults=after)
    # The record of events is kept for good: that the contact changed, not whom it named.
    shown = {field: value for field, value in after.items() if field.startswith("shows_")}
    before = {field: getattr(earlier, field) for field in shown} if earlier else {}
    changed = earlier is None or any(getattr(earlier, field) != after[field] for field in CONTACT_FIELDS)
    record_change(by, registration, "contact", {**before, "told": False}, {**shown, "told": changed})
    return contact
