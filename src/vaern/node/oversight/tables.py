"""The tables of oversight: entries as rows, with sentences whose names are links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from vaern.node.ledger.rules import Verb
from vaern.node.oversight.sentences import Line, lines
from vaern.node.web.components import Chip, Empty, Event, When
from vaern.node.web.paging import Page
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.utils.safestring import SafeString

    from vaern.node.ledger.models import Entry
    from vaern.node.oversight.sight import EntryPage, Sight

TONES = {
    Verb.COLLECTION: "info",
    Verb.ALTERATION: "neutral",
    Verb.CONSULTATION: "neutral",
    Verb.DISCLOSURE: "warning",
    Verb.COMBINATION: "info",
    Verb.ERASURE: "bad",
}


def sentence(line: Line) -> SafeString:
    """Return the sentence with its links."""
    return format_html_join(
        "", "{}", ((format_html('<a href="{}">{}</a>', p.url, p.text) if p.url else p.text,) for p in line.parts)
    )


def reason(line: Line) -> str:
    """Return the reason as it is shown: the code's words, and what was typed."""
    return f"{line.why}: {line.words}" if line.words else line.why


def verb_chip(line: Line) -> Chip:
    """Return the operation as a chip."""
    return Chip(line.verb_label, TONES[Verb(line.verb)])


def entry_table(sight: Sight, page: EntryPage, caption: object, keep: Mapping[str, str], empty: Empty) -> Table:
    """Return a page of entries as a table. It has no column to sort by: the ledger does not rate staff."""
    return Table(
        caption=caption,
        columns=[Column(_("When")), Column(_("What")), Column(_("Operation")), Column(_("Why")), Column(_("For"))],
        rows=[
            Row([When(line.at), sentence(line), verb_chip(line), reason(line), line.organisation], url=line.url)
            for line in lines(sight, page.rows)
        ],
        page=Page([], page.next, page.previous),
        keep=keep,
        empty=empty,
    )


def events(sight: Sight, entries: Iterable[Entry]) -> list[Event]:
    """Return entries as a timeline."""
    return [
        Event(line.at, sentence(line), note=reason(line), tone=TONES[Verb(line.verb)]) for line in lines(sight, entries)
    ]
