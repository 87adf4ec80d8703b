"""What this service knows about providers."""

from providers.models.checks import MatrixCell, MatrixMinutes, MatrixVersion
from providers.models.claims import Claim, ClaimGround
from providers.models.consortia import Consortium, ConsortiumMember
from providers.models.evidence import Evidence
from providers.models.partners import PartnerInterest, PartnerNotice
from providers.models.registers import IdentityLookUp, LookUpState, RegisterEntry, RegisterExtract
from providers.models.registration import Contact, Declaration, DeclarationKind, Identifier, Registration
from providers.models.reminders import EvidenceReminder
from providers.models.snapshots import ShareCode, Snapshot, WrongCode
from providers.models.statements import Statement
from providers.models.timings import Timing

__all__ = [
    "Claim",
    "ClaimGround",
    "Consortium",
    "ConsortiumMember",
    "Contact",
    "Declaration",
    "DeclarationKind",
    "Evidence",
    "EvidenceReminder",
    "Identifier",
    "IdentityLookUp",
    "LookUpState",
    "MatrixCell",
    "MatrixMinutes",
    "MatrixVersion",
    "PartnerInterest",
    "PartnerNotice",
    "RegisterEntry",
    "RegisterExtract",
    "Registration",
    "ShareCode",
    "Snapshot",
    "Statement",
    "Timing",
    "WrongCode",
]
