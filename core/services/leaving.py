"""An organisation closes its account; a person deletes theirs."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from core import audit, notices
from core.access import require
from core.leaving import let_go_of_person, parts
from core.models.notices import Notice
from core.models.people import Organisation, User
from core.policies import may_close_account, may_close_organisation
from core.queries.people import forget_roles
from core.services.memberships import end_everybody, end_everywhere

# Reserved for addresses that can never receive anything (RFC 2606).
NOWHERE = "deleted.invalid"


@transaction.atomic
def close_organisation(*, by: User, organisation: Organisation) -> None:
    """Nobody acts for the organisation or finds it; what nothing kept needs is deleted; its people are told.

    Its row stays with the name, for what is on record points to it. Refused with every reason that keeps it.
    """
    for part in parts():
        part.hold(organisation)
    # The strongest lock: rows that only point at the organisation have to wait, too.
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    forget_roles(by)
    require(may_close_organisation(by, organisation))
    for part in parts():
        part.let_go(organisation, by)
    people = end_everybody(by=by, organisation=organisation)
    organisation.closed_at, organisation.closed_by = timezone.now(), by
    organisation.save(update_fields=["closed_at", "closed_by"])
    notices.send(
        "core/organisation_closed",
        to=[person for person in people if person.pk != by.pk],
        context={"organisation": organisation, "closer": by},
    )
    after = {"closed_at": organisation.closed_at}
    audit.record("organisation.close", by=by, obj=organisation, organisation=organisation, after=after)


@transaction.atomic
def close_account(*, by: User) -> None:
    """The person can no longer sign in and nothing says who they were; the record of events stays as it is.

    Rows of history point to the account, so it stays without name and address. Refused while an organisation
    would be left with nobody to decide about its people.
    """
    # Two last owners who go at the same moment leave one.
    numbers = list(by.memberships.values_list("organisation_id", flat=True))
    list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=numbers).order_by("pk"))
    by = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    require(may_close_account(by))
    # Those who stay are told who left, so the name goes after.
    end_everywhere(by=by)
    _forget(by)
    let_go_of_person(by)
    audit.record("account.close", by=by, obj=by)


def _forget(user: User) -> None:
    """No name, no address, no password, no second step; sessions end, for they hang on the password."""
    user.name = f"Former user {user.pk}"
    user.email = f"former-user-{user.pk}@{NOWHERE}"
    user.is_active = user.is_superuser = False
    user.set_unusable_password()
    user.last_login = None
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    Notice.objects.filter(recipient=user).delete()
