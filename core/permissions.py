"""What may be done. Which role may do it stands in core/roles.py; when, in each app's policies."""

from enum import StrEnum


class Permission(StrEnum):
    """One line for each kind of act; named object.verb like the audit events."""

    MEMBERS_MANAGE = "members.manage"
    ORGANISATION_TAKE = "organisation.take"
    ORGANISATION_CLOSE = "organisation.close"
    ORGANISATION_CREATE = "organisation.create"
    AUDIT_READ = "audit.read"
    EVERYTHING_READ = "everything.read"
    PAGES_EDIT = "pages.edit"
    PLACES_IMPORT = "places.import"
    REGISTERS_IMPORT = "registers.import"
    CLAIM_DECIDE = "claim.decide"
    CHECKS_EDIT = "checks.edit"

    SIGNAL_GIVE = "signal.give"
    SIGNAL_ANSWER = "signal.answer"
    NEED_DRAFT = "need.draft"
    NEED_PUBLISH = "need.publish"
    CONSULTATION_RUN = "consultation.run"
    OPPORTUNITY_DRAFT = "opportunity.draft"
    OPPORTUNITY_PUBLISH = "opportunity.publish"
    BIDS_OPEN = "bids.open"
    PANEL_APPOINT = "panel.appoint"
    SCORE_GIVE = "score.give"
    AWARD_MAKE = "award.make"
    COMMISSIONING_READ = "commissioning.read"
    EVIDENCE_IMPORT = "evidence.import"
    EVIDENCE_VERIFY = "evidence.verify"

    PROFILE_SHARE = "profile.share"
    REGISTRATION_EDIT = "registration.edit"
    CONSORTIUM_FORM = "consortium.form"
    CONSORTIUM_JOIN = "consortium.join"
    BID_WRITE = "bid.write"
    BID_CONSENT = "bid.consent"
    BID_SUBMIT = "bid.submit"
    BID_READ = "bid.read"

    CONTRACT_MANAGE = "contract.manage"
    CONTRACT_WORK = "contract.work"
    CONTRACT_SIGN = "contract.sign"
    CONTRACT_READ = "contract.read"

    ALLIANCE_CREATE = "alliance.create"
    ALLIANCE_SIGN = "alliance.sign"
    ALLIANCE_READ = "alliance.read"
    RESULT_RECORD = "result.record"
