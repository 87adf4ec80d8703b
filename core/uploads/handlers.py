"""Reading what a browser sends: no more of a file than the page takes, and nothing of one far too large."""

from collections.abc import Callable
from typing import IO, Any, TypeVar

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

View = TypeVar("View", bound=Callable[..., Any])

# What may come beside the file: the other boxes of the form.
OTHER_BOXES = 1_000_000
# Up to so many times the limit the rest is read and dropped, so that the other boxes arrive; beyond, it is not.
READ_OUT = 4


class TooLarge(UploadedFile):
    """Stands for a file that was over the limit; nothing of it was kept."""

    def __init__(self, name: str) -> None:
        super().__init__(file=None, name=name, size=0)


def takes_files(most_bytes: int | None = None) -> Callable[[View], View]:
    """The view takes files of up to `most_bytes` (DOCUMENT_MOST_BYTES if not given); others are larger imports."""

    def marked(view: View) -> View:
        view.most_bytes = most_bytes or settings.DOCUMENT_MOST_BYTES  # type: ignore[attr-defined]  # a mark
        return view

    return marked


def files_of(request: HttpRequest) -> "MultiValueDict[str, UploadedFile]":
    """What was sent as files, with a mark in the place of one that was too large to be read at all."""
    files = request.FILES.copy()
    for name, file in getattr(request, "unread_files", {}).items():
        files.setdefault(name, file)
    return files


class BoundedUploadHandler(FileUploadHandler):
    """Stands before the others: a file over the limit of the page becomes a mark, however large it is."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        found = getattr(request, "resolver_match", None)
        self.most: int = getattr(getattr(found, "func", None), "most_bytes", settings.UPLOAD_MOST_BYTES)
        self.sent, self.count = 0, 0

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803  the name that Django passes it by
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Notes how much is said to come."""
        self.sent = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file that is far too large ends the reading here; the boxes before it have been read."""
        super().new_file(*args, **kwargs)
        self.count = 0
        if self.sent > READ_OUT * self.most + OTHER_BOXES:
            unread = getattr(self.request, "unread_files", {})
            unread[self.field_name] = TooLarge(self.file_name or "")
            self.request.unread_files = unread  # type: ignore[union-attr]  # read by files_of
            raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Passes on what is within the limit; the rest is dropped as it comes."""
        self.count += len(raw_data)
        return raw_data if self.count <= self.most else None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """The mark, where there was too much; otherwise the handlers behind make the file."""
        if self.count <= self.most:
            return None
        for handler in self.request.upload_handlers:  # type: ignore[union-attr]  # there is a request by now
            begun = getattr(handler, "file", None)
            if begun is not None:
                begun.close()
        return TooLarge(self.file_name or "")
