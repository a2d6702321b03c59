"""What other apps say of an organisation on its page; each makes its own known when it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

Says = Callable[["Viewer", "Organisation"], list[tuple[object, object]]]
_SAYS: list[Says] = []


def register(says: Says) -> None:
    """Let somebody say more; doing it again changes nothing."""
    if says not in _SAYS:
        _SAYS.append(says)


def of(viewer: Viewer, organisation: Organisation) -> list[tuple[object, object]]:
    """Return names and values, in the order in which apps were loaded."""
    return [fact for says in _SAYS for fact in says(viewer, organisation)]
