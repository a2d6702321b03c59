"""What lets much be made at once in less time: statements planned once, and garbage that is seldom looked for."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator

PLANS = 2_000
"""Statements of which the plan is kept; the whole history has fewer."""


@contextmanager
def planned_once() -> Iterator[None]:
    """Let PostgreSQL plan each statement of this process once, and not each time: a third of its time went into it.

    Django writes the values into a statement, so that none comes twice; sent apart from it, a plan can be kept. It is
    a setting of the connection, which is made anew for it, and again afterwards.
    """
    options = connection.settings_dict["OPTIONS"]
    connection.close()
    options["server_side_binding"] = True
    try:
        connection.ensure_connection()
        raw = connection.connection
        raw.prepare_threshold, raw.prepared_max = 1, PLANS
        yield
    finally:
        connection.close()
        del options["server_side_binding"]


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for garbage seldom while much is made: a fifth of the time went into it."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
