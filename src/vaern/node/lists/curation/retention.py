"""How lists end, with their entries, and the entries that end before their list."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from vaern.node.base.jobs import each
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.retention.kinds import Number, Retention, at_end_date
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.lists.base import acts
from vaern.node.lists.base.changes import forget, keep, saved, take_numbers
from vaern.node.lists.base.disk import aside_of, folder_of
from vaern.node.lists.base.subsets import subset_folder
from vaern.node.lists.curation import numbers
from vaern.node.lists.models import (
    EntryAct,
    EntryFeedback,
    EntryHits,
    EntryPast,
    EntryVote,
    HashList,
    ListEntry,
    ListIntake,
    ListSubset,
    ReleaseDay,
    StagedEntry,
)
from vaern.node.lists.rules.entries import EntryState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from vaern.node.organisations.viewers import Viewer

AT_ONCE = 5_000
BY_CLOCK = Reason(Why.RETENTION)


def _numbers(hash_list: HashList) -> Iterator[Number]:
    yield Number(timezone.localdate(hash_list.created_at), "lists")
    yield Number(timezone.localdate(hash_list.created_at), "entries", hash_list.total)


def _delete(hash_list: HashList) -> int:
    total, name = hash_list.total, hash_list.name
    EntryVote.of(entry__list=hash_list)._raw_delete("default")  # noqa: SLF001 - nothing hangs on it
    list(
        ListIntake.of(list=hash_list).select_for_update(of=("self",)).values_list("pk")
    )  # until one that reads has written
    StagedEntry.erase(intake__list=hash_list)
    numbers.forget(hash_list)
    for model in (ListEntry, EntryPast, EntryAct, EntryHits, ReleaseDay):
        model.of(list=hash_list)._raw_delete("default")  # noqa: SLF001
    subsets = [subset_folder(one.name) for one in ListSubset.of(list=hash_list)]
    EntryFeedback.everywhere.filter(list=name).delete()  # else it would wait for a later list of this name
    hash_list.delete()
    transaction.on_commit(lambda: off_disk(folder_of(name), aside_of(name), *subsets), robust=True)
    return total


def off_disk(*folders: Path) -> None:
    """Remove lists on disk."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _keep(hash_list: HashList, until: date) -> None:
    at_end_date(hash_list, until)
    ListSubset.of(list=hash_list).update(review_date=until)


def _recall(viewer: Viewer, hash_list: HashList, reason: Reason) -> None:
    """Recall a list and its subsets, which end with it, from everybody."""
    for subset in ListSubset.of(list=hash_list).select_for_update(no_key=True).order_by("name"):
        releases.recall_all(viewer, subset, reason)
    releases.recall_all(viewer, hash_list, reason)


RETENTION = Retention(
    model=HashList,
    name="lists",
    expired=acts.EXPIRED,
    erased=acts.ERASED,
    prolonged=acts.PROLONGED,
    numbers=_numbers,
    keep=_keep,
    recall=_recall,
    delete=_delete,
)


def end_entries() -> int:
    """Erase the entries whose end date has passed, each night; return how many ended.

    What they were is gone from the database at once, and from the list on disk as soon as that follows; until then the
    bare row says that it is to go there. The ledger keeps that so many ended.
    """
    due = ListEntry.everywhere.filter(Q(ends__lte=timezone.localdate()) | Q(state=EntryState.ENDED.value))
    lists = HashList.everywhere.filter(pk__in=due.order_by().values("list")).order_by("name")
    return each("lists.entries.end", list(lists.values_list("pk", flat=True)), _end)


CLASSES = ("classes_since", "classes_settled")
"""What votes say of its class, which goes with them."""


def _end(id: object) -> int:
    hash_list: HashList = HashList.everywhere.select_for_update(no_key=True).get(pk=id)
    hash_list.ended -= _forget(hash_list)
    rows = ListEntry.of(list=hash_list).filter(ends__lte=timezone.localdate()).order_by("pk")
    gone = list(rows.exclude(state=EntryState.ENDED.value)[:AT_ONCE])
    first = take_numbers(hash_list, len(gone))
    keep(gone, range(first + 1, first + 1 + len(gone)))
    for number, row in enumerate(gone, start=first + 1):
        setattr(hash_list, row.state, getattr(hash_list, row.state) - 1)
        row.change, row.state, row.body, row.series, row.ends = number, EntryState.ENDED.value, b"", "", None
        row.signals_mark = row.settled = row.classes_since = row.classes_settled = None
    ListEntry.everywhere.bulk_update(
        gone, ["change", "born", "state", "body", "series", "ends", "signals_mark", "settled", *CLASSES]
    )
    forget(hash_list, gone)
    numbers.forget(hash_list, [row.ident for row in gone])
    hash_list.ended += len(gone)
    saved(hash_list)
    if gone:
        record(acts.ENDED, hash_list.subject, NODE, BY_CLOCK, count=len(gone))
    return len(gone)


def _forget(hash_list: HashList) -> int:
    """Delete the rows of ended entries that nothing has to follow any more; return how many they were.

    Neither the list on disk nor a subset has them, and the matches with them know what became of them.
    """
    followed = min(
        [hash_list.published, hash_list.followed, *ListSubset.of(list=hash_list).values_list("published", flat=True)]
    )
    rows = ListEntry.of(list=hash_list).filter(state=EntryState.ENDED.value, change__lte=followed)
    EntryVote.of(entry__in=rows)._raw_delete("default")  # noqa: SLF001 - nothing hangs on it
    EntryAct.of(list=hash_list).filter(entry__in=rows.values("pk"))._raw_delete("default")  # noqa: SLF001
    return int(rows._raw_delete("default"))  # noqa: SLF001
