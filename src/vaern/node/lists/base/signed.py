"""What goes out in signed releases, each under a name of its own: a list, or a subset of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from vaern.node.lists.base.pages import at_list, at_subset
from vaern.node.lists.base.subsets import opened_subset
from vaern.node.lists.models import HashList, ListSubset

if TYPE_CHECKING:
    from collections.abc import Callable

Signed = HashList | ListSubset


def list_of(signed: Signed) -> HashList:
    """Return the list whose entries are released."""
    return signed if isinstance(signed, HashList) else signed.list


def subset_of(signed: Signed) -> ListSubset | None:
    """Return the subset that is released; None where that is all of a list."""
    return None if isinstance(signed, HashList) else signed


def signed_of(hash_list: HashList) -> list[Signed]:
    """Return all that may be released of a list, signed: the list itself first, then its subsets by name."""
    return [hash_list, *ListSubset.of(list=hash_list).select_related("list").order_by("name")]


def named(names: list[str]) -> list[Signed]:
    """Return the lists and subsets of the viewer's organisation that have one of some names; each kind by title."""
    lists = HashList.own.filter(name__in=names).order_by("title", "name")
    return [*lists, *ListSubset.own.filter(name__in=names).select_related("list").order_by("title", "name")]


def had_by(signed: Signed) -> Callable[[str], bool]:
    """Return what tells of the id of an entry of the list whether it is or was in what is released.

    A subset keeps on disk what left it, as withdrawn: what its list recalled, and what has other terms now. Of one
    that is not on disk it says of each that it is: nobody is taken to have less to recall than they do.
    """
    if isinstance(signed, HashList):
        return lambda _ident: True
    on_disk = opened_subset(signed)
    return lambda ident: on_disk is None or on_disk.row_of(ident) is not None


def at_signed(signed: Signed) -> str:
    """Return the address of its page."""
    return at_list(signed) if isinstance(signed, HashList) else at_subset(signed)


def address(signed: Signed, route: str, *more: str) -> str:
    """Return the address of what can be done about its releases: a subset's route is called as its list's is."""
    name = f"lists:{route}" if isinstance(signed, HashList) else f"lists:{route}-subset"
    return reverse(name, args=[signed.pk, *more])


def about_kind(signed: Signed) -> str:
    """Return what the front page tells it from other records by."""
    return f"{signed.KIND}/{signed.pk}"
