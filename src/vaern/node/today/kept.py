"""What waits for a person as it was last counted, in the memory of this process: what the page shows at once.

To ask every room takes some sixty statements, more than a page may take. So the page shows the board of at most two
minutes ago, and asks for a fresh one as soon as it is there (`today:live`, which answers nothing where nothing
changed). Whoever did something since gets a fresh one, in whichever process they did it. Nothing of it is written
anywhere, and it ends with the process.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from django.core.cache import cache
from django.utils.translation import get_language

from vaern.node.today.queries import board

if TYPE_CHECKING:
    from collections.abc import Hashable

    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.today.queries import Board

SECONDS = 120.0
"""How long a board is shown."""

MOST = 1_000
"""Boards that a process remembers: those of the people who were here last."""


class Kept(NamedTuple):
    """A board, and when counting began, in seconds since the epoch."""

    whole: Board
    at: float


_boards: OrderedDict[Hashable, Kept] = OrderedDict()
_lock = Lock()


def counted(viewer: Viewer) -> Board:
    """Count what waits for a viewer, and remember it, unless a part of it could not be counted."""
    begun = time.time()
    found = board(viewer)
    if not found.failed:
        with _lock:
            _boards[_key(viewer)] = Kept(found, begun)
            _boards.move_to_end(_key(viewer))
            while len(_boards) > MOST:
                _boards.popitem(last=False)
    return found


def kept(viewer: Viewer) -> Board | None:
    """Return what waits for a viewer as last counted; None where that is too old, or they did something since.

    What was counted when they might do other things is not for them.
    """
    with _lock:
        found = _boards.get(_key(viewer))
    if viewer.person is None or found is None or found.at <= time.time() - SECONDS:
        return None
    return found.whole if found.at > cache.get(_acted(viewer.person), 0.0) else None


def acted(person: Person) -> None:
    """Note, for all processes, that a person has just done something."""
    cache.set(_acted(person), time.time(), math.ceil(SECONDS) + 1)


def _acted(person: Person) -> str:
    return f"today-acted-{person.pk}"


def _key(viewer: Viewer) -> Hashable:
    person, session = viewer.person, viewer.admin_session
    return (
        person and person.pk,
        viewer.organisation.pk,
        viewer.permissions,
        session and session.pk,
        get_language(),
    )
