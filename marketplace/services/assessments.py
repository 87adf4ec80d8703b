"""Bringing in figures about cases: looked at first, then confirmed as a whole, and taken back as a whole."""

import datetime
import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO, TypeVar

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused, Stale, require
from core.models import Area, Organisation, User
from core.sheets import Problems
from marketplace.models import Assessment, AssessmentImport
from marketplace.policies.assessments import (
    may_confirm_import,
    may_discard_import,
    may_import_assessments,
    may_take_back_import,
)
from marketplace.quarters import Quarter
from marketplace.queries.assessments import Key, Standing, areas_to_assess, standing
from marketplace.services.assessment_files import Reading, Three, read_assessments

T = TypeVar("T")
BATCH = 2_000
# As many numbers as either database takes in one list.
CHUNK = 900


class UnreadableFile(Refused):
    """The file has problems; nothing of it was kept."""

    def __init__(self, problems: Problems) -> None:
        super().__init__(_("Nothing was imported. Put right what is listed, and send the file again."))
        self.problems = problems


@dataclass(frozen=True)
class Plan:
    """What a file would change: figures that are new, that take the place of others, and that say the same."""

    adds: list[Key]
    replaces: dict[Key, Standing]
    keeps: int
    sha256: str

    def columns(self) -> dict[str, int | str]:
        """What stands in the row of the import."""
        return {
            "adds": len(self.adds),
            "replaces": len(self.replaces),
            "keeps": self.keeps,
            "plan_sha256": self.sha256,
        }


def plan_of(reading: Reading) -> Plan:
    """What the figures would change of what is in force now."""
    first, last = reading.quarters
    there = standing(
        {key.area for key in reading.figures}, first.starts_on.isoformat(), last.starts_on.isoformat()
    )
    adds = [key for key in reading.figures if key not in there]
    replaces = {
        key: there[key] for key in reading.figures if key in there and there[key].counts != reading.figures[key]
    }
    keeps = len(reading.figures) - len(adds) - len(replaces)
    told = [reading.sha256, len(adds), keeps, *sorted(row.pk for row in replaces.values())]
    return Plan(adds, replaces, keeps, hashlib.sha256(repr(told).encode()).hexdigest())


def check_file(file: IO[bytes], *, organisation: Organisation) -> tuple[Reading, Plan]:
    """What the file says and would change, for a body; nothing is written. UnreadableFile with its problems."""
    reading = read_assessments(file, areas=areas_to_assess(organisation), today=timezone.localdate())
    if reading.problems:
        raise UnreadableFile(reading.problems)
    return reading, plan_of(reading)


def upload_assessments(
    *, by: User, organisation: Organisation, file: IO[bytes], file_name: str, source: str, form_key: uuid.UUID
) -> AssessmentImport:
    """The file waits to be confirmed, with what it would change; sent twice with one `form_key` it waits once.

    UnreadableFile, with every problem, if anything in it is wrong. No figure counts yet.
    """
    require(may_import_assessments(by, organisation))
    if not source.strip():
        raise Refused(_("Say where the figures come from."))
    if made := _made_before(form_key, by=by, organisation=organisation):
        return made
    # Read before the transaction: nobody else has to wait for it.
    reading, plan = check_file(file, organisation=organisation)
    first, last = reading.quarters
    file.seek(0)
    with transaction.atomic():
        batch = AssessmentImport(
            organisation=organisation,
            form_key=form_key,
            source=source.strip(),
            file_name=file_name,
            sha256=reading.sha256,
            rows=reading.rows,
            first_starts_on=first.starts_on,
            last_ends_on=last.ends_on,
            uploaded_by=by,
            **plan.columns(),
        )
        batch.file.save(f"{form_key}.csv", File(file), save=False)
        try:
            with transaction.atomic():
                batch.save(force_insert=True)
        except IntegrityError:
            # The same form came twice in one moment.
            if made := _made_before(form_key, by=by, organisation=organisation):
                return made
            raise
        audit.record("assessment_import.upload", by=by, obj=batch, organisation=organisation, after=_told(batch))
    return batch


def confirm_import(*, by: User, batch: AssessmentImport, plan_sha256: str) -> AssessmentImport:
    """Every figure of the file counts, in the place of those it replaces.

    Stale, with nothing changed, if since `plan_sha256` was shown other figures came in; `look_again` then says
    what the file would do now.
    """
    require(may_confirm_import(by, batch))
    reading = _read_again(batch)
    with transaction.atomic():
        _lock_areas(reading)
        batch = _locked(batch)
        require(may_confirm_import(by, batch))
        plan = plan_of(reading)
        if plan.sha256 != plan_sha256:
            raise Stale(_("Other figures came in after you looked. Below is what this file would change now."))
        _write(batch, reading, plan)
        AssessmentImport.objects.filter(pk=batch.pk).update(
            applied_at=timezone.now(), applied_by=by, file="", **plan.columns()
        )
        name, storage = batch.file.name, batch.file.storage
        batch.refresh_from_db()
        audit.record(
            "assessment_import.confirm", by=by, obj=batch, organisation=batch.organisation, after=_told(batch)
        )
        if name:
            transaction.on_commit(lambda: storage.delete(name))
    return batch


@transaction.atomic
def look_again(*, by: User, batch: AssessmentImport) -> AssessmentImport:
    """The import says what its file would change of what is in force now."""
    batch = _locked(batch)
    require(may_confirm_import(by, batch))
    AssessmentImport.objects.filter(pk=batch.pk).update(**plan_of(_read_again(batch)).columns())
    batch.refresh_from_db()
    return batch


@transaction.atomic
def discard_import(*, by: User, batch: AssessmentImport) -> None:
    """A file that waited is gone; nothing was imported from it."""
    batch = _locked(batch)
    require(may_discard_import(by, batch))
    name, storage = batch.file.name, batch.file.storage
    audited, organisation = _told(batch), batch.organisation
    AssessmentImport.objects.filter(pk=batch.pk).delete()
    audit.record("assessment_import.discard", by=by, obj=batch, organisation=organisation, before=audited)
    if name:
        transaction.on_commit(lambda: storage.delete(name))


@transaction.atomic
def take_back_import(*, by: User, batch: AssessmentImport, reason: str) -> AssessmentImport:
    """None of its figures counts; what they replaced counts again, unless a later import replaced that too."""
    numbers = Assessment.objects.filter(batch=batch.pk).order_by("area").values_list("area", flat=True).distinct()
    _hold(list(numbers))
    batch = _locked(batch)
    require(may_take_back_import(by, batch))
    if not reason.strip():
        raise Refused(_("Say why the figures are taken back."))
    _put_back(batch)
    AssessmentImport.objects.filter(pk=batch.pk).update(
        taken_back_at=timezone.now(), taken_back_by=by, taking_back_reason=reason.strip()
    )
    batch.refresh_from_db()
    audit.record(
        "assessment_import.take_back",
        by=by,
        obj=batch,
        organisation=batch.organisation,
        before=_told(batch),
        reason=reason.strip(),
    )
    return batch


# -----------------------------------------------------------------------------------------------------


def _made_before(form_key: uuid.UUID, *, by: User, organisation: Organisation) -> AssessmentImport | None:
    made = AssessmentImport.objects.filter(form_key=form_key).first()
    if made and (made.uploaded_by_id, made.organisation_id) != (by.pk, organisation.pk):
        raise Refused(_("This form was sent before for another file. Open the page again and start afresh."))
    return made


def _told(batch: AssessmentImport) -> dict[str, object]:
    return {"sha256": batch.sha256, "adds": batch.adds, "replaces": batch.replaces, "keeps": batch.keeps}


def _read_again(batch: AssessmentImport) -> Reading:
    """The figures of a file that waits; it was whole when it came, but areas and rights may have changed since."""
    if not batch.file:
        raise Refused(_("This file was imported already."))
    with batch.file.open("rb") as file:
        return check_file(file.file, organisation=batch.organisation)[0]


def _locked(batch: AssessmentImport) -> AssessmentImport:
    rows = AssessmentImport.objects.select_related("organisation").select_for_update(no_key=True, of=("self",))
    found = rows.filter(pk=batch.pk).first()
    if found is None:
        raise Refused(_("Somebody threw this file away. Send it again if it is needed."))
    return found


def _lock_areas(reading: Reading) -> None:
    _hold(sorted({key.area for key in reading.figures}))


def _hold(areas: list[int]) -> None:
    """Two imports for one area follow each other."""
    list(Area.objects.filter(pk__in=areas).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _write(batch: AssessmentImport, reading: Reading, plan: Plan) -> None:
    for some in _in_chunks((row.pk for row in plan.replaces.values()), CHUNK):
        Assessment.objects.filter(pk__in=some).update(in_force=False)
    rows = (_row(batch, key, reading.figures[key], plan) for key in (*plan.adds, *plan.replaces))
    for many in _in_chunks(rows, BATCH):
        Assessment.objects.bulk_create(many)


def _row(batch: AssessmentImport, key: Key, counts: Three, plan: Plan) -> Assessment:
    starts_on = datetime.date.fromisoformat(key.starts_on)
    replaced = plan.replaces.get(key)
    return Assessment(
        batch=batch,
        area_id=key.area,
        starts_on=starts_on,
        ends_on=Quarter(starts_on).ends_on,
        category_id=key.category,
        cohort_id=key.cohort or None,
        priority_cases=counts[0],
        available_cases=counts[1],
        sufficient_cases=counts[2],
        replaces_id=replaced.pk if replaced else None,
    )


def _put_back(batch: AssessmentImport) -> None:
    """Unlinks the rows of `batch` from the chains they stand in: what they replaced moves up into their place."""
    own = Assessment.objects.filter(batch=batch)
    later = Assessment.objects.filter(replaces=OuterRef("pk"))
    own.update(in_force=False)
    last = own.filter(~Exists(later), replaces__isnull=False)
    Assessment.objects.filter(pk__in=last.values("replaces")).update(in_force=True)
    before = Assessment.objects.filter(pk=OuterRef("replaces")).values("replaces")[:1]
    Assessment.objects.filter(replaces__in=own.values("pk")).update(replaces=Subquery(before))
    own.update(replaces=None)


def _in_chunks(things: Iterable[T], size: int) -> Iterator[list[T]]:
    walk = iter(things)
    while some := list(islice(walk, size)):
        yield some
