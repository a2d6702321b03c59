"""From documents that come back from a workstation to what their pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.casework.workstations.labels import GRADED, field
from vaern.node.casework.workstations.reading import MOST_FAULTS
from vaern.node.casework.workstations.rules import GradedState
from vaern.node.web.components import Chip, Code, Definitions, Progress, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vaern.node.casework.workstations.models import GradedDocument, GradedFault
    from vaern.node.casework.workstations.views_graded import GradedPages
    from vaern.node.web.paging import Page

UNDER_WAY = {GradedState.RECEIVING, GradedState.READING, GradedState.TAKING}
READ = {GradedState.READY, GradedState.TAKING, GradedState.TAKEN}


def at(pages: GradedPages, record: Any, document: GradedDocument) -> str:
    """Return the address of a document's page."""
    return _at(pages, "graded-document", record, document)


def _at(pages: GradedPages, name: str, record: Any, document: GradedDocument) -> str:
    return reverse(pages.route(name), args=[record.pk, document.pk])


def about(pages: GradedPages, record: Any, document: GradedDocument) -> dict[str, Any]:
    """Return what `decide` says of the document that it is about."""
    of_record, here = pages.about(record), at(pages, record, document)
    return {**of_record, "crumbs": [*of_record["crumbs"], (_("Graded VICS"), here)], "back": here}


def progress(pages: GradedPages, record: Any, document: GradedDocument) -> Progress:
    """Return how far a document is: bytes while it comes in, media while it is read and taken."""
    url, now = _at(pages, "graded-progress", record, document), GradedState(document.state)
    if now is GradedState.FAILED:
        return Progress(url, _("Reading the file"), state="failed", text=document.why or _nothing())
    if now is GradedState.RECEIVING:
        return Progress(url, _("The file comes in"), document.received, document.size)
    state = "running" if now in UNDER_WAY else "done"
    if now in {GradedState.TAKING, GradedState.TAKEN}:
        text = _("%(done)s of %(all)s media") % {"done": _n(document.taken), "all": _n(document.to_take)}
        return Progress(url, _("Taking the grades"), document.taken, document.to_take, state, text)
    text = _("%(count)s media so far") % {"count": _n(document.read)}
    return Progress(url, _("Reading the file"), document.read, 0, state, text)


def _nothing() -> str:
    return _("Nothing in this file was graded of what is here: nothing can be taken. Send another file.")


def _n(number: int) -> str:
    return number_format(number, force_grouping=True)


def page_context(
    pages: GradedPages, record: Any, document: GradedDocument, faults: Page[GradedFault]
) -> dict[str, Any]:
    """Return what the page of a document shows."""
    now = GradedState(document.state)
    return {
        **pages.about(record),
        "title": _("Graded VICS"),
        "state": Chip(*GRADED[now]),
        "progress": progress(pages, record, document) if now in UNDER_WAY | {GradedState.FAILED} else None,
        "why": document.why if now is GradedState.READY else "",
        "done": pages.done(document.outcome) if now is GradedState.TAKEN or document.taken else "",
        "left": document.to_take - document.taken if now is GradedState.READY and document.taken else 0,
        "take": _at(pages, "take-graded", record, document) if now is GradedState.READY else "",
        "reject": ""
        if now not in UNDER_WAY - {GradedState.TAKING} | {GradedState.READY}
        else (_at(pages, "reject-graded", record, document)),
        "again": reverse(pages.route("graded"), args=[record.pk]) if now is GradedState.FAILED else "",
        "facts": Definitions(list(_facts(document))),
        "difference": difference(document) if now in READ and document.found else None,
        "kept": kept(document) if now in READ else None,
        "untaken": untaken(document) if now in READ | {GradedState.FAILED} else None,
        "unknown": document.unknown,
        "faults": faults_table(faults, document.faults) if document.faults else None,
        "more_faults": max(0, document.faults - MOST_FAULTS),
    }


def _facts(document: GradedDocument) -> Iterator[tuple[object, object]]:
    yield _("Sent"), When(document.started_at)
    if document.started_by:
        yield _("By"), document.started_by.name
    if document.sha256:
        yield "SHA-256", Code(document.sha256, 8)
    if document.examiner:
        yield _("Graded by, in the file’s words"), document.examiner
    if GradedState(document.state) in READ | {GradedState.FAILED}:
        yield _("Media read"), document.read
        yield _("Nothing of what is here, and passed over"), document.unknown
        yield _("Faults"), document.faults
    if document.ended_by:
        yield _("Decided by"), document.ended_by.name


def faults_table(page: Page[GradedFault], total: int) -> Table:
    """Return what is wrong with a document, and at which record."""
    return Table(
        caption=_("What is wrong with the file"),
        columns=[Column(pgettext("of a file", "Record"), numeric=True), Column(_("What"))],
        rows=[Row([one.medium, one.what]) for one in page.rows],
        page=page,
        total=total,
        show_caption=True,
        id="faults",
        fixed=True,
    )


def shown(document: GradedDocument) -> str:
    """Return what to know of a document before its grades are taken."""
    tables = (difference(document), kept(document), untaken(document))
    return format_html_join("", "{}", [[one] for one in tables if one])


def untaken(document: GradedDocument) -> Table | None:
    """Return what a document says beside categories, which nothing here takes; None where it says nothing else."""
    return _fields(_("What else it says, and is not taken"), document.untaken, "untaken")


def kept(document: GradedDocument) -> Table | None:
    """Return what a document says beside categories, which is kept with the grades; None where there is nothing."""
    return _fields(_("What else it says, and is kept with the grades"), document.kept, "kept")


def _fields(caption: str, said: Mapping[str, int], id: str) -> Table | None:
    counts = sorted(((field(name), number) for name, number in said.items()), key=_most)
    if not counts:
        return None
    return Table(
        caption=caption,
        columns=[Column(_("Field")), Column(_("Files"), numeric=True)],
        rows=[Row([name, number]) for name, number in counts],
        show_caption=True,
        id=id,
        fixed=True,
    )


def _most(count: tuple[str, int]) -> tuple[int, str]:
    name, number = count
    return -number, name


def difference(document: GradedDocument) -> Table:
    """Return what a document says by category, compared with what stood when it was read."""
    rows = []
    for one in document.counted:
        if not one.media:
            continue
        if one.category.grades:
            rows.append(Row([str(one.category), one.media, one.new, one.same, one.other]))
        else:
            said = _("From a list: nobody looked") if one.category.listed else _("No category")
            rows.append(Row([Chip(said, "info"), one.media, 0, "", ""]))
    return Table(
        caption=_("What it says"),
        columns=[
            Column(_("Category")),
            Column(_("Files"), numeric=True),
            Column(_("New"), numeric=True),
            Column(_("As before"), numeric=True),
            Column(_("Otherwise before"), numeric=True),
        ],
        rows=rows,
        show_caption=True,
        id="difference",
        fixed=True,
    )
