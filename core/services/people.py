"""A person's own account."""

from django.db import transaction

from core import audit
from core.models.people import User


@transaction.atomic
def change_account(*, by: User, name: str, language: str) -> None:
    """The person is called `name` and is spoken to in `language` (en-gb or cy)."""
    before = {"name": by.name, "language": by.language}
    after = {"name": " ".join(name.split()), "language": language}
    if before == after:
        return
    User.objects.filter(pk=by.pk).update(**after)
    by.name, by.language = after["name"], after["language"]
    changed = [field for field in after if before[field] != after[field]]
    audit.record(
        "account.change",
        by=by,
        obj=by,
        before={field: before[field] for field in changed},
        after={field: after[field] for field in changed},
    )
