"""Subsets of lists on disk: what of a list its recipients' programs are matched against, and are handed out.

A subset follows its list by the same numbers of changes and says the same of each of its entries. What was never in it
is not named there, not as withdrawn either: that a list has an entry is for those alone who may have it. What leaves it
is withdrawn with the hashes that its recipients know, whatever the list says of it since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings

from vaern.lookup.engine import SUBSETS
from vaern.matching import List, ListPackageError, publish
from vaern.matching.current import CURRENT
from vaern.node.base.sql import lock
from vaern.node.lists.base.freshness import freshness_of, keep_fresh, said_on_disk
from vaern.node.lists.models import HashList, ListEntry, ListSubset
from vaern.node.lists.rules.entries import MATCHED, EntryState
from vaern.node.lists.rules.lists import ON_DISK, Purpose
from vaern.node.lists.rules.subsets import stands
from vaern.records import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

NAMES = 0x6E61_6D65
"""The advisory lock under which names of lists and subsets are given: "name"."""


class Row(NamedTuple):
    """What is published of a row: a model's instance each would take longer than all the rest."""

    pk: int
    change: int
    ident: str
    state: str
    body: bytes
    settled: list[str] | None


def subset_folder(name: str) -> Path:
    """Return the folder of a subset on disk: not among the lists, whose entries it repeats."""
    return settings.LISTS / SUBSETS / name


def name_taken(name: str) -> bool:
    """Return whether a list or a subset has a name, which nobody else can take until the transaction ends."""
    lock(NAMES)
    return any(model.everywhere.filter(name=name).exists() for model in (HashList, ListSubset))


def bring(subset: ListSubset, rows: Callable[[int], Iterable[tuple[Row, Entry | None]]]) -> None:
    """Bring a subset on disk to where its list is; whoever calls keeps others from writing it.

    Args:
        subset: with its list.
        rows: gives what changed of the list after a change: each row, with its entry if it is matched.
    """
    hash_list, folder = subset.list, subset_folder(subset.name)
    upto, mark = hash_list.published, subset.selection.mark(hash_list.stands)
    said, freshness = said_on_disk(folder), freshness_of(hash_list)
    whole = not subset.published or subset.written != mark or said is None or said.release != str(subset.published)
    if not upto or (not whole and subset.published == upto):
        keep_fresh(folder, said, freshness)
        return
    before = List.open(folder) if (folder / CURRENT).exists() else None
    publish(
        folder,
        _said(subset, before, rows(0 if whole else subset.published)),
        name=subset.name,
        release=str(upto),
        purpose=ON_DISK[Purpose(hash_list.purpose)],
        distance=hash_list.distance,
        licence=hash_list.licence,
        whole=whole,
        freshness=freshness,
    )
    ListSubset.everywhere.filter(pk=subset.pk).update(published=upto, written=mark)


def _said(subset: ListSubset, before: List | None, rows: Iterable[tuple[Row, Entry | None]]) -> Iterator[Entry]:
    """Yield what a subset says of the rows of its list: those it has, and as withdrawn those that it had."""
    selection, own = subset.selection, subset.list.stands
    for row, entry in rows:
        if entry is not None and selection.lacks(stands(entry), own) is None:
            yield entry
        elif before is not None and (known := before.row_of(row.ident)):
            if row.state == EntryState.ENDED.value:
                yield Entry(row.ident, recalled=True)
            elif not known[1].recalled:
                yield Entry(row.ident, known[1].signals, recalled=True)


def subsets_with(entry: ListEntry) -> list[ListSubset]:
    """Return the subsets of its list in which an entry is, as long as it is matched."""
    if EntryState(entry.state) not in MATCHED:
        return []
    found = ListSubset.of(list=entry.list).order_by("title", "id")
    return [one for one in found if one.selection.lacks(entry.stands, entry.list.stands) is None]


def opened_subset(subset: ListSubset) -> List | None:
    """Return a subset as it is on disk, with what it has and what was withdrawn; None where it is not there yet."""
    try:
        return List.open(subset_folder(subset.name))
    except (FileNotFoundError, ListPackageError):
        return None
