"""Let the exchange go on after the database was restored: `vaern restore` runs it.

Whoever restores the database by PostgreSQL's own means runs it before the node starts:
`python -m vaern.node.manage after_restore`.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from vaern.node.exchange.peers.restoring import go_on_after_restore


class Command(BaseCommand):
    """Counts anew what goes to other nodes."""

    help = "Counts anew what goes to other nodes; run it once after the database was restored."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Do so."""
        count = go_on_after_restore()
        self.stdout.write(f"What goes to other nodes is counted anew: {count} of them.")
