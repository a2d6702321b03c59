"""What `--cluster` and `vaern join` name: a folder, or a database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vaern.cluster.folder import Folder
from vaern.scanning.walk import Refusal

if TYPE_CHECKING:
    from vaern.cluster.places import Place

LEASE = 120.0
"""Seconds after which a machine that was not heard of has lost its shares. NFS may tell of a change after a minute."""

_DATABASE = ("postgresql://", "postgres://")


def place_of(text: str) -> Place:
    """The place of this name.

    Raises:
        Refusal: it cannot be used; why, and what to do.
    """
    if text.startswith(_DATABASE):
        from vaern.cluster.database import Database  # noqa: PLC0415 - needs the extra `cluster`

        return Database(text)
    if "://" in text:
        raise Refusal(
            f"{text.partition('://')[0]}://: shares are handed out in a folder that all machines have, or in "
            "postgresql://HOST/NAME"
        )
    path = Path(text)
    if not path.is_dir():
        raise Refusal(f"{text}: no folder; make it, where all machines have it under this name or another")
    return Folder(path.resolve())
