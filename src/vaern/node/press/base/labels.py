"""Names of the codes of events and registrations, as people read them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.press.rules import states as rules
from vaern.node.press.rules.states import Checked, EventState, How, Move, State
from vaern.node.web.components import Chip

EVENTS: dict[EventState, tuple[Any, str]] = {
    EventState.PLANNED: (_("Planned"), "neutral"),
    EventState.OPEN: (_("Open for registration"), "good"),
    EventState.CLOSED: (_("Registration closed"), "info"),
    EventState.OVER: (_("Over"), "neutral"),
    EventState.DESTROYED: (_("List destroyed"), "neutral"),
}
STEPS: dict[Move, Any] = {
    Move.OPEN: _("Open registration"),
    Move.CLOSE: _("Close registration"),
    Move.REOPEN: _("Open registration again"),
}
"""What an officer does to an event; the rest is the clock's."""

STATES: dict[State, tuple[Any, str]] = {
    State.UNCONFIRMED: (_("Address not confirmed"), "neutral"),
    State.WAITING: (_("Waits for a decision"), "warning"),
    State.ACCEPTED: (_("Accredited"), "good"),
    State.LISTED: (_("On the waiting list"), "info"),
    State.REFUSED: (_("Refused"), "bad"),
    State.WITHDRAWN: (_("Withdrawn"), "neutral"),
}
CHECKED: dict[Checked, Any] = {
    Checked.MEDIUM: _("The medium exists, and this person works for it"),
    Checked.CARD: _("The press card is genuine and valid"),
}
HOW: dict[How, Any] = {
    How.CALLED_EDITOR: _("Called the editorial office, at a number from elsewhere"),
    How.ISSUER_REGISTER: _("Asked whoever issued the card, or its register"),
    How.CARD_SEEN: _("Saw the card"),
    How.KNOWN: _("Accredited here before"),
    How.IMPRINT: _("Imprint or staff page of the medium"),
}
PROBLEMS: dict[str, Any] = {
    rules.NOT_NOW: _("That is not possible in this state."),
    rules.NOT_THEIRS: _("That is for somebody else to do."),
    rules.NOT_CHECKED: _("Check the medium and the press card first: only accredited journalists are accepted."),
    rules.LATE_WITHOUT_WORDS: _("This registration came after the deadline: say why it is taken all the same."),
    rules.CHANGED_MEANWHILE: _(
        "Somebody else changed this event since you opened the form. What you typed is still here: open the event in "
        "another window, look at what is there now, and save again if it still holds."
    ),
    rules.DECIDED_MEANWHILE: _(
        "Something was decided about this registration since you opened the form. Look at it as it is now, and decide "
        "anew."
    ),
    rules.DEADLINE_EARLIER: _(
        "Registration has been open: the deadline can only become later, or who is in time would be late."
    ),
    rules.DEADLINE_AFTER_END: _("The deadline must come before the event ends."),
    rules.ENDS_BEFORE_BEGIN: _("The event must end after it begins."),
    rules.CAPACITY_TAKEN: _("More journalists are accepted already."),
    rules.NAME_TAKEN: _("There is an event with this name already."),
    rules.GONE: _("The list of this event has been destroyed."),
}
"""Every sentence with which an action is refused."""


def event_state(state: EventState) -> Chip:
    """Return the chip of an event's state."""
    return Chip(*EVENTS[state])


def state(code: str) -> Chip:
    """Return the chip of a registration's state."""
    return Chip(*STATES[State(code)])
