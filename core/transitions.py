"""Tables of who-may-become-what, and the only code that writes a status."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.access import ALLOWED, Stale, Verdict, refused, require
from core.permissions import Permission


@dataclass(frozen=True)
class Step:
    """One row of a workflow table: in `sources`, `action` leads to `target`.

    `permission` is the right it takes (none: the clock or another service does it) and `notice` the
    template that tells those concerned; both are read by the services, the diagrams and the tests.
    """

    action: str
    sources: tuple[str, ...]
    target: str
    permission: Permission | None = None
    notice: str = ""


@dataclass(frozen=True)
class Workflow:
    """The moves of one kind of object. `noun` is what sentences call it, in lower case.

    `begins` names the states in which such an object is made, where that is not the first of them alone.
    """

    name: str
    noun: str | Promise
    states: type[models.TextChoices]
    steps: tuple[Step, ...]
    begins: tuple[str, ...] = ()
    _by_action: dict[str, Step] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        if unknown := set(self.begins) - set(self.states.values):
            raise ValueError(f"{self.name}: it begins in unknown states {sorted(unknown)}")
        for step in self.steps:
            if step.action in self._by_action:
                raise ValueError(f"{self.name}: {step.action} is in the table twice")
            unknown = {*step.sources, step.target} - set(self.states.values)
            if unknown:
                raise ValueError(f"{self.name}: {step.action} names unknown states {sorted(unknown)}")
            self._by_action[step.action] = step

    @property
    def beginnings(self) -> tuple[str, ...]:
        """The states in which an object is made."""
        return self.begins or (self.states.values[0],)

    def step(self, action: str) -> Step:
        """The row of `action`; KeyError if the table has none."""
        return self._by_action[action]

    def verdict(self, obj: models.Model, action: str) -> Verdict:
        """Whether the state of `obj` lets `action` happen; the sentence names the state it is in."""
        step = self.step(action)
        status = _status_of(obj)
        if status in step.sources:
            return ALLOWED
        return refused(
            _("This %(noun)s is now “%(state)s”, so this can no longer be done.")
            % {"noun": self.noun, "state": self.states(status).label}
        )

    def actions_from(self, status: str) -> list[str]:
        """What the table lets happen in `status`, in the table's order."""
        return [step.action for step in self.steps if status in step.sources]

    def apply(self, obj: models.Model, action: str, **fields: Any) -> None:
        """Move `obj` along `action`, setting `fields` in the same write.

        Raises Refused where the table does not allow it, and Stale where somebody else moved the row
        first: the write is made only on a row still in the state that was read.
        """
        require(self.verdict(obj, action))
        step = self.step(action)
        before = _status_of(obj)
        changed = type(obj)._default_manager.filter(pk=obj.pk, status=before).update(status=step.target, **fields)
        if changed != 1:
            raise Stale(
                _("Somebody else changed this %(noun)s a moment ago. Look at it again before you go on.")
                % {"noun": self.noun}
            )
        for name, value in {"status": step.target, **fields}.items():
            setattr(obj, name, value)


def _status_of(obj: models.Model) -> str:
    return str(obj.status)  # type: ignore[attr-defined]  # every workflow model has the field


def all_apply(workflow: Workflow, objects: Iterable[models.Model], action: str, **fields: Any) -> None:
    """Move each of `objects` along `action`; all or, inside a transaction, none."""
    for obj in objects:
        workflow.apply(obj, action, **fields)
