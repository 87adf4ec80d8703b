"""Taking away a copy of everything held."""

from django.db import transaction

from core import audit
from core.access import require
from core.holdings import Table, held_about, held_about_person
from core.models.people import Organisation, User
from core.policies import may_take_everything


@transaction.atomic
def take_everything(*, by: User, organisation: Organisation) -> list[Table]:
    """Everything held about the organisation, as it is now; that `by` took it is on record."""
    require(may_take_everything(by, organisation))
    tables = held_about(organisation, by)
    counts = {each.name: len(each.rows) for each in tables}
    audit.record("organisation.take_everything", by=by, obj=organisation, organisation=organisation, after=counts)
    return tables


@transaction.atomic
def take_own(*, by: User) -> list[Table]:
    """Everything held about the person themself; that they took it is on record."""
    tables = held_about_person(by)
    counts = {each.name: len(each.rows) for each in tables}
    audit.record("account.take_everything", by=by, obj=by, after=counts)
    return tables
