"""Verification: read the whole ledger, rebuild its tree, and name every deviation from what was signed.

The evidence, in order: each entry against its leaf; the leaves of 16 positions against their stored subtree; the tree
at every checkpoint's size against what was signed then. The largest size at which a checkpoint matches proves
everything before it, so whatever contradicts it there is itself at fault.
"""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import connection, transaction

from vaern.node.ledger import chunks, strays
from vaern.node.ledger.chunks import SIZE, Chunk, check_chunk
from vaern.node.ledger.findings import Finding, Verified, note_finding
from vaern.node.ledger.judge import Judge
from vaern.node.ledger.nodes import LedgerDamaged, read_frontier
from vaern.proofs.checkpoints import VerifierKey, open_checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.backends.utils import CursorWrapper

    from vaern.proofs.checkpoints import Checkpointed

KEPT, LAST = "that was kept", "that the node signed last"

MORE = 1_000_000
"""Positions beyond the leaves that are looked at, if a checkpoint speaks of them."""


def verify_ledger(
    key: VerifierKey,
    *,
    against: str = "",
    last: str = "",
    processes: int = 0,
    on_progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Verified:
    """Read the whole ledger and return what is wrong with it.

    Args:
        key: the one that signed the checkpoints.
        against: an older checkpoint kept elsewhere.
        last: the last signed checkpoint, from the file beside the key; without either, truncation goes unnoticed.
        processes: number of readers, each with its own connection; 0 reads in this process and transaction.
        on_progress: called with the positions done and the total.

    Raises:
        CheckpointError: one of these two checkpoints is not signed by the key.
    """
    kept = [(whose, open_checkpoint(note, key)) for whose, note in ((KEPT, against), (LAST, last)) if note]
    leaves, signed, checkpoints = strays.extent()
    total = max(leaves, min(signed, leaves + MORE))
    judge = Judge()
    for chunk in _chunks(total, key, processes):
        judge.add(chunk)
        on_progress(chunk.end, total)
    with _settings():
        erasures = judge.erasures | strays.later_erasures(total)
        findings = [*judge.findings(), *_notes(judge.without_note, erasures), *strays.stray_findings(total)]
    if signed > total:
        findings.append(Finding(f"A checkpoint of {signed} entries was put in: there are {leaves}."))
    for whose, one in kept:
        findings += _against(whose, one, leaves)
    return Verified(leaves, judge.frontier.root(), checkpoints, findings)


@contextmanager
def _settings() -> Iterator[CursorWrapper]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(chunks.planned())
        yield cursor
        cursor.execute(chunks.as_before())


def _chunks(total: int, key: VerifierKey, processes: int) -> Iterator[Chunk]:
    spans = [(start, min(start + SIZE, total)) for start in range(0, total, SIZE)]
    if processes < 1 or len(spans) < 2:
        with _settings() as cursor:
            for start, end in spans:
                yield check_chunk(cursor, start, end, key)
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), _connect, (_address(), str(key))) as pool:
        yield from pool.map(_check, spans)


def _address() -> dict[str, Any]:
    """Return how psycopg reaches the database that Django uses."""
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    settings = connection.settings_dict
    return {theirs: settings[ours] for ours, theirs in names.items() if settings.get(ours)} | settings["OPTIONS"]


_process: dict[str, Any] = {}
"""What a reading process keeps between two chunks."""


def _connect(address: dict[str, Any], key: str) -> None:
    _process["connection"] = psycopg.connect(**address, autocommit=True)
    _process["connection"].execute(chunks.planned(""))
    _process["key"] = VerifierKey.parse(key)


def _check(span: tuple[int, int]) -> Chunk:
    with _process["connection"].cursor() as cursor:
        return check_chunk(cursor, *span, _process["key"])


def _notes(without: list[int], erasures: dict[int, str]) -> list[Finding]:
    """Return the findings on notes: those missing without an erasure, and those that reappeared."""
    erased = {entry: erasure for erasure, details in erasures.items() for entry in json.loads(details)}
    gone = [note_finding(entry, "was removed, and no erasure says so") for entry in without if entry not in erased]
    back = strays.with_note(list(erased))
    return gone + [note_finding(entry, f"is back, though entry {erased[entry]} erased it") for entry in back]


def _against(whose: str, kept: Checkpointed, leaves: int) -> list[Finding]:
    """Compare the stored tree with a checkpoint from outside the database."""
    size = kept.size
    if size > leaves:
        text = f"The checkpoint {whose} speaks of {size} entries, and there are {leaves}: the end was cut off."
        return [Finding(text, (), (leaves, size))]
    try:
        same = read_frontier(size).root() == kept.root
    except LedgerDamaged:
        same = False
    text = f"The ledger's first {size} entries are not those of the checkpoint {whose}: it was rewritten."
    return [] if same else [Finding(text, (), (0, size))]
