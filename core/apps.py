"""The ground every other app stands on."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """People, places, needs, audit, notices."""

    name = "core"
    verbose_name = _("Accord")

    def ready(self) -> None:
        """The work page asks core, too."""
        from core.waiting import people_waiting
        from core.work import register

        register(people_waiting)
