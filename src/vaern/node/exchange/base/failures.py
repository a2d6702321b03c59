"""Whose fault a failure is: the machine's, which is nobody's message, or that of a message or its reader."""

from __future__ import annotations

import errno

import django.db
import psycopg

from vaern.node.runtime.database import causes

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""What a full, broken or exhausted machine says to whoever opens or writes a file."""


def is_the_machines(error: BaseException) -> bool:
    """Whether a failure is the machine's: of the database, the disk or memory, also where a library wraps it.

    What the database refuses to store is not: a message says it, or its reader does.
    """
    for one in causes(error):
        if isinstance(one, django.db.DataError | django.db.IntegrityError | psycopg.DataError | psycopg.IntegrityError):
            return False
        if isinstance(one, django.db.Error | psycopg.Error | MemoryError):
            return True
        if isinstance(one, OSError) and one.errno in NO_ROOM:
            return True
    return False
