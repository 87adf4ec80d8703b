"""Lists as files that a spreadsheet opens: streamed, capped, and unable to run anything."""

import csv
import datetime
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone

MOST_ROWS = 5_000
# A spreadsheet takes a cell that begins so for a formula; the wide forms are those of East Asian keyboards.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: Any) -> Any:
    """`value` as a cell that shows what it says: text that looks like a formula is marked as text.

    Moments are written in London time with their offset, nothing as an empty cell; numbers stay numbers.
    """
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).isoformat(timespec="minutes")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return value
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(" \u00a0").startswith(FORMULA_STARTS) else text


class _Line:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]], *, most: int = MOST_ROWS) -> Iterator[str]:
    """Lines of CSV: the mark that tells spreadsheets it is UTF-8, the header, no more than `most` rows."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow([safe_cell(name) for name in header])
    for row in islice(rows, most):
        yield writer.writerow([safe_cell(value) for value in row])


def csv_download(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A download called `name`.csv, sent row by row as `rows` yields them."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
