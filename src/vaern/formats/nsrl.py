"""NIST's NSRL reference data set, version 3: an SQLite database of files that are known.

Source: use of the database in sepinf-inc/IPED `HashDBTool.java`; the columns differ from release to release,
so the schema is read first (research: `formats.md`, (g)). Where it has special codes, a file with `M` is not loaded.
`FILE` is a table in the minimal edition; in the full
one it is a view over `METADATA` that calls `UPPER` for each digest. "Known" is not "good", and MD5 and SHA-1
can be forged: SHA-256 is loaded beside them where it is there.

The database is hostile until proven otherwise: it is opened read-only and immutable, its schema may call
nothing but `upper` and `lower`, no value may be longer than a row of the real data needs, and a query that
yields nothing for long is ended.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from vaern.formats.draft import Draft
from vaern.formats.source import FormatError, Torn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vaern.formats.signals import Junk
    from vaern.formats.source import Source
    from vaern.records import Entry, Problem

MAGIC = b"SQLite format 3\0"
SOURCE = "NSRL RDS"

MALICIOUS = "M"
MALICIOUS_SAID = "NIST marks this file as malicious (special code M); it was not loaded"
"""The list is used as one of known-good files."""

MAX_CELL = 1 << 16
"""Bytes of the longest value or row that SQLite may handle here."""

PATIENCE = 1000
"""How many times `_STEPS` steps of SQLite's machine may pass without a row: some ten seconds."""

_STEPS = 1_000_000
_TABLES = ("FILE", "METADATA")
_DIGESTS = ("sha256", "sha1", "md5")
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})
_FUNCTIONS = frozenset({"upper", "lower"})
"""What a view may call: NIST's own does. Each gives a text as long as the one it was given, and nothing else."""


def read(source: Source, columns: Mapping[str, str], junk: Junk) -> Iterator[Entry | Problem]:
    """Reads the `FILE` table or view; see the module.

    Raises:
        FormatError: packed, not SQLite, or without a table of files with a digest.
    """
    if source.packing:
        raise FormatError(f"{source.path}: SQLite cannot be read inside a {source.packing} file; unpack it first")
    try:
        with _opened(source) as database:
            table, names = _find_table(source, database)
    except (sqlite3.Error, UnicodeError) as error:
        raise FormatError(f"{source.path}: not a readable SQLite database ({error})") from error
    return _entries(source, table, names, junk)


@contextmanager
def _opened(source: Source) -> Iterator[sqlite3.Connection]:
    path = quote(str(source.path.resolve()))
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
        database.text_factory = lambda text: text.decode("utf-8", "replace")
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_CELL)
        database.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 20)
        database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        for pragma in ("trusted_schema=OFF", "query_only=ON", "mmap_size=0", "cell_size_check=ON"):
            database.execute(f"PRAGMA {pragma}")
        yield database


def _find_table(source: Source, database: sqlite3.Connection) -> tuple[str, list[str]]:
    """The table or view of files and its column names, as the schema spells them."""
    schema = database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') LIMIT 1000")
    tables = [str(name) for (name,) in schema]
    for table in (table for wanted in _TABLES for table in tables if table.upper() == wanted):
        names = [str(row[1]) for row in database.execute("SELECT * FROM pragma_table_info(?)", (table,))]
        if any(_plain(name) in _DIGESTS for name in names):
            return table, names
    raise FormatError(
        f"{source.path}: an SQLite database without NSRL's FILE or METADATA table with a digest; "
        f"it has {', '.join(map(repr, tables[:20])) or 'no tables'}"
    )


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")


def _entries(source: Source, table: str, names: list[str], junk: Junk) -> Iterator[Entry | Problem]:
    place = source.place
    idle = [0]

    def impatient() -> int:
        idle[0] += 1
        return idle[0] > PATIENCE

    quoted = ", ".join(_quoted(name) for name in names)
    previous: Sequence[object] | None = None
    try:
        with _opened(source) as database:
            database.set_progress_handler(impatient, _STEPS)
            database.set_authorizer(_authorise)
            for row in database.execute(f"SELECT {quoted} FROM {_quoted(table)}"):  # noqa: S608 - quoted names
                idle[0] = 0
                place.line += 1
                digests = [value for name, value in zip(names, row, strict=True) if _plain(name) in _DIGESTS]
                if digests != previous:  # one row for each package that holds the file
                    yield from _entry(names, row, Draft(place, junk))
                previous = digests
    except (sqlite3.Error, UnicodeError) as error:
        place.line += 1
        raise Torn(f"the database could not be read on ({error})") from error


def _authorise(action: int, _first: object, second: object, _database: object, _trigger: object) -> int:
    """Reading tables and views, and `_FUNCTIONS`; no other function, no pragma, no other database."""
    if action == sqlite3.SQLITE_FUNCTION:
        allowed = isinstance(second, str) and second.lower() in _FUNCTIONS
    else:
        allowed = action in _ALLOWED
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _entry(names: list[str], row: Sequence[object], draft: Draft) -> Iterator[Entry | Problem]:
    cells = {_plain(name): cell for name, cell in zip(names, row, strict=True) if cell not in {None, ""}}
    if str(cells.get("specialcode", "")).strip().upper() == MALICIOUS:
        yield draft.place.problem(MALICIOUS_SAID)
        return
    entry_id = ""
    for kind in _DIGESTS:
        if (cell := cells.pop(kind, None)) is not None:
            text = cell.hex() if isinstance(cell, bytes) else str(cell)
            if draft.add(kind, text):
                entry_id = entry_id or text.strip().lower()
    for name, cell in cells.items():
        draft.keep(name, cell.hex() if isinstance(cell, bytes) else str(cell))
    yield from draft.finish(entry_id or str(draft.place.line), source=SOURCE)
