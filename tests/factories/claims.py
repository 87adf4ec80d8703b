"""Claims to organisations, as the services leave them."""

import datetime
import uuid

from core.models import Organisation, User
from core.roles import Role
from providers.models import Claim
from providers.services.claims import make_claim
from tests.factories.core import UserFactory, member
from tests.factories.providers import RegistrationFactory


def claimed(organisation: Organisation | None = None, *, by: User | None = None, days: int = 0) -> Claim:
    """An open claim made that many days ago to a charity, which has an owner unless `organisation` says other."""
    if organisation is None:
        organisation = RegistrationFactory().organisation
        member(Role.OWNER, organisation)
    claim = make_claim(
        by=by or UserFactory(),
        organisation=organisation,
        ground="nobody_answers",
        reason="I am its secretary.",
        form_key=uuid.uuid4(),
    )
    ago = datetime.timedelta(days=days)
    Claim.objects.filter(pk=claim.pk).update(made_at=claim.made_at - ago, owners_until=claim.owners_until - ago)
    return fresh(claim)


def overdue(**values: object) -> Claim:
    """One that its owner left lying."""
    return claimed(days=15, **values)  # type: ignore[arg-type]  # the same as above


def fresh(claim: Claim) -> Claim:
    """The row as it is now."""
    return Claim.objects.select_related("organisation", "claimant", "decided_by").get(pk=claim.pk)
