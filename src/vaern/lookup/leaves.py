"""What the ledger covers of one call: a leaf, from which the call can be shown to have been made, and be made again.

A leaf is a line of JSON. It names the call, when and why it was asked, and digests of what was asked, of the lists that
were asked and of what they answered; not the signals, and no entry. The node enters the root of a tree over the leaves
of a second. The call's id is random enough that nobody finds a reference out by trying.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.lookup.spool import Answered, HitRow


class Leaf(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is covered of a call; its members stand in this order.

    Attributes:
        answer: digest of its hits: see `answer_of`.
        asked: digest of its signals and of the lists: see `wire.digest`; empty for a call that fetches content.
        at: when, ISO 8601 in UTC.
        call: its id.
        coarse: the caller was told acts alone.
        entries: how many entries of lists were handed out.
        hits: how many there were.
        index: of the lists that were asked: see `wire.index_of`.
        most_distance: hits beyond it were not told; a leaf of form 1 does not say it.
        protocol, purpose, reference: as of `spool.Answered`.
        signals: how many by kind.
        v: 2, or 1 where nobody wrote down `most_distance`; a leaf is kept, proven and read in the form that it has.
    """

    answer: str
    asked: str
    at: str
    call: str
    coarse: bool
    entries: int
    hits: int
    index: str
    most_distance: int | msgspec.UnsetType = msgspec.UNSET
    protocol: str
    purpose: str
    reference: str
    signals: dict[str, int]
    v: int = 1

    @property
    def reach(self) -> int:
        """The distance beyond which no hit was told; where that is not said, the greatest there is."""
        return ANY_DISTANCE if self.most_distance is msgspec.UNSET else self.most_distance


ANY_DISTANCE = 256
"""Bits: no two PDQ values are further apart."""

_ENCODER = msgspec.json.Encoder(order="deterministic")
_DECODER = msgspec.json.Decoder(Leaf)


class LeafError(ValueError):
    """A text is no leaf."""


def leaf_of(one: Answered) -> bytes:
    """The leaf of a call that was answered: ASCII or UTF-8, without a line feed."""
    return _ENCODER.encode(
        Leaf(
            answer=answer_of(one.hits, one.more),
            asked=one.digest,
            at=one.at,
            call=one.call,
            coarse=one.coarse,
            entries=one.entries,
            hits=len(one.hits) + one.more,
            index=one.index,
            most_distance=msgspec.UNSET if one.most_distance is None else one.most_distance,
            protocol=one.protocol,
            purpose=one.purpose,
            reference=one.reference,
            signals=one.counts,
            v=1 if one.most_distance is None else 2,
        )
    )


def read_leaf(text: bytes | str) -> Leaf:
    """What a leaf says.

    Raises:
        LeafError: it is none.
    """
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise LeafError(str(error)) from error


def answer_of(hits: Sequence[HitRow], more: int) -> str:
    """What an answer is known by: SHA-256 over its hits, in their order, as one line of JSON.

    Over `[more, [number, list, release, entry, kind, distance], …]`. What followed from them is not in it: that depends
    on the caller's policy and on the law of the day, and the same question to the same lists has the same hits.
    """
    if not hits and not more:
        return NOTHING
    rows = [[one.number, one.list, one.release, one.entry, one.kind, one.distance] for one in hits]
    return hashlib.sha256(_ENCODER.encode([more, *rows])).hexdigest()


NOTHING = hashlib.sha256(b"[0]").hexdigest()
"""The answer without a hit."""
