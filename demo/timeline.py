"""Many stories told together in the order of their moments, as life would have it."""

import datetime
import heapq
from collections.abc import Generator, Iterable
from itertools import count

from demo.clock import at

# A story yields the moment of its next act, then does it.
Story = Generator[datetime.datetime, None, None]


def tell(story: Story) -> int:
    """The story is told to its end, each act at its own moment; returns the number of acts.

    So the chain of events is in the order of its times. An act that lies before the last one is a mistake
    in the story: ValueError.
    """
    acts, last = 0, None
    moment = next(story, None)
    while moment is not None:
        if last is not None and moment < last:
            raise ValueError(f"A story goes back in time, from {last} to {moment}.")
        with at(moment):
            acts, last, moment = acts + 1, moment, next(story, None)
    return acts


def together(stories: Iterable[Story]) -> Story:
    """One story made of many: always the earliest next act of any of them."""
    turn = count()
    waiting: list[tuple[datetime.datetime, int, Story]] = []
    for story in stories:
        _wait(waiting, next(turn), story)
    while waiting:
        moment, _order, story = heapq.heappop(waiting)
        yield moment
        _wait(waiting, next(turn), story)


def _wait(waiting: list[tuple[datetime.datetime, int, Story]], order: int, story: Story) -> None:
    """Run `story` up to its next act and put it in the queue; a story at its end leaves it."""
    moment = next(story, None)
    if moment is not None:
        heapq.heappush(waiting, (moment, order, story))
