"""Bids in which somebody stands behind a member."""

import datetime
from typing import Any
from uuid import uuid4

from django.utils import timezone

from core.models import Organisation
from marketplace.models import Cover
from marketplace.policies.covers import Terms
from marketplace.services.covers import ask_cover, sign_cover
from tests.factories.bids import Joint, joint_bid
from tests.factories.marketplace import OpportunityFactory
from tests.factories.providers import RegistrationFactory


def scene(
    value_pence: int = 200_000_00,
    *,
    lead_income: int = 900_000_00,
    partner_income: int = 60_000_00,
    years: int = 1,
) -> Joint:
    """Two registered charities with 60% and 40% of a lot; the lead carries much, the partner little."""
    starts_on = datetime.date(2027, 4, 1)
    ends_on = datetime.date(2027 + years, 3, 31)
    opportunity = OpportunityFactory(is_open=True, starts_on=starts_on, ends_on=ends_on)
    opportunity.lots.update(value_pence=value_pence)
    joint = joint_bid(opportunity)
    RegistrationFactory(organisation=joint.lead, told=True, annual_income_pence=lead_income)
    RegistrationFactory(organisation=joint.partner, told=True, annual_income_pence=partner_income)
    return joint


def terms_of(joint: Joint, **values: Any) -> Terms:
    """The lead covers the size of the partner's work, up to its share, for a year."""
    share = joint.now().lot.value_pence * 4 // 10
    told: dict[str, Any] = {
        "member": joint.partner,
        "sponsor": joint.lead,
        "check": "turnover",
        "limit_pence": share,
        "expires_on": timezone.localdate() + datetime.timedelta(days=365),
    }
    return Terms(**{**told, **values})


def asked(joint: Joint, **values: Any) -> Cover:
    """The partner has asked for it."""
    return ask_cover(by=joint.partner_owner, bid=joint.now(), terms=terms_of(joint, **values), form_key=uuid4())


def signed(joint: Joint, **values: Any) -> Cover:
    """Both have signed; the lead is the sponsor."""
    return sign_cover(by=joint.owner, cover=asked(joint, **values))


def registered_outsider(**facts: Any) -> Organisation:
    """A registered charity that is in no bid."""
    return RegistrationFactory(told=True, **facts).organisation
