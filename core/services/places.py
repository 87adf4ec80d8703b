"""Bringing in areas, overlaps, bodies and roles: checked first, carried out as a whole, taken back as one."""

import datetime
import io
import uuid
from collections.abc import Iterable
from typing import IO, Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, Stale, require
from core.models.people import User
from core.models.place_imports import MOST_BYTES, PlaceImport
from core.policies import may_apply_place_import, may_import_places, may_take_back_place_import
from core.services.place_plans import Change, Plan, plan_of
from core.services.place_rows import MODELS
from core.sheets import Problems
from core.states import PLACE_IMPORT

BATCH = 900
# What SQLite turns into one statement without growing slow: a case for each row and field.
CHANGES_AT_ONCE = 200
LONGEST_FILE_NAME = 200
# Fields of which the database keeps one in order with another, so that they change in one statement.
BOUND_TOGETHER = frozenset({"valid_from", "valid_to", "ends_in", "extent", "share_bps"})


class UnreadableFile(Refused):
    """The file has problems; nothing of it was kept."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(_("Nothing was imported. Put right what is listed below and send the file again."))
        self.problems = problems


class NothingToDo(Refused):
    """Everything in the file is here already."""

    def __init__(self) -> None:
        super().__init__(_("Everything in this file is here already, just as it says. There is nothing to do."))


def check_places(
    *, by: User, holds: str, file: IO[bytes], file_name: str, form_key: uuid.UUID | None = None
) -> PlaceImport:
    """The file waits to be carried out, with what it would do; nothing here has changed yet.

    Raises UnreadableFile with every problem by its line, and NothingToDo. Sent twice with one `form_key` it
    waits once.
    """
    require(may_import_places(by))
    key = form_key or uuid.uuid4()
    made = PlaceImport.objects.filter(form_key=key, created_by=by).first()
    if made is not None:
        return made
    content = file.read(MOST_BYTES + 1)
    plan = _sound_plan(holds, content)
    if not plan.changes:
        raise NothingToDo
    found = PlaceImport(form_key=key, holds=holds, content=content, created_by=by, updated_by=by, **_columns(plan))
    found.file_name = file_name[-LONGEST_FILE_NAME:]
    try:
        with transaction.atomic():
            found.save(force_insert=True)
            audit.record("place_import.check", by=by, obj=found, after=_counts(found))
    except IntegrityError:
        # Sent twice at once: the other one is the same.
        return PlaceImport.objects.get(form_key=key, created_by=by)
    return found


def check_places_again(*, by: User, place_import: PlaceImport) -> PlaceImport:
    """What the file would do is worked out anew, after something here has changed."""
    require(may_import_places(by))
    plan = _sound_plan(place_import.holds, bytes(place_import.content))
    with transaction.atomic():
        locked = _locked(place_import)
        require(may_apply_place_import(by, locked))
        columns = _columns(plan)
        for name, value in columns.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(columns))
        audit.record("place_import.check_again", by=by, obj=locked, after=_counts(locked))
    return locked


def apply_place_import(*, by: User, place_import: PlaceImport, fingerprint: str) -> PlaceImport:
    """The rows of the file are here as it says: all of them or none. `fingerprint` is of the plan that `by` saw.

    Raises Stale if the file would by now do something else, and UnreadableFile if it no longer fits what is here.
    """
    try:
        with transaction.atomic():
            return _applied(by, place_import, fingerprint)
    except IntegrityError as error:
        raise Stale(_("Something here changed just now. Nothing was imported. Look at the file again.")) from error


def _applied(by: User, place_import: PlaceImport, fingerprint: str) -> PlaceImport:
    _lock_all()
    locked = _locked(place_import)
    require(may_apply_place_import(by, locked))
    plan = _sound_plan(locked.holds, bytes(locked.content))
    if not plan.fingerprint() == fingerprint == locked.fingerprint:
        raise Stale(
            _("Places have changed since you looked at this file: it would do something else by now. Look again.")
        )
    before = {change.row.pk: _before(change) for change in plan.changes if not change.is_new}
    _write(MODELS[locked.holds], plan.changes, locked)
    now = timezone.now()
    PLACE_IMPORT.apply(locked, "apply", before=before, applied_at=now, applied_by=by)
    audit.record("place_import.apply", by=by, obj=locked, after=_counts(locked))
    return locked


def take_back_place_import(*, by: User, place_import: PlaceImport) -> PlaceImport:
    """What the import added is gone and what it changed is as it was before.

    Raises Refused where a later import changed the same rows, or where something by now refers to a new one.
    """
    try:
        with transaction.atomic():
            return _taken_back(by, place_import)
    except IntegrityError as error:
        raise Refused(_("Something else uses these places by now, so the import cannot be taken back.")) from error


def _taken_back(by: User, place_import: PlaceImport) -> PlaceImport:
    _lock_all()
    locked = _locked(place_import)
    require(may_take_back_place_import(by, locked))
    model = MODELS[locked.holds]
    mine = list(model._default_manager.filter(last_import=locked))
    if len(mine) != locked.new_count + locked.changed_count + locked.ended_count:
        raise Refused(_("A later import changed some of these rows. Take that one back first."))
    before = {int(number): values for number, values in locked.before.items()}
    _remove(model, [row.pk for row in mine if row.pk not in before])
    _put_back(model, [row for row in mine if row.pk in before], before)
    PLACE_IMPORT.apply(locked, "take_back")
    audit.record("place_import.take_back", by=by, obj=locked, before=_counts(locked))
    return locked


# --- parts -------------------------------------------------------------------------------------------


def _sound_plan(holds: str, content: bytes) -> Plan:
    plan = plan_of(holds, io.BytesIO(content))
    if plan.problems:
        raise UnreadableFile(plan.problems)
    return plan


def _columns(plan: Plan) -> dict[str, Any]:
    """What stands in the row of the import."""
    return {
        "new_count": len(plan.added),
        "changed_count": len(plan.altered),
        "ended_count": len(plan.ended),
        "unchanged_count": plan.unchanged,
        "plan": plan.examples(),
        "fingerprint": plan.fingerprint(),
    }


def _counts(place_import: PlaceImport) -> dict[str, Any]:
    return {
        "file": place_import.file_name,
        "holds": place_import.holds,
        "added": place_import.new_count,
        "changed": place_import.changed_count,
        "ended": place_import.ended_count,
    }


def _lock_all() -> None:
    """One import at a time: the plan of the second must see what the first has done."""
    PlaceImport.objects.select_for_update().order_by("pk").only("pk").first()


def _locked(place_import: PlaceImport) -> PlaceImport:
    return PlaceImport.objects.select_for_update().get(pk=place_import.pk)


def _write(model: type[models.Model], changes: Iterable[Change], place_import: PlaceImport) -> None:
    rows = list(changes)
    for change in rows:
        change.row.last_import = place_import  # type: ignore[attr-defined]  # each of the four models has it
    # Asked before the new rows are written: from then on they look like the others.
    changed = [change for change in rows if not change.is_new]
    model._default_manager.bulk_create([change.row for change in rows if change.is_new], batch_size=BATCH)
    fields = sorted({name for change in rows for name in change.before})
    _update(model, [change.row for change in changed], [*fields, "last_import"])


def _update(model: type[models.Model], rows: list[Any], fields: list[str]) -> None:
    """The rows are in the database as they are here; a field that is the same in all takes no case for each."""
    columns = {name: model._meta.get_field(name).attname for name in fields}  # type: ignore[union-attr]  # columns all
    alike = {name for name in fields if len({getattr(row, columns[name]) for row in rows}) == 1}
    if not BOUND_TOGETHER.intersection(fields) <= alike:
        alike -= BOUND_TOGETHER
    values = {columns[name]: getattr(rows[0], columns[name]) for name in alike}
    for start in range(0, len(rows) if values else 0, BATCH):
        model._default_manager.filter(pk__in=[row.pk for row in rows[start : start + BATCH]]).update(**values)
    differing = [name for name in fields if name not in alike]
    if differing:
        model._default_manager.bulk_update(rows, differing, batch_size=CHANGES_AT_ONCE)


def _before(change: Change) -> dict[str, Any]:
    """What a row was before its change, as JSON holds it."""
    was = {**change.before, "last_import_id": getattr(change.row, "last_import_id", None)}
    return {name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in was.items()}


def _put_back(model: type[models.Model], rows: list[Any], before: dict[int, dict[str, Any]]) -> None:
    for row in rows:
        for name, value in before[row.pk].items():
            # Days went into JSON as text; to_python leaves everything else as it is.
            setattr(row, name, model._meta.get_field(name.removesuffix("_id")).to_python(value))  # type: ignore[union-attr]  # columns, no relations back
    names = {name.removesuffix("_id") for values in before.values() for name in values}
    _update(model, rows, sorted(names))


def _remove(model: type[models.Model], numbers: list[int]) -> None:
    """The rows are gone. Refused if a row of any app refers to one of them."""
    for start in range(0, len(numbers), BATCH):
        some = numbers[start : start + BATCH]
        for relation in model._meta.related_objects:
            other = relation.related_model
            using = other._default_manager.filter(**{f"{relation.field.name}__in": some}).count()
            if using:
                noun = other._meta.verbose_name if using == 1 else other._meta.verbose_name_plural
                raise Refused(
                    _(
                        "What this import added is in use: %(number)s %(noun)s. "
                        "Import a file that gives those rows a last day instead."
                    )
                    % {"number": f"{using:,}", "noun": noun}
                )
        model._default_manager.filter(pk__in=some).delete()
