"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Registers the app's acts, checks, items of the front page and lines of the navigation when it is loaded."""

    name = "vaern.node.organisations"

    def ready(self) -> None:
        """Make known what the app brings."""
        from vaern.node.base.refusals import say
        from vaern.node.ledger import rules as ledger
        from vaern.node.organisations import acts, checks, labels, looks, signals
        from vaern.node.organisations.pages import register
        from vaern.node.organisations.people_actions import before_erasing

        ledger.register(acts.ACTS)
        say(labels.PROBLEMS)
        assert checks.every_route_is_declared
        signals.connect()
        before_erasing(looks.forget)
        register()
