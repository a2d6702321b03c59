"""From intakes to what their pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from vaern.node.casework.sheets import SheetPart
from vaern.node.lists.base import labels
from vaern.node.lists.base.against import doubt_of
from vaern.node.lists.base.pages import crumbs
from vaern.node.lists.intake import queries
from vaern.node.lists.intake.faults import there
from vaern.node.lists.intake.reading import MOST_FAULTS
from vaern.node.lists.rules.entries import EntryState
from vaern.node.lists.rules.intake import WAITING, Change, IntakeState
from vaern.node.organisations.rules import Permission
from vaern.node.web.components import Chip, Code, Definitions, Empty, Progress, When
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.intake.comparison import Example
    from vaern.node.lists.intake.queries import IntakePage
    from vaern.node.lists.models import HashList, ListIntake
    from vaern.node.organisations.viewers import Viewer

UNDER_WAY = {IntakeState.RECEIVING, IntakeState.READING, IntakeState.TAKING}


def at(intake: ListIntake) -> str:
    """Return the address of an intake's page."""
    return reverse("lists:intake", args=[intake.list_id, intake.pk])


def state(intake: ListIntake) -> Chip:
    """Return the chip of an intake's state."""
    return Chip(*labels.INTAKES[IntakeState(intake.state)])


def progress(intake: ListIntake) -> Progress:
    """Return how far an intake is: bytes while it comes in, records while it is read."""
    url = reverse("lists:intake-progress", args=[intake.list_id, intake.pk])
    now = IntakeState(intake.state)
    if now is IntakeState.FAILED:
        return Progress(url, _("Reading the file"), state="failed", text=intake.why)
    if now is IntakeState.RECEIVING:
        return Progress(url, _("The file comes in"), intake.received, intake.size)
    if now is IntakeState.TAKING:
        return Progress(url, _("The list is being changed"))
    text = _("%(count)s records so far") % {"count": f"{intake.read:,}"}
    return Progress(url, _("Reading the file"), intake.read, 0, "running" if now in UNDER_WAY else "done", text)


def page_context(page: IntakePage) -> dict[str, Any]:
    """Return what the page of an intake shows."""
    intake = page.intake
    now = IntakeState(intake.state)
    return {
        "intake": intake,
        "crumbs": crumbs(intake.list),
        "state": state(intake),
        "facts": Definitions(list(_facts(intake))),
        "progress": progress(intake) if now in UNDER_WAY | {IntakeState.FAILED} else None,
        "mapping_url": reverse("lists:mapping", args=[intake.list_id]) if now is IntakeState.FAILED else "",
        "ready": now is IntakeState.READY,
        "held": now is IntakeState.HELD,
        "examples": examples_table(page) if now in WAITING else None,
        "faults": faults_table(page) if intake.faults else None,
        "more_faults": max(0, intake.faults - MOST_FAULTS),
        "faults_url": faults_url(intake),
    }


def faults_url(intake: ListIntake) -> str:
    """Return the address of the file with all faults; "" where there is none."""
    if IntakeState(intake.state) in queries.UNREAD or not there(intake):
        return ""
    return reverse("lists:intake-faults", args=[intake.list_id, intake.pk])


def _facts(intake: ListIntake) -> Iterator[tuple[object, object]]:
    yield _("State"), state(intake)
    yield _("Sent"), When(intake.started_at)
    if intake.started_by:
        yield _("By"), intake.started_by.name
    yield _("What is in it"), _("All of the list") if intake.whole else _("Additions and changes")
    if intake.format:
        yield _("Format"), intake.format
    if intake.sha256:
        yield "SHA-256", Code(intake.sha256, 8)
    if IntakeState(intake.state) in {*WAITING, IntakeState.TAKING, IntakeState.TAKEN}:
        yield from _counts(intake)
    if intake.ended_by:
        yield _("Decided by"), intake.ended_by.name
    if intake.confirmed_by:
        yield _("Agreed to by"), intake.confirmed_by.name
    yield _("Faults"), intake.faults


def _counts(intake: ListIntake) -> Iterator[tuple[object, object]]:
    yield _("Records read"), intake.read
    yield _("Added"), intake.added
    yield _("Changed"), intake.changed
    yield _("As they were"), intake.same
    yield _("Withdrawn"), intake.withdrawn
    yield _("Withdrawn, set aside, ending earlier, or without a hash that they had"), intake.lost


def subject(intake: ListIntake) -> Definitions:
    """Return what `decide` says of an intake that somebody decides on: the list, and how much of it would change."""
    facts: list[tuple[object, object]] = [
        (_("List"), intake.list.title),
        (_("Entries that are matched"), intake.list.matched),
        (_("What is in it"), _("All of the list") if intake.whole else _("Additions and changes")),
    ]
    if IntakeState(intake.state) in WAITING:
        facts += [*_counts(intake), (_("Faults"), intake.faults)]
    return Definitions(facts)


def taken(intake: ListIntake) -> str:
    """Return what happened when somebody took an intake."""
    if IntakeState(intake.state) is IntakeState.HELD:
        return _(
            "It would take %(n)s entries away, more than one person may decide. It waits for a second person to agree; "
            "nothing of the list has changed."
        ) % {"n": number_format(intake.lost, force_grouping=True)}
    return _("The list is being changed. This page says when it is done.")


def samples_table(intake: ListIntake, samples: Sequence[Example]) -> Table:
    """Return some of the entries that an intake would withdraw, with how many it takes away in all."""
    caption = _("Some of the %(n)s entries that would go") % {"n": number_format(intake.lost, force_grouping=True)}
    return Table(
        caption=caption,
        columns=[Column(_("Entry")), Column(_("State now"))],
        rows=[Row([Code(one.ident, 16), Chip(*labels.STATES[EntryState(one.before)])]) for one in samples],
        empty=Empty(
            _("None is withdrawn"), _("They are set aside, end earlier than now, or lose a hash that they have.")
        ),
        show_caption=True,
        id="samples",
        fixed=True,
    )


def examples_table(page: IntakePage) -> Table:
    """Return the first entries that an intake would change."""
    changes = [(code.value, label) for code, (label, _tone) in labels.CHANGES.items()]
    return Table(
        caption=_("What would change"),
        columns=[Column(_("Entry")), Column(_("Change")), Column(_("State now")), Column(_("Note"))],
        rows=[
            Row(
                [
                    Code(one.ident, 12),
                    Chip(*labels.CHANGES[Change(one.change)]),
                    Chip(*labels.STATES[EntryState(one.before)]) if one.before else "–",
                    _("Into quarantine: %(why)s") % {"why": labels.doubt(doubt_of(one.junk))} if one.junk else "",
                ]
            )
            for one in page.examples
        ],
        filters=[Filter("change", _("Change"), changes, page.change)],
        empty=Empty(_("Nothing would change"), _("The list has all of it already.")),
        id="examples",
        fixed=True,
    )


def faults_table(page: IntakePage) -> Table:
    """Return what could not be used, and where it stands in the file."""
    return Table(
        caption=_("Faults"),
        columns=[Column(_("Line or record"), numeric=True), Column(_("What is wrong"))],
        rows=[
            Row([one.line, one.reason], marks=[Chip(_("Junk"), "warning")] if one.junk else [])
            for one in page.faults.rows
        ],
        page=page.faults,
        total=page.intake.faults,
        marks=_("Junk"),
        id="faults",
    )


def intakes_table(intakes: Sequence[ListIntake]) -> Table:
    """Return the last intakes of a list."""
    return Table(
        caption=_("Intakes"),
        columns=[
            Column(_("Sent")),
            Column(_("State")),
            Column(_("Added"), numeric=True),
            Column(_("Changed"), numeric=True),
            Column(_("Withdrawn"), numeric=True),
            Column(_("Faults"), numeric=True),
        ],
        rows=[
            Row(
                [When(one.started_at), state(one), one.added, one.changed, one.withdrawn, one.faults],
                url=at(one),
            )
            for one in intakes
        ],
        empty=Empty(_("Nothing came in yet"), _("Send a file, or add entries by hand.")),
        id="intakes",
    )


def list_part(viewer: Viewer, hash_list: HashList, _reason: Reason) -> SheetPart | None:
    """Return the part of a list's page with the files that came in; for whoever keeps it."""
    if hash_list.organisation_id != viewer.organisation.id or not viewer.may(Permission.HASHLIST_WORK):
        return None
    found = queries.last(hash_list)
    return SheetPart(
        _("Files that came in"), "lists/intakes_part.html", {"table": intakes_table(found)}, count=len(found)
    )
