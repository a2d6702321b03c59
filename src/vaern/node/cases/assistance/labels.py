"""Labels for the codes of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from vaern.node.cases.assistance.data import country_of, zones_of
from vaern.node.cases.assistance.incoming.labels import THEIRS
from vaern.node.cases.rules import clocks
from vaern.node.cases.rules.assistance import Event, Obstacle, Option, State, Translation
from vaern.node.cases.rules.clocks import Alarm, Origin, Settled, day_ended
from vaern.node.cases.rules.instruments import DataKind, Kind
from vaern.node.cases.rules.routes import Code
from vaern.node.law.labels import said
from vaern.node.law.records import Basis
from vaern.node.organisations import countries
from vaern.node.web.components import Chip

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.cases.rules.instruments import Book, Country, Figure, Span, Treaty
    from vaern.node.cases.rules.routes import Line

DATA: dict[DataKind, Any] = {
    DataKind.SUBSCRIBER: _("Subscriber data"),
    DataKind.IDENTIFICATION: _("Data only to identify a user"),
    DataKind.TRAFFIC: _("Traffic data"),
    DataKind.CONTENT: _("Content data"),
}
KINDS: dict[Kind, Any] = {
    Kind.CONTACT: _("Contact"),
    Kind.PRESERVE: _("Preserves"),
    Kind.INFORM: _("Police to police"),
    Kind.DIRECT: _("Of the provider’s own will"),
    Kind.PRODUCE: _("Produces"),
    Kind.MLA: _("Mutual assistance"),
    Kind.REDIRECT: _("Ask again"),
}
STATES: dict[State, tuple[Any, str]] = {
    State.DRAFT: (_("Draft"), "neutral"),
    State.AT_AUTHORITY: (_("At the central authority"), "info"),
    State.SENT: (_("Sent"), "info"),
    State.ACKNOWLEDGED: (_("Acknowledged"), "info"),
    State.CLARIFICATION: (_("Clarification asked"), "warning"),
    State.EXECUTED: (_("Executed"), "good"),
    State.EVIDENCE_RECEIVED: (_("Evidence received"), "good"),
    State.USE_LIMITS_NOTED: (_("Limits on use noted"), "good"),
    State.REFUSED: (_("Refused by the other side"), "bad"),
    State.WITHDRAWN: (_("Withdrawn"), "neutral"),
}
EVENTS: dict[str, Any] = {
    Event.HAND_OVER: _("Handed over to the central authority"),
    Event.RETURN: _("Returned to the desk"),
    Event.SEND: _("Sent"),
    Event.ACKNOWLEDGE: _("Acknowledged by the other side"),
    Event.ASK: _("The other side asks for clarification"),
    Event.CLARIFY: _("Clarified"),
    Event.EXECUTE: _("Executed"),
    Event.RECEIVE: _("Evidence came"),
    Event.NOTE_LIMITS: _("Limits on use"),
    Event.REFUSE: _("Refused by the other side"),
    Event.WITHDRAW: _("Withdrawn"),
    "note": _("Correspondence"),
    "sight_prolonged": _("The central authority sees it longer"),
    Option.GO_ON: _("Goes on, though its law has ended"),
    Option.SEND_ANEW: _("Withdrawn, to be sent anew"),
    **THEIRS,
}
DO: dict[Event, Any] = {
    Event.RETURN: _("Return to the desk"),
    Event.ACKNOWLEDGE: _("It was acknowledged"),
    Event.ASK: _("Clarification is asked for"),
    Event.CLARIFY: _("We clarified"),
    Event.EXECUTE: _("It was executed"),
    Event.RECEIVE: _("Evidence came"),
    Event.NOTE_LIMITS: _("Note limits on use"),
    Event.REFUSE: _("It was refused"),
    Event.WITHDRAW: _("Withdraw"),
}
"""The buttons of a request, in their order."""

TRANSLATIONS: dict[Translation, Any] = {
    Translation.NEEDED: _("Needed"),
    Translation.ORDERED: _("Ordered"),
    Translation.DONE: _("Done"),
    Translation.NOT_NEEDED: _("Not needed"),
}
OBSTACLES: dict[Obstacle, Any] = {
    Obstacle.INCOMPLETE: _("Something that the instrument requires is missing."),
    Obstacle.UNTRANSLATED: _("The translation is not done."),
    Obstacle.NOT_IN_FORCE: _("The instrument cannot be used today: the router says why."),
}
OPTIONS: dict[Option, Any] = {
    Option.GO_ON: _("Go on under the law that was in force when it was sent"),
    Option.SEND_ANEW: _("Withdraw it, and send it anew under another instrument"),
    Option.WITHDRAW: _("Withdraw it"),
}
ORIGINS: dict[Origin, Any] = {
    Origin.RETENTION: _("The provider's own retention"),
    Origin.ART_29: _("Preservation, Budapest Convention art. 29"),
    Origin.US_2703F: _("Preservation, 18 USC 2703(f)"),
    Origin.CYBERTIP: _("CyberTip, 18 USC 2258A(h)"),
    Origin.EPOC_PR: _("European Preservation Order"),
    Origin.OTHER: _("Another basis"),
}
SETTLED: dict[Settled, tuple[Any, str]] = {
    Settled.ANSWERED: (_("The data came"), "good"),
    Settled.SECURED: (_("Secured by another clock"), "good"),
    Settled.LET_GO: (_("Let go"), "neutral"),
}
ALARMS: dict[Alarm, Any] = {
    Alarm.TOO_EARLY: _("It ends before the answer can be expected"),
    Alarm.FOURTEEN: _("14 days left"),
    Alarm.SEVEN: _("7 days left"),
    Alarm.THREE: _("3 days left"),
    Alarm.ONE: _("1 day left"),
    Alarm.LAPSED: _("It ran out"),
}
LINES: dict[Code, Any] = {
    Code.IN_FORCE: _("In force since %(day)s."),
    Code.BOUND: _("%(country)s is bound since %(day)s."),
    Code.HOLDERS_LAW: _("It applies to what is held in %(country)s."),
    Code.REACHED_THROUGH: _("Reached through: %(instrument)s."),
    Code.OWN_LAW: _("The data are in one's own country."),
    Code.OUTSIDE: _("%(country)s itself does not take part in the orders of the Union."),
    Code.NO_TREATY_NEEDED: _("No treaty is needed."),
    Code.COVERS_DATA: _("It covers this kind of data."),
    Code.RUNS_BY_ITSELF: _("Nothing is asked for: it runs by itself."),
    Code.EMERGENCY_TIME: _("The time is that for an emergency."),
    Code.DUAL_MET: _("The act is an offence on both sides."),
    Code.OFFENCE_MET: _("The offence is grave enough for this kind of data, or is one that the act names."),
    Code.OFFENCE_UNKNOWN: _(
        "For this kind of data the offence has to be grave enough, or one that the act names: the condition says which."
    ),
    Code.DUAL_UNKNOWN: _("Look whether the act is an offence on both sides: if it is not, the other side may refuse."),
    Code.DUAL_MISSING: _("The act is not an offence on both sides: the other side may refuse."),
    Code.DUAL_FOR_SEARCH: _(
        "If it declared so, the other side may refuse search and seizure for an act that is no offence there."
    ),
    Code.RESERVATION: _("%(country)s: %(words)s."),
    Code.CONDITION: "%(words)s.",
    Code.UNKNOWN_FORCE: _("The table does not say whether it is in force: look."),
    Code.UNKNOWN_PARTY: _("The table does not say whether %(country)s is bound: look."),
    Code.UNKNOWN_LAW: _("The table does not say whether it applies to what is held in %(country)s: look."),
    Code.WAY_UNKNOWN: _("It is reached only through: %(instrument)s. The table does not say whether that can be used."),
    Code.NOT_PARTY: _("%(country)s is not a party, as of %(day)s."),
    Code.STAYS_OUT: _("%(country)s is not bound: %(words)s."),
    Code.NOT_YET: _("%(country)s is bound only from %(day)s."),
    Code.NO_MORE: _("%(country)s was bound until %(day)s."),
    Code.NOT_IN_FORCE: _("It was not in force on %(day)s."),
    Code.NOT_YET_IN_FORCE: _("It enters into force on %(day)s."),
    Code.NO_LONGER_IN_FORCE: _("It was in force until %(day)s."),
    Code.NOT_THE_HOLDERS_LAW: _("It does not apply to what is held in %(country)s."),
    Code.NO_WAY_THERE: _("It is reached only through: %(instrument)s. That cannot be used."),
    Code.SAME_COUNTRY: _("The data are in one's own country: its own law applies."),
    Code.OTHER_COUNTRY: _("The data are in another country."),
    Code.WRONG_SIDES: _("One of the two sides has to be %(country)s."),
    Code.INSIDE: _("%(country)s itself takes part in the orders of the Union."),
    Code.REPLACED: _("Its place is taken by: %(instrument)s."),
    Code.WRONG_DATA: _("It does not cover this kind of data."),
    Code.NEEDS_PRESERVATION: _("The data have to be preserved first."),
    Code.NEEDS_EMERGENCY: _("Only in an emergency."),
    Code.NEEDS_CYBERTIP: _("Only for what a provider reported to the CyberTipline."),
    Code.OFFENCE_TOO_LIGHT: _("The offence is not grave enough for this kind of data, and none that the act names."),
}


def cited(treaty: Treaty) -> str:
    """Return a treaty with where it stands."""
    return f"{said(treaty.name)} ({treaty.cite})" if treaty.cite else said(treaty.name)


def country(code: str, book: Book) -> str:
    """Return a country's name by a book; its code where nobody knows one."""
    return _name_of(code, book.countries.get(code))


def country_here(code: str) -> str:
    """Return a country's name where no book was read; its code where nobody knows one."""
    found = country_of(code)
    return _name_of(code, found) if found else countries.named(code, {})


def _name_of(code: str, found: Country | None) -> str:
    if found is None:
        return code
    return found.da if (get_language() or "en")[:2] == "da" else found.en


def line(given: Line, book: Book) -> str:
    """Return one line of an explanation as a sentence."""
    other = book.instruments.get(given.instrument)
    return str(LINES[given.code]) % {
        "country": country(given.country, book) if given.country else "",
        "day": date_format(given.day) if given.day else "",
        "instrument": said(other.name) if other else given.instrument,
        "words": said(given.words),
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
        return str(_("Nobody can say"))
    marks = {Basis.READ: "", Basis.RECALLED: _("recalled"), Basis.ASSUMED: _("a figure to plan by")}
    mark = marks[figure.basis]
    return f"{span(figure.span)} ({mark})" if mark else span(figure.span)


def end(at: datetime, holder: str) -> str:
    """Return when a period ends where the data lie: the last day of it, or a moment; with the zone that says so."""
    zones = zones_of(holder)
    if found := day_ended(at, zones):
        day, zone = found
        return str(_("through %(day)s (%(zone)s)")) % {"day": date_format(day, "SHORT_DATE_FORMAT"), "zone": zone}
    return moment(at, zones[0])


def moment(at: datetime, zone: str) -> str:
    """Return a moment as clocks in a zone show it, with the zone."""
    return f"{date_format(at.astimezone(ZoneInfo(zone)), 'SHORT_DATETIME_FORMAT')} ({zone})"


UNCOUNTED: dict[str, Any] = {
    clocks.NO_ZONE_OF_MOMENT: _("The moment has no time zone, so no period can begin at it."),
    clocks.NO_ZONE_OF_PLACE: _("No time zone is known where the data lie, so days cannot be counted."),
    clocks.SKIPPED_HOUR: _("The clocks skipped that hour: nothing can have happened in it."),
}
"""Why time cannot be counted."""


def state(code: str) -> Chip:
    """Return the chip of a request's state."""
    return Chip(*STATES[State(code)])
