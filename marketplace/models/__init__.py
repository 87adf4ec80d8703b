"""Needs, opportunities, bids, their evaluation and awards."""

from marketplace.models.bids import Bid, BidAnswer, BidConsent, BidMember, OpportunityKey, Submission
from marketplace.models.evaluation import AgreedScore, AssessmentSummary, Award, NoAward, PanelMember, Score
from marketplace.models.needs import Need, NeedEvidence, Urgency
from marketplace.models.opportunities import Criterion, Lot, Opportunity, Route, SharedOutcome

__all__ = [
    "AgreedScore",
    "AssessmentSummary",
    "Award",
    "Bid",
    "BidAnswer",
    "BidConsent",
    "BidMember",
    "Criterion",
    "Lot",
    "Need",
    "NeedEvidence",
    "NoAward",
    "Opportunity",
    "OpportunityKey",
    "PanelMember",
    "Route",
    "Score",
    "SharedOutcome",
    "Submission",
    "Urgency",
]
