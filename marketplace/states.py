"""States and moves of needs, signals, opportunities, bids, contracts and variations."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.permissions import Permission as P
from core.transitions import Step, Workflow


class NeedStatus(models.TextChoices):
    """What became of a need."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    IN_COMMISSIONING = "in_commissioning", _("in commissioning")
    MET = "met", _("met")
    CLOSED = "closed", _("closed")


NEED = Workflow(
    name="need",
    noun=_("need"),
    states=NeedStatus,
    steps=(
        Step("publish", ("draft",), "published", P.NEED_PUBLISH, "marketplace/need_published"),
        Step("commission", ("published",), "in_commissioning", P.OPPORTUNITY_PUBLISH),
        # Its only opportunity was cancelled, or ended without award.
        Step("release", ("in_commissioning",), "published", P.OPPORTUNITY_PUBLISH),
        Step("meet", ("in_commissioning",), "met", P.NEED_PUBLISH),
        Step("close", ("published", "in_commissioning"), "closed", P.NEED_PUBLISH),
        Step("reopen", ("met", "closed"), "published", P.NEED_PUBLISH),
    ),
)


class SignalStatus(models.TextChoices):
    """What became of something a practitioner said is missing."""

    OPEN = "open", _("open")
    MERGED = "merged", _("joined to another")
    ANSWERED = "answered", _("answered")
    SET_ASIDE = "set_aside", _("set aside")
    WITHDRAWN = "withdrawn", _("taken back")


SIGNAL = Workflow(
    name="signal",
    noun=_("signal"),
    states=SignalStatus,
    steps=(
        Step("withdraw", ("open",), "withdrawn", P.SIGNAL_GIVE),
        Step("merge", ("open",), "merged", P.SIGNAL_ANSWER),
        Step("part", ("merged",), "open", P.SIGNAL_ANSWER),
        Step("answer", ("open",), "answered", P.SIGNAL_ANSWER, "marketplace/signal_answered"),
        Step("set_aside", ("open",), "set_aside", P.SIGNAL_ANSWER, "marketplace/signal_set_aside"),
        Step("reopen", ("answered", "set_aside"), "open", P.SIGNAL_ANSWER, "marketplace/signal_reopened"),
    ),
)


class RoundStatus(models.TextChoices):
    """How far a round of consultation has come; whether it is open is read from its times."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    CANCELLED = "cancelled", _("cancelled")


class RoundPhase(models.TextChoices):
    """What a round of consultation is at a moment: its status, with the clock's word on opening and closing."""

    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("opens soon")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


ROUND = Workflow(
    name="consultation round",
    noun=_("round"),
    states=RoundStatus,
    steps=(
        Step("publish", ("draft",), "published", P.CONSULTATION_RUN),
        Step("cancel", ("draft", "published"), "cancelled", P.CONSULTATION_RUN),
    ),
)


class ReplyStatus(models.TextChoices):
    """Whether people can read what was heard in a consultation and what was changed."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")


REPLY = Workflow(
    name="consultation reply",
    noun=_("reply"),
    states=ReplyStatus,
    steps=(
        Step("publish", ("draft",), "published", P.CONSULTATION_RUN),
        # Something in it was wrong, and no opportunity that is under way rests on it.
        Step("take_back", ("published",), "draft", P.NEED_PUBLISH),
    ),
)


class OpportunityStatus(models.TextChoices):
    """How far an opportunity has come. Scheduled and closed follow from the clock and are never written."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    OPEN = "open", _("open")
    EVALUATION = "evaluation", _("evaluation")
    MODERATION = "moderation", _("moderation")
    AWARDED = "awarded", _("awarded")
    UNSUCCESSFUL = "unsuccessful", _("ended without award")
    CANCELLED = "cancelled", _("cancelled")


# From publication to the decision; which of these is open or closed says the clock.
LIVE = (OpportunityStatus.OPEN, OpportunityStatus.EVALUATION, OpportunityStatus.MODERATION)


class Stage(models.TextChoices):
    """The parts of the public list that do not depend on the clock; worked out by the database from the status."""

    PRIVATE = "private", _("not published")
    LIVE = "live", _("published and not decided")
    AWARDED = "awarded", _("awarded")
    ENDED = "ended", _("ended without award, or cancelled")


class Phase(models.TextChoices):
    """What an opportunity is at a moment: its status, with the clock's word on opening and closing."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    SCHEDULED = "scheduled", _("opens soon")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    EVALUATION = "evaluation", _("in evaluation")
    MODERATION = "moderation", _("in moderation")
    AWARDED = "awarded", _("awarded")
    UNSUCCESSFUL = "unsuccessful", _("ended without award")
    CANCELLED = "cancelled", _("cancelled")


OPPORTUNITY = Workflow(
    name="opportunity",
    noun=_("opportunity"),
    states=OpportunityStatus,
    steps=(
        Step("ask_review", ("draft",), "in_review", P.OPPORTUNITY_DRAFT, "marketplace/opportunity_to_review"),
        Step("return", ("in_review",), "draft", P.OPPORTUNITY_PUBLISH, "marketplace/opportunity_returned"),
        Step(
            "publish", ("draft", "in_review"), "open", P.OPPORTUNITY_PUBLISH, "marketplace/opportunity_published"
        ),
        Step("open_bids", ("open",), "evaluation", P.BIDS_OPEN, "marketplace/bids_opened"),
        Step("moderate", ("evaluation",), "moderation", None, "marketplace/scores_complete"),
        Step("award", ("moderation",), "awarded", P.AWARD_MAKE, "marketplace/award_made"),
        Step(
            "end_without_award",
            ("open", "evaluation", "moderation"),
            "unsuccessful",
            P.AWARD_MAKE,
            "marketplace/no_award",
        ),
        Step(
            "cancel", ("draft", "in_review", "open"), "cancelled", P.OPPORTUNITY_PUBLISH, "marketplace/cancelled"
        ),
    ),
)


class QuestionStatus(models.TextChoices):
    """What became of a bidder’s question."""

    ASKED = "asked", _("asked")
    ANSWERED = "answered", _("answer ready")
    PUBLISHED = "published", _("answered for everyone")
    PRIVATE = "private", _("answered to you alone")
    SET_ASIDE = "set_aside", _("not answered")
    WITHDRAWN = "withdrawn", _("taken back")


QUESTION = Workflow(
    name="bidder question",
    noun=_("question"),
    states=QuestionStatus,
    steps=(
        Step("withdraw", ("asked",), "withdrawn", P.BID_WRITE),
        Step("answer", ("asked", "answered"), "answered", P.OPPORTUNITY_DRAFT),
        # All that are ready at once, and everybody who writes a bid is told in one notice.
        Step("publish", ("answered",), "published", P.OPPORTUNITY_DRAFT, "marketplace/questions_answered"),
        Step(
            "answer_privately",
            ("asked", "answered"),
            "private",
            P.OPPORTUNITY_PUBLISH,
            "marketplace/question_answered_alone",
        ),
        Step(
            "set_aside",
            ("asked", "answered"),
            "set_aside",
            P.OPPORTUNITY_DRAFT,
            "marketplace/question_set_aside",
        ),
    ),
)


class LeadProposalStatus(models.TextChoices):
    """What became of the lead's wish that another member lead the bid."""

    PROPOSED = "proposed", _("proposed")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    TAKEN_BACK = "taken_back", _("taken back")
    LAPSED = "lapsed", _("lapsed")


LEAD_PROPOSAL = Workflow(
    name="lead proposal",
    noun=_("proposal"),
    states=LeadProposalStatus,
    steps=(
        Step("accept", ("proposed",), "accepted", P.BID_SUBMIT, "marketplace/lead_changed"),
        Step("decline", ("proposed",), "declined", P.BID_SUBMIT, "marketplace/lead_declined"),
        Step("take_back", ("proposed",), "taken_back", P.BID_SUBMIT),
        # Whoever was asked is no longer in the bid, or nobody writes it any more.
        Step("lapse", ("proposed",), "lapsed", None, "marketplace/lead_lapsed"),
    ),
)


class BidStatus(models.TextChoices):
    """How far a bid has come."""

    DRAFT = "draft", _("draft")
    AWAITING_CONSENT = "awaiting_consent", _("awaiting consent")
    SUBMITTED = "submitted", _("submitted")
    WITHDRAWN = "withdrawn", _("withdrawn")
    OPENED = "opened", _("opened")
    EVALUATED = "evaluated", _("evaluated")
    SUCCESSFUL = "successful", _("successful")
    UNSUCCESSFUL = "unsuccessful", _("unsuccessful")


BID = Workflow(
    name="bid",
    noun=_("bid"),
    states=BidStatus,
    steps=(
        Step("ask_consent", ("draft",), "awaiting_consent", P.BID_WRITE, "marketplace/consent_asked"),
        Step("edit_again", ("awaiting_consent",), "draft", P.BID_WRITE, "marketplace/consent_lapsed"),
        Step("submit", ("draft", "awaiting_consent"), "submitted", P.BID_SUBMIT, "marketplace/bid_submitted"),
        Step(
            "withdraw",
            ("draft", "awaiting_consent", "submitted"),
            "withdrawn",
            P.BID_SUBMIT,
            "marketplace/bid_withdrawn",
        ),
        Step("open", ("submitted",), "opened", P.BIDS_OPEN),
        Step("evaluate", ("opened",), "evaluated", P.SCORE_GIVE),
        Step("succeed", ("evaluated",), "successful", P.AWARD_MAKE, "marketplace/result_successful"),
        Step(
            "not_succeed",
            ("opened", "evaluated"),
            "unsuccessful",
            P.AWARD_MAKE,
            "marketplace/result_unsuccessful",
        ),
    ),
)


class ReplacementStatus(models.TextChoices):
    """What became of the lead’s wish that another organisation take a member’s place after the deadline."""

    PROPOSED = "proposed", _("waits for both organisations")
    AGREED = "agreed", _("waits for the panel")
    ACCEPTED = "accepted", _("accepted by the panel")
    REFUSED = "refused", _("refused by the panel")
    DECLINED = "declined", _("declined")
    TAKEN_BACK = "taken_back", _("taken back")
    LAPSED = "lapsed", _("lapsed")


REPLACEMENT = Workflow(
    name="replacement of a member",
    noun=_("replacement"),
    states=ReplacementStatus,
    steps=(
        # Whoever comes in has agreed, and whoever leaves has too or the lead says why it cannot be asked.
        Step("agree", ("proposed",), "agreed", P.BID_CONSENT, "marketplace/replacement_agreed"),
        Step("decline", ("proposed", "agreed"), "declined", P.BID_CONSENT, "marketplace/replacement_declined"),
        Step(
            "take_back", ("proposed", "agreed"), "taken_back", P.BID_SUBMIT, "marketplace/replacement_taken_back"
        ),
        Step("accept", ("agreed",), "accepted", P.SCORE_GIVE, "marketplace/replacement_accepted"),
        # The panel need not wait for organisations that do not answer.
        Step("refuse", ("proposed", "agreed"), "refused", P.SCORE_GIVE, "marketplace/replacement_refused"),
        # The lot was decided, or the opportunity has ended.
        Step("lapse", ("proposed", "agreed"), "lapsed", None, "marketplace/replacement_lapsed"),
    ),
)


# Checks that each organisation meets itself, whatever a version of the checks may say.
NEVER_COVERED = ("identity", "exclusions", "safeguarding", "dbs")


class CoverStatus(models.TextChoices):
    """What became of a promise to stand behind a member. That its last day is over is the clock’s to say."""

    OFFERED = "offered", _("offered")
    PROPOSED = "proposed", _("asked for")
    SIGNED = "signed", _("signed by both")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    FALLEN = "fallen", _("fallen")


COVER = Workflow(
    name="cover",
    noun=_("cover"),
    states=CoverStatus,
    steps=(
        Step("sign", ("proposed",), "signed", P.BID_CONSENT, "marketplace/cover_signed"),
        Step("decline", ("proposed",), "declined", P.BID_CONSENT, "marketplace/cover_declined"),
        # Offered unasked: the sponsor has signed, and the member answers.
        Step("accept", ("offered",), "signed", P.BID_CONSENT, "marketplace/cover_accepted"),
        Step("turn_down", ("offered",), "declined", P.BID_CONSENT, "marketplace/cover_turned_down"),
        Step(
            "withdraw",
            ("offered", "proposed", "signed"),
            "withdrawn",
            P.BID_CONSENT,
            "marketplace/cover_withdrawn",
        ),
        # Who is in the bid has changed, or the bid is out.
        Step("fall", ("offered", "proposed", "signed"), "fallen", None, "marketplace/cover_fallen"),
    ),
    # A member asks for it, or a sponsor offers it.
    begins=("proposed", "offered"),
)


class ContractStatus(models.TextChoices):
    """How far a contract has come. That its last day is over is the clock’s to say."""

    DRAFT = "draft", _("draft")
    SIGNING = "signing", pgettext_lazy("contract", "signing")
    ACTIVE = "active", _("in force")
    TERMINATED = "terminated", pgettext_lazy("contract", "terminated")


class ContractPhase(models.TextChoices):
    """What a contract is on a day: its status, with the clock’s word on its end."""

    DRAFT = "draft", _("draft")
    SIGNING = "signing", pgettext_lazy("contract", "signing")
    ACTIVE = "active", _("in force")
    ENDED = "ended", _("ended")
    TERMINATED = "terminated", pgettext_lazy("contract", "terminated")


CONTRACT = Workflow(
    name="contract",
    noun=_("contract"),
    states=ContractStatus,
    steps=(
        Step("ask_signatures", ("draft",), "signing", P.CONTRACT_MANAGE, "marketplace/contract_to_sign"),
        Step("edit_again", ("signing",), "draft", P.CONTRACT_MANAGE, "marketplace/contract_taken_back"),
        Step("activate", ("signing",), "active", None, "marketplace/contract_in_force"),
        Step(
            "terminate",
            ("draft", "signing", "active"),
            "terminated",
            P.CONTRACT_SIGN,
            "marketplace/contract_terminated",
        ),
    ),
)


class VariationStatus(models.TextChoices):
    """What became of a change to a contract."""

    PROPOSED = "proposed", _("proposed")
    SIGNING = "signing", pgettext_lazy("contract", "signing")
    IN_FORCE = "in_force", _("in force")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


VARIATION = Workflow(
    name="variation",
    noun=_("variation"),
    states=VariationStatus,
    steps=(
        # The last party has agreed; then the last has signed.
        Step("agree", ("proposed",), "signing", P.CONTRACT_WORK, "marketplace/variation_to_sign"),
        Step("activate", ("signing",), "in_force", None, "marketplace/variation_in_force"),
        # Another came into force first, and the contract it was written upon is no more.
        Step("reopen", ("proposed", "signing"), "proposed", None, "marketplace/variation_again"),
        Step("refuse", ("proposed", "signing"), "refused", P.CONTRACT_WORK, "marketplace/variation_refused"),
        Step("withdraw", ("proposed", "signing"), "withdrawn", P.CONTRACT_WORK, "marketplace/variation_withdrawn"),
    ),
)
