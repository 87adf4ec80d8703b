"""Asking a virus scanner (clamd), where one is named in the settings."""

import re
import socket
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _

from core.uploads.problems import BadFile

CHUNK = 65_536
LONGEST_ANSWER = 4_096
_ADDRESS = re.compile(r"(?P<host>.+):(?P<port>\d{1,5})")


def require_no_virus(file: IO[bytes]) -> None:
    """Nothing happens if the scanner finds nothing, or if none is named; BadFile otherwise.

    CLAMD is a path of a socket, or host:port. A scanner that is named and does not answer refuses the file:
    what nobody has looked at does not stay.
    """
    if not settings.CLAMD:
        return
    try:
        answer = _answer(file)
    except OSError as error:
        raise _not_looked_at() from error
    if answer.endswith(b" FOUND"):
        raise BadFile(_("The virus scanner found something in this file, so it was not kept."))
    if not answer.endswith(b": OK"):
        raise _not_looked_at()


def _answer(file: IO[bytes]) -> bytes:
    """What clamd says of the file: `stream: OK` or `stream: … FOUND`."""
    with _connected() as scanner:
        scanner.sendall(b"zINSTREAM\0")
        file.seek(0)
        while chunk := file.read(CHUNK):
            scanner.sendall(len(chunk).to_bytes(4, "big") + chunk)
        scanner.sendall(bytes(4))
        file.seek(0)
        answer = b""
        while len(answer) < LONGEST_ANSWER and (part := scanner.recv(LONGEST_ANSWER)):
            answer += part
            if b"\0" in part:
                break
    return answer.partition(b"\0")[0].strip()


def _connected() -> socket.socket:
    address = _ADDRESS.fullmatch(settings.CLAMD)
    if address:
        whom = (address["host"].strip("[]"), int(address["port"]))
        return socket.create_connection(whom, timeout=settings.CLAMD_SECONDS)
    scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    scanner.settimeout(settings.CLAMD_SECONDS)
    try:
        scanner.connect(settings.CLAMD)
    except OSError:
        scanner.close()
        raise
    return scanner


def _not_looked_at() -> BadFile:
    return BadFile(_("Files cannot be checked for viruses just now, so this one was not kept. Try again later."))
