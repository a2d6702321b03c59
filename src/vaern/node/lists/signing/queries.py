"""Which proposals of signed releases wait for signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.lists.models import HashList
from vaern.node.lists.signing.repository import State, opened, state_of
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer


def waiting(viewer: Viewer) -> list[tuple[HashList, State]]:
    """Return the viewer's lists whose proposals wait for signatures, for whoever hands these in."""
    names = opened().proposals().keys() if viewer.may(Permission.HASHLIST_RELEASE) else ()
    if not names:
        return []
    lists = HashList.own.filter(name__in=list(names)).order_by("title", "name")
    return [(one, state) for one in lists if (state := state_of(one.name)) is not None]
