"""What becomes of messages, in words: the codes of the rules, of what is kept and of what is taken in.

A receipt carries a code, and behind a colon what a program says beside it; so does the row of a message. Codes of the
exchange have their sentences here, those of the apps wherever they say theirs (`base.refusals.say`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from vaern.node.base.refusals import Refusal
from vaern.node.exchange.inbox import deliveries, keeping, taking
from vaern.node.exchange.models.inbox import Kept
from vaern.node.exchange.pieces.labels import PROBLEMS
from vaern.node.exchange.rules import entitlement
from vaern.node.exchange.rules.messages import Result

if TYPE_CHECKING:
    from collections.abc import Mapping

BECAUSE: Mapping[str, Any] = {
    **PROBLEMS,
    entitlement.NOT_AGREED: _("Messages of this kind were not agreed between the two nodes."),
    entitlement.SENDER_UNKNOWN: _("Its sender is not among the open organisations of that node."),
    entitlement.SENDER_NOT_ENTITLED: _("Its sender is not of a kind that sends such messages."),
    entitlement.RECIPIENT_UNKNOWN: _("The organisation that it is for does not live on this node, or is closed."),
    entitlement.RECIPIENT_NOT_ENTITLED: _("The organisation that it is for is not of a kind that gets such messages."),
    entitlement.EXPIRED: _("It came after the time until which it could be taken in."),
    entitlement.WITHOUT_SUBJECT: _("It does not say what it is about."),
    entitlement.SPEAKS_FOR_NODE: _("Such a message is of a node itself, and this one named an organisation."),
    keeping.MALFORMED: _("It could not be read, or was not signed by that node."),
    keeping.CONTENT: _("It held media or packed data, which never enter a node. Nothing of it was kept."),
    deliveries.UPGRADE: _("It waits until this node knows messages of its kind and version: after an upgrade."),
    taking.BEHIND: _("It waits behind an earlier message about the same."),
    taking.NOT_YET: _("What it belongs to has not come yet."),
    taking.FAILED: _("Taking it in failed by a fault of this node; nothing of it was kept but the message."),
    taking.BODY: _("What it says does not have the form of its kind."),
    taking.STATE: _("What it is about has come further, or not yet so far."),
    taking.DISMISSED: _("An administrator refused it."),
}
"""A sentence for each code."""


def because(text: str) -> str:
    """Return in words why a message waits, was refused or set aside.

    Args:
        text: a code of the exchange or of an app, perhaps with something behind a colon, or a sentence; "" for nothing.
    """
    code, _colon, detail = text.partition(": ")
    if code == taking.NOT_YET and detail in BECAUSE:  # a reason why it waits, of the exchange itself
        code, detail = detail, ""
    if code not in BECAUSE:
        return str(Refusal(text)) if text else ""
    said = str(BECAUSE[code])
    return _now("%(said)s (%(detail)s)") % {"said": said, "detail": detail} if detail else said


KEPT: Mapping[Kept, tuple[Any, str]] = {
    Kept.STORED: (_("Kept"), "info"),
    Kept.WAITS: (_("Waits"), "warning"),
    Kept.TAKEN_IN: (_("Taken in"), "good"),
    Kept.REFUSED: (_("Refused"), "bad"),
    Kept.SET_ASIDE: (_("Set aside here"), "bad"),
    Kept.GONE: (_("No longer there"), "neutral"),
    Kept.REPEATED: (_("Came once more"), "neutral"),
}
"""How far a message of a peer has come, as a chip."""

RESULTS: Mapping[Result, tuple[Any, str]] = {
    Result.WAITS: (_("Waits there"), "warning"),
    Result.TAKEN_IN: (_("Taken in"), "good"),
    Result.REFUSED: (_("Refused"), "bad"),
    Result.SET_ASIDE: (_("Set aside there"), "bad"),
    Result.READ: (_("Read by a person"), "good"),
}
"""What a peer said of a message of ours, as a chip."""
