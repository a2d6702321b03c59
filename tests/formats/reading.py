"""Reading a document out of bytes, and telling entries from problems."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from vaern.formats import read_list
from vaern.records import Entry, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping


def read(
    content: bytes | str,
    format: str | None = None,  # noqa: A002
    *,
    name: str = "list",
    columns: Mapping[str, str] | None = None,
) -> tuple[list[Entry], list[Problem]]:
    """Entries and problems of a file with this content.

    Raises:
        FormatError: as `read_list`.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        found = list(read_list(path, format=format, columns=columns))
    entries = [one for one in found if isinstance(one, Entry)]
    problems = [one for one in found if isinstance(one, Problem)]
    assert len(entries) + len(problems) == len(found)
    return entries, problems
