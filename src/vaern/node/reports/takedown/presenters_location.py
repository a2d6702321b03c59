"""The page of a location: how it stands, what is done next, and what the host said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.node.base.sealing import unseal
from vaern.node.organisations import countries
from vaern.node.organisations.rules import Permission
from vaern.node.reports.base.addresses import defanged
from vaern.node.reports.rules import takedown
from vaern.node.reports.rules.locations import LOCATION_DONE, LOCATION_TRANSITIONS, LocationEvent, LocationState
from vaern.node.reports.rules.states import State
from vaern.node.reports.rules.takedown import Level
from vaern.node.reports.takedown import corrections, elsewhere, labels, notices, portal
from vaern.node.reports.takedown.addresses import shown_host
from vaern.node.reports.takedown.holds import SEALED as HOLD
from vaern.node.reports.takedown.locks import not_to_act_on
from vaern.node.reports.takedown.presenters import can, next_clock, place
from vaern.node.web.components import Chip, Clock, Code, Definitions, Event, Timeline, When
from vaern.node.web.records import Head, Offer, Rank, Tab

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Location, Notice
    from vaern.node.reports.takedown.queries import Sheet

ENDED = frozenset({LocationState.OFFLINE, LocationState.STOPPED})


def location_context(viewer: Viewer, sheet: Sheet) -> dict[str, Any]:
    """Return the context of a location's page."""
    location, held = sheet.location, elsewhere.words(sheet.location)
    state, fallen = LocationState(location.state), list(corrections.fallen(location))
    where = countries.named(location.country) if location.country else ""
    events = _history(sheet)
    waits = state in {LocationState.TRACED, LocationState.HELD}
    return {
        "location": location,
        "report": location.report,
        "head": head(viewer, sheet, where, held, fallen),
        "tabs": [Tab.OVERVIEW, Tab.HISTORY],
        "fallen": [notice.host.name for notice in fallen],
        "place": place(viewer, location),
        "facts": Definitions(_facts(location, where)),
        "obstacle": notices.obstacle(location) if waits else _barred(location) or held,
        "hold": sheet.hold,
        "hold_words": unseal(sheet.hold.words, HOLD) if sheet.hold else "",
        "hold_clock": Clock(sheet.hold.ends_at) if sheet.hold else "",
        "entry": sheet.block,
        "answers": _answers(sheet),
        "history": Timeline(events, _("What happened")) if events else "",
    }


def head(viewer: Viewer, sheet: Sheet, where: str, held: str, fallen: list[Notice]) -> Head:
    """Return the head of a location: who hosts it and where, and what waits.

    Args:
        viewer: who looks.
        sheet: what is shown.
        where: its country in words.
        held: by whom it is held elsewhere, in words; "" if it is not.
        fallen: the notices whose conclusion no longer stands.
    """
    location = sheet.location
    host = str(location.host) if location.host else shown_host(location.item)
    number = _("Location %(number)s") % {"number": location.item.number}
    chips = [labels.state(location.state)]
    chips += [Chip(_("Synthetic"), "info")] if location.report.synthetic else []
    clock = next_clock(location)
    return Head(
        " · ".join(part for part in (host, where) if part),
        f"{location.report.code} · {number}",
        chips=chips,
        clock=clock if clock != "–" else "",
        offers=list(offers(viewer, sheet, held, fallen)),
    )


def offers(viewer: Viewer, sheet: Sheet, held: str, fallen: list[Notice]) -> Iterable[Offer]:
    """Yield what the viewer can do about a location: what its state asks for first. Arguments as of `head`."""
    location = sheet.location
    if viewer.may(Permission.REPORT_TAKEDOWN):
        yield from _next(location, held, fallen)
        yield from _notices(location, held)
    yield from _holds(viewer, sheet)
    if viewer.may(Permission.REPORT_TAKEDOWN):
        yield from _last(viewer, location, held)


def _next(location: Location, held: str, fallen: list[Notice]) -> Iterable[Offer]:
    """Yield tracing and notifying; what bars a notice stands beside it, with the way to what is missing."""
    state, barred = LocationState(location.state), _barred(location)
    trace, police = Offer(_("Trace"), _url("trace", location), Rank.NEXT), _police(location)
    notify, follow = _("Notify the host"), _("Follow it to its new place")
    corrects = (state, LocationEvent.CORRECT) in LOCATION_TRANSITIONS and not held
    if corrects and fallen:
        yield Offer(_("Take the notice back"), _url("correct", location), Rank.NEXT)
    if state is LocationState.MOVED and not barred:
        yield Offer(follow, _url("follow", location), Rank.NEXT)
    if state in {LocationState.UNTRACED, LocationState.MOVED}:
        yield trace
    elif state is LocationState.TRACED:
        old = not takedown.fresh(location.traced_at, timezone.now())
        if old:
            yield trace
        why = notices.obstacle(location)
        if why and not old and police:
            yield Offer(police.label, police.url, Rank.NEXT)
            police = None
        yield Offer(notify, _url("notify", location), Rank.NEXT, obstacle=why)
        if not old:
            yield Offer(trace.label, trace.url)
    elif state in {LocationState.NOTIFIED, LocationState.HELD}:
        yield Offer(trace.label, trace.url)
    if police and state not in ENDED:
        yield police


def _police(location: Location) -> Offer | None:
    if location.police_told_at is not None:
        return None
    return Offer(_("Police informed"), _url("tell-police", location))


def _notices(location: Location, held: str) -> Iterable[Offer]:
    """Yield checking, reminding and escalating: the last two are put forward once due, unless it may be gone."""
    state, barred = LocationState(location.state), _barred(location)
    due = location.next_step_at is not None and location.next_step_at <= timezone.now() and not location.to_check
    notified = state is LocationState.NOTIFIED and not barred
    reminds = notified and not held and takedown.reminders_left(Level(location.level), location.reminded) > 0
    if notified and not held:
        rank = Rank.NEXT if due and reminds else Rank.WORK
        yield Offer(_("Remind"), _url("remind", location), rank)
    if notified and notices.may_escalate(location, held_elsewhere=bool(held)):
        yield Offer(_("Escalate"), _url("escalate", location), Rank.NEXT if due and not reminds else Rank.WORK)
    watched = state in {LocationState.NOTIFIED, LocationState.BLOCKED}
    yield Offer(_("Re-check"), _url("check", location), Rank.NEXT if watched else Rank.WORK)


def _holds(viewer: Viewer, sheet: Sheet) -> Iterable[Offer]:
    location = sheet.location
    if can(viewer, location, LocationEvent.HOLD, Permission.REPORT_HOLD):
        yield Offer(_("Prolong the hold") if sheet.hold else _("Hold for the police"), _url("hold", location))
    if can(viewer, location, LocationEvent.HOLD_ENDS, Permission.REPORT_HOLD):
        yield Offer(_("End the hold"), _url("end-hold", location))


def _last(viewer: Viewer, location: Location, held: str) -> Iterable[Offer]:
    """Yield what is left when nobody answers."""
    state, at_police = LocationState(location.state), location.level == Level.POLICE
    if at_police and not held and not _barred(location):
        if can(viewer, location, LocationEvent.BLOCK, Permission.REPORT_TAKEDOWN):
            label = _("Put it on the blocking list")
            yield Offer(label, _url("make-block", location), Rank.ENDING, "danger")
        if state in {LocationState.NOTIFIED, LocationState.BLOCKED}:
            label = _("Ask that its domain be blocked")
            yield Offer(label, _url("ask-domain", location), Rank.ENDING, "danger")
    if can(viewer, location, LocationEvent.STOP, Permission.REPORT_TAKEDOWN):
        yield Offer(_("Stop pursuing"), _url("stop", location), Rank.ENDING, "danger")


def _url(name: str, location: Location) -> str:
    return reverse(f"reports:{name}", args=[location.report_id, location.pk])


def _barred(location: Location) -> str:
    """Return why nobody is told of an item that is nothing to act on, in a report that is one; "" elsewhere."""
    in_action = State(location.report.state) is State.IN_ACTION
    return not_to_act_on(location) if in_action and LocationState(location.state) not in LOCATION_DONE else ""


def _facts(location: Location, where: str) -> list[tuple[object, object]]:
    """Return what is known of where it is; what nobody has found out is left out."""
    evidence = unseal(location.evidence, "trace")
    known: list[tuple[object, object, object]] = [
        (_("Hosting provider"), location.host, location.host),
        (_("Owner of the site"), location.owner, location.owner),
        (_("Registrar"), location.registrar, location.registrar),
        (_("IP address"), location.ip, location.ip),
        (_("Network"), location.network, location.network),
        (_("Country"), location.country, where),
        (_("Traced"), location.traced_at, When(location.traced_at)),
        (_("Evidence"), evidence, evidence),
        (_("Police informed"), location.police_told_at, When(location.police_told_at)),
        (_("Escalated to"), location.level, labels.LEVELS[Level(location.level)]),
        (_("Misses in a row"), location.misses, f"{location.misses} / {takedown.MISSES_NEEDED}"),
        (_("Offline"), location.offline_at, When(location.offline_at)),
        (_("Came back"), location.reappeared, location.reappeared),
    ]
    return [(label, shown) for label, there, shown in known if there]


def _answers(sheet: Sheet) -> list[dict[str, Any]]:
    return [
        {
            "host": notice.host,
            "said": labels.ANSWERS[notice.answer],
            "at": When(notice.answer_at),
            "removed_at": When(notice.removed_at) if notice.removed_at else "",
            "words": portal.words_of(notice),
            "moved_to": Code(defanged(portal.moved_to(notice))) if notice.moved_to else "",
        }
        for notice in sheet.notices
        if notice.answer
    ]


def _history(sheet: Sheet) -> list[Event]:
    found = []
    for notice in sheet.notices:
        to = {"host": notice.host.name, "kind": labels.LEVELS[Level(notice.level)], "count": notice.reminded}
        claimed = _("It claimed priority as a trusted flagger’s") if notice.flagger_id else ""
        found.append(Event(notice.sent_at, _("Notice to %(host)s (%(kind)s); reminders: %(count)s") % to, note=claimed))
        if notice.opened_at:
            found.append(Event(notice.opened_at, _("%(host)s opened the notice") % to, tone="info"))
        if notice.corrected_at:
            found.append(Event(notice.corrected_at, _("The notice to %(host)s was taken back") % to, tone="warning"))
    for hold in sheet.holds:
        ends = date_format(timezone.localtime(hold.ended_at or hold.ends_at), "SHORT_DATETIME_FORMAT")
        found.append(Event(hold.started_at, _("Police hold until %(end)s") % {"end": ends}, hold.owner, tone="info"))
    for check in sheet.checks:
        words = _("It was there") if check.there else _("It was missed")
        found.append(Event(check.at, words, check.by or check.tool, tone="bad" if check.there else "good"))
    found += [Event(block.made_at, _("Put on the blocking list"), block.made_by) for block in sheet.blocks]
    return sorted(found, key=lambda event: event.at, reverse=True)
