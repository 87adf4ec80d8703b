#!/usr/bin/env python3
"""The way in on a bare machine: python3 run.py run|test|install|lint|check|bench.

Standard library only, and written so that an old Python can still read it and say that it is too old.
Arguments after `--` go to the program at the end: `python3 run.py test -- tests/core -k money`.
"""

import contextlib
import hashlib
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
VAR = ROOT / "var"
LOGS = VAR / "log"
LOCK = ROOT / "requirements-dev.txt"
DATABASE = VAR / "accord.sqlite3"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
OLDEST = (3, 11)
SOURCES = (".py", ".csv", ".json", ".md", ".html", ".mo")
BROWSERS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)


class StepFailed(Exception):
    """One line for the person at the terminal: which step, and what to do."""


# --- Steps -------------------------------------------------------------------------------------------


def environment() -> dict:
    """What every child process gets: its own settings, bytecode kept (without it each start costs 5 s more)."""
    env = dict(os.environ)
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env.pop("PYTHONHOME", None)
    env["VIRTUAL_ENV"] = str(VENV)
    env["PATH"] = str(BIN) + os.pathsep + env.get("PATH", "")
    env["PYTHONUTF8"] = "1"
    env["DEBIAN_FRONTEND"] = "noninteractive"
    return env


def step(name: str, argv: list, advice: str) -> None:
    """Run one step with its output kept in var/log; a failure becomes one line."""
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / (name.replace(" ", "-") + ".log")
    say(f"{name} ...", end=" ")
    began = time.monotonic()
    with log.open("wb") as output:
        try:
            code = subprocess.call(
                [str(part) for part in argv],
                cwd=str(ROOT),
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            output.write(str(error).encode())
            code = 127
    say(f"{time.monotonic() - began:.0f} s" if code == 0 else "failed")
    if code != 0:
        where = log.relative_to(ROOT).as_posix()
        raise StepFailed(f"{name} failed: {last_line(log)} {advice} All it said is in {where}.")


def last_line(log: Path) -> str:
    """The line that most likely says what went wrong: the last error, else the last line at all."""
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    lines = [line for line in lines if line]
    errors = [
        line for line in lines if re.match(r"(error|e)\b|[\w.]*(Error|Exception|Refused): ", line, re.IGNORECASE)
    ]
    chosen = (errors or lines or ["it said nothing"])[-1][:300]
    return chosen if chosen.endswith((".", "!", "?")) else chosen + "."


def say(text: str, end: str = "\n") -> None:
    """Progress for the terminal, at once even when it goes through a pipe."""
    with contextlib.suppress(OSError, ValueError):  # nobody is reading; the work goes on
        print(text, end=end, flush=True)


def manage(name: str, *arguments: str, advice: str = "") -> None:
    step(name, [PYTHON, "manage.py", *arguments], advice)


def tool(name: str) -> Path:
    return BIN / (name + (".exe" if WINDOWS else ""))


# --- Installing --------------------------------------------------------------------------------------


def install() -> None:
    """Leave .venv complete with exactly what the lock file names; nothing to do when it already is."""
    stamp = VENV / "accord-lock"
    wanted = lock_key()
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    if stamp.exists():
        stamp.unlink()  # an install that is interrupted must not count as done
    uv = shutil.which("uv")
    if not same_python(needs="sys" if uv else "sys, pip"):
        advice = "On Debian or Ubuntu: apt-get install python3-venv. Then run this again."
        if uv:
            step("make .venv", [uv, "venv", "--clear", "--python", sys.executable, VENV], "Run this again.")
        else:
            step("make .venv", [sys.executable, "-m", "venv", "--clear", VENV], advice)
    advice = "Check the network and that requirements-dev.txt is unchanged, then run this again."
    hashes = ["--require-hashes", "-r", LOCK]
    if uv:
        only = ["--no-build", "--compile-bytecode", *hashes]
        step("install packages", [uv, "pip", "install", "--python", PYTHON, *only], advice)
    else:
        only = ["--no-input", "--only-binary", ":all:", *hashes]
        step("install packages", [PYTHON, "-m", "pip", "install", *only], advice)
    own = [folder for folder in ROOT.iterdir() if (folder / "__init__.py").exists()]
    step("compile", [PYTHON, "-m", "compileall", "-q", *own], "Undo the last change to that file.")
    stamp.write_text(wanted)


def lock_key() -> str:
    return f"{version(3)} {sys.platform} {hashlib.sha256(LOCK.read_bytes()).hexdigest()}"


def version(parts: int) -> str:
    return ".".join(str(part) for part in sys.version_info[:parts])


def same_python(needs: str) -> bool:
    """Whether .venv is there, runs on the Python that runs this file and has what installing needs."""
    try:
        answer = subprocess.check_output(
            [str(PYTHON), "-c", f"import {needs}; print('%d.%d' % sys.version_info[:2])"],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.decode().strip() == version(2)


# --- Running -----------------------------------------------------------------------------------------


def run(extra: list) -> None:
    port = port_wanted()
    require_free(port)
    install()
    prepare()
    require_free(port)
    say(f"Accord is at http://127.0.0.1:{port} and stops with Ctrl-C.")
    serve([str(PYTHON), "manage.py", "runserver", "--noreload", *extra, f"127.0.0.1:{port}"])


def prepare() -> None:
    """Database, reference data, guidance and demo data; skipped when no file changed since the last time."""
    wanted = content_key()
    if prepared(wanted):
        return
    VAR.mkdir(exist_ok=True)
    fresh = f"If it stays so, move {DATABASE.relative_to(ROOT).as_posix()} away and run this again."
    if "DATABASE_URL" in os.environ:
        fresh = "Check DATABASE_URL and that its server answers."
    manage("migrate", "migrate", "--no-input", advice=fresh)
    manage("load reference data", "load_reference", advice="Undo the last change in core/reference.")
    manage("load guidance", "load_guidance", advice="Undo the last change in cms.")
    manage("make demo data", "demo", "--if-empty", advice="Nothing of it was kept; undo the last change in demo.")
    remember(wanted)


def content_key() -> int:
    """A number (31 bits, never 0) for everything that decides what the steps of prepare() would do."""
    digest = hashlib.sha256(lock_key().encode())
    own = [folder for folder in sorted(ROOT.iterdir()) if (folder / "__init__.py").exists()]
    for folder in own:
        for file in sorted(folder.rglob("*")):
            if file.suffix in SOURCES:
                digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return int.from_bytes(digest.digest()[:4], "big") >> 1 or 1


def prepared(wanted: int) -> bool:
    """The number is kept in the database file itself, so it goes away with it. Elsewhere: always prepare."""
    if "DATABASE_URL" in os.environ or not DATABASE.exists():
        return False
    try:
        connection = sqlite3.connect(str(DATABASE))
        try:
            return connection.execute("PRAGMA user_version").fetchone()[0] == wanted
        finally:
            connection.close()
    except sqlite3.Error:
        return False


def remember(key: int) -> None:
    if "DATABASE_URL" in os.environ:
        return
    connection = sqlite3.connect(str(DATABASE), timeout=20)
    with contextlib.suppress(sqlite3.Error):  # then the next start prepares again, which changes nothing
        connection.execute(f"PRAGMA user_version = {key}")
    connection.close()


def port_wanted() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise StepFailed(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def require_free(port: int) -> None:
    probe = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if not WINDOWS:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
    except OSError as error:
        raise StepFailed(
            f"start failed: port {port} cannot be used ({error.strerror}). "
            f"Stop what uses it, or choose another: PORT={port + 1} make run"
        ) from None
    finally:
        probe.close()


def serve(argv: list) -> None:
    """Become the server, so that a signal reaches it and nothing is left running behind."""
    env = environment()
    env["DJANGO_RUNSERVER_HIDE_WARNING"] = "true"
    os.chdir(str(ROOT))
    if WINDOWS:
        raise SystemExit(subprocess.call(argv, env=env, stdin=subprocess.DEVNULL))
    empty = os.open(os.devnull, os.O_RDONLY)
    if empty != 0:  # 0 itself when standard input was closed
        os.dup2(empty, 0)
    os.execve(argv[0], argv, env)


# --- Testing, lint, measuring ------------------------------------------------------------------------


def test(extra: list) -> None:
    install()
    browser = chromium(required=not extra)
    env = environment()
    if browser:
        env["CHROMIUM_PATH"] = browser
    argv = [str(PYTHON), "-m", "pytest"]
    if not any(part.startswith(("-n", "--numprocesses")) for part in extra):
        argv += ["-n", str(processors())]
    if subprocess.call([*argv, *extra], cwd=str(ROOT), env=env, stdin=subprocess.DEVNULL) != 0:
        raise StepFailed("test failed: the lines above say where.")


def processors() -> int:
    """How many of this machine's processors are ours: a container may see sixty and be given two."""
    seen = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        seen = min(seen, max(1, int(quota) // int(period)))
    except (OSError, ValueError):
        pass  # no quota
    return max(1, min(seen, 8))


def chromium(required: bool) -> str:
    """The browser for the browser tests; installed where that takes no question, else a line on how."""
    found = chromium_here()
    if found or not required:
        return found
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and shutil.which("apt-get"):
        advice = "Install Chromium by hand, or name one in CHROMIUM_PATH."
        step("list Debian packages", ["apt-get", "update"], advice)
        step("install Chromium", ["apt-get", "install", "-y", "--no-install-recommends", "chromium"], advice)
        found = chromium_here()
    if not found:
        raise StepFailed(
            "find Chromium failed: the browser tests need it. Install it (Debian, Ubuntu: sudo apt-get install "
            "chromium; macOS: brew install --cask chromium) or put its path in CHROMIUM_PATH."
        )
    return found


def chromium_here() -> str:
    named = os.environ.get("CHROMIUM_PATH", "")
    if named:
        if not Path(named).exists():
            raise StepFailed(f"find Chromium failed: CHROMIUM_PATH names {named}, which is not there.")
        return named
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    onpath = [shutil.which(name) for name in names]
    return next((path for path in [*onpath, *BROWSERS] if path and Path(path).exists()), "")


def lint(extra: list) -> None:
    """Every check that needs no running program; all of them run, then one line names those that failed."""
    install()
    own = sorted(folder.name for folder in ROOT.iterdir() if (folder / "__init__.py").exists())
    line = ["-f", "custom", "--msg-template", "{relpath}:{line}: {test_id} {msg}"]
    checks = [
        ("ruff", [tool("ruff"), "check", "--output-format", "concise", "."]),
        ("format", [tool("ruff"), "format", "--check", "--output-format", "concise", "."]),
        ("templates", [tool("djlint"), "templates", "--lint", "--quiet"]),
        ("layers", [tool("lint-imports"), "--no-logo"]),
        ("types", [PYTHON, "-m", "mypy"]),
        ("security", [tool("bandit"), "-q", "-r", "-c", "pyproject.toml", *line, *own]),
        ("migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"]),
    ]
    failed = [name for name, argv in checks if not passes(name, argv, environment())]
    if not passes("deployment", [PYTHON, "manage.py", "check", "--deploy", "--fail-level=WARNING"], production()):
        failed.append("deployment")
    if failed:
        raise StepFailed("lint failed: " + ", ".join(failed) + ". The lines above say where.")


def passes(name: str, argv: list, env: dict) -> bool:
    say(f"-- {name}")
    return subprocess.call([str(part) for part in argv], cwd=str(ROOT), env=env, stdin=subprocess.DEVNULL) == 0


def production() -> dict:
    """Production settings with an address for everything and a server behind nothing: enough to check them."""
    env = environment()
    env.update(
        DJANGO_SETTINGS_MODULE="config.settings.production",
        SECRET_KEY=hashlib.sha512(b"only to check the settings").hexdigest(),
        ALLOWED_HOSTS="accord.example",
        SITE_URL="https://accord.example",
        SEAL_MASTER_KEYS="b25seSB0byBjaGVjayB0aGUgc2V0dGluZ3Mgbm93ISE=",
        DATABASE_URL="postgres://accord@127.0.0.1:5432/accord",
        CACHE_URL="locmemcache://",
        EMAIL_URL="smtp://127.0.0.1:25",
    )
    return env


def check(extra: list) -> None:
    lint([])
    test(extra)


def bench(extra: list) -> None:
    install()
    argv = [str(PYTHON), "-m", "benchmarks", *extra]
    if subprocess.call(argv, cwd=str(ROOT), env=environment(), stdin=subprocess.DEVNULL) != 0:
        raise StepFailed("bench failed: the lines above say why.")


COMMANDS = {
    "run": run,
    "test": test,
    "install": lambda extra: install(),
    "lint": lint,
    "check": check,
    "bench": bench,
}


def main(arguments: list) -> int:
    if sys.version_info < OLDEST:
        fail(
            f"Accord needs Python 3.11 or newer; this is Python {version(2)}. Install a newer one "
            "(python.org, or your system's packages) and run this again with it."
        )
        return 1
    if not arguments or arguments[0] not in COMMANDS:
        fail("Say what to do: python3 run.py " + "|".join(COMMANDS))
        return 2
    extra = arguments[1:]
    if extra[:1] == ["--"]:
        extra = extra[1:]
    try:
        COMMANDS[arguments[0]](extra)
    except StepFailed as failure:
        fail(str(failure))
        return 1
    except KeyboardInterrupt:
        say("")
        return 130
    return 0


def fail(line: str) -> None:
    """One line on standard error."""
    print("accord: " + " ".join(line.split()), file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
