"""Read a chunk of the ledger and compare every entry with its leaf. No Django, so a bare process can run it."""

from __future__ import annotations

from binascii import unhexlify
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from vaern.node.ledger import findings as say
from vaern.node.ledger.leaf import LEAF_SQL
from vaern.node.ledger.notes import commitment
from vaern.node.ledger.rules import ERASURE_ACT
from vaern.proofs.checkpoints import CheckpointError, VerifierKey, open_checkpoint
from vaern.proofs.merkle import halve, hash_children, lift

if TYPE_CHECKING:
    from vaern.node.ledger.findings import Finding

LEVEL = 16
SIZE = 1 << LEVEL
"""Leaves of a chunk; it is one stored subtree."""

STORED = (4, 8, 12, 16)
"""The levels of stored subtrees within a chunk, the lowest first."""

BLOCK_LEVEL = STORED[0]
BLOCK = 1 << BLOCK_LEVEL
"""Leaves of the smallest stored subtree."""

MOST = 1_000
"""Findings of one kind that a chunk keeps."""

ABSENT = b"\\N"
GAP = bytes(32)
"""Stands for a leaf that is missing."""

ERASURE = f'{{"act":"{ERASURE_ACT}",'.encode()

SETTINGS = {
    "enable_seqscan": "off",
    "enable_nestloop": "off",
    "work_mem": "'128MB'",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
}
"""A chunk is read by its keys and joined once, whatever the planner guesses: where the statistics still call a table
empty, it would compare each row with each. The other core has a chunk of its own."""


def planned(local: str = "LOCAL") -> str:
    """Return the statement that makes these settings; with "" for the rest of the session."""
    return "; ".join(f"SET {local} {name} = {value}" for name, value in SETTINGS.items())


def as_before() -> str:
    """Return the statement that resets them within the transaction."""
    return "; ".join(f"SET LOCAL {name} TO DEFAULT" for name in SETTINGS)


SPAN = "SELECT min(entry), max(entry) FROM ledger_leaf WHERE position >= %s AND position < %s"


def _rows(start: int, end: int, first: int, last: int) -> str:
    """Return the query of a chunk; its limits are integers. The range of entry numbers bounds the join."""
    return f"""COPY (
        SELECT l.position - {start}, l.entry, encode(l.hash, 'hex'), {LEAF_SQL},
            CASE WHEN e.note IS NOT NULL OR n.entry IS NOT NULL THEN coalesce(encode(e.note, 'hex'), '') END,
            encode(n.salt, 'hex'), encode(convert_to(n.words, 'UTF8'), 'hex'),
            encode(convert_to(n.details, 'UTF8'), 'hex')
        FROM ledger_leaf l
        LEFT JOIN ledger_entry e ON e.id = l.entry AND e.id BETWEEN {first} AND {last}
        LEFT JOIN ledger_note n ON n.entry = l.entry AND n.entry BETWEEN {first} AND {last}
        WHERE l.position >= {start} AND l.position < {end}
    ) TO STDOUT"""


@dataclass(frozen=True)
class Signed:
    """A checkpoint that ends within a chunk.

    Attributes:
        size, root: as the row says.
        within: the root of the chunk's leaves up to that size.
        problem: why the checkpoint cannot be trusted, whatever the leaves are; "" if it can.
    """

    size: int
    root: bytes
    within: bytes
    problem: str


@dataclass(frozen=True)
class Reading:
    """A chunk's contribution to the tree.

    Attributes:
        hashes: the roots of the complete subtrees that make it up, the largest first.
        signed: the checkpoints that end in it.
    """

    hashes: list[bytes]
    signed: list[Signed]


@dataclass
class Chunk:
    """The result of reading a chunk.

    Attributes:
        start, end: its positions.
        by_leaves: its contribution according to the leaves.
        by_subtrees: its contribution if the stored subtrees are right where they contradict the leaves.
        blocks: the stored subtrees (level, index) that contradict the leaves.
        findings: what is wrong with single entries and notes.
        without_note: entries whose note is missing; an erasure may account for it.
        erasures: entry number to details of the erasures in it.
    """

    start: int
    end: int
    by_leaves: Reading = field(default_factory=lambda: Reading([], []))
    by_subtrees: Reading = field(default_factory=lambda: Reading([], []))
    blocks: list[tuple[int, int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    without_note: list[int] = field(default_factory=list)
    erasures: dict[int, str] = field(default_factory=dict)


def check_chunk(cursor: Any, start: int, end: int, key: VerifierKey) -> Chunk:
    """Read the positions from `start` (a multiple of 2^16) to `end`, and compare them with all stored evidence.

    Args:
        cursor: of psycopg, or Django's around it.
        start, end: the positions, at most 2^16.
        key: the one that signed the checkpoints.
    """
    chunk = Chunk(start, end)
    hashes, changed = _read(cursor, chunk)
    for first, last in say.ranges(place for place, hash_ in enumerate(hashes) if hash_ is GAP):
        chunk.findings.append(say.positions_empty(start + first, start + last))
    stored = _stored(cursor, start)
    for place, recomputed in changed.items():
        _believe_entry(hashes, place, recomputed, stored)
    levels = [hashes, *_above(hashes)]
    for level in STORED:
        made = levels[level] if level < len(levels) else []
        chunk.blocks += [
            (level, (start >> level) + place)
            for place in range((end - start) >> level)
            if stored.get((level, place)) != made[place]
        ]
    signed = _checkpoints(cursor, chunk, key)
    chunk.by_leaves = chunk.by_subtrees = _reading(levels, chunk, signed)
    if chunk.blocks:
        blocks = [stored.get((BLOCK_LEVEL, place), made) for place, made in enumerate(levels[BLOCK_LEVEL])]
        chunk.by_subtrees = _reading([*levels[:BLOCK_LEVEL], blocks, *_above(blocks)], chunk, signed)
    return chunk


def _above(hashes: list[bytes]) -> list[list[bytes]]:
    """Return all levels above these nodes, complete subtrees only."""
    levels = []
    while len(hashes) > 1:
        hashes = halve(hashes[: len(hashes) & ~1])
        levels.append(hashes)
    return levels


def _read(cursor: Any, chunk: Chunk) -> tuple[list[bytes], dict[int, bytes]]:
    """Return the hashes of the stored leaves, and of the entries that differ from theirs, by index in the chunk."""
    hashes = [GAP] * (chunk.end - chunk.start)
    changed: dict[int, bytes] = {}
    cursor.execute(SPAN, [chunk.start, chunk.end])
    first, last = cursor.fetchone()
    if first is None:
        return hashes, changed
    with cursor.copy(_rows(chunk.start, chunk.end, first, last)) as copy:
        lines = b"".join(copy).split(b"\n")
    for line in lines[:-1]:
        at, entry, stored, leaf, note, *typed = line.split(b"\t")
        place = int(at)
        hashes[place] = unhexlify(stored)
        if leaf == ABSENT:
            _add(chunk, say.entry_removed(int(entry), chunk.start + place))
            continue
        hash_ = sha256(b"\0" + leaf).digest()
        if hash_ != hashes[place]:
            changed[place] = hash_
            _add(chunk, say.entry_changed(int(entry), chunk.start + place))
        if note != ABSENT:
            _check_note(chunk, int(entry), leaf, note, typed)
    return hashes, changed


def _check_note(chunk: Chunk, entry: int, leaf: bytes, note: bytes, typed: list[bytes]) -> None:
    if typed[0] == ABSENT:
        chunk.without_note.append(entry)
        return
    salt, words, details = map(unhexlify, typed)
    if not note:
        _add(chunk, say.note_finding(entry, "was put in later: the entry was recorded without one"))
    elif commitment(salt, words.decode(), details.decode()) != unhexlify(note):
        _add(chunk, say.note_finding(entry, "was changed"))
    elif leaf.startswith(ERASURE):
        chunk.erasures[entry] = details.decode()


def _add(chunk: Chunk, finding: Finding) -> None:
    if len(chunk.findings) < MOST:
        chunk.findings.append(finding)
    elif len(chunk.findings) == MOST:
        text = f"There is more like this at positions {chunk.start} to {chunk.end - 1}."
        chunk.findings.append(say.Finding(text, (), (chunk.start, chunk.end)))


def _stored(cursor: Any, start: int) -> dict[tuple[int, int], bytes]:
    """Return the stored subtrees of a chunk by level and index within it."""
    queries = ["SELECT level, index, hash FROM ledger_subtree WHERE level = %s AND index >= %s AND index < %s"]
    values = [number for level in STORED for number in (level, start >> level, (start + SIZE) >> level)]
    cursor.execute(" UNION ALL ".join(queries * len(STORED)), values)
    return {(level, index - (start >> level)): bytes(hash_) for level, index, hash_ in cursor.fetchall()}


def _believe_entry(hashes: list[bytes], place: int, recomputed: bytes, stored: dict[tuple[int, int], bytes]) -> None:
    """Where the block's stored root confirms an entry against its leaf, continue with the entry's hash."""
    first = place & ~(BLOCK - 1)
    block = hashes[first : first + BLOCK]
    block[place - first] = recomputed
    if len(block) == BLOCK and lift(block, BLOCK_LEVEL) == [stored.get((BLOCK_LEVEL, first >> BLOCK_LEVEL))]:
        hashes[place] = recomputed


def _frontier(levels: list[list[bytes]], size: int) -> list[bytes]:
    """Return the complete subtrees that make up the first `size` leaves, largest first."""
    return [levels[bit][(size >> bit) - 1] for bit in reversed(range(size.bit_length())) if size >> bit & 1]


def _reading(levels: list[list[bytes]], chunk: Chunk, signed: list[tuple[int, bytes, str]]) -> Reading:
    found = []
    for size, root, problem in signed:
        *larger, within = _frontier(levels, size - chunk.start)
        for left in reversed(larger):
            within = hash_children(left, within)
        found.append(Signed(size, root, within, problem))
    return Reading(_frontier(levels, chunk.end - chunk.start), found)


def _checkpoints(cursor: Any, chunk: Chunk, key: VerifierKey) -> list[tuple[int, bytes, str]]:
    """Return size, root and problem of the checkpoints that end in a chunk."""
    cursor.execute(
        "SELECT size, root, note FROM ledger_checkpoint WHERE size > %s AND size <= %s ORDER BY size",
        [chunk.start, chunk.end],
    )
    found = []
    for size, root, note in cursor.fetchall():
        problem = ""
        try:
            said = open_checkpoint(note, key)
            if (said.size, said.root) != (size, bytes(root)):
                problem = "the row says something else than what was signed"
        except CheckpointError as error:
            problem = str(error)
        found.append((size, bytes(root), problem))
    return found
