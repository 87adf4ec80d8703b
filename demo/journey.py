"""One journey told act by act, from the draft of a need to results, as far as its stage goes."""

import datetime
import uuid
from decimal import Decimal

from django.utils import timezone

from alliances.models import Alliance
from alliances.quarters import quarter_end_before
from alliances.services.agreements import ask_signatures, create_alliance
from alliances.services.results import record_result
from alliances.services.signing import sign_alliance
from core.models import Area, Cohort, NeedCategory, Organisation, User
from demo.asking import ask_and_answer
from demo.bidding import write_together
from demo.cast import Provider
from demo.checking import settle
from demo.consulting import consultation_story, keep_up, nobody_asked, write_parts
from demo.contracting import Sides, contract_story
from demo.scripts import BidText, Journey, Progress, Stage
from demo.scripts.depths import DEPTHS
from demo.timeline import Story, together
from marketplace.drafts import About, CriterionWords, Figure, LotAndDates, NeedWords, OutcomeWords
from marketplace.liability import Liability
from marketplace.models import Bid, Need, Opportunity, Route
from marketplace.queries.awards import lot_to_decide, ranking_of
from marketplace.queries.bid_words import fingerprint_of, words_in_rows
from marketplace.services.awards import agree_score, make_award
from marketplace.services.bid_consents import ask_consent, give_consent
from marketplace.services.bid_submission import submit_bid
from marketplace.services.bids import save_answer, save_members, save_price, start_bid
from marketplace.services.evaluation import appoint_to_panel, confirm_opening, lock_scores, save_score
from marketplace.services.needs import draft_need, publish_need
from marketplace.services.opportunities import (
    publish_opportunity,
    save_criteria,
    save_lot_and_dates,
    save_outcomes,
    send_for_review,
    start_opportunity,
)
from providers.models import Consortium
from providers.services.consortia import accept_invitation, form_consortium, invite_member

NOON = datetime.time(12)


def told(journey: Journey, today: datetime.date, order: int) -> Story:
    """The whole journey; `order` spreads the hours so that no two fall on the same minute."""
    return _Told(journey, today, order).story()


def organisation(name: str) -> Organisation:
    """The organisation of that name."""
    return Organisation.objects.get(name=name)


def person(email: str) -> User:
    """The person with that address."""
    return User.objects.get(email=email)


class _Told:
    """What the acts of one journey share: its people, its moments and what it has made so far."""

    def __init__(self, journey: Journey, today: datetime.date, order: int) -> None:
        self.journey = journey
        self.closing = today + datetime.timedelta(days=journey.closes_in_days)
        self.order = order
        self.acts = 0
        director, manager, *others = (member.email for member in journey.region.people)
        self.director, self.manager, self.panel = director, manager, others[:2]

    def moment(self, days: int) -> datetime.datetime:
        """Some minutes after nine on the day `days` after closing (before it, if below nought)."""
        self.acts += 1
        start = timezone.make_aware(
            datetime.datetime.combine(self.closing + datetime.timedelta(days=days), datetime.time(9))
        )
        return start + datetime.timedelta(minutes=self.order * 7 + self.acts)

    @property
    def closes_at(self) -> datetime.datetime:
        return timezone.make_aware(datetime.datetime.combine(self.closing, NOON))

    @property
    def need(self) -> Need:
        return Need.objects.get(title=self.journey.need.title)

    @property
    def opportunity(self) -> Opportunity:
        assert self.journey.opportunity is not None
        return Opportunity.objects.get(title=self.journey.opportunity.title)

    def reaches(self, stage: Stage) -> bool:
        return self.journey.stage >= stage

    def story(self) -> Story:
        yield from self.need_story()
        if self.reaches(Stage.OPPORTUNITY_DRAFT):
            yield from self.opportunity_story()
        if self.reaches(Stage.OPEN):
            yield from together([*self.bid_stories(), self.panel_story()])
        if self.reaches(Stage.SCORING):
            yield from self.scoring_story()
        if self.reaches(Stage.TO_AWARD):
            yield from self.moderation_story()
        if self.reaches(Stage.AWARDED):
            yield from self.award_story()
        if self.reaches(Stage.ACTIVE) and self.journey.results:
            yield from self.result_story()

    # --- the region's side

    def need_story(self) -> Story:
        text = self.journey.need
        depth = DEPTHS.get(text.title)
        yield self.moment(-110)
        drafted = draft_need(
            by=person(self.manager),
            organisation=organisation(self.journey.region.name),
            words=NeedWords(
                title=text.title,
                summary=text.summary,
                area=area(text.area),
                category=NeedCategory.objects.get(code=text.category),
                people_affected=text.people,
                cohorts=list(Cohort.objects.filter(code__in=text.cohorts)),
                evidence=[Figure(figure, source, period) for figure, source, period in text.figures],
            ),
            form_key=uuid.uuid4(),
        )
        if depth is not None:
            write_parts(drafted, depth, by=person(self.manager))
        if not self.reaches(Stage.NEED_PUBLISHED):
            return
        yield self.moment(-103)
        need = self.need
        publish_need(by=person(self.director), need=need, version=need.version)
        if depth is not None and depth.consultation is not None:
            yield from consultation_story(
                lambda: self.need,
                depth.consultation,
                by=lambda: person(self.manager),
                moment=self.moment,
            )
        elif self.reaches(Stage.OPEN):
            yield self.moment(-101)
            nobody_asked(self.need, by=person(self.director))
        if depth is not None and depth.care.principles:
            yield self.moment(-76)
            keep_up(self.need, depth.care, by=person(self.manager))

    def opportunity_story(self) -> Story:
        text = self.journey.opportunity
        assert text is not None
        manager = person(self.manager)
        yield self.moment(-75)
        about = About(text.route, text.title, text.summary, area(self.journey.need.area), members_may_change=True)
        started = start_opportunity(by=manager, need=self.need, about=about, form_key=uuid.uuid4())
        starts_on = self.closing + datetime.timedelta(days=60)
        dates = LotAndDates(
            lot_title=text.lot,
            value_pence=text.pounds * 100,
            closes_at=self.closes_at,
            starts_on=starts_on,
            ends_on=starts_on.replace(year=starts_on.year + text.years) - datetime.timedelta(days=1),
        )
        started = save_lot_and_dates(by=manager, opportunity=started, parts=dates, version=started.version)
        if not self.reaches(Stage.IN_REVIEW):
            return
        yield self.moment(-70)
        questions = [
            CriterionWords(asked, weight * 100, good, limit) for asked, good, weight, limit in text.questions
        ]
        started = save_criteria(by=manager, opportunity=started, criteria=questions, version=started.version)
        outcomes = [
            OutcomeWords(indicator, unit, Decimal(baseline), Decimal(target), weight * 100)
            for indicator, unit, baseline, target, weight in text.outcomes
        ]
        started = save_outcomes(by=manager, opportunity=started, outcomes=outcomes, version=started.version)
        send_for_review(by=manager, opportunity=started)
        if self.reaches(Stage.OPEN):
            yield self.moment(-63)
            opportunity = self.opportunity
            publish_opportunity(by=person(self.director), opportunity=opportunity, version=opportunity.version)

    # --- the bidders' side

    def bid_stories(self) -> list[Story]:
        return [self.bid_story(text, place) for place, text in enumerate(self.journey.bids)]

    def bid_story(self, text: BidText, place: int) -> Story:
        lead, writer = (
            organisation(text.lead.name),
            person(text.lead.people[-1 if len(text.lead.people) == 2 else 0].email),
        )
        began = -60 + place
        yield self.moment(began)
        consortium = self.formed(text, lead) if len(text.members) > 1 else None
        if consortium is not None and text.progress >= Progress.AWAITING_CONSENT:
            yield self.moment(began + 2)
            for member, _share, _part in text.members[1:]:
                place_ = consortium.members.get(organisation__name=member.name)
                accept_invitation(by=_owner(member), place=place_)
        yield self.moment(began + 4)
        joined = consortium if text.progress >= Progress.AWAITING_CONSENT else None
        bid = start_bid(
            by=writer,
            opportunity=self.opportunity,
            organisation=lead,
            form_key=uuid.uuid4(),
            arrived_at=timezone.now(),
            consortium=joined,
        )
        self.write(bid, text, writer)
        if text.progress == Progress.AWAITING_CONSENT and joined is not None:
            write_together(_fresh(bid), by=writer, others=[_owner(member) for member, *_rest in text.members[1:]])
            ask_and_answer(self.opportunity, asker=writer, manager=person(self.manager))
        if text.progress >= Progress.AWAITING_CONSENT and consortium is not None:
            yield self.moment(began + 15)
            ask_consent(by=writer, bid=_fresh(bid), arrived_at=timezone.now())
        if text.progress < Progress.HANDED_IN:
            return
        yield self.moment(min(began + 20, -1))
        for member, _share, _part in text.members[1:]:
            give_consent(
                by=_owner(member),
                bid=_fresh(bid),
                organisation=organisation(member.name),
                content_sha256=fingerprint_of(words_in_rows(_fresh(bid))),
                arrived_at=timezone.now(),
            )
        yield self.moment(began + 21)
        submit_bid(by=_owner(text.lead), bid=_fresh(bid), arrived_at=timezone.now())

    def formed(self, text: BidText, lead: Organisation) -> Consortium:
        owner = _owner(text.lead)
        consortium = form_consortium(by=owner, organisation=lead, name=text.consortium, form_key=uuid.uuid4())
        for member, _share, part in text.members[1:]:
            invite_member(by=owner, consortium=consortium, organisation=organisation(member.name), part=part)
        return consortium

    def write(self, bid: Bid, text: BidText, writer: User) -> None:
        now = timezone.now()
        for criterion, answer in zip(bid.opportunity.criteria.all(), text.answers, strict=True):
            if answer:
                save_answer(
                    by=writer,
                    bid=bid,
                    criterion=criterion,
                    text=answer,
                    version=_fresh(bid).version,
                    arrived_at=now,
                )
        if not any(text.answers):
            return
        save_price(
            by=writer, bid=_fresh(bid), price_pence=text.pounds * 100, version=_fresh(bid).version, arrived_at=now
        )
        if bid.members.count() == len(text.members):
            shares = {organisation(member.name).pk: (share * 100, part) for member, share, part in text.members}
            save_members(
                by=writer,
                bid=_fresh(bid),
                shares=shares,
                version=_fresh(bid).version,
                arrived_at=now,
                liability=Liability.SEVERAL,
            )

    # --- evaluation

    def panel_story(self) -> Story:
        if not self.reaches(Stage.CLOSED):
            return
        yield self.moment(-20)
        manager = person(self.manager)
        appoint_to_panel(opportunity=self.opportunity, person=manager, is_chair=True, by=manager)
        for email in self.panel:
            appoint_to_panel(opportunity=self.opportunity, person=person(email), by=manager)

    def scoring_story(self) -> Story:
        yield self.moment(1)
        confirm_opening(opportunity=self.opportunity, arrived_at=timezone.now(), by=person(self.manager))
        yield self.moment(1)
        confirm_opening(opportunity=self.opportunity, arrived_at=timezone.now(), by=person(self.director))
        scorers = [*self.panel, self.manager]
        if not self.reaches(Stage.MODERATION):
            scorers = scorers[:1]
        for place, email in enumerate(scorers):
            yield self.moment(3 + place)
            self.score(email, place)

    def score(self, email: str, place: int) -> None:
        for text in self.journey.bids:
            bid = self.bid_of(text)
            for number, criterion in enumerate(self.opportunity.criteria.all()):
                points = text.points[number][min(place, 1)]
                save_score(
                    bid=bid,
                    criterion=criterion,
                    points=points,
                    reason=_REASONS[points],
                    version=1,
                    by=person(email),
                )
        lock_scores(opportunity=self.opportunity, by=person(email))

    def moderation_story(self) -> Story:
        yield self.moment(9)
        chair = person(self.manager)
        for text in self.journey.bids:
            for number, criterion in enumerate(self.opportunity.criteria.all()):
                agree_score(
                    bid=self.bid_of(text),
                    criterion=criterion,
                    points=text.agreed[number],
                    reason=text.reasons[number],
                    version=1,
                    by=chair,
                )

    def award_story(self) -> Story:
        yield self.moment(14)
        lot = lot_to_decide(self.opportunity)
        assert lot is not None
        winner = self.bid_of(self.journey.bids[0])
        award = make_award(
            bid=winner,
            reason=self.journey.award_reason,
            seen=ranking_of(lot).fingerprint,
            by=person(self.director),
        )
        if not self.reaches(Stage.SIGNING):
            return
        if self.opportunity.route != Route.ALLIANCE:
            yield from contract_story(award, self.sides(), self.moment)
            return
        yield self.moment(21)
        alliance = create_alliance(
            by=person(self.manager),
            award=award,
            name=self.journey.alliance,
            purpose=self.opportunity.summary,
            principles=PRINCIPLES,
            form_key=uuid.uuid4(),
        )
        yield self.moment(28)
        alliance = ask_signatures(by=person(self.manager), alliance=alliance, version=alliance.version)
        yield from self.signature_story(alliance)

    def sides(self) -> Sides:
        winner = self.journey.bids[0].lead
        return Sides(person(self.director), person(self.manager), _owner(winner), organisation(winner.name))

    def signature_story(self, alliance: Alliance) -> Story:
        members = [member for member, _share, _part in self.journey.bids[0].members]
        signatures = [(_owner(member), organisation(member.name), "Chief executive") for member in members]
        if self.reaches(Stage.ACTIVE):
            signatures.append((person(self.director), alliance.organisation, "Regional probation director"))
        else:
            signatures = signatures[:1]
        yield self.moment(30)
        winner = self.bid_of(self.journey.bids[0])
        bid = Bid.objects.select_related("opportunity", "lot", "organisation").get(pk=winner.pk)
        owners = {member.name: _owner(member) for member in members}
        settle(bid, owners=owners, verifier=person(self.director), body=alliance.organisation)
        for place, (signer, house, authority) in enumerate(signatures):
            yield self.moment(32 + place * 3)
            sign_alliance(
                by=signer,
                alliance=alliance,
                organisation=house,
                signed_as=authority,
                confirms=True,
                sha256=alliance.agreed_sha256,
            )

    def result_story(self) -> Story:
        alliance = Alliance.objects.get(name=self.journey.alliance)
        leader = _owner(self.journey.bids[0].lead)
        first = quarter_end_before(alliance.starts_on + datetime.timedelta(days=184))
        for place, figures in enumerate(self.journey.results):
            period_end = quarter_end_before(first + datetime.timedelta(days=place * 92 + 15))
            yield self.moment((period_end - self.closing).days + 12)
            for outcome, actual in zip(alliance.outcomes.all(), figures, strict=True):
                record_result(
                    by=leader,
                    outcome=outcome,
                    period_end=period_end,
                    actual=actual,
                    source="Case records of both organisations, counted by the lead",
                    form_key=uuid.uuid4(),
                )

    def bid_of(self, text: BidText) -> Bid:
        return Bid.objects.get(opportunity=self.opportunity, organisation__name=text.lead.name)


PRINCIPLES = (
    "We decide together and give reasons.\n"
    "We share one set of outcomes; no member has results of its own to defend.\n"
    "We say early when something goes wrong.\n"
    "The smallest of us is asked first.\n"
    "We keep time to reflect, and change what does not work."
)

_REASONS = {
    1: "Most of what was asked is missing; the answer describes the organisation, not the service.",
    2: "Some of what was asked is there, but there are no numbers, no names and no account of the first days.",
    3: "What was asked is there, with gaps in how it would be done day by day.",
    4: "What was asked is shown well, with examples; one point could be firmer.",
    5: "Everything asked and convincing beyond it: named people, dates, and results from last year.",
}


def area(place: tuple[str, str]) -> Area:
    """The area of that kind and slug."""
    kind, slug = place
    return Area.objects.get(kind=kind, slug=slug)


def _owner(provider: Provider) -> User:
    return person(provider.people[0].email)


def _fresh(bid: Bid) -> Bid:
    return Bid.objects.get(pk=bid.pk)
