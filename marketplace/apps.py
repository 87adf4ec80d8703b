"""Needs, signals, opportunities, bids, evaluation, awards, contracts."""

from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    """Needs, signals, opportunities, bids, evaluation, awards, contracts."""

    name = "marketplace"

    def ready(self) -> None:
        """The work page, the places and the consortia ask this app; the start of the service asks for its keys."""
        from django.core import checks

        from core import holdings, leaving, places, sequels, work
        from core.queries import documents
        from marketplace.checks import seal_keys_are_sound
        from marketplace.holdings import of_organisation
        from marketplace.holdings_contracts import of_organisation as contracts_of_organisation
        from marketplace.joint_bids import bids_with
        from marketplace.live_work import open_opportunities
        from marketplace.models import Opportunity
        from marketplace.place_signals import signals_at_place
        from marketplace.places import needs_at_place, opportunities_at_place
        from marketplace.policies.leaving import no_bid_counts_on
        from marketplace.queries.contracts import documents_of_contracts
        from marketplace.region_gaps import gaps_at_place, region_sections
        from marketplace.sequels import contracts_of_opportunities
        from marketplace.services.bid_members import bids_follow
        from marketplace.services.leaving import PART, let_go_of_person
        from marketplace.subjects import opportunity_as_subject
        from marketplace.work import need_sections, opportunity_sections
        from marketplace.work_asked import asked_sections
        from marketplace.work_bids import bid_sections
        from marketplace.work_evaluation import evaluation_sections
        from marketplace.work_signals import signal_sections
        from providers import joint_bids, live_work, subjects
        from providers.policies.consortia import keep_from_leaving

        holdings.register(of_organisation)
        holdings.register(contracts_of_organisation)
        leaving.register(PART)
        leaving.register_person(let_go_of_person)
        places.register(needs_at_place)
        places.register(opportunities_at_place)
        places.register(signals_at_place)
        places.register(gaps_at_place)
        work.register(region_sections)
        work.register(need_sections)
        work.register(signal_sections)
        work.register(opportunity_sections)
        work.register(bid_sections)
        work.register(asked_sections)
        work.register(evaluation_sections)
        sequels.register(Opportunity, contracts_of_opportunities)
        documents.open_to(documents_of_contracts)
        keep_from_leaving(no_bid_counts_on)
        live_work.register(open_opportunities)
        joint_bids.follow(bids_follow)
        joint_bids.show(bids_with)
        subjects.register(opportunity_as_subject)
        checks.register(seal_keys_are_sound)
