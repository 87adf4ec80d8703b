"""Many stories told together in the order of their moments, as life would have it."""

import datetime
import heapq
from collections.abc import Generator, Iterable
from itertools import count

from demo.clock import at

# A story yields the moment of its next act, then does it.
Story = Generator[datetime.datetime, None, None]


def tell(stories: Iterable[Story]) -> int:
    """Every story is told to its end, act by act, the earliest next act first; returns the number of acts.

    So the chain of events is in the order of its times. A story whose next act lies before its last one
    is a mistake in the story: ValueError.
    """
    turn = count()
    waiting: list[tuple[datetime.datetime, int, Story]] = []
    for story in stories:
        _wait(waiting, next(turn), story)
    acts, last = 0, None
    while waiting:
        moment, _order, story = heapq.heappop(waiting)
        if last is not None and moment < last:
            raise ValueError(f"A story goes back in time, from {last} to {moment}.")
        with at(moment):
            _wait(waiting, next(turn), story)
        acts, last = acts + 1, moment
    return acts


def _wait(waiting: list[tuple[datetime.datetime, int, Story]], order: int, story: Story) -> None:
    """Run `story` to its next act and put it in the queue; a story at its end leaves it."""
    moment = next(story, None)
    if moment is not None:
        heapq.heappush(waiting, (moment, order, story))
