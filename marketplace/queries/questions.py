"""What was asked about an opportunity: for everybody without askers, for askers their own."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.models import Organisation, User
from core.permissions import Permission as P
from core.policies import organisations_where
from core.queries.people import people_with
from marketplace.models import BidderQuestion, Opportunity, Watch
from marketplace.queries.opportunities import organisations_bidding
from marketplace.states import QuestionStatus

# Nobody has answered these for everybody, or refused to.
WAITING = (QuestionStatus.ASKED, QuestionStatus.ANSWERED)


@dataclass(frozen=True)
class Asked:
    """A question as the commissioning body has it: nothing in it leads to who asked, nor when to the minute."""

    number: int
    text: str
    status: str
    day: datetime.date
    told: str
    answer: str
    reason: str


def published_answers(opportunity: Opportunity) -> QuerySet[BidderQuestion]:
    """What everybody reads, the latest publication first, in it by the numbers that were drawn.

    Only the columns that everybody may read are loaded.
    """
    told = opportunity.bidder_questions.filter(status=QuestionStatus.PUBLISHED)
    return told.only("opportunity", "number", "told", "answer", "published_at").order_by("-published_at", "number")


def with_answers_counted(opportunities: QuerySet[Opportunity]) -> QuerySet[Opportunity]:
    """Each opportunity with `answers_published`, at no further query."""
    told = BidderQuestion.objects.filter(opportunity=OuterRef("pk"), status=QuestionStatus.PUBLISHED).order_by()
    count = told.values("opportunity").annotate(many=Count("pk")).values("many")
    return opportunities.annotate(answers_published=Coalesce(Subquery(count, IntegerField()), 0))


def count_answered_alone(opportunity: Opportunity) -> int:
    """How many were answered to one bidder alone; everybody may know that there are some."""
    return opportunity.bidder_questions.filter(status=QuestionStatus.PRIVATE).count()


def questions_to_answer(opportunity: Opportunity, statuses: Collection[str] = WAITING) -> list[Asked]:
    """What waits for the body, oldest first, without who asked; for people who may answer."""
    rows = opportunity.bidder_questions.filter(status__in=statuses).order_by("id")
    told = ("id", "text", "status", "asked_at__date", "told", "answer", "reason")
    return [Asked(*row) for row in rows.values_list(*told)]


def questions_answerable_by(user: User | AnonymousUser) -> QuerySet[BidderQuestion]:
    """What people of the body may open to answer it; who asked is left out of what is read."""
    own = organisations_where(user, P.OPPORTUNITY_DRAFT)
    rows = BidderQuestion.objects.filter(opportunity__organisation__in=own)
    return rows.select_related("opportunity__organisation").defer("organisation", "asked_by", "asked_at")


def questions_asked_by(user: User | AnonymousUser) -> QuerySet[BidderQuestion]:
    """What the person's own organisations asked, with private answers; nobody else's."""
    own = organisations_where(user, P.BID_READ)
    return BidderQuestion.objects.filter(organisation__in=own).select_related("opportunity", "organisation")


def own_questions(
    user: User | AnonymousUser, organisation: Organisation | None, opportunity: Opportunity
) -> QuerySet[BidderQuestion]:
    """What the organisation asked about this opportunity, the latest first."""
    return questions_asked_by(user).filter(organisation=organisation, opportunity=opportunity).order_by("-id")


def own_status(question: BidderQuestion) -> QuestionStatus:
    """What the asker may know: that an answer is ready is the body's alone until everybody has it."""
    is_ready = question.status == QuestionStatus.ANSWERED
    return QuestionStatus.ASKED if is_ready else QuestionStatus(question.status)


def count_waiting(organisation: Organisation, opportunity: Opportunity) -> int:
    """How many questions of the organisation nobody has answered yet."""
    return BidderQuestion.objects.filter(
        organisation=organisation, opportunity=opportunity, status__in=WAITING
    ).count()


def watches(user: User | AnonymousUser, opportunity: Opportunity) -> bool:
    """Whether the person wants to be told of changes."""
    return user.is_authenticated and Watch.objects.filter(user=user, opportunity=opportunity).exists()


def people_to_tell(opportunity: Opportunity) -> list[User]:
    """Whom a change concerns: who writes a bid or has asked, and who wants to be told; each once, in no order."""
    asking = Organisation.objects.filter(
        pk__in=opportunity.bidder_questions.exclude(status=QuestionStatus.WITHDRAWN).values("organisation")
    )
    found = {*User.objects.filter(is_active=True, watches__opportunity=opportunity)}
    for organisation in {*organisations_bidding(opportunity), *asking}:
        found |= {*people_with(P.BID_WRITE, organisation)}
    return sorted(found, key=lambda person: person.pk)
