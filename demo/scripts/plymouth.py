"""A small tender in Plymouth that became a contract, and what its parties have changed since."""

from demo import cast
from demo.scripts.parts import BidText, Journey, NeedText, OpportunityText, Stage
from demo.scripts.texts import LEARN, PLAIN, SAFE, TEACH, WORK_QUESTIONS

_PLYMOUTH = ("delivery_unit", "plymouth")

JOURNEYS = (
    Journey(
        cast.SOUTH_WEST,
        Stage.ACTIVE,
        NeedText(
            "Reading and writing before the first job, in Plymouth",
            "Half of the young people sent to work in Plymouth cannot read a safety sheet. Classes at the college begin in "
            "September and have twenty people in a room; nobody from the unit has finished one.",
            _PLYMOUTH,
            "ete",
            ("young_adults", "neurodivergent_people"),
            70,
            (
                (
                    "33 of 68 young people could not read a page aloud at induction",
                    "Delivery unit induction records (demonstration)",
                    "Last year",
                ),
            ),
        ),
        -330,
        OpportunityText(
            "One to one: reading for work in Plymouth",
            "Lessons one to one, in libraries and at the office, from the week somebody is sent, and a visit to the workplace "
            "once they begin.",
            "Plymouth",
            40_000,
            2,
            WORK_QUESTIONS,
            (
                ("People who read a page aloud after three months", "people a year", "4", "30", 60),
                ("People in work for at least three months", "people a year", "6", "20", 40),
            ),
            "tender",
        ),
        (
            BidText(
                cast.FRESH_PAGE,
                ((cast.FRESH_PAGE, 100, "All of it"),),
                38_000,
                (TEACH, LEARN),
                ((5, 4), (4, 4)),
                (5, 4),
                (
                    "It teaches while people work, one to one, and says by whom and on which days.",
                    "It learns from those who stopped coming, with an example from last year.",
                ),
            ),
            BidText(
                cast.HARBOUR,
                ((cast.HARBOUR, 100, "All of it"),),
                36_500,
                (PLAIN, SAFE),
                ((2, 3), (3, 3)),
                (2, 3),
                (
                    "Families are well looked after, but reading is not taught.",
                    "What was asked, without an example.",
                ),
            ),
        ),
        "Fresh Page teaches one to one from the first week and has done so in Bristol for six years.",
    ),
)
