"""Organisations that deliver: registration, declarations, consortia."""

from django.apps import AppConfig


class ProvidersConfig(AppConfig):
    """Organisations that deliver: registration, declarations, consortia."""

    name = "providers"
