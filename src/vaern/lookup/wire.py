"""The look-up call and its answer as they go over the line, in JSON or MessagePack.

A call is taken whole or not at all: whatever is wrong with it is named with its place, and nothing is answered. The
order of the results is that of the signals.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from vaern.lookup.grounds import Stand
from vaern.lookup.policy import Verdict
from vaern.records import DIGEST_KINDS, OPAQUE_KINDS, VALUE_KINDS, Orientation, Region, Signal, Vote

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_SIGNALS = 10_000
"""In one call."""

MOST_BYTES = 1 << 24
"""Of one call's body."""

MOST_TEXT = 2000
"""Characters of an address, a domain or a wallet."""

MOST_FRAMES = 36_000
"""Frames of a video: ten hours, at one a second."""

MOST_FAULTS = 100
"""That one answer names."""

MOST_WORDS = 200
"""Characters of a purpose, a reference or a signal's id."""

JSON, MESSAGEPACK, NDJSON = "application/json", "application/msgpack", "application/x-ndjson"

ASKED_KINDS = (*DIGEST_KINDS, "pdq", "vpdq", *OPAQUE_KINDS, *VALUE_KINDS)


class Asked(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A signal that is looked up.

    Attributes:
        kind: see `ASKED_KINDS`.
        value: hexadecimal; of an address, a domain or a wallet its normal form as text.
        digest: instead of `value`: SHA-256 of the normal form, hexadecimal. A keyword is only ever asked so.
        quality: PDQ quality, 0 to 100.
        orientation, region: how and of what part of the picture it was hashed.
        id: what the caller calls it; the result has it again.
    """

    kind: str
    value: str = ""
    digest: str = ""
    quality: int | None = None
    orientation: Orientation = "upright"
    region: Region = "whole"
    id: str = ""


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """A call.

    Attributes:
        signals: up to `MOST_SIGNALS`.
        purpose: what for: a code of the caller, such as `upload`.
        reference: the caller's own, such as the number of a case. It is entered in the ledger.
    """

    signals: tuple[Asked, ...]
    purpose: str = ""
    reference: str = ""


class Votes(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What organisations say of an entry.

    Attributes:
        positive, negative: how many say that it belongs on the list, and that it does not; a no that was settled is
            among `all` alone.
        independent: of the positive ones, how many of an independent view.
        countries: known countries of the positive ones.
        all: each vote.
    """

    positive: int
    negative: int
    independent: int
    countries: int
    all: tuple[Vote, ...] = ()


class HitSaid(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A hit.

    Attributes:
        kind, distance: how the signals met; bits.
        list, release, purpose: on which list; of `known`, `removal`, `known-good` or `negative` material.
        entry: the entry's id on the list.
        votes: see `Votes`; none for a key of an organisation that votes on entries and has yet to on this one.
        quality, orientation, region: of the signal that was asked.
        classification, scheme, series, victim_identified: as the entry has them.
        viewed_by: too, but none where there are no `votes`.
        checked: when the list was last compared with its source; empty for one that is kept here.
    """

    kind: str
    distance: int
    list: str
    release: str
    entry: str
    votes: Votes | None = None
    purpose: str = "known"
    quality: int | None = None
    orientation: Orientation = "upright"
    region: Region = "whole"
    classification: str | None = None
    scheme: str | None = None
    series: str = ""
    victim_identified: bool | None = None
    viewed_by: tuple[str, ...] = ()
    checked: str = ""


class ClassSaid(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A class that an entry has on a list that the caller's organisation does not hold, and its scheme."""

    classification: str
    scheme: str = ""


class Result(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What the lists say of one signal, and what follows.

    Attributes:
        verdict: see `policy.Verdict`. Coarse callers get its act alone, and nothing else but `id`.
        hits: nearest first, on lists of which the caller hears all: see `Caller.hears`.
        more: hits that are not named; not said to who is matched against a list of which it hears less.
        id: as the caller called the signal.
        classes: of entries on lists of which it hears the class besides the act.
    """

    verdict: Verdict
    hits: tuple[HitSaid, ...] = ()
    more: int = 0
    id: str = ""
    classes: tuple[ClassSaid, ...] = ()


class ListSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """A list that was asked.

    Attributes:
        name, release, sequence: which state of it.
        purpose: what it is.
        entries: how many count; None where the caller does not hear all of the list.
        checked: when it was last compared with its source.
        warning: that it is about to be too old; empty for none.
    """

    name: str
    release: str
    sequence: int = 0
    purpose: str = "known"
    entries: int | None = None
    checked: str = ""
    warning: str = ""


class Reply(msgspec.Struct, frozen=True):
    """The answer to a call.

    Attributes:
        call: under which it stands in the ledger.
        index: SHA-256 over the names, releases and sequences of the lists.
        lists: that were asked.
        ground: how the law stands for the caller today.
        coarse: acts are all that is told.
        results: one a signal, in their order.
    """

    call: str
    index: str
    lists: tuple[ListSaid, ...]
    ground: Stand
    coarse: bool
    results: tuple[Result, ...]


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a call, and where.

    Attributes:
        place: as `signals[3].value`; empty for the whole.
        code: for programs.
        text: for people. It never repeats a value.
    """

    place: str
    code: str
    text: str


class Refused(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a call was not answered.

    Attributes:
        message: in a sentence.
        faults: each with its place, up to `MOST_FAULTS`.
        more: faults that are not named.
    """

    message: str
    faults: tuple[Fault, ...] = ()
    more: int = 0


ENCODERS: dict[str, msgspec.json.Encoder | msgspec.msgpack.Encoder] = {
    JSON: msgspec.json.Encoder(),
    MESSAGEPACK: msgspec.msgpack.Encoder(),
}
"""By media type."""


def index_of(lists: Sequence[tuple[str, str, int]]) -> str:
    """What some states of lists are known by: SHA-256 over a line each of name, release and sequence, with tabs."""
    return hashlib.sha256("\n".join(f"{name}\t{release}\t{at}" for name, release, at in lists).encode()).hexdigest()


def digest(signals: Sequence[Signal], index: str) -> str:
    """What a call is known by in the ledger: SHA-256 over its signals as they were taken, and over the lists.

    Over `[index, [kind, value, quality, orientation, region], …]` in MessagePack.
    """
    parts: list[object] = [index]
    parts += [[one.kind, one.value, one.quality, one.orientation, one.region] for one in signals]
    return hashlib.sha256(ENCODERS[MESSAGEPACK].encode(parts)).hexdigest()


def counts(signals: Sequence[Signal]) -> dict[str, int]:
    """How many signals of each kind; a text's digest counts as the text."""
    found: dict[str, int] = {}
    for signal in signals:
        kind = signal.kind.removesuffix("-sha256")
        found[kind] = found.get(kind, 0) + 1
    return found
