"""Labels for the codes of cases."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.cases.rules import handovers, people
from vaern.node.cases.rules.case import Event, State
from vaern.node.cases.rules.gradings import Confidence, Credibility, Nature, Source
from vaern.node.cases.rules.handovers import Answer, DropReason
from vaern.node.cases.rules.people import Category
from vaern.node.crosscheck.rules import identifiers
from vaern.node.crosscheck.rules.identifiers import Kind
from vaern.node.web.components import Chip

STATES: dict[State, tuple[Any, str]] = {
    State.ARRIVED: (_("Arrived, to be answered"), "warning"),
    State.OPENED: (_("Opened"), "info"),
    State.WORKING: (_("Being worked on"), "info"),
    State.ABROAD: (_("Waiting for abroad"), "warning"),
    State.PROSECUTOR: (_("With the prosecutor"), "info"),
    State.CLOSED: (_("Closed"), "neutral"),
    State.MERGED: (_("Merged into another"), "neutral"),
    State.HANDED_OVER: (_("Handed over"), "neutral"),
    State.DROPPED: (_("Dropped"), "neutral"),
}
EVENTS: dict[Event, Any] = {
    Event.START: _("Begin to work"),
    Event.ASK_ABROAD: _("Wait for abroad"),
    Event.ANSWER_CAME: _("Wait no longer"),
    Event.TO_PROSECUTOR: _("Send to the prosecutor"),
    Event.FROM_PROSECUTOR: _("Take back from the prosecutor"),
    Event.CLOSE: _("Close the case"),
    Event.REOPEN: _("Open again"),
}
CATEGORIES: dict[Category, tuple[Any, str]] = {
    Category.VICTIM: (_("Victim"), "info"),
    Category.WITNESS: (_("Witness"), "neutral"),
    Category.SUSPECT: (_("Suspect"), "warning"),
    Category.CONVICTED: (_("Convicted"), "bad"),
    Category.OTHER: (_("Other person"), "neutral"),
}
NATURES: dict[Nature, tuple[Any, str]] = {
    Nature.FACT: (_("Fact"), "good"),
    Nature.ASSESSMENT: (_("Assessment"), "warning"),
}
SOURCES: dict[Source, Any] = {
    Source.ALWAYS: _("A: reliable in all instances"),
    Source.MOSTLY: _("B: reliable in most instances"),
    Source.SELDOM: _("C: unreliable in most instances"),
    Source.UNKNOWN: _("X: cannot be judged"),
}
CREDIBILITIES: dict[Credibility, Any] = {
    Credibility.CERTAIN: _("1: not in doubt"),
    Credibility.KNOWN_TO_SOURCE: _("2: known to the source itself"),
    Credibility.CORROBORATED: _("3: not known to the source itself, but corroborated"),
    Credibility.UNCORROBORATED: _("4: not known to the source itself, and not corroborated"),
}
CONFIDENCES: dict[Confidence, Any] = {
    Confidence.HIGH: _("High confidence"),
    Confidence.MODERATE: _("Moderate confidence"),
    Confidence.LOW: _("Low confidence"),
}
KINDS: dict[Kind, Any] = {
    Kind.ACCOUNT: _("Account on a service"),
    Kind.EMAIL: _("E-mail address"),
    Kind.PHONE: _("Telephone number"),
    Kind.ADDRESS: _("IP address"),
    Kind.WALLET: _("Payment address"),
    Kind.DEVICE: _("Device"),
}
MISSING: dict[str, Any] = {"time": _("the time"), "zone": _("the time zone"), "port": _("the port")}
DROP_REASONS: dict[DropReason, Any] = {
    DropReason.NOT_OURS: _("Not for us: another country or authority"),
    DropReason.NOT_AN_OFFENCE_HERE: _("Not an offence here"),
    DropReason.NOT_ENOUGH: _("Not enough to act on"),
    DropReason.NO_CAPACITY: _("Nobody free to work on it"),
    DropReason.HAVE_IT: _("We have it already"),
}
ANSWERS: dict[str, tuple[Any, str]] = {
    "": (_("Arrived, not answered"), "warning"),
    Answer.ACCEPTED: (_("Accepted"), "good"),
    Answer.DROPPED: (_("Dropped by the receiver"), "bad"),
    Answer.TAKEN_BACK: (_("Taken back"), "neutral"),
}


def state(code: str) -> Chip:
    """Return the chip of a state."""
    return Chip(*STATES[State(code)])


def category(code: str) -> Chip:
    """Return the chip of a category of persons."""
    return Chip(*CATEGORIES[Category(code)])


IDENTIFIER_PROBLEMS: dict[str, Any] = {
    identifiers.EMPTY: _("It is empty or too long."),
    identifiers.NO_SERVICE: _("An account needs the service that it is on."),
    identifiers.NOT_EMAIL: _("That is not an address of e-mail."),
    identifiers.NOT_PHONE: _("That is not a telephone number: begin with + and the country's code."),
    identifiers.NOT_ADDRESS: _("That is not an IP address."),
    identifiers.NOT_PORT: _("A port is a number from 1 to 65535."),
    identifiers.NOT_WALLET: _("The checksum of that payment address is wrong."),
    identifiers.NOT_DEVICE: _("A device is named as make|model|serial number."),
}
REFERENCE_PROBLEMS: dict[str, Any] = {
    people.NOT_A_REFERENCE: _("That is not a reference: three characters at least, of letters, digits and / . : _ -"),
    people.LOOKS_LIKE_A_NAME: _("That looks like a name: give the number in your own register, never a name."),
}
HANDOVER_PROBLEMS: dict[str, Any] = {
    handovers.NO_DESK: _("Nobody there works on cases."),
    handovers.NEVER_HANDED: _("No such case had been handed over between these two."),
    handovers.ANSWERED: _("That case had been answered, or taken back, before; or the answer was none."),
    handovers.BAD_PERSON: _("A person in it had no reference as one is written here, stood there twice, or stays."),
    handovers.BAD_STATEMENT: _("A statement in it was not marked as its nature asks."),
    handovers.BAD_IDENTIFIER: _("An identifier in it was none of its kind."),
    handovers.BAD_EVIDENCE: _("Something in its register of evidence was not as it is registered here."),
    handovers.NOT_ACCEPTED: _("That case had not been accepted, or such an outcome says nothing of it."),
    handovers.BAD_BAG: _("The evidence bag does not hold: the bag, or a chain of custody in it."),
    handovers.BAG_TWICE: _("Its evidence bag had come before."),
    handovers.ENDED: _("The case had been dropped, taken back or erased meanwhile."),
}
"""Why what another node says of a case that was handed over is refused."""


def identifier_problem(problem: str) -> str:
    """Return what people read of why something is no identifier."""
    return str(IDENTIFIER_PROBLEMS[problem])
