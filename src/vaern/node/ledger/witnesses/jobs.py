"""What asks the witnesses by the clock."""

from __future__ import annotations

import structlog

from vaern.node.base.jobs import by_clock
from vaern.node.ledger.witnesses.asking import TASK, ask_all
from vaern.node.runtime.logs import described
from vaern.proofs.policy import PolicyError


@by_clock("ledger.witnesses", "* * * * *")
def ask_witnesses() -> int:
    """Ask whoever has not cosigned what is published; with no witness this is one look at two tables."""
    try:
        return ask_all()
    except PolicyError as error:  # as the page of the ledger says; those that are known were asked
        structlog.get_logger().error("error", task=TASK, **described(error))
        return 0
