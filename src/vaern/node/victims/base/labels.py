"""Names of states, events and milestones of series, and of the reasons why a file is in one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.victims.rules.series import Event, State
from vaern.node.victims.rules.sharing import Answer, Milestones, Standing
from vaern.node.web.components import Chip

STATES: dict[State, tuple[Any, str]] = {
    State.NEW: (_("New"), "warning"),
    State.ANALYSED: (_("Analysed"), "info"),
    State.COUNTRY_PROPOSED: (_("Country proposed"), "info"),
    State.DISSEMINATED: (_("Disseminated"), "info"),
    State.ACCEPTED: (_("Accepted"), "info"),
    State.IDENTIFIED: (_("Identified"), "bad"),
    State.SAFEGUARDED: (_("Safeguarded"), "good"),
    State.CLOSED: (_("Closed"), "neutral"),
    State.STOPPED: (_("Identified elsewhere: stop"), "warning"),
}
"""*Identified* is red on purpose: a child is known, and nobody has said yet that it is safe."""

NEXT: dict[State, Any] = {
    State.NEW: _("Look at why its files belong together, confirm it, and say that it was analysed."),
    State.ANALYSED: _("Add clues, and propose a country. If you know the child, say so at once."),
    State.COUNTRY_PROPOSED: _("Disseminate it to the desk of that country."),
    State.DISSEMINATED: _("The other desk answers: it accepts, or declines with a reason."),
    State.ACCEPTED: _("The desk that accepted it works on it. Others do not."),
    State.IDENTIFIED: _("Make sure that the child is safe, before anything else, and say so here."),
    State.SAFEGUARDED: _("Close it when nothing is left to do. What comes later can still be added."),
    State.CLOSED: _("Nothing is left to do. A late outcome can be added, with its date."),
    State.STOPPED: _("Do not search any further: the child is known to another desk."),
}
"""What somebody should do next."""

EVENTS: dict[Event, Any] = {
    Event.ANALYSE: _("Say that it was analysed"),
    Event.PROPOSE_COUNTRY: _("Propose a country"),
    Event.DROP_COUNTRY: _("Take the country back"),
    Event.DISSEMINATE: _("Disseminate"),
    Event.DECLINE: _("Decline"),
    Event.ACCEPT: _("Accept"),
    Event.GIVE_BACK: _("Give back"),
    Event.IDENTIFY: _("Child identified"),
    Event.RETRACT: _("Take the identification back"),
    Event.SAFEGUARD: _("Child safeguarded"),
    Event.CLOSE: _("Close"),
    Event.CLOSE_UNSAFEGUARDED: _("Close without safeguarding"),
    Event.CLOSE_UNIDENTIFIED: _("Close without identification"),
    Event.LATE_OUTCOME: _("Add a late outcome"),
    Event.REOPEN: _("Open again"),
    Event.REOPEN_IDENTIFIED: _("Open again"),
    Event.REOPEN_SAFEGUARDED: _("Open again"),
    Event.OTHER_CHILD: _("It is another child"),
}

MILESTONES: dict[Milestones, tuple[Any, str]] = {
    Milestones.IDENTIFIED: (_("Child identified"), "info"),
    Milestones.PERHAPS_KNOWN: (_("Perhaps the same child: known to another desk"), "warning"),
    Milestones.SAFEGUARDED: (_("Child safeguarded"), "good"),
    Milestones.SUPPORTED: (_("Child has help (such as a child house)"), "good"),
    Milestones.INVESTIGATION_OPENED: (_("Investigation opened"), "info"),
    Milestones.ARRESTED: (_("Somebody arrested"), "info"),
    Milestones.CHARGED: (_("Somebody charged"), "info"),
    Milestones.CONVICTED: (_("Somebody convicted"), "info"),
    Milestones.CLOSED: (_("Closed"), "neutral"),
    Milestones.CLOSED_UNSAFEGUARDED: (_("Closed without safeguarding"), "warning"),
    Milestones.CLOSED_UNIDENTIFIED: (_("Closed without identification"), "neutral"),
    Milestones.RETRACTED: (_("Identification taken back"), "warning"),
    Milestones.REOPENED: (_("Opened again"), "neutral"),
    Milestones.OTHER_CHILD: (_("Another child, by a person's word"), "neutral"),
    Milestones.STOPPED: (_("Identified elsewhere: work stopped"), "warning"),
    Milestones.ACCEPTED: (_("Accepted by the other desk"), "info"),
    Milestones.OTHER_FIRST: (_("Another desk was first: your acceptance came too late"), "warning"),
    Milestones.DECLINED: (_("Declined by the other desk"), "neutral"),
    Milestones.GIVEN_BACK: (_("Given back by the other desk"), "neutral"),
    Milestones.RECALLED: (_("Recalled by its owner"), "neutral"),
}

ANSWERS: dict[Answer, tuple[Any, str]] = {
    Answer.AWAITED: (_("Awaited"), "warning"),
    Answer.ACCEPTED: (_("Accepted"), "good"),
    Answer.DECLINED: (_("Declined"), "neutral"),
    Answer.GIVEN_BACK: (_("Given back"), "neutral"),
    Answer.RECALLED: (_("Recalled"), "neutral"),
}

STANDINGS: dict[Standing, tuple[Any, str]] = {
    Standing.SAFEGUARDED: (_("Known: the child is identified and safe"), "good"),
    Standing.IDENTIFIED: (_("Known: the child is identified. Do not search."), "warning"),
    Standing.WORKED_ON: (_("Known: somebody works on it"), "info"),
    Standing.HELD: (_("Known: nobody works on it now"), "neutral"),
    Standing.UNKNOWN: (_("Not known here"), "neutral"),
}

RULES: dict[str, Any] = {
    "opened": _("It opened the series"),
    "by_hand": _("A person put it here"),
    "moved": _("A person moved it here"),
    "split": _("It came with a split"),
    "sha256": _("The same file (SHA-256)"),
    "sha1": _("The same file (SHA-1)"),
    "md5": _("The same file (MD5)"),
    "pdq": _("It looks alike (PDQ)"),
    "vpdq": _("A video that looks alike"),
    "camera": _("The same camera"),
}
"""Why a file is in a series: a rule of links, or who put it there."""


def state(code: str) -> Chip:
    """Return the chip of a state."""
    return Chip(*STATES[State(code)])


def milestone(code: str) -> Chip:
    """Return the chip of a milestone."""
    return Chip(*MILESTONES[Milestones(code)])


def answer(code: str) -> Chip:
    """Return the chip of an answer."""
    return Chip(*ANSWERS[Answer(code)])


def standing(code: str) -> Chip:
    """Return the chip of what *known?* says."""
    return Chip(*STANDINGS[Standing(code)])


_SIGNALS = {"sha1": "SHA-1", "sha256": "SHA-256", "vpdq": "vPDQ"}


def signal(kind: str) -> str:
    """Return what a kind of signal is called."""
    return _SIGNALS.get(kind, kind.upper())
