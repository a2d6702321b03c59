"""Which proposals of signed releases wait for signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.lists.base.signed import named
from vaern.node.lists.signing.repository import State, opened, state_of
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from vaern.node.lists.base.signed import Signed
    from vaern.node.organisations.viewers import Viewer


def waiting(viewer: Viewer) -> list[tuple[Signed, State]]:
    """Return the viewer's lists and subsets whose proposals wait for signatures, for whoever hands these in."""
    names = opened().proposals().keys() if viewer.may(Permission.HASHLIST_RELEASE) else ()
    if not names:
        return []
    return [(one, state) for one in named(list(names)) if (state := state_of(one.name)) is not None]
