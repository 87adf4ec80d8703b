"""What happens in and around Bournemouth, where the areas of many bodies meet."""

from demo import cast
from demo.scripts.parts import BidText, Journey, NeedText, OpportunityText, Progress, Stage
from demo.scripts.texts import HOUSING_QUESTIONS, KEEP_ROOM

_DORSET = ("delivery_unit", "dorset")

JOURNEYS = (
    Journey(
        cast.SOUTH_WEST,
        Stage.OPEN,
        NeedText(
            "Rooms out of season and in it, in Bournemouth",
            "From May to September every cheap room in Bournemouth and Boscombe goes to visitors. People who leave custody in summer are "
            "sent to Weymouth or Salisbury, away from work and family, and miss their first appointments.\n\nWhat is missing is a "
            "dozen rooms that stay ours through the summer, and somebody who visits.",
            _DORSET,
            "accommodation",
            ("prison_leavers", "young_adults"),
            95,
            (
                (
                    "41 people left custody for the unit between June and August without a room",
                    "Delivery unit case records (demonstration)",
                    "Last summer",
                ),
            ),
        ),
        26,
        OpportunityText(
            "Rooms that stay: a housing alliance for Bournemouth and Dorset",
            "Twelve rooms within reach of the seafront buses, all year, with visits every week. The council’s housing team and the police "
            "and crime commissioner’s office sit in the alliance with us from the first meeting.",
            "Bournemouth, Christchurch, Poole and Dorset",
            132_000,
            3,
            HOUSING_QUESTIONS,
            (
                ("People with a room on the day of release, June to August", "%", "38", "85", 60),
                ("People in the same home after six months", "%", "44", "65", 40),
            ),
        ),
        (
            BidText(
                cast.TAMAR,
                ((cast.TAMAR, 100, "All of it"),),
                128_400,
                (KEEP_ROOM, ""),
                progress=Progress.STARTED,
            ),
        ),
    ),
    Journey(
        cast.SOUTH_WEST,
        Stage.NEED_PUBLISHED,
        NeedText(
            "Evening recovery support between Poole and Weymouth",
            "The last group in Dorset ends at four. People who have found seasonal work have to choose between the shift and the group.",
            _DORSET,
            "drugs",
            ("young_adults",),
            140,
            (
                (
                    "0 of 6 recovery groups in the unit meet after 5pm",
                    "Regional service map (demonstration)",
                    "This autumn",
                ),
            ),
        ),
        71,
    ),
)
