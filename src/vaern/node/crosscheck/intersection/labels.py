"""Codes of private comparisons as words and chips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from vaern.node.crosscheck.rules.disclosures import RevealState
from vaern.node.crosscheck.rules.intersection import FEWEST, MOST_RUNS, Bar, Stage
from vaern.node.web.components import Chip

if TYPE_CHECKING:
    from vaern.node.crosscheck.models import ComparisonRun

BARS: dict[Bar, Any] = {
    Bar.OFF: _("It is off: it begins when an administrator of each organisation has switched it on."),
    Bar.NO_TAGS: _("The other organisation’s values have not been made ready yet. That is done by night."),
    Bar.TOO_FEW_ASKED: _("There are too few new values to ask about: at least 100, so that a number names none."),
    Bar.TOO_FEW_HELD: _("The other organisation holds too few values: at least 100, so that a number names none."),
    Bar.TOO_OFTEN: _("Each side asks at most twice in 14 days. Wait until the next period."),
    Bar.WAITING: _("A question of yours waits for the other node. Ask again when it has answered."),
}
assert (FEWEST, MOST_RUNS) == (100, 2), "the sentences name these"

RUNS: dict[str, tuple[Any, str]] = {
    "": (_("Counted"), "neutral"),
    RevealState.ASKED.value: (_("Waits for an answer"), "info"),
    RevealState.AGREED.value: (_("Both agreed"), "good"),
    RevealState.REFUSED.value: (_("Refused"), "warning"),
    RevealState.WITHDRAWN.value: (_("Withdrawn"), "neutral"),
    RevealState.EXPIRED.value: (_("Not answered in time"), "neutral"),
}


STAGES: dict[Stage, tuple[Any, str]] = {
    Stage.ASKED: (_("Asked; waits for the other node"), "info"),
    Stage.ANSWERED: (_("Answered; the other node counts"), "info"),
    Stage.FAILED: (_("Not counted"), "warning"),
}
ON_ITS_WAY = (_("Agreed; that is on its way to the other node"), "info")


def run(one: ComparisonRun) -> Chip:
    """Return the chip of how far a run is."""
    stage = Stage(one.stage)
    if stage is not Stage.COUNTED:
        return Chip(*STAGES[stage])
    if one.state == RevealState.AGREED.value and not one.confirmed:
        return Chip(*ON_ITS_WAY)
    return Chip(*RUNS[one.state])


def switched(ours: bool, theirs: bool) -> Chip:
    """Return the chip of how it stands with another organisation."""
    if ours and theirs:
        return Chip(_("On"), "good")
    if ours:
        return Chip(_("You have it on; they do not"), "info")
    return Chip(_("They have it on; you do not"), "warning") if theirs else Chip(_("Off"), "neutral")
