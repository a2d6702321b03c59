"""A result comes as it was written, or is refused; and it speaks of its share alone."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.cluster.results import Header, Result, ResultError, Writer, packed
from vaern.cluster.shares import Entry
from vaern.records import Media, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADER = Header(b"\0" * 16, "machine-1", "1.0", {"pillow": "1"}, {"seccomp": "on"})
NAMES = st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=5, unique=True)


def things(names: Sequence[str], members: Sequence[int]) -> tuple[list[Entry], list[tuple[int, Media]]]:
    """What a share of these names holds, and what is found in it: `members` says how many each has inside."""
    records = []
    for place, (name, inside) in enumerate(zip(names, members, strict=False)):
        records += [(place, Media(f"{name}!/{n}", 1, archive=name, member=(n,))) for n in range(inside)]
        records.append((place, Media(name, 5, "image/png", signals=(Signal("sha256", bytes(32)),))))
    return [Entry(name, 5) for name in names[: len(members)]], records


def written(records: Sequence[tuple[int, Media]]) -> bytes:
    writer = Writer(HEADER)
    for _, media in records:
        writer.add(packed(media))
    with writer.end() as whole:
        return whole.read()


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(names=NAMES, members=st.lists(st.integers(0, 3), min_size=1, max_size=5), size=st.integers(1, 200))
def test_what_was_written_comes_in_pieces_of_any_size(names: list[str], members: list[int], size: int) -> None:
    entries, records = things(names, members)
    with closing(Result(pieces(written(records), size))) as result:
        assert result.header == HEADER
        assert list(result.records(entries)) == records


@given(data=st.data(), names=NAMES, members=st.lists(st.integers(0, 3), min_size=1, max_size=5))
def test_a_result_of_which_a_byte_is_another_or_missing_is_refused(
    data: st.DataObject, names: list[str], members: list[int]
) -> None:
    whole = bytearray(written(things(names, members)[1]))
    at = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        whole[at] ^= data.draw(st.integers(1, 255))
    else:
        del whole[at:]
    with pytest.raises(ResultError):
        Result([bytes(whole)])


@given(data=st.data(), names=NAMES, members=st.lists(st.integers(0, 3), min_size=1, max_size=5))
def test_a_result_of_other_things_is_refused(data: st.DataObject, names: list[str], members: list[int]) -> None:
    entries, records = things(names, members)
    at = data.draw(st.integers(0, len(records) - 1))
    other = data.draw(
        st.sampled_from(
            [
                records[:at] + records[at + 1 :] if not records[at][1].archive else [*records[:at], (0, Media("", 0))],
                [*records[:at], (0, Media("another name", 1)), *records[at:]],
                [*records[:at], (0, Media("x!/1", 1, archive="another name", member=(1,))), *records[at:]],
                [*records, (0, Media(entries[-1].name, 1))],
            ]
        )
    )
    with closing(Result([written(other)])) as result, pytest.raises(ResultError):
        list(result.records(entries))
