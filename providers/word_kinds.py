"""For which checks an organisation gives its word, where it does so, and what it is asked to say.

To let a check be answered in words, add a row here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core.access import Sentence
from providers.models import DeclarationKind


@dataclass(frozen=True)
class WordKind:
    """One page: what is asked, a hint with an example, and the label of the sum, where one is asked."""

    label: Sentence
    hint: Sentence
    amount_label: Sentence = ""
    is_insurance: bool = False
    minutes: int = 2


WORDS: Mapping[str, WordKind] = {
    "governing_document": WordKind(
        _("What are you run by, and who are your trustees or directors?"),
        _("For example “Constitution of May 2023. Rosa Lund, chair; Brian Ackroyd; Amina Yusuf”."),
        minutes=3,
    ),
    "bank_account": WordKind(
        _("In whose name is your bank account, and how many people must sign?"),
        _("For example “In our own name. Any two of three trustees”."),
        minutes=3,
    ),
    "public_liability": WordKind(
        _("With whom are you insured, or will you be?"),
        _("For example “Zenith Mutual, renewed each April”. You may promise now and insure before you sign."),
        _("Insured for how much?"),
        is_insurance=True,
    ),
    "professional_indemnity": WordKind(
        _("With whom are you insured, or will you be?"),
        _("For example “Zenith Mutual”. You may promise now and insure before you sign."),
        _("Insured for how much?"),
        is_insurance=True,
    ),
    "dbs": WordKind(
        _("Which roles meet people on probation, and are those people checked?"),
        _("For example “Three mentors, all with enhanced checks from 2025”. No names."),
        minutes=5,
    ),
    "data_protection": WordKind(
        _("Your number in the register of data protection fee payers, or why you need none"),
        _("For example “ZA123456”, or “exempt: we keep only our members’ names”."),
    ),
    "cyber_essentials": WordKind(
        _("How do you keep your systems safe?"),
        _(
            "Answer in a line each: who may install programs; how updates come; what protects against "
            "viruses; how passwords work; where copies are kept."
        ),
        minutes=15,
    ),
    "track_record": WordKind(
        _("What work like this have you done?"),
        _("For each: what, when, for whom. For example “Mentoring 20 young men, 2025, Salford council”."),
        minutes=10,
    ),
    "subsidy": WordKind(
        _("From whom have you had subsidy in this and the two financial years before?"),
        _("For example “Salford council, 2025”, or “none”."),
        _("How much in those three years together?"),
        minutes=5,
    ),
}

# Met by whoever holds the highest limit that names the others; each employer has its own for its staff.
INSURED_TOGETHER = tuple(code for code, kind in WORDS.items() if kind.is_insurance)
INSURANCES = ("employers_liability", *INSURED_TOGETHER)

# Checks answered by a declaration, which has a page of its own, and by a fact that the registration asks for.
DECLARED: Mapping[str, DeclarationKind] = {
    "exclusions": DeclarationKind.EXCLUSIONS,
    "conflicts": DeclarationKind.CONFLICTS,
    "safeguarding": DeclarationKind.SAFEGUARDING,
    "employers_liability": DeclarationKind.INSURANCE,
}
# A paper shown for these never stands in for the declaration.
ALWAYS_DECLARED = ("exclusions", "conflicts")
TOLD_IN_SECTION: Mapping[str, str] = {"identity": "name", "accounts": "about", "turnover": "about"}
