"""What happens in the South West."""

from demo import cast
from demo.scripts.parts import BidText, Journey, NeedText, OpportunityText, Stage
from demo.scripts.texts import (
    FAMILY_QUESTIONS,
    HMIP,
    HOUSING_QUESTIONS,
    KEEP_ROOM,
    LEARN,
    PLAIN,
    RECOVERY_QUESTIONS,
    TEACH,
    TOGETHER,
    WITH_OTHERS,
    WORK_QUESTIONS,
)

_SW = ("probation_region", "south-west")

SW_WORK_NEED = NeedText(
    "Reading, numbers and a first job around Bristol",
    "One in three of the people we supervise in Bristol and South Gloucestershire cannot fill in a job application. Colleges start in "
    "September and ask for certificates they do not have.",
    ("delivery_unit", "bristol-and-south-gloucestershire"),
    "ete",
    ("young_adults", "neurodivergent_people"),
    220,
    (
        (
            "34% of people assessed in the unit could not complete a form on their own",
            "Delivery unit case records (demonstration)",
            "Last quarter",
        ),
    ),
)
SW_WORK = OpportunityText(
    "First page, first job: learning near home",
    "Learning one to one, close to where people live, at times that fit around supervision, and employers who have agreed to meet "
    "whoever stays the course.",
    "Bristol and South Gloucestershire",
    96_000,
    2,
    WORK_QUESTIONS,
    (
        ("People in work or training six months after starting", "%", "22", "40", 70),
        ("People who stay for ten weeks", "%", "48", "65", 30),
    ),
)
SW_FAMILY_NEED = NeedText(
    "Families in touch through a sentence, in Devon and Cornwall",
    "Visits cost a family in west Cornwall a day and more than £60. Ties break that would have helped on release.",
    ("police_area", "devon-and-cornwall"),
    "relationships",
    ("families", "women"),
    180,
    (
        (
            "£64 average cost of one visit for a family from Penzance",
            "Survey by the delivery unit (demonstration)",
            "Spring",
        ),
    ),
)
SW_FAMILY = OpportunityText(
    "Families first alliance for the far South West",
    "Support for families before, during and after a sentence, by organisations that know Devon and Cornwall.",
    "Devon and Cornwall",
    120_000,
    2,
    FAMILY_QUESTIONS,
    (
        ("Families still in touch at release", "%", "54", "70", 60),
        ("Parents who completed a plan for coming home", "people a year", "20", "75", 40),
    ),
)
SW_HOUSING_NEED = NeedText(
    "Supported rooms in Plymouth for people over 50",
    "Older people leaving custody are placed in shared houses with people a third of their age. They tell us that they would rather "
    "sleep in a car.",
    ("delivery_unit", "plymouth"),
    "accommodation",
    ("older_people", "prison_leavers"),
    45,
    (("42% of inspected cases with this need had sufficient services, nationally", HMIP, "2021 to 2023"),),
)
SW_HOUSING = OpportunityText(
    "Quiet houses: rooms for people over 50 in Plymouth",
    "Two or three small houses with a worker on call, for people over 50 who leave custody with nowhere to go.",
    "Plymouth",
    150_000,
    3,
    HOUSING_QUESTIONS,
    (
        ("People housed within a week of release", "%", "30", "80", 50),
        ("People in the same home after a year", "%", "40", "65", 50),
    ),
)

JOURNEYS = (
    Journey(
        cast.SOUTH_WEST,
        Stage.SCORING,
        SW_WORK_NEED,
        -6,
        SW_WORK,
        (
            BidText(
                cast.FRESH_PAGE,
                ((cast.FRESH_PAGE, 100, "All of it"),),
                91_200,
                (TEACH, LEARN),
                ((5, 4), (4, 4)),
            ),
            BidText(
                cast.TAMAR,
                ((cast.TAMAR, 60, "Learning in our houses"), (cast.HARBOUR, 40, "Work with families")),
                94_000,
                (PLAIN, LEARN),
                ((2, 2), (3, 4)),
                consortium="Tamar Crossing and Harbour Light",
            ),
        ),
    ),
    Journey(
        cast.SOUTH_WEST,
        Stage.SIGNING,
        SW_FAMILY_NEED,
        -62,
        SW_FAMILY,
        (
            BidText(
                cast.HARBOUR,
                (
                    (cast.HARBOUR, 70, "Family workers"),
                    (cast.FRESH_PAGE, 30, "Reading with parents inside and out"),
                ),
                112_300,
                (TOGETHER, LEARN),
                ((4, 5), (4, 4)),
                (5, 4),
                (
                    "Family workers are in place on the day the service starts, in both counties.",
                    "Clear about what was stopped and why. The sample is small.",
                ),
                "Harbour Light and Fresh Page",
            ),
        ),
        "The bid knows the families of the far South West and starts at once. The panel found its answers well shown.",
        "Families First Alliance",
    ),
    Journey(
        cast.SOUTH_WEST,
        Stage.CLOSED,
        SW_HOUSING_NEED,
        -1,
        SW_HOUSING,
        (
            BidText(cast.TAMAR, ((cast.TAMAR, 100, "All of it"),), 148_000, (KEEP_ROOM, WITH_OTHERS)),
            BidText(cast.HARBOUR, ((cast.HARBOUR, 100, "All of it"),), 139_900, (PLAIN, WITH_OTHERS)),
        ),
    ),
    Journey(
        cast.SOUTH_WEST,
        Stage.OPPORTUNITY_DRAFT,
        NeedText(
            "Alcohol support in market towns",
            "Support is in Exeter, Plymouth and Bristol. People in Barnstaple or Yeovil wait for a bus that does not run on Sundays.",
            _SW,
            "alcohol",
            ("older_people", "veterans"),
            150,
            (
                (
                    "3 of 11 delivery units have alcohol support open after 5pm",
                    "Regional service map (demonstration)",
                    "This autumn",
                ),
            ),
        ),
        55,
        OpportunityText(
            "Closer to home: alcohol support in market towns",
            "Small local groups with a worker who travels, in at least six market towns.",
            "South West",
            75_000,
            2,
            RECOVERY_QUESTIONS,
            (
                ("People in support within 10 miles of home", "%", "25", "60", 50),
                ("People drinking less after six months", "%", "33", "50", 50),
            ),
        ),
    ),
)
