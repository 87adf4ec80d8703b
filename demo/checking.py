"""Members of a winning bid settle what they are asked, and the region looks at what they show."""

import datetime
import io
import uuid
from typing import Any

from django.utils import timezone

from core.models import Organisation, User
from core.uploads import check_file
from marketplace.check_states import is_word_enough
from marketplace.models import Bid
from marketplace.queries.bid_checks import CheckLine, MemberChecks, checks_of_bid
from marketplace.queries.bid_words import words_in_rows
from providers.evidence_kinds import KINDS, Asked, Told
from providers.models import Registration
from providers.services.declarations import make_declaration
from providers.services.evidence import give_evidence, verify_evidence
from providers.services.statements import make_statement
from providers.word_kinds import DECLARED, WORDS

ENOUGH_PENCE = 10_000_000_00
YEARS = datetime.timedelta(days=3 * 365)
# One page without anything on it: what a check wants to see is told in the boxes beside it.
PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def settle(bid: Bid, *, owners: dict[str, User], verifier: User, body: Organisation) -> None:
    """Nothing that the bid's members are asked stops them from signing; `owners` by the organisation's name."""
    for member in checks_of_bid(bid, words_in_rows(bid)).members:
        for line in member.open_at_signing:
            _settle(member, line, by=owners[member.name], verifier=verifier, body=body)


def _settle(member: MemberChecks, line: CheckLine, *, by: User, verifier: User, body: Organisation) -> None:
    check = line.asked.check
    registration = Registration.objects.select_related("organisation").get(organisation=member.organisation)
    if is_word_enough(line.asked, line.known):
        _give_word(registration, check, by)
        return
    if check in DECLARED and not line.known.is_told:
        _give_word(registration, check, by)
    shown = give_evidence(
        by=by,
        organisation=registration.organisation,
        check_code=check,
        told=_told(check),
        form_key=uuid.uuid4(),
    )
    verify_evidence(by=verifier, evidence=shown, organisation=body)


def _give_word(registration: Registration, check: str, by: User) -> None:
    if check in DECLARED:
        make_declaration(
            by=by,
            registration=registration,
            version=registration.version,
            kind=DECLARED[check],
            is_clear=True,
            named_lead=by.name if check == "safeguarding" else "",
        )
        return
    make_statement(
        by=by,
        registration=registration,
        version=registration.version,
        check=check,
        words=_WORDS.get(check, "All is as it should be; we keep a record of it."),
        amount_pence=ENOUGH_PENCE if WORDS[check].is_insurance else 0,
    )


def _told(check: str) -> Told:
    kind = KINDS[check]
    today = timezone.localdate()
    boxes: dict[str, Any] = {
        "reference": "PL/2026/004711",
        "issuer": "Zenith Mutual",
        "details": _WORDS.get(check, "All is as it should be; we keep a record of it."),
        "amount_pence": ENOUGH_PENCE,
        "valid_from": today - datetime.timedelta(days=200),
        "valid_until": today + YEARS,
    }
    wanted = {name: boxes[name] for name, answer in kind.answers.items() if answer.asked is Asked.MUST}
    file = check_file(io.BytesIO(PAGE), f"{check}.pdf") if kind.document is Asked.MUST else None
    return Told(file, wanted)


_WORDS = {
    "track_record": "Two projects for the same council since 2023: 64 people housed, 51 of them a year on.",
    "dbs": "Every worker and mentor who meets people has an enhanced check; the list is looked at each May.",
    "data_protection": "We pay the fee each year; our number is ZA123456.",
    "governing_document": "Our constitution, and six trustees, one of whom has been on probation.",
    "bank_account": "In our own name; any two of three trustees sign.",
    "cyber_essentials": "Two people may install programs; updates come by themselves; copies are kept each night.",
}
