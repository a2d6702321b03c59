"""Codes of the life of a peer as words and chips, and why a message waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from vaern.node.exchange.peers import cards, checkpoints, directories
from vaern.node.exchange.rules.peers import State
from vaern.node.exchange.rules.waiting import Waits

if TYPE_CHECKING:
    from collections.abc import Mapping

STATES: Mapping[State, tuple[Any, str]] = {
    State.MET: (_("To be confirmed"), "warning"),
    State.ACTIVE: (_("Open"), "good"),
    State.SUSPENDED: (_("Suspended"), "warning"),
    State.ENDED: (_("Ended"), "neutral"),
}

REFUSALS: Mapping[str, Any] = {
    cards.OLDER_CARD: _("A newer card of that node is known already."),
    cards.OTHER_NODE: _("The card is of another node, or of a demonstration, where everything is made up."),
    directories.OLDER_LIST: _("A newer list of that node’s organisations is known already."),
    checkpoints.NOT_ASKED: _("Nothing was asked to which this is the answer."),
    checkpoints.NO_CHECKPOINT: _("It answers about a state that this ledger never had, or its sender is no witness."),
}

WAITS: Mapping[Waits, Any] = {
    Waits.UNCONFIRMED: _("Nothing passes before the exchange is confirmed by voice."),
    Waits.SUSPENDED: _("The exchange is suspended: it passes when the exchange goes on."),
    Waits.ENDED: _("The exchange has ended: it waits for ever."),
    Waits.EARLIER_STREAM: _("It was written before the exchange began anew, and does not pass any more."),
    Waits.SILENT: _("That node does not answer."),
    Waits.NO_ROOM: _("That node takes no more before it has taken in what it has."),
    Waits.NEXT_CALL: _("It goes with the next call."),
    Waits.KEPT_THERE: _("That node keeps it, and has not taken it in yet."),
    Waits.THERE_WAITS: _("It waits there."),
    Waits.THERE_SET_ASIDE: _("It was set aside there: the administrators of that node decide."),
    Waits.GAP: _("Something that was sent before it has not come yet."),
    Waits.NEXT: _("It is taken in within seconds."),
    Waits.HERE_WAITS: _("It waits here."),
    Waits.HERE_SET_ASIDE: _("It was set aside: an administrator has it tried again, or refuses it."),
}
"""Why a message has not come to its end; what the peer or the inbox says of it stands behind."""
