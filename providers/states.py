"""States and moves of what providers keep."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.permissions import Permission as P
from core.transitions import Step, Workflow


class ConsortiumMemberStatus(models.TextChoices):
    """Where an organisation stands in a consortium. Consent is given to each bid apart."""

    INVITED = "invited", _("invited")
    JOINED = "joined", _("joined")
    DECLINED = "declined", _("declined")
    LEFT = "left", _("left")
    TAKEN_BACK = "taken_back", _("invitation taken back")
    REMOVED = "removed", _("removed by the lead")


class PartnerNoticeStatus(models.TextChoices):
    """What whoever posted a notice has decided; whether it has run out the clock says."""

    LIVE = "live", _("posted")
    TAKEN_DOWN = "taken_down", _("taken down")


class PartnerInterestStatus(models.TextChoices):
    """Where an expression of interest stands."""

    SENT = "sent", _("waiting for an answer")
    ACCEPTED = "accepted", _("introduced")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


CONSORTIUM_MEMBER = Workflow(
    name="consortium_member",
    noun=_("invitation"),
    states=ConsortiumMemberStatus,
    steps=(
        Step("lead", ("invited",), "joined", P.CONSORTIUM_FORM),
        Step("accept", ("invited",), "joined", P.CONSORTIUM_JOIN, "providers/invitation_accepted"),
        Step("decline", ("invited",), "declined", P.CONSORTIUM_JOIN, "providers/invitation_declined"),
        Step("take_back", ("invited",), "taken_back", P.CONSORTIUM_FORM, "providers/invitation_taken_back"),
        Step(
            "invite_again",
            ("declined", "left", "taken_back", "removed"),
            "invited",
            P.CONSORTIUM_FORM,
            "providers/invitation",
        ),
        Step("leave", ("joined",), "left", P.CONSORTIUM_JOIN, "providers/member_left"),
        Step("remove", ("joined",), "removed", P.CONSORTIUM_FORM, "providers/member_removed"),
    ),
)

PARTNER_NOTICE = Workflow(
    name="partner_notice",
    noun=_("notice"),
    states=PartnerNoticeStatus,
    steps=(
        Step("take_down", ("live",), "taken_down", P.CONSORTIUM_FORM),
        Step("renew", ("live", "taken_down"), "live", P.CONSORTIUM_FORM),
    ),
)


class MatrixStatus(models.TextChoices):
    """What a version of the checks is; which one is in force on a day follows from the days."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")
    DISCARDED = "discarded", _("put aside")


MATRIX = Workflow(
    name="matrix",
    noun=_("version of the checks"),
    states=MatrixStatus,
    steps=(
        Step("publish", ("draft",), "published", P.CHECKS_EDIT),
        Step("withdraw", ("published",), "withdrawn", P.CHECKS_EDIT),
        Step("discard", ("draft",), "discarded", P.CHECKS_EDIT),
        Step("restore", ("discarded",), "draft", P.CHECKS_EDIT),
    ),
)


class EvidenceStatus(models.TextChoices):
    """What became of something that was shown. That it has run out is the clock’s to say, not a status."""

    GIVEN = "given", _("waiting to be looked at")
    VERIFIED = "verified", _("verified")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    SUPERSEDED = "superseded", _("replaced by a newer one")


EVIDENCE = Workflow(
    name="evidence",
    noun=_("evidence"),
    states=EvidenceStatus,
    steps=(
        Step("verify", ("given",), "verified", P.EVIDENCE_VERIFY, "providers/evidence_verified"),
        Step("refuse", ("given",), "refused", P.EVIDENCE_VERIFY, "providers/evidence_refused"),
        Step("undo", ("verified", "refused"), "given", P.EVIDENCE_VERIFY, "providers/evidence_undone"),
        Step("withdraw", ("given", "verified", "refused"), "withdrawn", P.REGISTRATION_EDIT),
        # A newer one for the same check, before anybody looked at this.
        Step("supersede", ("given",), "superseded"),
    ),
)

PARTNER_INTEREST = Workflow(
    name="partner_interest",
    noun=_("expression of interest"),
    states=PartnerInterestStatus,
    steps=(
        Step("accept", ("sent",), "accepted", P.CONSORTIUM_FORM, "providers/interest_accepted"),
        Step("decline", ("sent",), "declined", P.CONSORTIUM_FORM, "providers/interest_declined"),
        Step("withdraw", ("sent",), "withdrawn", P.CONSORTIUM_FORM, "providers/interest_withdrawn"),
    ),
)


class ClaimStatus(models.TextChoices):
    """Where a claim to an organisation stands; who is to decide about it follows from the days."""

    OPEN = "open", _("waiting for a decision")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("not accepted")
    WITHDRAWN = "withdrawn", _("withdrawn")


CLAIM = Workflow(
    name="claim",
    noun=_("claim"),
    states=ClaimStatus,
    steps=(
        # The first two are for owners of the organisation, the next three for the service administrator.
        Step("let_in", ("open",), "accepted", P.MEMBERS_MANAGE, "providers/claim_accepted"),
        Step("turn_down", ("open",), "refused", P.MEMBERS_MANAGE, "providers/claim_refused"),
        Step("accept", ("open",), "accepted", P.CLAIM_DECIDE, "providers/claim_accepted"),
        Step("refuse", ("open",), "refused", P.CLAIM_DECIDE, "providers/claim_refused"),
        Step("undo", ("accepted", "refused"), "open", P.CLAIM_DECIDE, "providers/claim_undone"),
        Step("withdraw", ("open",), "withdrawn", None, "providers/claim_withdrawn"),
    ),
)
