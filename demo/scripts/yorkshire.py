"""What happens in Yorkshire and the Humber."""

from demo import cast
from demo.scripts.parts import BidText, Journey, NeedText, OpportunityText, Progress, Stage
from demo.scripts.texts import (
    A_DAY,
    AT_THE_DOOR,
    EVENINGS,
    HMIP,
    LEARN,
    PLAIN,
    RECOVERY_QUESTIONS,
    SAFE,
    SLOW_QUESTIONS,
    TEACH,
    WORK_QUESTIONS,
)

_YH = ("probation_region", "yorkshire-and-the-humber")

YH_RECOVERY_NEED = NeedText(
    "Recovery support outside office hours in Leeds and Bradford",
    "Treatment closes at five. Overdoses happen at night, at weekends and in the first week after release.",
    _YH,
    "drugs",
    ("prison_leavers",),
    520,
    (
        (
            "29 overdoses in the first fortnight after release",
            "Regional death and near-miss reviews (demonstration)",
            "Last two years",
        ),
    ),
)
YH_RECOVERY = OpportunityText(
    "Evenings and weekends: recovery alliance",
    "Peer-led recovery that is open when treatment is closed, with somebody at the gate on the day of release.",
    "West Yorkshire",
    210_000,
    3,
    RECOVERY_QUESTIONS,
    (
        ("People still in support after six months", "%", "31", "50", 60),
        ("Overdoses in the first fortnight after release", "a year", "15", "6", 40),
    ),
)
YH_WORK_NEED = NeedText(
    "Paid first jobs for women in Bradford and Calderdale",
    "Women with a conviction apply for forty jobs and hear from two employers. Many have never had a reference.",
    ("delivery_unit", "bradford-and-calderdale"),
    "ete",
    ("women", "ethnic_minority_people"),
    90,
    (
        (
            "5% of women who left supervision had worked in the month before",
            "Delivery unit case records (demonstration)",
            "Last year",
        ),
    ),
)
YH_WORK = OpportunityText(
    "A first wage: kitchens and workshops that employ",
    "Organisations that pay people from the first day and teach them a trade while they work.",
    "Bradford and Calderdale",
    40_000,
    2,
    WORK_QUESTIONS,
    (
        ("Women in paid work for at least three months", "people a year", "4", "20", 70),
        ("Women with a reference from an employer", "people a year", "6", "30", 30),
    ),
)
YH_THINKING_NEED = NeedText(
    "Programmes for young men in Sheffield who are not ready for a group",
    "Thinking and behaviour is the most common need, and the one least often met. Young men under 21 drop out of groups in the first "
    "three weeks.",
    ("delivery_unit", "sheffield"),
    "thinking",
    ("young_adults", "care_leavers"),
    260,
    (("30% of inspected cases with this need had sufficient services, nationally", HMIP, "2021 to 2023"),),
)

JOURNEYS = (
    Journey(
        cast.YORKSHIRE,
        Stage.TO_AWARD,
        YH_RECOVERY_NEED,
        -21,
        YH_RECOVERY,
        (
            BidText(
                cast.AIRE,
                ((cast.AIRE, 75, "Recovery groups and peers"), (cast.STEEL_CITY, 25, "Mentors for young men")),
                204_000,
                (EVENINGS, SAFE),
                ((5, 5), (4, 5)),
                (5, 4),
                (
                    "Six evenings and both days of the weekend, with somebody at the gate.",
                    "Safe practice throughout; one panel member looked for more on children.",
                ),
                "Aire Valley and Steel City",
            ),
            BidText(
                cast.CALDER,
                ((cast.CALDER, 100, "All of it"),),
                198_000,
                (PLAIN, SAFE),
                ((2, 1), (3, 3)),
                (2, 3),
                (
                    "The kitchen is well known, but evenings and weekends are not covered.",
                    "What was asked, without an example.",
                ),
            ),
        ),
    ),
    Journey(
        cast.YORKSHIRE,
        Stage.OPEN,
        YH_WORK_NEED,
        33,
        YH_WORK,
        (
            BidText(
                cast.CALDER,
                ((cast.CALDER, 100, "All of it"),),
                38_500,
                (TEACH, LEARN),
            ),
            BidText(
                cast.STEEL_CITY,
                ((cast.STEEL_CITY, 100, "All of it"),),
                39_000,
                ("", ""),
                progress=Progress.STARTED,
            ),
        ),
    ),
    Journey(cast.YORKSHIRE, Stage.NEED_PUBLISHED, YH_THINKING_NEED, 60),
    Journey(
        cast.YORKSHIRE,
        Stage.MODERATION,
        NeedText(
            "A reason to leave the house, for people who have been inside for long",
            "After ten years or more in custody people tell us that the supermarket is frightening. There is nothing between a hostel room and a job centre.",
            _YH,
            "wellbeing",
            ("older_people", "prison_leavers"),
            70,
            (
                (
                    "17% of inspected cases had sufficient services for lifestyle and associates, nationally",
                    HMIP,
                    "2021 to 2023",
                ),
            ),
        ),
        -12,
        OpportunityText(
            "Slow start: days that fit people after long sentences",
            "Gardens, kitchens and workshops where nobody is hurried.",
            "Yorkshire and the Humber",
            11_800,
            2,
            SLOW_QUESTIONS,
            (
                ("People who come at least weekly for three months", "people a year", "0", "24", 60),
                ("People who say that they feel at home in their town", "%", "20", "50", 40),
            ),
            "grant",
        ),
        bids=(
            BidText(
                cast.MOORLAND,
                ((cast.MOORLAND, 60, "The plots"), (cast.CALDER, 40, "Lunch, and what grows for it")),
                11_400,
                (A_DAY, AT_THE_DOOR),
                ((4, 2), (3, 3)),
                consortium="Moorland and Calder Kitchen",
            ),
            BidText(
                cast.AIRE,
                ((cast.AIRE, 100, "All of it"),),
                11_800,
                (PLAIN, AT_THE_DOOR),
                ((3, 3), (4, 3)),
            ),
        ),
    ),
)
