"""The ground every other app stands on."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """People, places, needs, audit, notices."""

    name = "core"
    verbose_name = _("Accord")
