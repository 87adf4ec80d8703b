"""What is said about a need beyond its first page: where else, how soon, and who was asked about it.

By the title of the need. A need that is not here has only its first page, and records why nobody was asked once
an opportunity for it is published.
"""

from dataclasses import dataclass

from demo import cast
from demo.cast import Person
from demo.scripts.greater_manchester import GM_HOUSING_NEED, WOMEN_NEED
from demo.scripts.south_west import SW_WORK_NEED
from demo.scripts.yorkshire import YH_RECOVERY_NEED, YH_THINKING_NEED

PROVIDER, PRACTITIONER, LIVED = "provider", "practitioner", "lived_experience"
NOT_ASKED = (
    "The same people were asked in the spring about the whole region; what they said is in the summary above."
)


@dataclass(frozen=True)
class Said:
    """What one person answered, with their name or without."""

    by: Person
    speaks_as: str
    texts: tuple[str, ...]
    group: str = ""
    anonymous: bool = False


@dataclass(frozen=True)
class Consultation:
    """Questions, answers, what was heard and what was changed; days count from the day on which bidding closes.

    Without `heard` nobody has opened the answers yet.
    """

    intro: str
    questions: tuple[str, ...]
    answers: tuple[Said, ...]
    opens_days: int = -100
    closes_days: int = -80
    heard: str = ""
    changed: str = ""
    themes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Care:
    """What is kept up on a need: principles by number, who may bring something, figures added later."""

    # Number of the principle, how it stands (a member of Standing), how or why, and a link.
    principles: tuple[tuple[int, str, str, str], ...] = ()
    # Slug of the public body, and what it may bring.
    partners: tuple[tuple[str, str], ...] = ()
    figures: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Depth:
    """The parts of a need beyond its first page, and its consultation."""

    areas: tuple[tuple[str, str], ...] = ()
    categories: tuple[str, ...] = ()
    people_of: int | None = None
    urgency: str = "no_date"
    why_then: str = ""
    outcomes: tuple[str, ...] = ()
    good: str = ""
    consultation: Consultation | None = None
    care: Care = Care()


def _person(house: cast.Commissioner | cast.Provider, name: str) -> Person:
    return next(person for person in house.people if person.name == name)


BERNADETTE = _person(cast.DOORSTEP, "Bernadette Quinn")
LORRAINE = _person(cast.SECOND_SPRING, "Lorraine Adeyemi")
AMY = _person(cast.SECOND_SPRING, "Amy Cheung")
MARCUS = _person(cast.NORTHGATE, "Marcus Bell")
CALLUM = _person(cast.GREATER_MANCHESTER, "Callum Reid")
TOM = _person(cast.SOUTH_WEST, "Tom Hallett")
EDWIN = _person(cast.FRESH_PAGE, "Edwin Carew")
ROSA = _person(cast.HARBOUR, "Rosa Figueira")
SIOBHAN = _person(cast.AIRE, "Siobhan Cleary")
RAJ = _person(cast.AIRE, "Raj Bansal")
ANDRE = _person(cast.STEEL_CITY, "Andre Campbell")
NASREEN = _person(cast.CALDER, "Nasreen Akhtar")
DEBT = "Debt and benefits advice where people already go"

DEPTHS: dict[str, Depth] = {
    WOMEN_NEED.title: Depth(
        areas=(("delivery_unit", "salford"), ("delivery_unit", "bolton")),
        categories=("relationships",),
        people_of=1_150,
        urgency="one_year",
        why_then="The lease of the only women’s hub in the north of the region ends next spring.",
        good="A woman can say: I went, my children were looked after, and nobody there frightened me.",
        consultation=Consultation(
            "We have money for two years and think of one place with childcare. We do not know where it should be, "
            "nor whether appointments with probation staff belong under the same roof.",
            (
                "Where should it be, so that women can reach it?",
                "Should probation appointments be held there?",
                "What have we not thought of?",
            ),
            (
                Said(
                    LORRAINE,
                    PROVIDER,
                    (
                        "On a bus route that does not go through the city centre: Salford or Bury.",
                        "Yes, two days a week, and the other days not.",
                        "Pay for the crèche first. Without it nobody comes.",
                    ),
                ),
                Said(
                    CALLUM,
                    PRACTITIONER,
                    ("Near Salford Crescent.", "I would gladly see people there.", ""),
                ),
                Said(
                    AMY,
                    LIVED,
                    (
                        "Not in the same building as the men’s office, ever.",
                        "Only if we can say no to that.",
                        "Ask us again once it is open.",
                    ),
                    anonymous=True,
                ),
                Said(
                    MARCUS,
                    PROVIDER,
                    ("", "No. It stops being a safe place on the day somebody is recalled there.", ""),
                    anonymous=True,
                ),
            ),
            heard="Childcare comes before everything else. Opinions on probation appointments under the same roof are "
            "divided, and those who have been through it are the most careful.",
            changed="The crèche is now part of what we ask for, with its own budget line. Appointments are held there on two "
            "days only, and each woman may choose the office instead.",
            themes=(
                ("A place off the bus routes through the centre", "Bidders show how women reach them."),
                ("Ask again once it is open", "There will be a second round after six months."),
            ),
        ),
        care=Care(
            principles=(
                (1, "done", "Women of two centres wrote the first draft of this need with us.", ""),
                (2, "done", "A consultation of three weeks, before anything was specified.", ""),
                (3, "done", "The outcomes are about safety and children, not about attendance.", ""),
                (4, "done", "Every registered provider in the region that works with women was told.", ""),
                (5, "not_yet", "A small fund for help with policies and insurance opens in the new year.", ""),
                (6, "done", "Joint bids are invited, and nothing is asked that the value does not justify.", ""),
                (7, "done", "Two years with a review after the first, and a break that either side can use.", ""),
                (8, "not_yet", "The second round of questions will be put to women who use it.", ""),
            ),
            partners=(
                (
                    "mayor-of-greater-manchester",
                    "May pay for the crèche from the violence reduction fund; not decided.",
                ),
            ),
            figures=(
                (
                    "11 of 40 appointments missed in a month for want of childcare",
                    "Count by practitioners in Salford (demonstration)",
                    "One month",
                ),
            ),
        ),
    ),
    SW_WORK_NEED.title: Depth(
        people_of=900,
        urgency="one_year",
        why_then="Colleges plan their autumn courses by May.",
        outcomes=("employability_raised", "ete_started"),
        consultation=Consultation(
            "We want people to read, count and try a first job, one to one. We ask before we write the specification.",
            ("Where do people learn best?", "What stops small organisations from offering this?"),
            (
                Said(
                    EDWIN,
                    PROVIDER,
                    (
                        "In libraries. Nobody is asked why they are there.",
                        "Being paid by results nobody controls.",
                    ),
                ),
                Said(TOM, PRACTITIONER, ("In our own waiting room, honestly.", "")),
                Said(
                    ROSA,
                    PROVIDER,
                    ("With their children beside them.", "Insurance asked for a year before the first pound."),
                    anonymous=True,
                ),
            ),
            heard="Libraries and waiting rooms, not colleges. Small organisations fear payment by results and insurance "
            "that is due before the money.",
            changed="It became a grant-sized lot with payment each quarter, and insurance is asked for at signing.",
        ),
    ),
    YH_RECOVERY_NEED.title: Depth(
        areas=(("delivery_unit", "leeds"), ("delivery_unit", "bradford-and-calderdale")),
        categories=("alcohol",),
        people_of=2_400,
        urgency="three_months",
        why_then="Twenty-nine overdoses in two years fell into the first fortnight after release.",
        outcomes=("overdose_risk_reduced", "recovery_support_used"),
        good="Somebody answers at ten at night, and it is somebody who has been there.",
        care=Care(
            principles=(
                (1, "done", "Peers and families were heard in the regional review of deaths.", ""),
                (2, "not_relevant", "The same people were asked in spring, and time was short.", ""),
                (7, "done", "Three years.", ""),
            )
        ),
    ),
    GM_HOUSING_NEED.title: Depth(
        areas=(("delivery_unit", "salford"),),
        people_of=3_900,
        urgency="one_year",
        why_then="The regional housing contract ended without a successor.",
        outcomes=("home_secured", "home_kept"),
        good="Nobody leaves prison on a Friday without a key.",
        care=Care(
            principles=(
                (1, "done", "Forty people who had lost a room told us why.", ""),
                (2, "done", "Providers were met in three open mornings.", ""),
                (3, "done", "Settled after a year, not placed on the day.", ""),
                (4, "done", "Fourteen organisations, seven of them with fewer than five staff.", ""),
                (5, "done", "The lead trains the smaller members’ staff.", ""),
                (6, "done", "Joint bids, checks by value, reasons to every bidder.", ""),
                (7, "done", "Three years, with outcomes and risk shared by all members.", ""),
                (8, "done", "Tenants are asked every quarter, and the answers stand beside the results.", ""),
            ),
        ),
    ),
    YH_THINKING_NEED.title: Depth(
        categories=("attitudes",),
        people_of=1_100,
        urgency="one_year",
        why_then="The present groups end next March.",
        good="A young man says: they waited until I was ready, and they noticed when I was.",
        consultation=Consultation(
            "Young men under 21 drop out of groups in the first three weeks. We think of something before the group, "
            "one to one. We would like to know from those who do it, and from those who dropped out.",
            (
                "What happens in the first three weeks that makes people leave?",
                "What would you do with somebody before a group?",
                "Who should do it?",
                "Where in Sheffield?",
            ),
            (
                Said(
                    ANDRE,
                    PROVIDER,
                    (
                        "They are asked to talk about the worst day of their life to eleven strangers.",
                        "Football, a lift, breakfast. Then talk in the car.",
                        "Men who were that boy.",
                        "Burngreave and Manor.",
                    ),
                ),
                Said(
                    RAJ,
                    LIVED,
                    (
                        "I left because I could not read the sheet and would not say so.",
                        "Ask if I can read.",
                        "",
                        "",
                    ),
                    anonymous=True,
                ),
            ),
            opens_days=-95,
            closes_days=-48,
        ),
    ),
    DEBT: Depth(
        people_of=1_900,
        outcomes=("debt_addressed", "benefits_received"),
        consultation=Consultation(
            "Advice exists, with a six-week wait and a form on a website. We think of advisers where people already go.",
            ("Where do people already go?", "What could an adviser settle on the day?"),
            (
                Said(
                    BERNADETTE, PROVIDER, ("To us, on a Monday.", "A benefits claim, and a call to the landlord.")
                ),
                Said(CALLUM, PRACTITIONER, ("To the office, because they must.", "Court fines."), anonymous=True),
                Said(
                    NASREEN,
                    LIVED,
                    ("To the kitchen.", "Somebody to ring the lender with me beside them."),
                    group="Table Four",
                ),
            ),
        ),
    ),
}
