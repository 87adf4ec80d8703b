"""A version of the checks as plain values: its line in the list, and its facts."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from core.display import Row, Text
from core.templatetags.accord import day, when
from providers.models import MatrixVersion
from providers.states import MatrixStatus

TONES = {
    MatrixStatus.DRAFT: "info",
    MatrixStatus.PUBLISHED: "plain",
    MatrixStatus.WITHDRAWN: "plain",
    MatrixStatus.DISCARDED: "plain",
}


@dataclass(frozen=True)
class VersionLine:
    """A version in a list."""

    title: str
    url: str
    tag: Text
    tone: str
    reason: str
    by: str


def line_of(version: MatrixVersion, in_force: MatrixVersion | None) -> VersionLine:
    """What a list shows of a version; the one in force now stands out."""
    is_in_force = version == in_force
    author = version.published_by or version.updated_by
    return VersionLine(
        title=str(version),
        url=reverse("check-version-detail", args=[version.pk]),
        tag=_("in force now") if is_in_force else version.get_status_display(),
        tone="good" if is_in_force else TONES[MatrixStatus(version.status)],
        reason=version.withdrawing_reason or version.reason,
        by=author.name if author else "",
    )


def facts_of(version: MatrixVersion) -> list[Row]:
    """Who did what with it, and when."""
    rows = []
    if version.based_on:
        link = reverse("check-version-detail", args=[version.based_on_id])
        rows.append(Row(_("Begun from"), str(version.based_on), link, _("Look at it")))
    if version.effective_from:
        rows.append(Row(_("In force from"), day(version.effective_from)))
    if version.reason:
        rows.append(Row(_("Why"), version.reason))
    if version.published_at:
        who = version.published_by.name if version.published_by else _("came with the service")
        rows.append(Row(_("Published"), f"{when(version.published_at)}, {who}"))
    elif version.updated_by:
        rows.append(Row(_("Changed last"), f"{when(version.updated_at)}, {version.updated_by.name}"))
    if version.withdrawn_at and version.withdrawn_by:
        rows.append(Row(_("Withdrawn"), f"{when(version.withdrawn_at)}, {version.withdrawn_by.name}"))
        rows.append(Row(_("Why it was withdrawn"), version.withdrawing_reason))
    return rows
