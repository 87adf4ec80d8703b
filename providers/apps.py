"""Organisations that deliver: registration, declarations, evidence, consortia."""

from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    """Organisations that deliver: registration, declarations, evidence, consortia."""

    name = "providers"

    def ready(self) -> None:
        """Says what waits for whom, which checks come with a release, and who may open what was shown for them."""
        # Models can be imported only now.
        from core import holdings, leaving, work
        from core.queries import documents
        from core.reference import loading
        from providers.holdings import of_organisation, of_person
        from providers.queries.evidence import documents_for_verifying
        from providers.services.check_matrices import load_shipped_matrices
        from providers.services.leaving import PART, let_go_of_person
        from providers.work import waiting
        from providers.work_checks import check_sections
        from providers.work_claims import claims_waiting, own_claims
        from providers.work_evidence import evidence_sections
        from providers.work_partners import partners_waiting

        holdings.register(of_organisation)
        holdings.register_person(of_person)
        leaving.register(PART)
        leaving.register_person(let_go_of_person)
        work.register(waiting)
        work.register(evidence_sections)
        work.register(partners_waiting)
        work.register(claims_waiting)
        work.register_personal(own_claims)
        work.register(check_sections)
        loading.register(load_shipped_matrices)
        documents.open_to(documents_for_verifying)
