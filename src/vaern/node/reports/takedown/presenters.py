"""Presentation of the takedown: tables, clocks, history, and possible acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from vaern.node.casework.known import door_of
from vaern.node.casework.sheets import SheetPart
from vaern.node.organisations.rules import Permission
from vaern.node.reports.base.matches import further
from vaern.node.reports.rules import takedown
from vaern.node.reports.rules.locations import LOCATION_DONE, LOCATION_TRANSITIONS, LocationEvent, LocationState
from vaern.node.reports.rules.takedown import Level
from vaern.node.reports.takedown import blocks, corrections, labels, queries
from vaern.node.reports.takedown.addresses import shown, shown_host
from vaern.node.web.components import Chip, Clock, Code, Definitions, Empty, Link, When, rounded
from vaern.node.web.day import Day
from vaern.node.web.tables import Bulk, Column, Filter, Row, Table

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Block, Location, Report
    from vaern.node.web.paging import Page


def at(location: Location) -> str:
    """Return the URL of a location's page."""
    return reverse("reports:location", args=[location.report_id, location.pk])


def place(viewer: Viewer, location: Location) -> Any:
    """Return the address as the viewer may see it: defanged, and for assessors only."""
    if not viewer.may(Permission.REPORT_ASSESS):
        return _("Shown to those who assess only")
    return Code(shown(location.item))


def about(viewer: Viewer, location: Location) -> dict[str, Any]:
    """Return the arguments of `decide` that name a location and link to it."""
    report = location.report
    report_url = reverse("reports:report", args=[report.pk])
    name = _("Location %(number)s") % {"number": location.item.number}
    return {
        "subject": Definitions(
            [
                (_("Report"), Link(report.code, report_url)),
                (_("Address"), place(viewer, location)),
                (_("State"), labels.state(location.state)),
                (_("Hosting provider"), location.host or "–"),
            ]
        ),
        "crumbs": [
            (_("Still up"), reverse("reports:still-up")),
            (report.code, report_url),
            (name, at(location)),
        ],
        "back": at(location),
    }


def about_block(viewer: Viewer, block: Block) -> dict[str, Any]:
    """Return the arguments of `decide` that name an entry of the blocking list."""
    here = reverse("reports:block", args=[block.pk])
    return {
        "subject": about(viewer, block.location)["subject"],
        "crumbs": [(_("Blocking list"), reverse("reports:blocks")), (block.location.report.code, here)],
        "back": here,
    }


def next_clock(location: Location) -> Any:
    """Return the next step with its clock, or a word. The location is one from `queries`."""
    if location.state == LocationState.NOTIFIED and location.level == Level.POLICE:
        return Chip(_("A person goes on"), "bad")
    if location.to_check:
        return Chip(_("Re-check: the host says it is gone"), "warning")
    if location.next_step_at:
        reminds = takedown.reminders_left(Level(location.level), location.reminded)
        return format_html("{}: {}", _("Remind") if reminds else _("Escalate"), Clock(location.next_step_at))
    return "–"


def sheet_part(viewer: Viewer, report: Report, reason: Reason) -> SheetPart | None:
    """Return the part of a report's page with its locations; None without any."""
    if report.organisation_id != viewer.organisation.id or not viewer.may(Permission.REPORT_TAKEDOWN):
        return None
    locations = queries.of_report(report)
    if not locations:
        return None
    table = Table(
        caption=_("Locations"),
        columns=[
            Column(_("Location")),
            Column(_("State")),
            Column(_("Host")),
            Column(_("Notified")),
            Column(_("Next step")),
        ],
        rows=[
            Row(
                [
                    place(viewer, location),
                    labels.state(location.state),
                    location.host or "–",
                    When(location.first_notified_at),
                    next_clock(location),
                ],
                url=at(location),
            )
            for location in locations
        ],
        id="locations",
    )
    return SheetPart(
        _("Takedown"),
        "reports/takedown/part.html",
        {
            "table": table,
            "done": all(LocationState(location.state) in LOCATION_DONE for location in locations),
            "fallen": corrections.any_fallen(report),
        },
    )


CHECKS = "checks"
"""The form of the page that sends what was found at which places."""


def _checked(location: Location) -> Any:
    """Return the two buttons by which a place is said to be there, or gone."""
    if LocationState(location.state) in LOCATION_DONE:
        return ""
    named = f"{location.report.code}, {location.item.number}"
    return format_html_join(
        " ",
        '<button form="{}" name="{}" value="{}" aria-label="{} {}">{}</button>',
        (
            (CHECKS, name, location.pk, label, named, label)
            for name, label in (("there", _("There")), ("gone", _("Gone")))
        ),
    )


def still_up_table(page: Page[Location], state: str, waits: str) -> Table:
    """Return the table of locations that are still up."""
    return Table(
        caption=_("Locations"),
        columns=[
            Column(_("Report"), sort="report"),
            Column(_("Host name")),
            Column(_("State"), sort="state"),
            Column(_("Hosting provider"), sort="host"),
            Column(_("Escalated to"), sort="level"),
            Column(_("Up for"), sort="up"),
            Column(_("Next step"), sort="next"),
            Column(_("Misses in a row"), numeric=True),
            Column(_("What did you find?")),
        ],
        rows=[
            Row(
                [
                    location.report.code,
                    Code(shown_host(location.item)),
                    labels.state(location.state),
                    location.host or "–",
                    labels.LEVELS[Level(location.level)],
                    rounded(timezone.now() - location.created_at),
                    next_clock(location),
                    f"{location.misses} / {takedown.MISSES_NEEDED}",
                    _checked(location),
                ],
                url=at(location),
                id=str(location.pk),
            )
            for location in page.rows
        ],
        bulk=Bulk(CHECKS, "location", [("there", _("It is there")), ("gone", _("It is gone"))]),
        filters=[
            Filter("state", _("State"), [(code.value, label) for code, (label, _t) in labels.STATES.items()], state),
            Filter("waits", _("Waits for"), list(labels.WAITS.items()), waits),
        ],
        page=page,
        empty=Empty(_("Nothing is up"), _("Locations of reports in action are listed here until they are gone.")),
        id="still-up",
    )


def can(viewer: Viewer, location: Location, event: LocationEvent, permission: Permission) -> bool:
    """Whether the viewer has the permission and the state allows the event."""
    return viewer.may(permission) and (LocationState(location.state), event) in LOCATION_TRANSITIONS


def blocks_table(viewer: Viewer, page: Page[Block], appeal: str, conclusion: str) -> Table:
    """Return the table of a page of the blocking list."""
    return Table(
        caption=_("Blocking list"),
        columns=[
            Column(_("Report"), sort="report"),
            Column(_("Location")),
            Column(_("Why")),
            Column(_("Blocked"), sort="made"),
            Column(_("Review date"), sort="review"),
            Column(_("Appeal"), sort="appeal"),
            Column(_("Conclusion"), sort="wrong"),
        ],
        rows=[
            Row(
                [
                    block.location.report.code,
                    place(viewer, block.location),
                    blocks.reason_of(block),
                    When(block.made_at),
                    Day(block.review_date),
                    appeal_chip(block),
                    Chip(_("Was wrong: lift it"), "bad") if block.wrong else _("Stands"),
                ],
                url=reverse("reports:block", args=[block.pk]),
            )
            for block in page.rows
        ],
        filters=[
            Filter("appeal", _("Appeal"), [("waits", _("Waits for a decision"))], appeal),
            Filter("conclusion", _("Conclusion"), [("wrong", _("Was wrong: lift it"))], conclusion),
        ],
        page=page,
        empty=Empty(_("Nothing is blocked"), _("What notices did not help against can be put here, for a time.")),
        id="blocks",
    )


def known_by(viewer: Viewer, block: Block) -> Definitions | None:
    """Return by which entries of lists a blocked file is known, and where every match with them is; None for none."""
    item = block.location.item
    if not item.known_list:
        return None
    facts: list[tuple[object, object]] = []
    others = [(one.list, one.entry) for one in further([item]).get(item.pk, ())]
    for name, entry in [(item.known_list, item.known_entry), *others]:
        facts += [(_("Known list"), name), (_("Entry"), Code(entry, 24))]
        link = door_of(viewer, name, entry)
        if link is not None:
            facts.append((_("Go on"), link))
    if item.known_more:
        facts.append((_("Hits that were not kept"), item.known_more))
    return Definitions(facts)


def appeal_chip(block: Block) -> Any:
    """Return the chip of an appeal's state."""
    if block.appealed_at is None:
        return "–"
    if block.appeal_upheld is None:
        return Chip(_("Waits for a decision"), "bad")
    return Chip(_("Upheld"), "good") if block.appeal_upheld else Chip(_("Not upheld"), "neutral")
