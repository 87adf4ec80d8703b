"""Whether the days in which an award can be questioned are over."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from core.access import ALLOWED, Verdict, refused
from core.templatetags.accord import day
from marketplace.contract_rules import rules_on
from marketplace.models import Award, Route


def standstill_ends_on(award: Award) -> datetime.date | None:
    """The last day of its standstill; none for a grant, and below the threshold of the checks it was let under.

    Counted in working days from the day on which everybody was told. Reads the lot and its opportunity.
    """
    opportunity = award.lot.opportunity
    version = opportunity.checks_version
    if opportunity.route == Route.GRANT or version is None or award.value_pence <= version.t3_to_pence:
        return None
    told_on = timezone.localdate(award.public_at or award.awarded_at)
    return rules_on(told_on).standstill_ends_on(told_on)


def standstill_is_over(award: Award, *, on: datetime.date) -> Verdict:
    """Whether a contract may come of the award on the day: it is public, and its standstill is past."""
    if award.public_at is None:
        return refused(_("The other lots of this opportunity are not decided yet, so the award is not public."))
    last = standstill_ends_on(award)
    if last is not None and on <= last:
        return refused(
            _("Bidders can question the award until the end of %(day)s. The contract is made after that day.")
            % {"day": day(last)}
        )
    return ALLOWED
