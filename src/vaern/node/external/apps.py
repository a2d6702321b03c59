"""The app, as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class ExternalConfig(AppConfig):
    """Registers the app's acts, its register of systems, and what a preview of a release says of identifiers."""

    name = "vaern.node.external"

    def ready(self) -> None:
        """Make known what the app brings."""
        from vaern.node.base.refusals import say
        from vaern.node.casework.releases import along
        from vaern.node.casework.retention.kinds import before_erasing
        from vaern.node.external import acts, labels, passage, presenters
        from vaern.node.external.register import REGISTER
        from vaern.node.law import registers
        from vaern.node.ledger import rules as ledger

        say(labels.PROBLEMS)
        ledger.register(acts.ACTS)
        registers.register(REGISTER)
        before_erasing(None, passage.forget)
        along.register(presenters.along)
