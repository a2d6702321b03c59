"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Registers the app; its acts become known when it is loaded."""

    name = "vaern.node.organisations"
