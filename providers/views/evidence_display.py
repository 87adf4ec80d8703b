"""How what was shown for a check is put into words: its state, its facts, its past."""

import datetime

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from core.display import Moment, Row, Step
from core.money import pounds
from core.templatetags.accord import day, lasting, when
from providers.checks.registry import CHECKS, check_named
from providers.evidence_kinds import KINDS
from providers.matrix import How, Matrix
from providers.models import Evidence
from providers.queries.evidence import Shown, Standing
from providers.states import EvidenceStatus

TONES = {
    EvidenceStatus.GIVEN: "info",
    EvidenceStatus.VERIFIED: "good",
    EvidenceStatus.REFUSED: "bad",
    EvidenceStatus.WITHDRAWN: "plain",
    EvidenceStatus.SUPERSEDED: "plain",
}


def check_name(code: str) -> str:
    """What people call the check."""
    return str(check_named(code).name)


def codes_in_order() -> list[str]:
    """The checks for which something can be shown, as the list of checks has them."""
    return [check.code for check in CHECKS if check.code in KINDS]


def tag_of(shown: Shown, today: datetime.date) -> tuple[str, str]:
    """The state in words, and its tone."""
    tags = {
        Standing.VERIFIED: (_("Verified"), "good"),
        Standing.GIVEN: (_("Waiting"), "info"),
        Standing.EXPIRED: (_("Ran out"), "warn"),
        Standing.REFUSED: (_("Not accepted"), "bad"),
    }
    return tags[shown.standing]


def takes(code: str, matrix: Matrix) -> str:
    """About how long it takes to show something for the check; empty where the matrix does not say."""
    minutes = matrix.minutes_for(code, How.EVIDENCE)
    return _("About %(time)s.") % {"time": lasting(minutes)} if minutes else ""


def offer_of(code: str, matrix: Matrix, url: str) -> Step:
    """A line for a check for which nothing was shown: what serves, and about how long it takes."""
    return Step(title=check_name(code), url=url, hint=f"{KINDS[code].what} {takes(code, matrix)}".strip())


def step_of(code: str, shown: Shown, today: datetime.date, url: str) -> Step:
    """A line for a check for which something was shown: where it stands, until when, by whom."""
    tag, tone = tag_of(shown, today)
    return Step(title=check_name(code), url=url, hint=" ".join(_sentences(shown)), tag=tag, tone=tone)


def _sentences(shown: Shown) -> list[str]:
    evidence = shown.evidence
    told = []
    if evidence.decided_for and evidence.status == EvidenceStatus.VERIFIED:
        told.append(_("Looked at by %(body)s.") % {"body": evidence.decided_for.name})
    if shown.standing is Standing.GIVEN:
        told.append(_("Given on %(day)s. A commissioner will look at it.") % {"day": day(evidence.given_at)})
    if shown.standing is Standing.REFUSED:
        told.append(evidence.reason)
    if evidence.valid_until and shown.standing is Standing.EXPIRED:
        told.append(_("It held until %(day)s.") % {"day": day(evidence.valid_until)})
    elif evidence.valid_until and shown.standing is not Standing.REFUSED:
        told.append(_("Holds until %(day)s.") % {"day": day(evidence.valid_until)})
    if shown.waiting:
        told.append(_("A newer one waits to be looked at; this one counts meanwhile."))
    return told


def facts_of(evidence: Evidence) -> list[Row]:
    """What was shown: the document and each box that was filled, under the label it had."""
    rows = []
    if evidence.document:
        size = filesizeformat(evidence.document.size)
        rows.append(
            Row(
                _("Document"),
                f"{evidence.document.name} ({evidence.document.get_type_display()}, {size})",
                url=reverse("document-download", args=[evidence.document_id]),
                action=_("Download"),
            )
        )
    for name, answer in KINDS[evidence.check_code].answers.items():
        value = getattr(evidence, name)
        if value not in (None, ""):
            rows.append(Row(answer.label, _shown(name, value)))
    given = {"name": evidence.given_by.name, "time": when(evidence.given_at)}
    return [*rows, Row(_("Given"), _("by %(name)s, %(time)s") % given)]


def _shown(name: str, value: object) -> str:
    if isinstance(value, int) and name == "amount_pence":
        return pounds(value)
    return day(value) if isinstance(value, datetime.date) else str(value)


def decision_rows(evidence: Evidence) -> list[Row]:
    """Who looked at it, for whom, when, and why it was refused."""
    if not (evidence.decided_at and evidence.decided_by and evidence.decided_for):
        return []
    told = {
        "name": evidence.decided_by.name,
        "body": evidence.decided_for.name,
        "time": when(evidence.decided_at),
    }
    rows = [Row(_("Looked at"), _("by %(name)s, %(body)s, %(time)s") % told)]
    return [*rows, Row(_("Reason"), evidence.reason)] if evidence.reason else rows


def past_of(rows: list[Evidence]) -> list[Moment]:
    """What was shown before, the latest first."""
    return [
        Moment(
            title=row.get_status_display().capitalize(),
            at=row.given_at,
            by=row.given_by.name,
            text="\n".join(filter(None, [row.document.name if row.document else "", row.reason])),
        )
        for row in rows
    ]
