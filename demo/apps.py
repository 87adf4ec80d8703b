"""The demonstration; installed on a local machine and in tests, never in production."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Refuses to be there where people's real data could be."""

    name = "demo"

    def ready(self) -> None:
        """The check runs with every command and at every start."""
        from demo import checks  # noqa: F401  registers itself
