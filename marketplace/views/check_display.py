"""Checks of a bid as plain values for the components: a member in full, the others in brief, all together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.display import Row, Step, Text
from core.models import User
from core.money import percent, pounds
from core.permissions import Permission as P
from core.policies import holds, organisations_where
from core.templatetags.accord import lasting
from marketplace.check_states import TO_DO, CheckState, contradiction_of, is_word_enough, may_be_covered
from marketplace.models import Bid, Opportunity, Replacement
from marketplace.policies.covers import IN_THE_RUNNING
from marketplace.queries.bid_checks import (
    BidChecks,
    CheckLine,
    MemberChecks,
    checks_of_bids,
    members_in_rows,
)
from marketplace.queries.replacements import swapped
from marketplace.states import CoverStatus
from marketplace.together import Together
from providers.checks import How, check_named
from providers.queries.evidence import Standing
from providers.sections import BY_KEY
from providers.views.look_up_display import look_up_sentence
from providers.word_kinds import DECLARED, TOLD_IN_SECTION, WORDS

S = CheckState
TONES = {
    S.NEEDED: "warn",
    S.SELF_DECLARED: "good",
    S.EVIDENCE_GIVEN: "info",
    S.VERIFIED: "good",
    S.REFUSED: "bad",
    S.EXPIRED: "bad",
    S.COVERED: "good",
}


@dataclass(frozen=True)
class Line:
    """One check on the page: why and how it is asked, how long it takes, where it stands, what is next."""

    name: Text
    why: Text
    how: Text
    minutes: str
    tag: Text
    tone: str
    next: Text = ""
    url: str = ""
    show_url: str = ""
    cover_text: Text = ""
    cover_url: str = ""
    basis: Text = ""


@dataclass(frozen=True)
class Brief:
    """A member as the others see it: done or not, and no more."""

    name: str
    share: str
    tag: Text
    tone: str
    offer_url: str = ""


@dataclass(frozen=True)
class Own:
    """A member as its own people see it: what waits first, then the rest, then what is not asked."""

    name: str
    share: str
    left: str
    to_do: list[Line]
    settled: list[Line]
    not_asked: list[Line]


def name_of(check: str) -> Text:
    """What a check is called."""
    return check_named(check).name


def own_checks(user: User, bid: Bid, member: MemberChecks, *, back: str) -> Own:
    """Everything the person's own organisation is asked in this bid, with where to go next."""
    lines = {id(line): _line(user, bid, member, line, back) for line in member.lines}
    asked = member.asked
    return Own(
        name=member.name,
        share=pounds(member.share_pence),
        left=left_of(member),
        to_do=[lines[id(line)] for line in asked if not line.is_done],
        settled=[lines[id(line)] for line in asked if line.is_done],
        not_asked=[lines[id(line)] for line in member.lines if not line.asked.is_asked],
    )


def left_of(member: MemberChecks) -> str:
    """How much waits for a member, in words."""
    if not member.to_do:
        return _("Nothing is left to do now.")
    sentence = ngettext(
        "%(count)d check is left, about %(time)s.",
        "%(count)d checks are left, about %(time)s.",
        len(member.to_do),
    )
    return sentence % {"count": len(member.to_do), "time": lasting(member.minutes_left)}


def briefs(user: User, bid: Bid, checks: BidChecks, besides: Iterable[int]) -> list[Brief]:
    """The other members: whether each has done what is asked of it, and where to offer to stand behind it."""
    own = set(besides)
    may_offer = bool(own & organisations_where(user, P.BID_CONSENT)) and bid.status in IN_THE_RUNNING
    return [
        Brief(
            each.name,
            pounds(each.share_pence),
            _("not done yet") if each.to_do else _("done"),
            "plain" if each.to_do else "good",
            reverse("cover-offer", args=[bid.pk, each.organisation]) if may_offer and each.to_do else "",
        )
        for each in checks.members
        if each.organisation not in own
    ]


def tag_of(line: CheckLine) -> Text:
    """The state in words, as its own people and commissioners read it."""
    if line.known.contradicted_by and line.state in TO_DO:
        return contradiction_of(line.known)
    if line.state is S.VERIFIED and line.known.is_found and line.known.shown is not Standing.VERIFIED:
        return _("found in the register")
    if line.state is S.COVERED and not line.is_met_together and line.cover is not None:
        return _("covered by %(name)s") % {"name": line.cover.sponsor.name}
    if line.is_met_together and line.state is S.COVERED:
        return _("met together")
    if line.state is S.SELF_DECLARED and not is_word_enough(line.asked, line.known):
        return _("promised")
    if line.state is S.SELF_DECLARED and line.asked.how is How.LOOKED_UP:
        return _("told, we look it up")
    if line.state is S.EVIDENCE_GIVEN:
        return _("shown, not looked at yet")
    return line.state.label


def _line(user: User, bid: Bid, member: MemberChecks, line: CheckLine, back: str) -> Line:
    minutes = line.asked.minutes
    sentence = _("About %(time)s") % {"time": lasting(minutes)}
    return Line(
        name=name_of(line.asked.check),
        why=line.asked.why,
        how=line.asked.how.label,
        minutes=sentence if minutes else "",
        tag=tag_of(line) if line.asked.is_asked else "",
        tone=TONES.get(line.state, "plain"),
        next=_next(line),
        url=_url_of(user, member.organisation, line, back) if line.asked.is_asked else "",
        show_url=_show_url(user, member.organisation, line, back),
        cover_text=_cover_words(line),
        cover_url=_cover_url(user, bid, member, line),
        basis=line.asked.legal_basis,
    )


def _next(line: CheckLine) -> str:
    """What the organisation does next, and what a register said of it; nothing where neither is known."""
    said = " ".join(look_up_sentence(row) for row in line.known.looked_up) if line.asked.is_asked else ""
    return " ".join(filter(None, (said, _to_do_next(line))))


def _to_do_next(line: CheckLine) -> str:
    if line.known.contradicted_by and line.state in TO_DO:
        return _("Correct the number, or show us a paper that says who you are.")
    if line.known.looked_up and line.state is S.SELF_DECLARED:
        return _("The name there is another than yours. If the number is wrong, correct it.")
    if line.state is S.EVIDENCE_GIVEN:
        return _("A commissioner looks at it. You will hear.")
    if line.state is S.SELF_DECLARED and not is_word_enough(line.asked, line.known):
        return _("Enough for now. Before you sign, show it.")
    if line.state not in (S.NEEDED, S.REFUSED, S.EXPIRED):
        return ""
    if line.state is S.REFUSED:
        return _("It was not accepted. Read why and show something else.")
    if line.state is S.EXPIRED:
        return _("It has run out. Show the new one.")
    if line.asked.check == "turnover" and line.asked.how is How.EVIDENCE and line.known.is_told:
        return _("Ask somebody to stand behind you, or show a guarantee.")
    if line.asked.how is How.EVIDENCE:
        return _("Show it once. It serves every bid until it runs out.")
    return _("Tell us once. It serves every bid.")


def _url_of(user: User, organisation: int, line: CheckLine, back: str) -> str:
    """Where the person gives it for their own organisation and comes back from; nowhere without the right.

    A number that a register does not know is corrected where it was told.
    """
    check, by_word = line.asked.check, is_word_enough(line.asked, line.known)
    query = f"?{urlencode({'next': back})}"
    kind = DECLARED.get(check)
    if kind and (by_word or not line.known.is_told):
        may = holds(user, BY_KEY[kind].permission, organisation)
        return f"{reverse('declaration-form', args=[organisation, kind])}{query}" if may else ""
    if not holds(user, P.REGISTRATION_EDIT, organisation):
        return ""
    is_promised = line.asked.how is How.COMMIT and line.state is S.NEEDED
    if check in WORDS and (by_word or is_promised):
        return f"{reverse('statement-form', args=[organisation, check])}{query}"
    if check in TOLD_IN_SECTION and (by_word or line.known.contradicted_by or not line.known.is_told):
        return f"{reverse('registration-' + TOLD_IN_SECTION[check], args=[organisation])}{query}"
    return f"{reverse('evidence-form', args=[organisation, check])}{query}"


def _show_url(user: User, organisation: int, line: CheckLine, back: str) -> str:
    """Where something is shown instead, where a register says otherwise than the organisation."""
    if (
        not line.known.contradicted_by
        or not line.stops_signing
        or not holds(user, P.REGISTRATION_EDIT, organisation)
    ):
        return ""
    return f"{reverse('evidence-form', args=[organisation, line.asked.check])}?{urlencode({'next': back})}"


def _cover_words(line: CheckLine) -> str:
    """Who stands behind the member, or is asked to; or that somebody may."""
    if line.cover is not None:
        name = {"name": line.cover.sponsor.name}
        if line.cover.status == CoverStatus.SIGNED:
            return _("%(name)s stands behind you") % name
        if line.cover.status == CoverStatus.OFFERED:
            return _("%(name)s offers to stand behind you") % name
        return _("%(name)s is asked to stand behind you") % name
    return _("Ask somebody to stand behind you")


def _cover_url(user: User, bid: Bid, member: MemberChecks, line: CheckLine) -> str:
    """The cover that is there; or where one is asked for, while it would help."""
    if line.cover is not None:
        return reverse("cover-detail", args=[line.cover.pk])
    helps = may_be_covered(line.asked) and line.stops_signing and bid.status in IN_THE_RUNNING
    if not helps or not holds(user, P.BID_CONSENT, member.organisation):
        return ""
    return reverse("cover-ask", args=[bid.pk, member.organisation, line.asked.check])


# --- All together ------------------------------------------------------------------------------------


def together_rows(checks: BidChecks) -> list[Row]:
    """What the members meet together, each covered or short by how much."""
    return [_together_row(each) for each in checks.together]


def _together_row(each: Together) -> Row:
    words = {
        "asked": pounds(each.asked_pence),
        "short": pounds(each.short_pence),
        "have": pounds(each.have_pence),
        "work": pounds(each.work_pence),
        "limit": percent(each.share_bps),
    }
    if each.check == "turnover":
        wanted = _(
            "A year of the work comes to %(work)s. That may be at most %(limit)s of your yearly incomes, so these "
            "together must be at least %(asked)s."
        )
        lacks = _("They are short by %(short)s. A sponsor can stand behind a member, or another can join.")
    else:
        wanted = _(
            "One policy for at least %(asked)s must name all of you: the lead’s, or a member’s that says so."
        )
        lacks = _("The highest so far is %(have)s: short by %(short)s.")
    sentence = wanted if each.is_covered else f"{wanted} {lacks}"
    return Row(
        label=name_of(each.check),
        value=sentence % words,
        tag=_("short by %(short)s") % words if not each.is_covered else _("covered"),
        tone="good" if each.is_covered else "warn",
    )


# --- For the commissioner, after the bids are opened -------------------------------------------------


@dataclass(frozen=True)
class MemberSummary:
    """A member of an opened bid as the commissioner sees it: names of checks by where they stand."""

    bidder: str
    name: str
    share: str
    settled: list[Text]
    promised: list[Text]
    waiting: list[Text]
    refused: list[Text]
    open: list[Text]
    looked_up: list[Text]


def summaries(bids: Sequence[Bid], opportunity: Opportunity) -> list[MemberSummary]:
    """Each member of opened bids with the checks that are settled, promised, to be looked at, refused, open."""
    found = checks_of_bids(opportunity, [(bid, members_in_rows(bid)) for bid in bids])
    return [_summary(bid, member) for bid in bids for member in found[bid.pk].members if member.lines]


def newcomer_checks(replacement: Replacement) -> MemberSummary | None:
    """Where whoever comes in stands with the checks on the share it takes on; none where nothing is asked."""
    bid = replacement.bid
    members = swapped(members_in_rows(bid), replacement)
    found = checks_of_bids(bid.opportunity, [(bid, members)])[bid.pk].of(replacement.coming_id)
    return _summary(bid, found) if found and found.lines else None


def _summary(bid: Bid, member: MemberChecks) -> MemberSummary:
    def named(*states: CheckState, at_signing: bool | None = None) -> list[Text]:
        return [
            name_of(line.asked.check)
            for line in member.asked
            if line.state in states and at_signing in (None, line.stops_signing)
        ]

    return MemberSummary(
        bidder=bid.bidder,
        name=member.name,
        share=pounds(member.share_pence),
        settled=[name_of(line.asked.check) for line in member.asked if not line.stops_signing],
        promised=named(S.SELF_DECLARED, at_signing=True),
        waiting=named(S.EVIDENCE_GIVEN, at_signing=True),
        refused=named(S.REFUSED),
        open=named(S.NEEDED, S.EXPIRED),
        looked_up=[look_up_sentence(row) for line in member.asked for row in line.known.looked_up],
    )


# --- In the task list of a draft ---------------------------------------------------------------------


def check_steps(bid: Bid, checks: BidChecks, own: Iterable[int]) -> list[Step]:
    """The members in the task list of a bid: one line each, leading to the page of checks."""
    mine = set(own)
    url = reverse("bid-checks", args=[bid.pk])
    return [
        Step(
            title=each.name,
            url=url,
            hint=left_of(each) if each.organisation in mine else "",
            tag=_("not done yet") if each.to_do else _("done"),
            tone="warn" if each.to_do else "good",
        )
        for each in checks.members
    ]
