"""From the matches of entries to what their page and their file show."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.formats.csv_write import CsvWriter
from vaern.node.casework import kinds
from vaern.node.ledger.rules import Subject
from vaern.node.lists.base import labels
from vaern.node.lists.base.pages import at_entry, crumbs
from vaern.node.lists.recalls import queries
from vaern.node.lists.recalls.presenters import RECORDS
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.organisations.rules import Permission
from vaern.node.web.components import Chip, Code, Empty, Link
from vaern.node.web.records import Offer
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.lists.models import HashList
    from vaern.node.lists.recalls.history import Had, History, Matched
    from vaern.node.organisations.viewers import Viewer

SHOWN = 200
"""Rows that the page has; its file has all."""

FILE = ("entry", "organisation", "kind", "record", "matches", "first", "last")


def matches_url(viewer: Viewer, hash_list: HashList, asked: str = "") -> str:
    """Return where every match with a list's entries is asked for; "" for whoever may not."""
    if hash_list.organisation_id != viewer.organisation.id or not viewer.may(Permission.HASHLIST_WORK):
        return ""
    url = reverse("lists:matches", args=[hash_list.pk])
    return f"{url}?{urlencode({'q': asked})}" if asked else url


def door(viewer: Viewer, name: str, entry: str) -> Link | None:
    """Return where whoever decides about what rested on a match is led: to every match, or to where it is contested."""
    if not viewer.may(Permission.HASHLIST_VIEW):
        return None
    row, own = queries.named(name, entry)
    if own is not None and (url := matches_url(viewer, own, entry)):
        return Link(_("Every match with this entry"), url)
    return Link(_("The entry, and how to contest it"), at_entry(row)) if row is not None else None


def offers(viewer: Viewer, hash_list: HashList) -> Iterable[Offer]:
    """Return the way to the matches of a list of the viewer's organisation."""
    if url := matches_url(viewer, hash_list):
        yield Offer(_("Find every match"), url, in_place=False)


def context(viewer: Viewer, hash_list: HashList, found: History) -> dict[str, Any]:
    """Return what the page of the matches shows."""
    url = f"{reverse('lists:take-out-matches', args=[hash_list.pk])}?{urlencode({'q': found.asked})}"
    left_out = len(found.matches) - SHOWN
    return {
        "hash_list": hash_list,
        "crumbs": crumbs(hash_list),
        "asked": found.asked,
        "entries": entries_table(found.entries) if found.asked else None,
        "matches": matches_table(viewer, found),
        "total": found.total,
        "left_out": max(0, left_out),
        "take_out_url": url if found.matches and viewer.may(Permission.HASHLIST_RELEASE) else "",
    }


def entries_table(found: list[Had]) -> Table:
    """Return the entries that are asked about, in whichever state they are."""
    return Table(
        caption=_("Entries that have or had it"),
        columns=[Column(_("Entry")), Column(_("State")), Column(_("Why it was recalled"))],
        rows=[
            Row(
                [
                    Code(one.ident, 24),
                    labels.state(one.entry) if one.entry else Chip(_("Ended, and erased"), "neutral"),
                    labels.REASONS[RecallReason(one.recall.why)] if one.recall else "–",
                ],
                url=at_entry(one.entry) if one.entry else "",
            )
            for one in found
        ],
        empty=Empty(_("The list never had it"), _("No entry has it, and nothing had a match by it.")),
        id="had",
        fixed=True,
    )


def matches_table(viewer: Viewer, found: History) -> Table:
    """Return the matches, the latest first, with the search by which they are asked for."""
    return Table(
        caption=_("Matches, and what rests on them"),
        columns=[
            Column(_("Entry")),
            Column(_("Organisation")),
            Column(_("What")),
            Column(_("Record")),
            Column(_("Matches"), numeric=True),
            Column(_("From")),
            Column(_("To")),
        ],
        rows=[
            Row(
                [
                    Code(one.ident, 16),
                    one.organisation,
                    _("%(what)s, received") % {"what": labels.EFFECTS[one.kind]}
                    if one.given
                    else labels.EFFECTS[one.kind],
                    _record(viewer, one),
                    one.matches,
                    date_format(one.first, "SHORT_DATE_FORMAT"),
                    date_format(one.last, "SHORT_DATE_FORMAT"),
                ]
            )
            for one in found.matches[:SHOWN]
        ],
        search=found.asked,
        search_label=_("A hash, or the id of an entry"),
        empty=Empty(_("No match"), _("Nothing here had a match with it, and no program was told of it."))
        if found.asked
        else Empty(_("Nothing is asked yet"), _("Give a hash that somebody appeals about, or the id of an entry.")),
        id="matches",
        fixed=True,
    )


def _record(viewer: Viewer, one: Matched) -> object:
    kind = RECORDS.get(one.kind)
    if kind is None or one.record is None:
        return "–"
    url = kinds.url_for(viewer, Subject(kind, one.record, viewer.organisation.id))
    return Link(one.code, url) if url else one.code


def as_csv(found: History) -> bytes:
    """Return the matches as CSV, with codes and days of ISO 8601."""
    out = io.StringIO(newline="")
    lines = CsvWriter(out)
    lines.row(FILE)
    lines.rows(
        [one.ident, one.organisation, one.kind.value, one.code, one.matches, one.first, one.last]
        for one in found.matches
    )
    return out.getvalue().encode()
