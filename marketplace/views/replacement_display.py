"""A replacement as plain values: what is taken on, who has said what, where it stands."""

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from core.display import Row
from core.models import User
from core.money import percent, pounds
from core.templatetags.accord import when
from marketplace.liability import Liability, shown_sentence
from marketplace.models import Replacement
from marketplace.queries.bid_words import Words
from marketplace.states import ReplacementStatus
from providers.models import DeclarationKind
from providers.queries.registration import missing_declarations_of

S = ReplacementStatus
TONES = {S.PROPOSED: "info", S.AGREED: "warn", S.ACCEPTED: "good", S.REFUSED: "bad", S.DECLINED: "bad"}


def tone_of(replacement: Replacement) -> str:
    """The tone of its status."""
    return TONES.get(S(replacement.status), "plain")


def terms_rows(terms: Words) -> list[Row]:
    """What whoever comes in takes on, line by line."""
    liability = terms["liability"]
    rows = [
        Row(_("Who leaves"), terms["leaving"]["name"]),
        Row(_("Who comes in their place"), terms["coming"]["name"]),
        Row(_("Opportunity"), terms["opportunity"]["title"]),
        Row(_("Lot"), terms["lot"]["title"]),
        Row(_("Lead of the bid"), terms["lead"]["name"]),
        Row(_("Share"), percent(terms["share_bps"])),
    ]
    if terms["amount_pence"] is not None:
        money = {"amount": pounds(terms["amount_pence"]), "price": pounds(terms["price_pence"])}
        rows.append(Row(_("Money, VAT included"), _("%(amount)s of the price of %(price)s") % money))
    rows.append(Row(_("What it would do"), terms["part"]))
    if liability:
        means = f"{Liability(liability['kind']).label}. {shown_sentence(liability['means'])}"
        rows.append(Row(_("Who answers for what"), means))
    return [*rows, Row(_("Why the member is replaced"), terms["reason"])]


def word_rows(replacement: Replacement, statement: str) -> list[Row]:
    """Who has said what, and when."""
    rows = [
        Row(_("Proposed by the lead"), _said(replacement.proposed_by, replacement.proposed_at)),
        Row(
            _("%(name)s comes in") % {"name": replacement.coming.name},
            _said(replacement.agreed_by, replacement.agreed_at),
        ),
        Row(
            _("%(name)s leaves") % {"name": replacement.leaving.name},
            _said(replacement.left_by, replacement.left_at),
        ),
    ]
    if statement:
        spoken = f"{statement}\n{_said(replacement.stated_by, replacement.stated_at)}"
        rows.append(Row(_("The lead says why it does not answer"), spoken))
    return rows


def _said(person: User | None, at: datetime.datetime | None) -> str:
    if person is None:
        return _("not yet")
    return _("%(name)s, %(time)s") % {"name": person.name, "time": when(at)}


def decision_rows(replacement: Replacement) -> list[Row]:
    """What the panel decided and why; nothing before it has."""
    if replacement.status not in (S.ACCEPTED, S.REFUSED):
        return []
    return [
        Row(_("Decided"), _said(replacement.decided_by, replacement.decided_at)),
        Row(_("Reason"), replacement.reason),
    ]


def what_it_means(replacement: Replacement) -> str:
    """Where it stands, in a sentence."""
    names = {"coming": replacement.coming.name, "leaving": replacement.leaving.name}
    sentences = {
        S.PROPOSED: _(
            "Nothing has changed yet. %(coming)s has to agree to what it would take on, and %(leaving)s to leave. "
            "Then the panel decides."
        ),
        S.AGREED: _(
            "Nothing has changed yet. Once the bids are open the panel looks at the bid again and accepts "
            "%(coming)s or refuses. Until it has decided, this bid cannot win."
        ),
        S.ACCEPTED: _(
            "%(coming)s is in the bid with the share and part that %(leaving)s had. The sealed bid is as it was "
            "submitted; this record stands beside it."
        ),
        S.REFUSED: _(
            "The bid stays as it was submitted, with %(leaving)s in it. It is judged as it stands. The lead may "
            "propose another organisation."
        ),
        S.DECLINED: _("One of the two said no. The bid stays as it was submitted, with %(leaving)s in it."),
        S.TAKEN_BACK: _("The lead took it back. The bid stays as it was submitted, with %(leaving)s in it."),
        S.LAPSED: _("The decision was made, or the bid is out, before the panel decided. Nothing was changed."),
    }
    return sentences[S(replacement.status)] % names


def owed_by(replacement: Replacement) -> str:
    """What whoever comes in has yet to declare, as a list of names; empty if nothing."""
    missing = missing_declarations_of([replacement.coming])[replacement.coming_id]
    return ", ".join(str(DeclarationKind(kind).label) for kind in missing)


def lines_of(replacements: list[Replacement]) -> list[dict[str, object]]:
    """Replacements for a list: the sentence, where it stands, its page."""
    return [
        {
            "text": _("%(coming)s in the place of %(leaving)s")
            % {"coming": each.coming.name, "leaving": each.leaving.name},
            "bidder": each.bid.bidder,
            "state": each.get_status_display(),
            "tone": tone_of(each),
            "url": reverse("replacement-detail", args=[each.pk]),
        }
        for each in replacements
    ]
