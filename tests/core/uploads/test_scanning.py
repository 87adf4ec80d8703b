"""The virus scanner: a real socket, an invented scanner that speaks as clamd does."""

import io
import socket
import threading
from contextlib import contextmanager

import pytest

from core.uploads import BadFile, check_file
from core.uploads.scanning import require_no_virus
from tests.factories.files import GOOD, pdf

MARK = b"X5O-a-mark-that-the-invented-scanner-takes-for-a-virus"


class Scanner:
    """Listens, reads what INSTREAM sends, and finds MARK; or does what `habit` says instead."""

    def __init__(self, listening, habit=""):
        self.listening, self.habit, self.read = listening, habit, []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                caller, _address = self.listening.accept()
            except OSError:
                return
            with caller:
                self.answer(caller)

    def answer(self, caller):
        if self.habit == "hangs up":
            return
        stream = caller.makefile("rb")
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while size := int.from_bytes(stream.read(4), "big"):
            content += stream.read(size)
        self.read.append(content)
        if self.habit == "keeps silent":
            threading.Event().wait(3)
            return
        if self.habit == "too large":
            caller.sendall(b"INSTREAM size limit exceeded. ERROR\0")
            return
        caller.sendall(b"stream: Eicar-Signature FOUND\0" if MARK in content else b"stream: OK\0")


@contextmanager
def scanner(settings, where, habit=""):
    listening = socket.socket(socket.AF_UNIX if isinstance(where, str) else socket.AF_INET)
    listening.bind(where)
    listening.listen()
    settings.CLAMD = where if isinstance(where, str) else f"127.0.0.1:{listening.getsockname()[1]}"
    settings.CLAMD_SECONDS = 1
    try:
        yield Scanner(listening, habit)
    finally:
        listening.close()


@pytest.fixture(params=["socket", "port"])
def where(request, tmp_path):
    return str(tmp_path / "clamd.sock") if request.param == "socket" else ("127.0.0.1", 0)


def test_without_a_scanner_files_stay(settings):
    assert settings.CLAMD == ""
    require_no_virus(io.BytesIO(MARK))


def test_scanner_reads_the_whole_file_and_lets_it_stay(settings, where):
    content = pdf(extra=b"% " + b"long " * 40_000 + b"\n")
    with scanner(settings, where) as found:
        assert check_file(io.BytesIO(content), "a.pdf").file.read() == content
    assert found.read == [content]


def test_file_in_which_the_scanner_finds_something_is_refused(settings, where):
    with scanner(settings, where), pytest.raises(BadFile, match="found something"):
        check_file(io.BytesIO(pdf(extra=b"% " + MARK + b"\n")), "a.pdf")


@pytest.mark.parametrize("habit", ["hangs up", "keeps silent", "too large"])
def test_file_that_nobody_looked_at_is_refused(settings, where, habit):
    with scanner(settings, where, habit), pytest.raises(BadFile, match="just now"):
        check_file(io.BytesIO(GOOD["policy.pdf"]), "a.pdf")


@pytest.mark.parametrize("named", ["/nowhere/clamd.sock", "127.0.0.1:1"])
def test_scanner_that_is_not_there_refuses_every_file(settings, named):
    settings.CLAMD = named
    with pytest.raises(BadFile, match="just now"):
        check_file(io.BytesIO(GOOD["photo.png"]), "a.png")
