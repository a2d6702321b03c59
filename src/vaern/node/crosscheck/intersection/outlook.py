"""What a question would be about now, and why there may be none: the same for the page before it and the act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vaern.node.crosscheck.intersection import asking, holding, statements
from vaern.node.crosscheck.models import ComparisonRun
from vaern.node.crosscheck.rules.intersection import Bar, Stage, barred, epoch_of

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from vaern.node.crosscheck.models import ComparisonPair
    from vaern.node.organisations.models import Organisation


class Outlook(NamedTuple):
    """What a question would be about now.

    Attributes:
        epoch: the present one.
        digests: of the keys that would be asked about.
        held: how many values the other side has tags of; None while it has none.
        runs: questions of this side in this epoch.
        bar: why there is no run now.
    """

    epoch: int
    digests: NDArray[Any]
    held: int | None
    runs: int
    bar: Bar | None


def of(pair: ComparisonPair, own: Organisation, now: datetime) -> Outlook:
    """Return what a question of one side would be about."""
    epoch, partner = epoch_of(now), pair.partner_of(own.id)
    on = pair.on and pair.one.active and pair.other.active
    announced = holding.announcement(partner.pk, own.id, epoch) if on else None
    already = asking.asked(own.id, partner.pk, epoch, announced.public) if announced else None
    digests = statements.to_ask(own.id, already) if already is not None else np.empty(0, "S32")
    asked = ComparisonRun.everywhere.filter(pair=pair, asking=own, epoch=epoch)
    runs = asked.exclude(stage=Stage.FAILED.value).count()
    waiting = asked.filter(stage=Stage.ASKED.value).exists()
    held = announced.held if announced else None
    bar = barred(on=on, asked=len(digests), held=held, runs=runs, waiting=waiting)
    return Outlook(epoch, digests, held, runs, bar)
