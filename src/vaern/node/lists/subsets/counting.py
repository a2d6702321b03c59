"""Under which terms the entries of a list stand, counted ahead: a page about a subset cannot wait for ten million."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.jobs import in_turn
from vaern.node.lists.models import HashList, ListStands, ListSubset
from vaern.node.lists.rules.subsets import SMALL
from vaern.node.lists.subsets.queries import counted

if TYPE_CHECKING:
    from uuid import UUID


def keep_count(hash_list: HashList) -> None:
    """Count under which terms how many entries of a list stand, and keep that with the change as of which it is.

    The list is held for as long as that is written down, not while it is counted: of what changes meanwhile the page
    says that the list has changed since.
    """
    same = HashList.everywhere.filter(pk=hash_list.pk)
    change = same.values_list("change", flat=True).first()
    found, now = counted(hash_list), timezone.now()
    with transaction.atomic():
        if not same.select_for_update(no_key=True, of=("self",)).exists():  # it was erased meanwhile
            return
        ListStands.of(list=hash_list).delete()
        ListStands.everywhere.bulk_create(
            ListStands(list=hash_list, **terms._asdict(), entries=count) for terms, count in found.items()
        )
        same.update(stands_change=change, stands_at=now)
    hash_list.stands_change, hash_list.stands_at = change, now


def keep_count_soon(hash_list: HashList) -> None:
    """Count a list of which a subset is made or changed, within the transaction: a large one once it is committed.

    A large one that was counted before is not counted again: the night does that, and what there is says when it was.
    """
    if hash_list.matched <= SMALL:
        keep_count(hash_list)
    elif hash_list.stands_at is None:
        transaction.on_commit(partial(_count, hash_list.pk), robust=True)


def count_all() -> int:
    """Count each night the lists that changed since and have subsets, or are so large that nobody counts them by day.

    Returns how many these were.
    """
    changed = Q(stands_change=None) | ~Q(stands_change=F("change"))
    with_subsets = Q(pk__in=ListSubset.everywhere.values("list"))
    large = Q(live__gt=SMALL - F("disputed"))
    found = HashList.everywhere.filter(changed, with_subsets | large).order_by("name")
    return in_turn("lists.subsets.count", list(found.values_list("pk", flat=True)), _count)


def _count(id: UUID) -> int:
    hash_list = HashList.everywhere.filter(pk=id).first()
    if hash_list is None:
        return 0
    keep_count(hash_list)
    return 1
