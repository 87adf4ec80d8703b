"""Whether a result may be entered or corrected, by whom and when."""

import datetime

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from alliances.models import Alliance, Outcome, Result
from alliances.policies.agreements import Person
from alliances.queries.outcomes import has_result_for
from alliances.states import AllianceStatus
from core.access import ALLOWED, Verdict, denied, refused
from core.permissions import Permission as P
from core.policies import organisations_where


def may_record_result(user: Person, alliance: Alliance) -> Verdict:
    """Whether the person may enter results: for any member, once all have signed and the term has begun."""
    right = _member_who_records(user, alliance)
    if not right:
        return right
    if alliance.status in (AllianceStatus.DRAFT, AllianceStatus.SIGNING):
        return refused(_("Results are entered once every member has signed."))
    if alliance.status != AllianceStatus.ACTIVE:
        return refused(_("This alliance is not active now, so no results can be entered."))
    if alliance.starts_on > timezone.localdate():
        return refused(
            _("Results can be entered from %(day)s, when the term begins.") % {"day": _day(alliance.starts_on)}
        )
    return ALLOWED


def may_correct_result(user: Person, result: Result) -> Verdict:
    """Whether the person may put another figure in the place of this one, which stays to be seen."""
    verdict = may_record_result(user, result.outcome.alliance)
    if verdict and result.superseded_at is not None:
        return refused(_("This result has been corrected already. Correct the newer one if that is wrong too."))
    return verdict


def is_period_free(outcome: Outcome, period_end: datetime.date, *, besides: Result | None = None) -> Verdict:
    """Whether a result of that period may stand: within the term, not to come, and none there yet."""
    alliance = outcome.alliance
    if period_end > timezone.localdate():
        return refused(_("That period has not ended yet. Enter a day that has passed."))
    if not alliance.starts_on <= period_end <= alliance.ends_on:
        term = {"start": _day(alliance.starts_on), "end": _day(alliance.ends_on)}
        return refused(_("The period must end within the term of the alliance: %(start)s to %(end)s.") % term)
    if has_result_for(outcome, period_end, besides=besides):
        return refused(
            _("There is a result for the period ending %(day)s already. Correct that one if it is wrong.")
            % {"day": _day(period_end)}
        )
    return ALLOWED


def _member_who_records(user: Person, alliance: Alliance) -> Verdict:
    own = organisations_where(user, P.RESULT_RECORD)
    if any(place.organisation_id in own for place in alliance.members.all()):
        return ALLOWED
    return denied(_("Results are entered by the members of the alliance, by people whose role includes it."))


def _day(date: datetime.date) -> str:
    return format_date(date, "j F Y")
