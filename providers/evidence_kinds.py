"""What each check asks to be shown, as data: a document, an answer, or both; and whether it runs out.

To change what is asked, change a row here. A check without a row cannot be shown anything for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.access import Sentence
from core.uploads import Checked


class Asked(StrEnum):
    """How far something is asked."""

    NO = "no"
    MAY = "may"
    MUST = "must"


@dataclass(frozen=True)
class Answer:
    """One box: its label, a hint with an example, and whether it may stay empty."""

    label: Sentence
    hint: Sentence
    asked: Asked = Asked.MUST


@dataclass(frozen=True)
class EvidenceKind:
    """What is asked for one check.

    `what` says in a sentence what serves; `answers` are boxes by field of Evidence (reference, amount_pence,
    issuer, details, valid_from, valid_until). How long it takes stands in the matrix of checks.
    """

    code: str
    what: Sentence
    document: Asked
    answers: Mapping[str, Answer] = field(default_factory=dict)

    @property
    def runs_out(self) -> bool:
        """Whether it has to say until when it holds."""
        until = self.answers.get("valid_until")
        return until is not None and until.asked is Asked.MUST


@dataclass(frozen=True)
class Told:
    """What is shown: a checked file or none, and {field of Evidence: value} for the boxes of the check."""

    file: Checked | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)


_INSURER = Answer(_("Insurer"), _("As on the certificate, for example “Zenith Mutual”."))
_POLICY = Answer(_("Policy number"), _("For example EL/2026/004711."))
_STARTS = Answer(_("Insured from"), _("For example 1 April 2026."), Asked.MAY)
_ENDS = Answer(_("Insured until"), _("The last day, for example 31 March 2027. We remind you 60 days before."))


def _insurance(code: str, what: Sentence) -> EvidenceKind:
    limit = Answer(_("Insured for how much?"), _("For any one claim, for example £5,000,000."))
    answers = {
        "issuer": _INSURER,
        "reference": _POLICY,
        "amount_pence": limit,
        "valid_from": _STARTS,
        "valid_until": _ENDS,
    }
    return EvidenceKind(code, what, Asked.MUST, answers)


_ROWS: tuple[EvidenceKind, ...] = (
    EvidenceKind(
        "identity",
        _(
            "Usually nothing: we look your number up. If it cannot be found, a letter that shows "
            "your name and number."
        ),
        Asked.MUST,
        {"reference": Answer(_("The number it shows"), _("For example XR12345 from HMRC."))},
    ),
    EvidenceKind(
        "governing_document",
        _("The document you are run by: a constitution, a trust deed, or articles. A photo of each page will do."),
        Asked.MUST,
        {
            "details": Answer(
                _("Who runs the organisation now?"), _("One name a line, for example “Rosa Lund, chair”.")
            ),
            "valid_from": Answer(_("Adopted or last changed on"), _("For example 14 May 2023."), Asked.MAY),
        },
    ),
    EvidenceKind(
        "bank_account",
        _(
            "A letter from the bank, or the top of a statement, that shows the organisation’s name. "
            "Cover the payments; we do not need them."
        ),
        Asked.MUST,
        {
            "issuer": Answer(_("Bank"), _("For example “Unity Trust Bank”.")),
            "details": Answer(
                _("Who signs, and how many must?"), _("For example “Any two of: Rosa Lund, Brian Ackroyd”.")
            ),
        },
    ),
    EvidenceKind(
        "exclusions",
        _("Only if you declared a reason for exclusion: what shows that it was put right."),
        Asked.MUST,
        {"details": Answer(_("What does it show?"), _("In a sentence or two."))},
    ),
    EvidenceKind(
        "conflicts",
        _("Only if you declared a link: how you keep that person out of it, such as a page of minutes."),
        Asked.MAY,
        {
            "details": Answer(
                _("What is done about it?"), _("For example “She leaves the room and does not vote”.")
            )
        },
    ),
    EvidenceKind(
        "accounts",
        _(
            "Your latest accounts as you sent them to your members or the regulator. They need no "
            "audit unless the law asks one."
        ),
        Asked.MUST,
        {
            "valid_from": Answer(_("Year ended on"), _("For example 31 March 2026.")),
            "amount_pence": Answer(_("Income in that year"), _("For example £61,500.")),
            "issuer": Answer(
                _("Who examined them?"),
                _("For example “independent examiner: P. Rowe”. Leave it empty if nobody did."),
                Asked.MAY,
            ),
        },
    ),
    EvidenceKind(
        "turnover",
        _("What shows your income last year: the accounts, or a page that your treasurer has signed."),
        Asked.MUST,
        {
            "amount_pence": Answer(_("Income in your last financial year"), _("For example £61,500.")),
            "valid_from": Answer(_("Year ended on"), _("For example 31 March 2026.")),
        },
    ),
    _insurance("employers_liability", _("The certificate of your employers’ liability insurance.")),
    _insurance("public_liability", _("The certificate or schedule of your public liability insurance.")),
    _insurance(
        "professional_indemnity", _("The certificate or schedule of your professional indemnity insurance.")
    ),
    EvidenceKind(
        "safeguarding",
        _("Your safeguarding policy. A page is enough: what to look out for, whom to tell, what happens then."),
        Asked.MUST,
        {
            "details": Answer(_("Who leads on it?"), _("Name and role, for example “Rosa Lund, manager”.")),
            "valid_until": Answer(
                _("When will you look at it again?"),
                _("Usually within a year, for example 1 May 2027."),
                Asked.MAY,
            ),
        },
    ),
    EvidenceKind(
        "dbs",
        _(
            "A list of the roles that meet people, with the level of each check and its date. "
            "Never the certificates themselves, and no names: “worker 1” will do."
        ),
        Asked.MUST,
        {
            "details": Answer(
                _("How many people are on it, and is anybody still waiting?"),
                _("For example “5 people, all checked”."),
            ),
            "valid_until": Answer(_("Next look at the list"), _("For example 1 May 2027.")),
        },
    ),
    EvidenceKind(
        "data_protection",
        _("Your number in the register of data protection fee payers (ICO), or why you need none."),
        Asked.NO,
        {
            "reference": Answer(_("ICO number"), _("For example ZA123456. If you are exempt, write “exempt”.")),
            "details": Answer(
                _("If you are exempt: why?"), _("For example “a charity that keeps only its members”."), Asked.MAY
            ),
            "valid_until": Answer(_("Paid until"), _("For example 30 November 2027."), Asked.MAY),
        },
    ),
    EvidenceKind(
        "cyber_essentials",
        _("Your Cyber Essentials certificate."),
        Asked.MUST,
        {
            "reference": Answer(_("Certificate number"), _("As on the certificate.")),
            "valid_until": Answer(_("Valid until"), _("A year after it was given, for example 12 June 2027.")),
        },
    ),
    EvidenceKind(
        "track_record",
        _(
            "A letter from somebody you worked for, or whom they can ask. If more than one is asked "
            "for, put them into one file."
        ),
        Asked.MAY,
        {
            "details": Answer(
                _("What you did, when, for whom, and whom we may ask"),
                _("For example “Mentoring 20 young men, 2025, for Salford council; Jo Reeves, 0161 496 0000”."),
            )
        },
    ),
    EvidenceKind(
        "subsidy",
        _(
            "What you had as subsidy in this and the two financial years before. Grants for a "
            "charity’s own aims are often none."
        ),
        Asked.MAY,
        {
            "amount_pence": Answer(_("How much in those three years together?"), _("For example £12,000, or 0.")),
            "details": Answer(
                _("From whom, if any"), _("For example “Salford council, £12,000, 2025”."), Asked.MAY
            ),
        },
    ),
)

KINDS: dict[str, EvidenceKind] = {kind.code: kind for kind in _ROWS}
