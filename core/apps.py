"""The ground every other app stands on."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """People, places, needs, audit, notices."""

    name = "core"
    verbose_name = _("Accord")

    def ready(self) -> None:
        """The work page asks core, too; what is on record decides how long a public page holds."""
        from core import holdings, leaving, page_cache
        from core.own_holdings import of_organisation, of_person
        from core.own_leaving import PART
        from core.waiting import people_waiting
        from core.work import register

        holdings.register(of_organisation)
        holdings.register_person(of_person)
        leaving.register(PART)
        register(people_waiting)
        page_cache.register(page_cache.chain_end)
