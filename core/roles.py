"""The only table that says what a role may do."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.permissions import Permission as P


class OrganisationKind(models.TextChoices):
    """Who an organisation is in this service; decides which roles its people may hold."""

    COMMISSIONER = "commissioner", _("commissioning body")
    PROVIDER = "provider", _("provider")
    OPERATOR = "operator", _("service operator")


class Role(models.TextChoices):
    """What a person is in one organisation."""

    DIRECTOR = "director", _("director")
    COMMISSIONING_MANAGER = "commissioning_manager", _("commissioning manager")
    PANEL_MEMBER = "panel_member", _("panel member")
    COMMISSIONER_FINANCE = "commissioner_finance", _("finance")
    PRACTITIONER = "practitioner", _("practitioner")
    OWNER = "owner", _("owner")
    BID_WRITER = "bid_writer", _("bid writer")
    PROVIDER_FINANCE = "provider_finance", _("finance")
    VIEWER = "viewer", _("viewer")
    SERVICE_ADMINISTRATOR = "service_administrator", _("service administrator")
    AUDITOR = "auditor", _("auditor")


@dataclass(frozen=True)
class RoleRow:
    """One row: where the role exists, what it may do, whether it asks for a second factor."""

    kind: OrganisationKind
    permissions: frozenset[P]
    summary: str | Promise
    second_factor: bool = False
    # Groups of the editors' pages, which keep permissions of their own.
    editor_groups: tuple[str, ...] = ()


_COMMISSIONING = {P.COMMISSIONING_READ, P.ALLIANCE_READ, P.CONTRACT_READ}
_PROVIDING = {P.BID_READ, P.ALLIANCE_READ, P.CONTRACT_READ}

ROLES: dict[Role, RoleRow] = {
    Role.DIRECTOR: RoleRow(
        OrganisationKind.COMMISSIONER,
        frozenset(
            _COMMISSIONING
            | {P.MEMBERS_MANAGE, P.SIGNAL_GIVE, P.SIGNAL_ANSWER}
            | {P.NEED_DRAFT, P.NEED_PUBLISH, P.CONSULTATION_RUN}
            | {P.OPPORTUNITY_DRAFT, P.OPPORTUNITY_PUBLISH}
            | {P.BIDS_OPEN, P.PANEL_APPOINT, P.AWARD_MAKE, P.ALLIANCE_CREATE, P.ALLIANCE_SIGN, P.RESULT_RECORD}
            | {P.CONTRACT_MANAGE, P.CONTRACT_WORK, P.CONTRACT_SIGN}
            | {P.EVIDENCE_IMPORT, P.EVIDENCE_VERIFY}
        ),
        _("Publishes needs and opportunities, awards, signs and decides who joins."),
        second_factor=True,
    ),
    Role.COMMISSIONING_MANAGER: RoleRow(
        OrganisationKind.COMMISSIONER,
        frozenset(
            _COMMISSIONING
            | {P.SIGNAL_GIVE, P.SIGNAL_ANSWER, P.CONSULTATION_RUN}
            | {P.NEED_DRAFT, P.OPPORTUNITY_DRAFT, P.BIDS_OPEN, P.PANEL_APPOINT, P.SCORE_GIVE}
            | {P.ALLIANCE_CREATE, P.RESULT_RECORD, P.EVIDENCE_IMPORT, P.EVIDENCE_VERIFY}
            | {P.CONTRACT_MANAGE, P.CONTRACT_WORK}
        ),
        _("Drafts needs and opportunities, appoints the panel and runs the evaluation."),
        second_factor=True,
    ),
    Role.PANEL_MEMBER: RoleRow(
        OrganisationKind.COMMISSIONER,
        frozenset({P.COMMISSIONING_READ, P.SCORE_GIVE}),
        _("Scores the bids of the opportunities they are appointed to."),
        second_factor=True,
    ),
    Role.COMMISSIONER_FINANCE: RoleRow(
        OrganisationKind.COMMISSIONER,
        frozenset(_COMMISSIONING),
        _("Reads budgets, awards and alliances."),
        second_factor=True,
    ),
    Role.PRACTITIONER: RoleRow(
        OrganisationKind.COMMISSIONER,
        frozenset({P.COMMISSIONING_READ, P.SIGNAL_GIVE}),
        _("Works with people on probation and says what is missing."),
        second_factor=True,
    ),
    Role.OWNER: RoleRow(
        OrganisationKind.PROVIDER,
        frozenset(
            _PROVIDING
            | {
                P.ORGANISATION_TAKE,
                P.ORGANISATION_CLOSE,
                P.PROFILE_SHARE,
                P.MEMBERS_MANAGE,
                P.REGISTRATION_EDIT,
                P.CONSORTIUM_FORM,
                P.CONSORTIUM_JOIN,
                P.BID_WRITE,
            }
            | {P.BID_CONSENT, P.BID_SUBMIT, P.ALLIANCE_SIGN, P.RESULT_RECORD}
            | {P.CONTRACT_WORK, P.CONTRACT_SIGN}
        ),
        _("Signs for the organisation, submits its bids and decides who joins."),
    ),
    Role.BID_WRITER: RoleRow(
        OrganisationKind.PROVIDER,
        frozenset(
            _PROVIDING | {P.REGISTRATION_EDIT, P.CONSORTIUM_FORM, P.BID_WRITE, P.RESULT_RECORD, P.CONTRACT_WORK}
        ),
        _("Keeps the registration up to date and writes bids; does not submit them."),
    ),
    Role.PROVIDER_FINANCE: RoleRow(
        OrganisationKind.PROVIDER,
        frozenset(_PROVIDING),
        _("Reads bids, prices and alliances."),
    ),
    Role.VIEWER: RoleRow(
        OrganisationKind.PROVIDER,
        frozenset(_PROVIDING),
        _("Reads what the organisation does here and changes nothing."),
    ),
    Role.SERVICE_ADMINISTRATOR: RoleRow(
        OrganisationKind.OPERATOR,
        frozenset(
            {
                P.MEMBERS_MANAGE,
                P.ORGANISATION_CREATE,
                P.AUDIT_READ,
                P.PAGES_EDIT,
                P.PLACES_IMPORT,
                P.REGISTERS_IMPORT,
                P.CLAIM_DECIDE,
                P.CHECKS_EDIT,
                P.EVIDENCE_IMPORT,
            }
        ),
        _("Sets up commissioning bodies, brings in places, edits checks and guidance; never reads a sealed bid."),
        second_factor=True,
        editor_groups=("Editors", "Moderators"),
    ),
    Role.AUDITOR: RoleRow(
        OrganisationKind.OPERATOR,
        frozenset({P.AUDIT_READ, P.EVERYTHING_READ}),
        _("Reads everything except sealed bids and changes nothing."),
        second_factor=True,
    ),
}


def roles_for(kind: str) -> list[Role]:
    """The roles people of such an organisation may hold, most powerful first."""
    return [role for role, row in ROLES.items() if row.kind == kind]
