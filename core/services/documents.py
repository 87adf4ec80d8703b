"""Keeping documents, giving them out, and letting go of them."""

import datetime
import secrets
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import IO

from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.access import Refused
from core.models import Document, Organisation, User
from core.uploads import Checked

# A file without a row may be one whose row is being written; older ones are left behind.
LEFT_BEHIND_AFTER = datetime.timedelta(days=1)
AT_ONCE = 500


def document_storage() -> Storage:
    """Where the files lie."""
    return storages["documents"]


@transaction.atomic
def keep_document(*, by: User, organisation: Organisation, checked: Checked) -> Document:
    """The file is kept for the organisation, under a name that says nothing, and on record.

    `checked` comes from core.uploads.check_file. Whoever calls has asked whether `by` may. If the transaction
    fails the file has no row; sweep_documents takes it away.
    """
    stored_as = _stored(checked.file)
    document = Document.objects.create(
        organisation=organisation,
        name=checked.name,
        type=checked.type,
        size=checked.size,
        sha256=checked.sha256,
        stored_as=stored_as,
        uploaded_at=timezone.now(),
        uploaded_by=by,
    )
    audit.record("document.keep", by=by, obj=document, organisation=organisation, after=_as_recorded(document))
    return document


def _stored(file: IO[bytes]) -> str:
    # Two letters as a folder, so that no folder holds a hundred thousand files.
    name = secrets.token_hex(24)
    file.seek(0)
    return document_storage().save(f"{name[:2]}/{name}", File(file))


def _as_recorded(document: Document) -> dict[str, object]:
    return {"type": document.type, "size": document.size, "sha256": document.sha256}


@transaction.atomic
def open_document(*, by: User, document: Document) -> IO[bytes]:
    """The bytes of the document, for `by`, with the opening on record. Refused where the file is lost.

    Whoever calls has found the document with documents_visible_to.
    """
    try:
        file = document_storage().open(document.stored_as)
    except FileNotFoundError as error:
        raise Refused(_("This file is no longer here. Ask whoever gave it to give it once more.")) from error
    audit.record("document.download", by=by, obj=document, organisation=document.organisation)
    return file


@transaction.atomic
def delete_document(*, by: User | None, document: Document, reason: str = "") -> None:
    """The document is gone; its file goes once that is certain. `by` is none where the clock decides."""
    audited = Document(pk=document.pk, name=document.name)
    organisation, stored_as = document.organisation, document.stored_as
    before = _as_recorded(document)
    document.delete()
    transaction.on_commit(partial(_delete_file, stored_as), robust=True)
    audit.record("document.delete", by=by, obj=audited, organisation=organisation, before=before, reason=reason)


def _delete_file(stored_as: str) -> None:
    document_storage().delete(stored_as)


def sweep_documents(*, now: datetime.datetime) -> int:
    """Files that no row names and that are older than a day are gone; how many.

    They are left where a transaction failed after the file was written, or a row went with its organisation.
    """
    storage = document_storage()
    gone, batch = 0, []
    for name in _files(storage, ""):
        batch.append(name)
        if len(batch) == AT_ONCE:
            gone, batch = gone + _sweep(storage, batch, now), []
    return gone + _sweep(storage, batch, now)


def _files(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return  # nothing was ever kept
    for inner in sorted(folders):
        yield from _files(storage, f"{folder}/{inner}" if folder else inner)
    yield from (f"{folder}/{name}" if folder else name for name in sorted(files))


def _sweep(storage: Storage, names: list[str], now: datetime.datetime) -> int:
    named = set(Document.objects.filter(stored_as__in=names).values_list("stored_as", flat=True))
    gone = 0
    for name in names:
        if name in named:
            continue
        with suppress(FileNotFoundError):  # somebody else sweeps too
            if now - storage.get_modified_time(name) > LEFT_BEHIND_AFTER:
                storage.delete(name)
                gone += 1
    return gone
