"""What an organisation, or a person, leaves behind: each app says it for its own rows.

Each app says what goes, what stays and why, what has to be held while it goes, and what stands in the way.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.access import Sentence
from core.models.people import Organisation, User

PersonLetsGo = Callable[[User], None]


@dataclass(frozen=True)
class Part:
    """One app's part in the closing of an organisation's account.

    `goes` and `stays` are sentences for the page that asks for confirmation. `hold` locks the rows that decide;
    `keeps` gives what stands in the way, named; `let_go` ends or deletes what goes, for the person who closes.
    """

    goes: Sequence[Sentence]
    stays: Sequence[Sentence]
    hold: Callable[[Organisation], None]
    keeps: Callable[[Organisation], list[Sentence]]
    let_go: Callable[[Organisation, User], None]


_parts: list[Part] = []
_of_people: list[PersonLetsGo] = []


def register(part: Part) -> Part:
    """`part` is asked when an account of an organisation is closed; apps call this when they are ready."""
    if part not in _parts:
        _parts.append(part)
    return part


def register_person(let_go: PersonLetsGo) -> PersonLetsGo:
    """`let_go` deletes what an app keeps for a person alone."""
    if let_go not in _of_people:
        _of_people.append(let_go)
    return let_go


def parts() -> list[Part]:
    """Higher apps first: their rows point to those below, and are held and let go before them."""
    return list(reversed(_parts))


def reasons_to_stay(organisation: Organisation) -> list[Sentence]:
    """Everything that stands in the way of closing, each in a sentence that names it."""
    return [reason for part in parts() for reason in part.keeps(organisation)]


def let_go_of_person(user: User) -> None:
    """Every app deletes what it keeps for the person alone."""
    for let_go in reversed(_of_people):
        let_go(user)
