"""What the project is made of, for the rules that read its own source."""

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = frozenset({".git", ".venv", "var", "node_modules", "dist", "htmlcov", "build", "__pycache__"})
BESIDE = frozenset({"tests", "benchmarks"})  # they look at the project from outside, across all layers


def packages() -> list[str]:
    """The packages at the top: config and the apps, found rather than listed, so a new one is held at once."""
    return sorted(
        folder.name for folder in ROOT.iterdir() if (folder / "__init__.py").exists() and folder.name not in BESIDE
    )


def tree() -> Iterator[Path]:
    """Every file of the project, relative to its root, without what was made on this machine."""
    for folder, inner, names in os.walk(ROOT):
        inner[:] = sorted(name for name in inner if name not in NOT_OURS and not name.startswith("."))
        yield from (Path(folder, name).relative_to(ROOT) for name in sorted(names) if not name.startswith("."))


def sources() -> Iterator[tuple[str, str]]:
    """Path and text of every Python file in the packages; migrations are written by Django."""
    for package in packages():
        for path in sorted((ROOT / package).rglob("*.py")):
            relative = path.relative_to(ROOT)
            if "migrations" not in relative.parts:
                yield relative.as_posix(), path.read_text(encoding="utf-8")


def templates() -> Iterator[tuple[str, str]]:
    """Path and text of every HTML template, in templates/ and in the packages."""
    for relative in tree():
        if relative.suffix == ".html":
            yield relative.as_posix(), (ROOT / relative).read_text(encoding="utf-8")
