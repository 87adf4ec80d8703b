"""What apps above do and show for a consortium: its bids are theirs.

They fill this when they are ready. `follow` is told of whoever joins or parts, `show` of whoever looks.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from core.display import Row
from core.models import User
from providers.models import Consortium, ConsortiumMember

# Entered before the consortium is held, as bids are held before it; left when the place has changed.
Follower = Callable[[ConsortiumMember, User], AbstractContextManager[None]]
Source = Callable[[User, Consortium], list[Row]]

_followers: list[Follower] = []
_sources: list[Source] = []


def follow(follower: Follower) -> Follower:
    """`follower` surrounds every change of who is in a consortium, in the transaction of that change."""
    if follower not in _followers:
        _followers.append(follower)
    return follower


def show(source: Source) -> Source:
    """`source` says which bids of a consortium a person is told of, and where each leads them."""
    if source not in _sources:
        _sources.append(source)
    return source


@contextmanager
def followed(place: ConsortiumMember, by: User) -> Iterator[None]:
    """Within it the place changes; everything that depends on who is in the consortium is held and follows."""
    with ExitStack() as stack:
        for follower in _followers:
            stack.enter_context(follower(place, by))
        yield


def bids_of(user: User, consortium: Consortium) -> list[Row]:
    """The bids of the consortium that this person is told of."""
    return [row for source in _sources for row in source(user, consortium)]
