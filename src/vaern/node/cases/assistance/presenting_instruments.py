"""From what the router and the table of instruments say to what their pages show: answers, rows, versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.node.cases.assistance import labels
from vaern.node.cases.assistance.data import SHAPES
from vaern.node.cases.assistance.instrument_queries import Entry
from vaern.node.cases.assistance.router import AGAINST
from vaern.node.organisations.rules import Permission
from vaern.node.web.components import Empty
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.cases.assistance.records import Book
    from vaern.node.cases.assistance.router import Answer, Route
    from vaern.node.organisations.viewers import Viewer


def route_context(found: Route, book: Book, links: dict[str, str]) -> dict[str, Any]:
    """Return what the router answers.

    Args:
        found: the answer.
        book: it was found in.
        links: addresses at which a request is begun, by instrument.
    """
    return {
        "usable": [_answer(one, book, links) for one in found.usable],
        "others": [_answer(one, book, {}) for one in found.others],
        "sequence": [_answer(one, book, links) for one in found.sequence],
    }


def _answer(one: Answer, book: Book, links: dict[str, str]) -> dict[str, Any]:
    treaty = one.instrument.treaty
    lines = [(labels.line(line, treaty, book), line.code in AGAINST, line.unverified) for line in one.lines]
    return {
        "code": one.instrument.code,
        "name": labels.said(one.instrument.name),
        "provision": one.instrument.provision,
        "treaty": labels.said(book.treaties[treaty].name),
        "kind": labels.KINDS[one.instrument.kind],
        "expects": labels.expectation(one.expects),
        "lines": [line for line in lines if line[1]] if not one.usable else lines,
        "unverified": one.unverified,
        "usable": one.usable,
        "url": links.get(one.instrument.code, ""),
        "note": labels.said(one.instrument.note),
    }


def rows_table(entries: Sequence[Any], book: Book, chosen: Any) -> Table:
    """Return the table of instruments."""
    tables = [("treaty", _("Treaties")), ("instrument", _("Instruments")), ("party", _("Countries"))]
    treaties = [(one.code, labels.said(one.name)) for one in sorted(book.treaties.values(), key=lambda one: one.code)]
    countries = sorted({one.country for one in book.parties})
    return Table(
        caption=_("Instruments, treaties and who is bound"),
        columns=[
            Column(_("Row")), Column(_("What it says")), Column(_("From")), Column(_("To")), Column(_("Basis")),
            Column(_("Verified")), Column(_("Version"), numeric=True),
        ],
        rows=[
            Row(
                [
                    one.row.key, row_says(one, book), _day(one.content, "since"), _day(one.content, "until"),
                    labels.basis(one.content.basis), labels.verified(one.verified), one.row.version,
                ],
                url=reverse("cases:instrument-row", args=[one.row.pk]),
            )
            for one in entries
        ],
        filters=[
            Filter("table", _("Rows"), tables, chosen.table),
            Filter("country", _("Country"), [(code, labels.country(code, book)) for code in countries], chosen.country),
            Filter("treaty", _("Treaty"), treaties, chosen.treaty),
            Filter("verified", _("Verified"), [("no", _("Unverified"))], "no" if chosen.unverified else ""),
        ],
        total=len(entries),
        empty=Empty(_("No row"), _("Choose less narrowly.")),
        id="instruments",
    )  # fmt: skip


def row_says(one: Any, book: Book) -> object:
    """Return what a row says, in a line."""
    content = one.content
    if one.row.table == "party":
        who = labels.country(content.country, book)
        treaty = labels.said(book.treaties[content.treaty].name)
        words = f": {labels.said(content.reservation)}" if content.reservation else ""
        sentence = (
            _("%(country)s is bound by %(treaty)s") if content.bound else _("%(country)s stays out of %(treaty)s")
        )
        return sentence % {"country": who, "treaty": treaty} + words
    if one.row.table == "instrument":
        return f"{labels.said(content.name)}, {content.provision} – {labels.expectation(content.expects)}"
    return f"{labels.said(content.name)} {content.cite}".strip()


def _day(content: Any, name: str) -> str:
    day = getattr(content, name, None)
    return date_format(day, "SHORT_DATE_FORMAT") if day else "–"


def row_context(versions: Any, book: Book, viewer: Viewer) -> dict[str, Any]:
    """Return what the page of one row shows: every version, and who verified each."""
    newest = versions[0][0]
    shown = [
        (
            one, row_says(Entry(one, msgspec.convert(one.content, SHAPES[one.table], strict=False), bool(by)), book),
            by, one.content.get("source", ""), labels.basis(one.content["basis"]),
            _day(msgspec.convert(one.content, SHAPES[one.table], strict=False), "since"),
            _day(msgspec.convert(one.content, SHAPES[one.table], strict=False), "until"),
        )
        for one, by in versions
    ]  # fmt: skip
    mine = {by.person_id for _one, given in versions[:1] for by in given}
    return {
        "row": newest,
        "versions": shown,
        "may_verify": viewer.may(Permission.INSTRUMENT_VERIFY)
        and viewer.person is not None
        and viewer.person.pk not in mine,
        "may_correct": viewer.may(Permission.INSTRUMENT_VERIFY) and newest.table == "party",
    }
