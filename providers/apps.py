"""Organisations that deliver: registration, declarations, consortia."""

from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    """Organisations that deliver: registration, declarations, consortia."""

    name = "providers"

    def ready(self) -> None:
        """Says what waits for a provider's people, and which checks come with a release."""
        # Models can be imported only now.
        from core import work
        from core.reference import loading
        from providers.services.check_matrices import load_shipped_matrices
        from providers.work import waiting

        work.register(waiting)
        loading.register(load_shipped_matrices)
