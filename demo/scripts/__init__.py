"""What the journeys say, told as data: a file for each region."""

from demo.scripts import bournemouth, greater_manchester, plymouth, south_west, yorkshire
from demo.scripts.parts import BidText, Journey, NeedText, OpportunityText, Progress, Stage

JOURNEYS = (
    *greater_manchester.JOURNEYS,
    *south_west.JOURNEYS,
    *yorkshire.JOURNEYS,
    *bournemouth.JOURNEYS,
    *plymouth.JOURNEYS,
)

__all__ = ["JOURNEYS", "BidText", "Journey", "NeedText", "OpportunityText", "Progress", "Stage"]
