"""Organisations that deliver: registration, declarations, consortia."""

from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    """Organisations that deliver: registration, declarations, consortia."""

    name = "providers"

    def ready(self) -> None:
        """Says what waits for a provider's people."""
        # Models can be imported only now.
        from core import work
        from providers.work import waiting

        work.register(waiting)
