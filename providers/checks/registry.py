"""Every check, found by its file, in the order of the list."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from providers.checks.check import Check


def _found() -> Iterator[Check]:
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        # This file is being imported, and the calculation needs it first; none of these holds a check.
        if module.name not in ("registry", "asking", "sizes"):
            check = getattr(importlib.import_module(f"providers.checks.{module.name}"), "CHECK", None)
            if check is not None:
                yield check


CHECKS: tuple[Check, ...] = tuple(sorted(_found(), key=lambda check: check.place))
CODES: tuple[str, ...] = tuple(check.code for check in CHECKS)


def check_named(code: str) -> Check:
    """The check with that code; KeyError if there is none."""
    return {check.code: check for check in CHECKS}[code]
