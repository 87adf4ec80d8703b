"""What happens in Greater Manchester."""

from decimal import Decimal

from demo import cast
from demo.scripts.parts import BidText, Journey, NeedText, OpportunityText, Progress, Stage
from demo.scripts.texts import (
    DOOR,
    HMIP,
    HOUSING_QUESTIONS,
    KEEP_ROOM,
    PLAIN,
    REACH,
    WITH_OTHERS,
    WOMEN_QUESTIONS,
    WORK_QUESTIONS,
)

_GM = ("probation_region", "greater-manchester")

GM_HOUSING_NEED = NeedText(
    "A place to stay for people leaving custody in Greater Manchester",
    "Too many people leave prison on a Friday with nowhere to sleep on Saturday. Rooms exist, but they are let by the week, "
    "deposits are not covered and nobody visits once somebody has moved in. People then lose the room, miss appointments "
    "and are recalled.\n\nWhat is missing is support that begins before release and stays for the first year.",
    _GM,
    "accommodation",
    ("prison_leavers", "young_adults"),
    640,
    (
        ("42% of inspected cases with this need had sufficient services, nationally", HMIP, "2021 to 2023"),
        (
            "187 people left custody in the region without settled accommodation",
            "Regional case records (demonstration)",
            "Last year",
        ),
    ),
)
GM_HOUSING = OpportunityText(
    "Settled in a year: housing alliance for Greater Manchester",
    "We want an alliance of local organisations that finds rooms, helps people move in on the day of release and stays with them "
    "for a year. We are a party to it ourselves: we bring referrals, two seconded workers and the money, and share the results.\n\n"
    "Small organisations are welcome, alone or together. We expect four to six hours of writing.",
    "Greater Manchester",
    240_000,
    3,
    HOUSING_QUESTIONS,
    (
        ("People in settled accommodation twelve months after release", "%", "42", "60", 60),
        ("People recalled in the first three months", "%", "35", "25", 40),
    ),
)
HOUSING_BIDS = (
    BidText(
        cast.DOORSTEP,
        (
            (cast.DOORSTEP, 55, "Rooms, tenancies and visits"),
            (cast.NORTHGATE, 45, "Mentors at the gate and after"),
        ),
        226_500,
        (KEEP_ROOM, WITH_OTHERS),
        ((5, 4), (4, 4)),
        (5, 4),
        (
            "Friday releases are answered in detail, with rooms already promised and results from last year.",
            "People who use the service have changed it; the example is concrete. Information sharing is said in one line only.",
        ),
        "Doorstep and Northgate",
    ),
    BidText(
        cast.SECOND_SPRING,
        ((cast.SECOND_SPRING, 100, "All of it"),),
        238_000,
        (PLAIN, WITH_OTHERS),
        ((2, 3), (4, 3)),
        (2, 4),
        (
            "Experience is clear, but no rooms are promised and the first weekend is not covered.",
            "A good account of working with probation staff, with a real example.",
        ),
    ),
)

WOMEN_NEED = NeedText(
    "Somewhere safe for women on probation, with childcare",
    "Women tell us they miss appointments because nobody can mind the children, and that a probation office full of men is no place "
    "to talk. The nearest women’s centre is two buses away for half of them.",
    _GM,
    "wellbeing",
    ("women", "families"),
    310,
    (
        (
            "Fewer than half of practitioners were satisfied with the range of services",
            HMIP + ", survey of 234 practitioners",
            "2023",
        ),
    ),
)
WOMEN = OpportunityText(
    "Women’s centres alliance",
    "An alliance of places where women on probation are met with a kitchen before a desk. We look for organisations that already have "
    "the trust of women and want to share outcomes with each other and with us.",
    "Greater Manchester",
    180_000,
    2,
    WOMEN_QUESTIONS,
    (
        ("Women who say that they feel safer than six months ago", "%", "51", "70", 50),
        ("Women in touch after six months", "%", "38", "55", 50),
    ),
)

JOURNEYS = (
    Journey(
        cast.GREATER_MANCHESTER,
        Stage.ACTIVE,
        GM_HOUSING_NEED,
        -560,
        GM_HOUSING,
        HOUSING_BIDS,
        "The bid of Doorstep and Northgate answers the first weekend in detail and has shown that it keeps people housed. It is also the lower price.",
        "Settled in a Year Alliance",
        (
            (Decimal("44.00"), Decimal("34.00")),
            (Decimal("47.50"), Decimal("33.10")),
            (Decimal("51.20"), Decimal("29.80")),
            (Decimal("55.00"), Decimal("27.40")),
        ),
    ),
    Journey(
        cast.GREATER_MANCHESTER,
        Stage.OPEN,
        WOMEN_NEED,
        19,
        WOMEN,
        (
            BidText(
                cast.SECOND_SPRING,
                ((cast.SECOND_SPRING, 60, "Centre, childcare and advice"), (cast.NORTHGATE, 40, "Women mentors")),
                171_000,
                (DOOR, REACH),
                consortium="Second Spring and Northgate",
                progress=Progress.AWAITING_CONSENT,
            ),
            BidText(
                cast.DOORSTEP,
                ((cast.DOORSTEP, 50, "Rooms for women with children"), (cast.HARBOUR, 50, "Family work")),
                165_000,
                (DOOR, ""),
                consortium="Doorstep and Harbour Light",
                progress=Progress.INVITED,
            ),
        ),
    ),
    Journey(
        cast.GREATER_MANCHESTER,
        Stage.IN_REVIEW,
        NeedText(
            "Debt and benefits advice where people already go",
            "People leave prison with debts that began before they went in. Advice exists, but with a six-week wait and a form on a website.",
            _GM,
            "finance",
            ("prison_leavers",),
            400,
            (
                (
                    "26% were helped with money problems before a short sentence ended",
                    "Joint inspections of Through the Gate",
                    "2016 and 2017",
                ),
            ),
        ),
        40,
        OpportunityText(
            "Money matters: advice on the day",
            "Advisers in probation offices and approved premises who can act on the day somebody asks.",
            "Greater Manchester",
            48_000,
            2,
            WORK_QUESTIONS,
            (
                ("People with a payment plan they keep to", "%", "18", "45", 60),
                ("Benefits in payment within two weeks of release", "%", "40", "75", 40),
            ),
        ),
    ),
    Journey(
        cast.GREATER_MANCHESTER,
        Stage.NEED_DRAFT,
        NeedText(
            "Mentors who have been through it, for Black and Asian young men",
            "Young men tell their practitioners that nobody they meet in the system looks like them or has lived on their street.",
            _GM,
            "social_inclusion",
            ("ethnic_minority_people", "young_adults"),
            230,
            (("Satisfaction with meeting people’s diversity was the lowest of all", HMIP, "2023"),),
        ),
        90,
    ),
)
