"""Everything core keeps in the database."""

from core.models.audit import ChainHead, Event
from core.models.base import Drafted
from core.models.documents import Document
from core.models.needs import Cohort, DesiredOutcome, NeedCategory
from core.models.notices import Notice
from core.models.people import Membership, MembershipRole, Organisation, User
from core.models.place_imports import PlaceFile, PlaceImport
from core.models.places import Area, AreaBelonging, Body, BodyRole
from core.models.reference import ExclusionGround, IncomeBand, Language, NoticeType

__all__ = [
    "Area",
    "AreaBelonging",
    "Body",
    "BodyRole",
    "ChainHead",
    "Cohort",
    "DesiredOutcome",
    "Document",
    "Drafted",
    "Event",
    "ExclusionGround",
    "IncomeBand",
    "Language",
    "Membership",
    "MembershipRole",
    "NeedCategory",
    "Notice",
    "NoticeType",
    "Organisation",
    "PlaceFile",
    "PlaceImport",
    "User",
]
