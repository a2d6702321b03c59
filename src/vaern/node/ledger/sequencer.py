"""The sequencer: about once a second it appends recorded entries to the tree and signs the new state.

Writers never wait for it: they put entries into a queue (`Pending`), which it empties. It takes whatever is committed,
so a long transaction delays nobody else, and a dump restored elsewhere continues where it was.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog
from django.db import connection, transaction

from vaern.node.ledger.keys import signing_key
from vaern.node.ledger.last import keep_last, must_continue, read_last
from vaern.node.ledger.leaf import LEAF_SQL
from vaern.node.ledger.nodes import LEVELS, LedgerDamaged, read_frontier
from vaern.node.runtime import logs
from vaern.proofs.checkpoints import sign_checkpoint
from vaern.proofs.merkle import hash_leaf

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from threading import Event

    from django.db.backends.utils import CursorWrapper

    from vaern.proofs.checkpoints import SigningKey
    from vaern.proofs.merkle import Frontier

log = structlog.get_logger(__name__)

LOCK = 0x6C_65_64_67_65_72
"""The number of PostgreSQL's advisory lock that the sequencer holds for each step ("ledger")."""

BATCH = 10_000
"""Entries a step."""

PERIOD = 1.0
"""Seconds between the beginnings of two rounds."""

WAITING = f"""
    SELECT p.entry, e.leaf FROM (SELECT entry FROM ledger_pending ORDER BY entry LIMIT %s) p
    CROSS JOIN LATERAL (SELECT {LEAF_SQL} AS leaf FROM ledger_entry e WHERE e.id = p.entry OFFSET 0) e
    ORDER BY p.entry
"""
"""What waits, one entry looked up at a time (`OFFSET 0` keeps it so): a join of both is free to compare each row with
each where the statistics still say that they are empty, as they do after a large import."""

TAKEN = "DELETE FROM ledger_pending WHERE entry = ANY(%s)"

STATE = """
    SELECT (SELECT coalesce(max(position) + 1, 0) FROM ledger_leaf), size, root
    FROM (SELECT max(size) AS size FROM ledger_checkpoint) last LEFT JOIN ledger_checkpoint USING (size)
"""

LEAVES = "COPY ledger_leaf (position, entry, hash) FROM STDIN"
SUBTREES = "COPY ledger_subtree (level, index, hash) FROM STDIN"
CHECKPOINT = "INSERT INTO ledger_checkpoint (size, root, note, at) VALUES (%s, %s, %s, clock_timestamp())"


def sequence_once(batch: int = BATCH, last: Path | None = None) -> int:
    """Append every pending entry to the tree in batches, one transaction and one signed checkpoint each.

    Args:
        batch: entries per transaction.
        last: the file with the last signed checkpoint (`last.py`), which the node itself keeps.

    Returns:
        The number of entries appended; 0 also if another process is sequencing.

    Raises:
        LedgerDamaged: the stored tree is not the one signed last, so nothing is appended.
        CheckpointError: the checkpoint in the file is not signed by the node's key.
    """
    key, done = signing_key(), 0
    while step := _step(key, batch, last):
        done += step
        if step < batch:
            break
    return done


def run_sequencer(stop: Event, period: float = PERIOD, last: Path | None = None) -> None:
    """Sequence until told to stop, then once more. Whatever fails is logged and tried again the next second."""
    stopping = False
    while not stopping:
        begun = time.monotonic()
        stopping = stop.is_set()
        try:
            sequence_once(last=last)
        except Exception as error:
            log.error("error", **logs.described(error))  # noqa: TRY400 - values stand in a traceback
            connection.close()  # a connection that broke is not used again
        if not stopping:
            stop.wait(max(0.0, period - (time.monotonic() - begun)))
    connection.close()


def _step(key: SigningKey, batch: int, last: Path | None) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(WAITING, [batch])
        taken = cursor.fetchall()
        if not taken:
            return 0
        entries = [entry for entry, _ in taken]
        cursor.execute(TAKEN, [entries])
        frontier = _signed_frontier(cursor)
        if last is not None:
            must_continue(frontier, read_last(last, key.verifier))
        first = frontier.size
        leaves = [hash_leaf(text.encode("ascii")) for _, text in taken]
        subtrees = list(frontier.extend(leaves, LEVELS))
        _copy(cursor, LEAVES, zip(range(first, frontier.size), entries, leaves, strict=True))
        _copy(cursor, SUBTREES, subtrees)
        root = frontier.root()
        note = sign_checkpoint(frontier.size, root, key)
        cursor.execute(CHECKPOINT, [frontier.size, root, note])
    if last is not None:
        keep_last(last, note)
    return len(taken)


def _copy(cursor: CursorWrapper, into: str, rows: Iterable[tuple[int, int, bytes]]) -> None:
    with connection.wrap_database_errors, cursor.copy(into) as copy:  # Django wraps what its own calls raise alone
        copy.write("".join(f"{first}\t{second}\t\\\\x{hash_.hex()}\n" for first, second, hash_ in rows))


def _signed_frontier(cursor: CursorWrapper) -> Frontier:
    """Return the frontier of the stored tree, checked against the last checkpoint."""
    cursor.execute(STATE)
    size, signed_size, signed_root = cursor.fetchone()
    frontier = read_frontier(size)
    if size != (signed_size or 0) or (size and frontier.root() != bytes(signed_root)):
        raise LedgerDamaged(f"the ledger's tree of {size} entries is not the one that was signed last")
    return frontier
