"""What people read of the codes of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from vaern.node.cases.assistance.clocks import Alarm, Origin, Settled
from vaern.node.cases.assistance.records import Basis, DataKind, Kind
from vaern.node.cases.assistance.router import Code
from vaern.node.cases.assistance.rules import Event, Obstacle, Option, State, Translation
from vaern.node.web.components import Chip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.node.cases.assistance.records import Book, Figure, Span, Treaty
    from vaern.node.cases.assistance.router import Line

DATA: dict[DataKind, Any] = {
    DataKind.SUBSCRIBER: lazy("Subscriber data"),
    DataKind.IDENTIFICATION: lazy("Data only to identify a user"),
    DataKind.TRAFFIC: lazy("Traffic data"),
    DataKind.CONTENT: lazy("Content data"),
}
KINDS: dict[Kind, Any] = {
    Kind.CONTACT: lazy("Contact"),
    Kind.PRESERVE: lazy("Preserves"),
    Kind.PRODUCE: lazy("Produces"),
    Kind.MLA: lazy("Mutual assistance"),
}
BASES: dict[Basis, tuple[Any, str]] = {
    Basis.READ: (lazy("Read"), "neutral"),
    Basis.RECALLED: (lazy("Recalled"), "warning"),
    Basis.ASSUMED: (lazy("Figure to plan by"), "warning"),
}
STATES: dict[State, tuple[Any, str]] = {
    State.DRAFT: (lazy("Draft"), "neutral"),
    State.AT_AUTHORITY: (lazy("At the central authority"), "info"),
    State.SENT: (lazy("Sent"), "info"),
    State.ACKNOWLEDGED: (lazy("Acknowledged"), "info"),
    State.CLARIFICATION: (lazy("Clarification asked"), "warning"),
    State.EXECUTED: (lazy("Executed"), "good"),
    State.EVIDENCE_RECEIVED: (lazy("Evidence received"), "good"),
    State.USE_LIMITS_NOTED: (lazy("Limits on use noted"), "good"),
    State.REFUSED: (lazy("Refused"), "bad"),
    State.WITHDRAWN: (lazy("Withdrawn"), "neutral"),
}
EVENTS: dict[str, Any] = {
    Event.HAND_OVER: lazy("Handed over to the central authority"),
    Event.RETURN: lazy("Returned to the desk"),
    Event.SEND: lazy("Sent"),
    Event.ACKNOWLEDGE: lazy("Acknowledged by the other side"),
    Event.ASK: lazy("The other side asks for clarification"),
    Event.CLARIFY: lazy("Clarified"),
    Event.EXECUTE: lazy("Executed"),
    Event.RECEIVE: lazy("Evidence came"),
    Event.NOTE_LIMITS: lazy("Limits on use"),
    Event.REFUSE: lazy("Refused"),
    Event.WITHDRAW: lazy("Withdrawn"),
    "note": lazy("Correspondence"),
    Option.GO_ON: lazy("Goes on, though its law has ended"),
    Option.SEND_ANEW: lazy("Withdrawn, to be sent anew"),
}
DO: dict[Event, Any] = {
    Event.RETURN: lazy("Return to the desk"),
    Event.ACKNOWLEDGE: lazy("It was acknowledged"),
    Event.ASK: lazy("Clarification is asked for"),
    Event.CLARIFY: lazy("We clarified"),
    Event.EXECUTE: lazy("It was executed"),
    Event.RECEIVE: lazy("Evidence came"),
    Event.NOTE_LIMITS: lazy("Note limits on use"),
    Event.REFUSE: lazy("It was refused"),
    Event.WITHDRAW: lazy("Withdraw"),
}
"""The buttons of a request, in their order."""

TRANSLATIONS: dict[Translation, Any] = {
    Translation.NEEDED: lazy("Needed"),
    Translation.ORDERED: lazy("Ordered"),
    Translation.DONE: lazy("Done"),
    Translation.NOT_NEEDED: lazy("Not needed"),
}
OBSTACLES: dict[Obstacle, Any] = {
    Obstacle.INCOMPLETE: lazy("Something that the instrument requires is missing."),
    Obstacle.UNTRANSLATED: lazy("The translation is not done."),
    Obstacle.NOT_IN_FORCE: lazy("The instrument cannot be used today: the router says why."),
}
OPTIONS: dict[Option, Any] = {
    Option.GO_ON: lazy("Go on under the law that was in force when it was sent"),
    Option.SEND_ANEW: lazy("Withdraw it, and send it anew under another instrument"),
    Option.WITHDRAW: lazy("Withdraw it"),
}
ORIGINS: dict[Origin, Any] = {
    Origin.RETENTION: lazy("The provider's own retention"),
    Origin.ART_29: lazy("Preservation, Budapest Convention art. 29"),
    Origin.US_2703F: lazy("Preservation, 18 USC 2703(f)"),
    Origin.CYBERTIP: lazy("CyberTip, 18 USC 2258A(h)"),
    Origin.EPOC_PR: lazy("European Preservation Order"),
    Origin.OTHER: lazy("Another basis"),
}
SETTLED: dict[Settled, tuple[Any, str]] = {
    Settled.ANSWERED: (lazy("The data came"), "good"),
    Settled.SECURED: (lazy("Secured by another clock"), "good"),
    Settled.LET_GO: (lazy("Let go"), "neutral"),
}
ALARMS: dict[Alarm, Any] = {
    Alarm.TOO_EARLY: lazy("It ends before the answer can be expected"),
    Alarm.FOURTEEN: lazy("14 days left"),
    Alarm.SEVEN: lazy("7 days left"),
    Alarm.THREE: lazy("3 days left"),
    Alarm.ONE: lazy("1 day left"),
    Alarm.LAPSED: lazy("It ran out"),
}
LINES: dict[Code, Any] = {
    Code.IN_FORCE: lazy("In force since %(day)s."),
    Code.BOUND: lazy("%(country)s is bound since %(day)s."),
    Code.HOLDERS_LAW: lazy("It is the law of %(country)s."),
    Code.REACHED_THROUGH: lazy("Reached through: %(instrument)s."),
    Code.OWN_LAW: lazy("The data are in one's own country."),
    Code.NO_TREATY_NEEDED: lazy("No treaty is needed."),
    Code.COVERS_DATA: lazy("It covers this kind of data."),
    Code.RUNS_BY_ITSELF: lazy("Nothing is asked for: it runs by itself."),
    Code.EMERGENCY_TIME: lazy("The time is that for an emergency."),
    Code.DUAL_MET: lazy("The act is an offence on both sides."),
    Code.DUAL_UNKNOWN: lazy("Look whether the act is an offence on both sides."),
    Code.RESERVATION: lazy("%(country)s made a reservation: %(words)s."),
    Code.NOT_PARTY: lazy("%(country)s is not a party, so far as the table knows."),
    Code.STAYS_OUT: lazy("%(country)s is not bound: %(words)s."),
    Code.NOT_YET: lazy("%(country)s is bound only from %(day)s."),
    Code.NO_MORE: lazy("%(country)s was bound until %(day)s."),
    Code.NOT_IN_FORCE: lazy("It is not in force, so far as the table knows."),
    Code.NOT_YET_IN_FORCE: lazy("It enters into force on %(day)s."),
    Code.NO_LONGER_IN_FORCE: lazy("It was in force until %(day)s."),
    Code.NOT_THE_HOLDERS_LAW: lazy("It is not the law of %(country)s."),
    Code.NO_WAY_THERE: lazy("It is reached only through: %(instrument)s. That cannot be used."),
    Code.SAME_COUNTRY: lazy("The data are in one's own country: its own law applies."),
    Code.OTHER_COUNTRY: lazy("The data are in another country."),
    Code.WRONG_SIDES: lazy("One of the two sides has to be %(country)s."),
    Code.REPLACED: lazy("Between these two it is replaced by: %(instrument)s."),
    Code.WRONG_DATA: lazy("It does not cover this kind of data."),
    Code.NEEDS_PRESERVATION: lazy("The data have to be preserved first."),
    Code.NEEDS_DUAL: lazy("The act has to be an offence on both sides."),
    Code.NEEDS_EMERGENCY: lazy("Only in an emergency."),
    Code.NEEDS_CYBERTIP: lazy("Only for what a provider reported to the CyberTipline."),
}


def said(words: Mapping[str, str]) -> str:
    """Return a text of the table in the language of the page; English where it has no other."""
    language = (get_language() or "en")[:2]
    return words.get(language, "") or words.get("en", "")


def cited(treaty: Treaty) -> str:
    """Return a treaty with where it stands."""
    return f"{said(treaty.name)} ({treaty.cite})" if treaty.cite else said(treaty.name)


def country(code: str, book: Book) -> str:
    """Return a country's name; its code where nobody knows one."""
    found = book.countries.get(code)
    if found is None:
        return code
    return found.da if (get_language() or "en")[:2] == "da" else found.en


def line(given: Line, treaty: str, book: Book) -> str:
    """Return one line of an explanation as a sentence."""
    row = next(
        (one for one in book.parties if (one.country, one.treaty) == (given.country, treaty) and one.reservation), None
    )
    other = book.instruments.get(given.instrument)
    return str(LINES[given.code]) % {
        "country": country(given.country, book) if given.country else "",
        "day": date_format(given.day) if given.day else "",
        "instrument": said(other.name) if other else given.instrument,
        "words": said(row.reservation) if row else "",
    }


def span(given: Span) -> str:
    """Return a span in words."""
    if given.hours:
        return ngettext("%(n)d hour", "%(n)d hours", given.hours) % {"n": given.hours}
    if given.days:
        return ngettext("%(n)d day", "%(n)d days", given.days) % {"n": given.days}
    return ngettext("%(n)d month", "%(n)d months", given.months) % {"n": given.months}


def expectation(figure: Figure | None) -> str:
    """Return how long something takes, with where the figure comes from if no law or source gives it."""
    if figure is None:
        return _("Nobody can say")
    marks = {Basis.READ: "", Basis.RECALLED: _("recalled"), Basis.ASSUMED: _("a figure to plan by")}
    mark = marks[figure.basis]
    return f"{span(figure.span)} ({mark})" if mark else span(figure.span)


def state(code: str) -> Chip:
    """Return the chip of a request's state."""
    return Chip(*STATES[State(code)])


def basis(code: str) -> Chip:
    """Return the chip of how a row came about."""
    return Chip(*BASES[Basis(code)])


def verified(is_verified: bool) -> Chip:
    """Return the chip that says whether a person has compared a row with its source."""
    return Chip(_("Verified"), "good") if is_verified else Chip(_("Unverified"), "warning")
