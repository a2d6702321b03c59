"""Under which terms the entries of a list stand, counted ahead: a page about a subset cannot wait for ten million."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from vaern.node.base.jobs import each
from vaern.node.lists.models import HashList, ListStands, ListSubset
from vaern.node.lists.subsets.queries import counted

if TYPE_CHECKING:
    from uuid import UUID


@transaction.atomic
def keep_count(hash_list: HashList) -> None:
    """Count under which terms how many entries of a list stand, as of its last change, and keep that."""
    change, now = hash_list.change, timezone.now()
    found = counted(hash_list)
    ListStands.of(list=hash_list).delete()
    ListStands.everywhere.bulk_create(
        ListStands(list=hash_list, **terms._asdict(), entries=count) for terms, count in found.items()
    )
    HashList.everywhere.filter(pk=hash_list.pk).update(stands_change=change, stands_at=now)
    hash_list.stands_change, hash_list.stands_at = change, now


def count_all() -> int:
    """Count each night the lists that have subsets and changed since; return how many these were."""
    changed = Q(stands_change=None) | ~Q(stands_change=F("change"))
    with_subsets = ListSubset.everywhere.values("list")
    found = HashList.everywhere.filter(changed, pk__in=with_subsets).order_by("name")
    return each("lists.subsets.count", list(found.values_list("pk", flat=True)), _count)


def _count(id: UUID) -> int:
    hash_list = HashList.everywhere.select_for_update(no_key=True, of=("self",)).filter(pk=id).first()
    if hash_list is None:
        return 0
    keep_count(hash_list)
    return 1
