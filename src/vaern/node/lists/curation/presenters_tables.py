"""Entries of a list as tables: a page of them, what a search led to, and those that wait for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.external.labels import FILTER
from vaern.node.lists.base import labels
from vaern.node.lists.base.queries import unseen
from vaern.node.lists.curation.presenters_entries import also_on, class_of
from vaern.node.lists.quarantine.presenters import in_words
from vaern.node.lists.rules.entries import TO_DECIDE, EntryState
from vaern.node.lists.rules.lists import Holds, told
from vaern.node.organisations.rules import Permission
from vaern.node.web.addresses import addresses
from vaern.node.web.components import Code, Empty, When
from vaern.node.web.day import Day
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from vaern.node.lists.curation.queries import EntrySearch, ListPage, ListSheet
    from vaern.node.lists.models import HashList, ListEntry
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.addresses import Addresses
    from vaern.node.web.components import Chip
    from vaern.node.web.paging import Page


@dataclass(frozen=True)
class Shape:
    """Which columns the entries of a list have on one page: those that an entry there fills.

    Attributes:
        hash_list: whose entries they are.
        ids: the source calls them something else than their value.
        classes: one of them has one, or could: of files every list asks for them.
        series: one of them has one.
        to: what says the address of one by its number.
    """

    hash_list: HashList
    ids: bool
    classes: bool
    series: bool
    to: Addresses

    @classmethod
    def of(cls, hash_list: HashList, entries: Sequence[ListEntry]) -> Shape:
        """Return the shape of a page of entries."""
        files = Holds(hash_list.holds) is Holds.FILES
        return cls(
            hash_list,
            ids=not files and any(_own_id(one) for one in entries),
            classes=files or any(one.classification for one in entries),
            series=any(one.series for one in entries),
            to=addresses("lists:entry", hash_list.pk, numbered=True),
        )

    def columns(self, *more: Column) -> list[Column]:
        """Return the headings."""
        return [
            Column(labels.ONE_OF[Holds(self.hash_list.holds)]),
            *([Column(_("Id on the list"))] if self.ids else []),
            Column(_("State")),
            *([Column(_("Class"))] if self.classes else []),
            *([Column(_("Series"))] if self.series else []),
            Column(_("Votes for"), numeric=True),
            Column(_("Votes against"), numeric=True),
            *more,
        ]

    def row(
        self,
        entry: ListEntry,
        *more: object,
        also: Mapping[str, list[Chip]],
        hidden: Collection[int],
    ) -> Row:
        """Return an entry; of those that are `hidden` without its votes."""
        chips = [labels.state(entry), *also.get(entry.ident, ())]
        return Row(
            [
                _shown(self.hash_list, entry),
                *([Code(_own_id(entry), 16) if _own_id(entry) else "–"] if self.ids else []),
                format_html_join(" ", "{}", ((one,) for one in chips)),
                *([class_of(entry, self.hash_list.scheme)] if self.classes else []),
                *([entry.series] if self.series else []),
                "–" if entry.pk in hidden else entry.positive,
                "–" if entry.pk in hidden else entry.negative,
                *more,
            ],
            url=self.to(entry.pk),
        )


def _own_id(entry: ListEntry) -> str:
    """Return what its source calls a value; "" where a reader calls it by its kind, a slash and the value."""
    kind, slash, _value = entry.ident.partition("/")
    return "" if slash and kind in map(told, Holds) else entry.ident


def _shown(hash_list: HashList, entry: ListEntry) -> Code:
    """Return an entry as a table names it: a value by itself and cut nowhere, all else by its id."""
    holds = Holds(hash_list.holds)
    if holds is Holds.FILES:
        return Code(entry.ident, 16)
    if not entry.body:  # it ended
        return Code(entry.ident.partition("/")[2] or entry.ident, 16)
    value = entry.record.signals[0].value
    return Code(value.hex(), 12) if holds is Holds.KEYWORDS else Code(value.decode("utf-8", "replace"))


def entries_table(viewer: Viewer, hash_list: HashList, page: Page[ListEntry] | None, search: EntrySearch) -> Table:
    """Return a page of the entries of a list, the last changed first; with where else their identifiers stand."""
    assert page is not None  # else a hash was looked for
    counts = {state.value: getattr(hash_list, state.value) for state in EntryState}
    also, hidden, shape = also_on(viewer, page.rows), unseen(viewer, page.rows), Shape.of(hash_list, page.rows)
    plain = not (search.text or search.classification or search.series or search.number)
    total = (counts[search.state] if search.state else hash_list.total) if plain else None
    return Table(
        caption=_("Entries"),
        columns=shape.columns(Column(_("Added"))),
        rows=[shape.row(one, When(one.added_at), also=also, hidden=hidden) for one in page.rows],
        filters=_filters(search, own=hash_list.organisation_id == viewer.organisation.id),
        search=None if told(Holds(hash_list.holds)) else search.text,
        search_label=labels.SEARCHES[Holds(hash_list.holds)],
        keep={"classification": search.classification, "series": search.series},
        page=page,
        total=total,
        empty=Empty(_("No entries"), _("There are none of this kind.")),
        id="entries",
    )


def found_table(viewer: Viewer, page: ListPage) -> Table:
    """Return the entries that a hash led to, nearest first: equal, or near to it; or those that are a value."""
    assert page.found is not None
    hash_list, entries = page.sheet.record, [one.entry for one in page.found]
    also, hidden, shape = also_on(viewer, entries), unseen(viewer, entries), Shape.of(hash_list, entries)
    files = Holds(hash_list.holds) is Holds.FILES
    said = _("Entries with this hash, or near to it") if files else _("Entries that are this, in whatever spelling")
    near = [Column(_("Kind")), Column(_("Bits"), numeric=True)] if files else []
    return Table(
        caption=said,
        columns=shape.columns(*near),
        rows=[
            shape.row(one.entry, *((one.kind, one.distance) if files else ()), also=also, hidden=hidden)
            for one in page.found
        ],
        filters=_filters(page.search, own=page.sheet.own),
        search=page.search.text if files else None,
        search_label=labels.SEARCHES[Holds(hash_list.holds)],
        empty=Empty(_("The list does not have it"), _("Nothing equals this hash, and nothing is near to it.")),
        id="entries",
        fixed=True,
    )


def _filters(search: EntrySearch, *, own: bool) -> list[Filter]:
    """Return the filters of entries; of external identifiers for its organisation: others noted none."""
    states = [(code.value, label) for code, (label, _tone) in labels.STATES.items()]
    found = [Filter("state", _("State"), states, search.state)]
    if own:
        found.append(Filter("number", _("External identifier"), list(FILTER.items()), search.number))
    return found


def waiting_table(viewer: Viewer, sheet: ListSheet) -> Table:
    """Return the entries that wait for a person, with what is asked and since when."""
    hash_list, to = sheet.record, addresses("lists:entry", sheet.record.pk, numbered=True)
    return Table(
        caption=_("Entries that wait for a decision"),
        columns=[
            Column(labels.ONE_OF[Holds(hash_list.holds)]),
            Column(_("State")),
            Column(_("Why it waits")),
            Column(_("Since")),
        ],
        rows=[
            Row(
                [_shown(hash_list, one), _state(one), _why(viewer, sheet, one), _since(sheet, one)],
                url=to(one.pk),
            )
            for one in sheet.waiting
        ],
        id="waiting",
        fixed=True,
    )


def _state(entry: ListEntry) -> Chip:
    """Return what asks for a decision: its state, or that its votes name several classes."""
    return labels.state(entry) if EntryState(entry.state) in TO_DECIDE else labels.classes_differ()


def _why(viewer: Viewer, sheet: ListSheet, entry: ListEntry) -> object:
    """Return why an entry waits: how many say what, what the node found, or what was said by who set it aside."""
    if not viewer.may(Permission.HASHLIST_WORK):  # blind to the votes, and nobody who decides
        return "–"
    state = EntryState(entry.state)
    if state is EntryState.QUARANTINED:
        if (cause := sheet.causes.get(entry.pk)) is not None:
            return in_words(cause)
        aside = sheet.since.get(entry.pk)
        return (aside.words if aside else "") or _("A person set it aside.")
    against = ngettext("%(n)s says no", "%(n)s say no", entry.negative) % {"n": entry.negative}
    speaks = ngettext("%(n)s says yes", "%(n)s say yes", entry.positive) % {"n": entry.positive}
    return f"{against}, {speaks}" if state is EntryState.DISPUTED else _("Which class it has")


def _since(sheet: ListSheet, entry: ListEntry) -> object:
    """Return the day: the table stands beside the facts of the list, and its page says the time."""
    found = sheet.since.get(entry.pk)
    at = found.at if found else entry.classes_since
    return Day(timezone.localdate(at)) if at else "–"
