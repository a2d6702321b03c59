"""Row counts and digests per table, which a restored database must reproduce."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

FORMATS = {
    "bytea_output": "hex",
    "datestyle": "ISO, YMD",
    "extra_float_digits": "1",
    "intervalstyle": "iso_8601",
    "timezone": "UTC",
}
"""How values become text, whatever the server, the role or the session would have it."""

DIGEST = sql.SQL(
    "SELECT count(*)::text, coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint::numeric), 0)::text FROM {} t"
)


def tables(connection: psycopg.Connection) -> list[str]:
    """Return the names of all tables of the schema `public`."""
    rows = connection.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1"
    )
    return [name for (name,) in rows]


def measured(
    connection: psycopg.Connection, progress: Callable[[int, int], None] = lambda _done, _of: None
) -> dict[str, list[str]]:
    """Return for each table its number of rows and a digest that does not depend on their order.

    The digest is the sum over all rows of the first 64 bits of MD5 of the row as text: it finds a difference that came
    about by mistake. Against one made on purpose, the file's encryption and the ledger's signatures hold.

    Args:
        connection: inside a transaction.
        progress: is told how many tables are done, of how many.
    """
    for name, value in FORMATS.items():
        connection.execute(sql.SQL("SET LOCAL {} = {}").format(sql.Identifier(name), sql.Literal(value)))
    found = {}
    names = tables(connection)
    for done, name in enumerate(names):
        progress(done, len(names))
        row = connection.execute(DIGEST.format(sql.Identifier("public", name))).fetchone()
        assert row is not None
        found[name] = list(row)
    progress(len(names), len(names))
    return found
