"""Strategies for whole entries: every field that one can have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

from hypothesis import strategies as st
from tests.formats.values import LENGTHS, ids, seeds, texts, value_of

from vaern.formats.moments import written
from vaern.records import Entry, Orientation, Signal, Vote

moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - UTC comes next
    lambda moment: written(moment.replace(microsecond=0, tzinfo=UTC))
)
odd = st.sampled_from(["=1+1", "'", "'=x", "a;=b", "x\n=y", "x\0y", '="1"', "-", "@a", "a\tb", "[", "a; b", "\\", '"'])
"""Text that spreadsheets, JSON or XML would take for something else."""

free = st.one_of(texts, odd)
flags = st.none() | st.booleans()
SPELLINGS = {"pdna": ("hex", "HEX", "base64"), "tmk": ("hex", "base64")}


@st.composite
def some_signals(draw: st.DrawFn, *kinds: str, most: int = 4, plain: bool = False) -> tuple[Signal, ...]:
    """Different signals, several of one kind among them; `plain` ones say nothing but their value."""
    found: dict[tuple[str, bytes], Signal] = {}
    for _ in range(draw(st.integers(1, most))):
        kind = draw(st.sampled_from(kinds))
        value = value_of(draw(seeds), LENGTHS[kind])
        details = {}
        if kind == "pdq" and not plain:
            details = {
                "quality": draw(st.none() | st.integers(0, 100)),
                "orientation": draw(st.sampled_from(get_args(Orientation))),
                "region": draw(st.sampled_from(["whole", "unbordered"])),
                "frame": draw(st.integers(0, 3)),
            }
        found[kind, value] = Signal(kind, value, **details)
    return tuple(sorted(found.values(), key=lambda one: kinds.index(one.kind)))


def spellings(signals: tuple[Signal, ...], extra: dict[str, str], pick: int = 0) -> dict[str, str]:
    """Further values with how opaque signals were written."""
    said: dict[str, list[str]] = {}
    for signal in signals:
        if signal.kind in SPELLINGS:
            said.setdefault(signal.kind, []).append(SPELLINGS[signal.kind][pick % len(SPELLINGS[signal.kind])])
    return {**extra, **{f"{kind} written as": ",".join(words) for kind, words in said.items()}}


votes = st.builds(
    Vote,
    organisation=free,
    opinion=st.sampled_from(["positive", "negative", "unsure"]),
    country=st.sampled_from(["", "DK", "JP"]),
    view=st.sampled_from(["", "independent", "inherited"]),
    classification=st.none() | free,
    scheme=st.none() | free,
    at=st.just("") | moments,
    reason=st.just("") | free,
)


@st.composite
def entries(draw: st.DrawFn, *kinds: str) -> Entry:
    """An entry of which anything may be said."""
    signals = draw(some_signals(*kinds))
    classification = draw(st.none() | free)
    extra = draw(st.dictionaries(free.filter(lambda name: "written as" not in name), free, max_size=3))
    return Entry(
        draw(ids | free),
        signals,
        classification,
        None if classification is None else draw(free),
        tuple(draw(st.lists(votes, max_size=3, unique_by=lambda vote: vote.organisation))),
        draw(st.just("") | free),
        draw(st.booleans()),
        spellings(signals, extra, draw(st.integers(0, 5))),
        draw(st.just("") | moments),
        draw(st.just("") | free),
        draw(flags),
        draw(flags),
        draw(flags),
        draw(st.sampled_from(["", "DK", "US"])),
        draw(st.just("") | free),
        draw(st.just("") | free),
        tuple(draw(st.lists(free, max_size=3))),
        draw(st.sampled_from(["", "2030-01-01"])),
    )
