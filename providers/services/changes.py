"""What changed in a registration, on record."""

from collections.abc import Collection, Mapping
from typing import Any

from core import audit
from core.models import User
from providers.models import Registration


def names_of(rows: Collection[Any]) -> list[str]:
    """What the rows are called, in order."""
    return sorted(str(row) for row in rows)


def record_change(
    by: User, registration: Registration, section: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """One event with what changed; none where a page was saved as it stood."""
    changed = [name for name in after if before.get(name) != after[name]]
    if changed:
        audit.record(
            f"registration.change_{section}",
            by=by,
            obj=registration,
            organisation=registration.organisation,
            before={name: before.get(name) for name in changed},
            after={name: after[name] for name in changed},
        )
