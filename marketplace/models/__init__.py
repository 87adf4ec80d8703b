"""Needs, signals, follows, opportunities, bids, their evaluation and awards."""

from marketplace.models.assessments import Assessment, AssessmentImport
from marketplace.models.bid_costs import BidCost, SealedCosts
from marketplace.models.bid_drafting import AnswerOpening, AnswerVersion, BidComment
from marketplace.models.bid_leads import LeadProposal
from marketplace.models.bids import Bid, BidAnswer, BidConsent, BidMember, OpportunityKey, Submission
from marketplace.models.consultations import (
    AnsweringKey,
    AnswerText,
    ConsultationAnswer,
    ConsultationReply,
    ConsultationRound,
    NoConsultation,
    ReplyTheme,
    RoundQuestion,
    SpeaksAs,
)
from marketplace.models.contracts import (
    Contract,
    ContractDate,
    ContractDocument,
    ContractOutcome,
    ContractParty,
    ContractReport,
    ContractSignature,
    ContractYear,
    DateKind,
)
from marketplace.models.covers import Cover
from marketplace.models.evaluation import AgreedScore, AssessmentSummary, Award, NoAward, PanelMember, Score
from marketplace.models.follows import Follow, Frequency
from marketplace.models.need_care import CoCommissioner, Principle, PrincipleMark, Standing
from marketplace.models.needs import Need, NeedEvidence, Urgency
from marketplace.models.opportunities import Criterion, Lot, Opportunity, Route, SharedOutcome
from marketplace.models.questions import BidderQuestion, Watch
from marketplace.models.replacements import Replacement, ReplacementDeclaration
from marketplace.models.signals import Signal, SignalSupport
from marketplace.models.variations import ChangeNotice, Variation, VariationAnswer, VariationYear

__all__ = [
    "AgreedScore",
    "AnswerOpening",
    "AnswerText",
    "AnswerVersion",
    "AnsweringKey",
    "Assessment",
    "AssessmentImport",
    "AssessmentSummary",
    "Award",
    "Bid",
    "BidAnswer",
    "BidComment",
    "BidConsent",
    "BidCost",
    "BidMember",
    "BidderQuestion",
    "ChangeNotice",
    "CoCommissioner",
    "ConsultationAnswer",
    "ConsultationReply",
    "ConsultationRound",
    "Contract",
    "ContractDate",
    "ContractDocument",
    "ContractOutcome",
    "ContractParty",
    "ContractReport",
    "ContractSignature",
    "ContractYear",
    "Cover",
    "Criterion",
    "DateKind",
    "Follow",
    "Frequency",
    "LeadProposal",
    "Lot",
    "Need",
    "NeedEvidence",
    "NoAward",
    "NoConsultation",
    "Opportunity",
    "OpportunityKey",
    "PanelMember",
    "Principle",
    "PrincipleMark",
    "Replacement",
    "ReplacementDeclaration",
    "ReplyTheme",
    "RoundQuestion",
    "Route",
    "Score",
    "SealedCosts",
    "SharedOutcome",
    "Signal",
    "SignalSupport",
    "SpeaksAs",
    "Standing",
    "Submission",
    "Urgency",
    "Variation",
    "VariationAnswer",
    "VariationYear",
    "Watch",
]
