"""What practitioners say is missing, what became of it, and who follows what."""

from dataclasses import dataclass

from demo import cast
from demo.cast import Commissioner, Person, Provider

Place = tuple[str, str]

_GM = ("probation_region", "greater-manchester")
_SALFORD, _BOLTON = ("delivery_unit", "salford"), ("delivery_unit", "bolton")
_WIGAN, _OLDHAM = ("delivery_unit", "wigan"), ("delivery_unit", "oldham")
_PLYMOUTH = ("delivery_unit", "plymouth")


@dataclass(frozen=True)
class SignalText:
    """Something that was said `days` days ago by `by`, and by `others` in the days after.

    `into`: the text of the one it was joined to. `reply` with `became` (the title of a need): the answer.
    `aside`: why it was set aside. `speaks_for`: the title of a need it was linked to.
    """

    text: str
    region: Commissioner
    by: Person
    area: Place
    category: str
    days: int
    others: tuple[Person, ...] = ()
    cohorts: tuple[str, ...] = ()
    into: str = ""
    reply: str = ""
    became: str = ""
    aside: str = ""
    speaks_for: str = ""


_CALLUM = cast.GREATER_MANCHESTER.people[5]
_TEAM = cast.COLLEAGUES
_SW_MANAGER, _TOM = cast.SOUTH_WEST.people[1], cast.SOUTH_WEST.people[3]

_CHILDREN = (
    "Women miss their appointments because nobody can mind the children. There is a crèche at the college across the road "
    "and no way to pay for it."
)
_FRIDAY = (
    "People released on a Friday afternoon have nowhere to sleep until the council opens on Monday. It happens two or three "
    "times a month, most often to those under 25."
)

SAID = (
    SignalText(
        _CHILDREN,
        cast.GREATER_MANCHESTER,
        _CALLUM,
        _GM,
        "relationships",
        131,
        _TEAM,
        ("women", "families"),
        reply="Eleven of you said so, so we posted it as a need. A women’s centre can now bid to run it, with childcare.",
        became="Somewhere safe for women on probation, with childcare",
    ),
    SignalText(
        _FRIDAY,
        cast.GREATER_MANCHESTER,
        _TEAM[0],
        _SALFORD,
        "accommodation",
        47,
        (_CALLUM, *_TEAM[1:8]),
        ("prison_leavers", "young_adults"),
        speaks_for="A place to stay for people leaving custody in Greater Manchester",
    ),
    SignalText(
        "No beds at weekends for people released on a Friday. Monday is too late.",
        cast.GREATER_MANCHESTER,
        _TEAM[8],
        _BOLTON,
        "accommodation",
        40,
        (_TEAM[1], _TEAM[9]),
        ("prison_leavers",),
        into=_FRIDAY,
    ),
    SignalText(
        "Debt advice has a nine-week wait and is in town only. People stop opening their letters.",
        cast.GREATER_MANCHESTER,
        _CALLUM,
        _SALFORD,
        "finance",
        21,
        _TEAM[2:6],
    ),
    SignalText(
        "Nobody helps to open a bank account before release, so the first Universal Credit payment has nowhere to go.",
        cast.GREATER_MANCHESTER,
        _TEAM[4],
        _OLDHAM,
        "finance",
        62,
        _TEAM[5:8],
        ("prison_leavers",),
        reply="Since the spring the resettlement team opens accounts six weeks before release. Refer to it from the first meeting.",
    ),
    SignalText(
        "The gardening group stopped in autumn and nothing took its place. Some of the older ones have nowhere to go by day.",
        cast.GREATER_MANCHESTER,
        _TEAM[6],
        _WIGAN,
        "social_inclusion",
        9,
        (_TEAM[7],),
        ("older_people",),
    ),
    SignalText(
        "The coffee in the waiting room runs out by ten.",
        cast.GREATER_MANCHESTER,
        _TEAM[3],
        _SALFORD,
        "wellbeing",
        30,
        aside="The building team has it. Signals are for what people on probation need help with.",
    ),
    SignalText(
        "There is one supported room in Plymouth for people over 50, and it has been full since last winter.",
        cast.SOUTH_WEST,
        _TOM,
        _PLYMOUTH,
        "accommodation",
        150,
        (_SW_MANAGER,),
        ("older_people",),
        speaks_for="Supported rooms in Plymouth for people over 50",
    ),
    SignalText(
        "Nobody in Plymouth runs an evening group for drinkers who work by day.",
        cast.SOUTH_WEST,
        _TOM,
        _PLYMOUTH,
        "alcohol",
        6,
    ),
)


@dataclass(frozen=True)
class FollowText:
    """What somebody of a charity follows since `days` days ago."""

    provider: Provider
    days: int
    frequency: str
    area: Place | None = None
    category: str = ""
    cohort: str = ""


FOLLOWED = (
    FollowText(cast.DOORSTEP, 120, "weekly", _GM, "accommodation"),
    FollowText(cast.DOORSTEP, 120, "weekly", _GM, "finance"),
    FollowText(cast.SECOND_SPRING, 118, "daily", cohort="women"),
    FollowText(cast.HARBOUR, 95, "weekly", ("probation_region", "south-west"), cohort="families"),
    FollowText(cast.CALDER, 90, "weekly", ("probation_region", "yorkshire-and-the-humber")),
    FollowText(cast.MOORLAND, 80, "daily", ("probation_region", "yorkshire-and-the-humber"), "wellbeing"),
)
