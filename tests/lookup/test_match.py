"""`vaern match --node` asks whatever can be asked, and hears of it what `vaern match --list` finds in these lists."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.formats.values import value_of
from tests.lookup.lists import OTHER, OWN, near, pdq
from tests.lookup.service import Running, running

from vaern.cli.commands import cli
from vaern.cli.signals import written
from vaern.client import lookups
from vaern.client.lookups import Lookups
from vaern.lookup import taking, wire
from vaern.matching import publish
from vaern.records import ALL_KINDS, DIGEST_KINDS, OPAQUE_KINDS, Entry, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def film(name: str, frames: int = 3, bits: int = 0) -> Signal:
    one = (near(pdq(f"{name} {number}"), bits) + (90).to_bytes(4, "little") + bytes(4) for number in range(frames))
    return Signal("vpdq", b"".join(one))


LISTED = (
    *(Signal(kind, value_of(1, length)) for kind, length in DIGEST_KINDS.items()),
    Signal("pdq", pdq("listed")),
    film("listed"),
    *(Signal(kind, value_of(1, 144)) for kind in OPAQUE_KINDS),
    Signal("address", b"https://a.example/b"),
    Signal("domain", b"a.example"),
    Signal("keyword", value_of(1, 32)),
    Signal("wallet", b"0x" + b"ab" * 20),
)
"""One of each kind, each an entry of its own."""

MISSED = (
    *(Signal(kind, value_of(2, length)) for kind, length in DIGEST_KINDS.items()),
    *(Signal("pdq", near(pdq("listed"), bits), quality) for bits in (0, 20, 31, 40) for quality in (None, 10, 90)),
    Signal("pdq", pdq("listed"), 80, "mirrored", "unbordered"),
    film("listed", bits=20),
    film("other"),
    *(Signal(kind, value_of(2, 144)) for kind in OPAQUE_KINDS),
    Signal("domain", b"b.example"),
    Signal("keyword", value_of(2, 32)),
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("lists")
    entries = [Entry(f"a {one.kind}", (one,), votes=(OWN, OTHER), source="Hotline A") for one in LISTED]
    publish(folder / "known", entries, name="known", release="r1")
    with running(folder) as found:
        (folder / "key").write_text(found.keys["hosting"])
        yield found


def row(signal: Signal) -> dict[str, Any]:
    said = msgspec.to_builtins(signal, builtin_types=(bytes,)) | {"value": written(signal)}
    if signal.kind == "keyword":
        said["digest"] = said.pop("value")
    return said


def match(service: Running, words: list[str], given: str = "") -> tuple[int, list[dict[str, Any]]]:
    result = CliRunner().invoke(cli, ["match", "--json", *words], input=given)
    assert result.exit_code in {0, 3}, result.output
    return result.exit_code, [msgspec.json.decode(line) for line in result.stdout.splitlines()]


def at_node(service: Running) -> list[str]:
    return ["--node", service.address, "--key-file", str(service.lists / "key")]


@pytest.mark.once
@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([*LISTED, *MISSED]), min_size=1, max_size=8))
def test_the_node_is_asked_what_lists_are(service: Running, signals: list[Signal]) -> None:
    given = b"\n".join(msgspec.json.encode(row(one)) for one in signals).decode()
    local, here = match(service, ["--from", "-", "--list", str(service.lists / "known")], given)
    asked, there = match(service, ["--from", "-", *at_node(service)], given)
    assert local == asked
    found = [[(one["entry"], one.get("distance", 0), one["kind"]) for one in line["matches"]] for line in here]
    told = [[(one["entry"], one["distance"], one["kind"]) for one in line["result"].get("hits", [])] for line in there]
    assert told == found
    unasked = [[one["code"] for one in line.get("lacks", ())] for line in here]
    lacks = [[] if line["result"].get("hits") else line["result"]["verdict"].get("lacks", []) for line in there]
    assert [[one["code"] for one in some] for some in lacks] == unasked
    assert [(line["kind"], line["value"]) for line in there] == [(line["kind"], line["value"]) for line in here]


def test_every_kind_is_found_by_its_name(service: Running) -> None:
    """Of those that are long too: what a command's line holds is bounded by the system, not by us."""
    assert [one.kind for one in LISTED] == list(ALL_KINDS)
    words = [f"{one.kind}:{written(one)}" for one in LISTED]
    status, said = match(service, [*words, *at_node(service)])
    assert status == 3
    for kind, line in zip(ALL_KINDS, said, strict=True):
        if kind in OPAQUE_KINDS:
            assert [one["code"] for one in line["result"]["verdict"]["lacks"]] == ["kind"], "kept, and not compared"
        else:
            assert line["result"]["hits"][0]["entry"] == f"a {kind}"


def test_a_person_is_told_whose_signal_it_is_and_what_follows(service: Running, tmp_path: Path) -> None:
    scanned = {"name": "a.mp4", "size": 1, "signals": [row(film("listed")), row(MISSED[0])]}
    (tmp_path / "hashed.jsonl").write_bytes(msgspec.json.encode(scanned))
    result = CliRunner().invoke(cli, ["match", "--from", str(tmp_path / "hashed.jsonl"), *at_node(service)])
    assert result.exit_code == 3
    assert "a.mp4: vpdq 3 frames: block\n" in result.stdout
    assert f"a.mp4: md5 {MISSED[0].value.hex()}: none\n" in result.stdout
    assert "entry a vpdq" in result.stdout
    assert all(b"a.mp4" not in msgspec.json.encode(one) for one in service.spool()), "names stay here"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--distance", "3", "00" * 16], "--distance goes with --list"),
        ([], "give a SIGNAL, or a file of them with --from"),
    ],
)
def test_what_cannot_be_asked_is_said(service: Running, words: list[str], says: str) -> None:
    result = CliRunner().invoke(cli, ["match", *words, *at_node(service)])
    assert (result.exit_code, says in result.output) == (2, True)


@pytest.mark.once
def test_long_videos_go_in_calls_that_the_service_takes(service: Running) -> None:
    """All of a film of ten hours is asked, and of many films as many at once as fit."""
    longest = film("long", wire.MOST_FRAMES)
    signals = [longest] * 7 + [Signal("md5", bytes(16))] * 9
    bodies = []
    for some in lookups._batches(iter(signals), 5):
        bodies.append(msgspec.msgpack.encode({"signals": [lookups._asked(one) for one in some]}))
        assert taking.understood(bodies[-1], wire.MESSAGEPACK).signals == tuple(some)
    assert max(map(len, bodies)) <= wire.MOST_BYTES
    assert len(bodies) == 4
    with contextlib.closing(Lookups(service.address, service.keys["hosting"])) as client:
        results = list(client.look_up([longest, film("listed"), *LISTED[:3]]))
    assert [one.verdict.act != "none" for one in results] == [False, True, True, True, True]


@given(
    st.lists(st.integers(0, lookups.MOST_BYTES // 2 + 999), max_size=20),
    st.integers(1, 5),
)
def test_batches_are_all_in_order_and_as_full_as_they_may_be(sizes: list[int], most: int) -> None:
    signals = [Signal("vpdq", bytes(size)) for size in sizes]
    batches = list(lookups._batches(signals, most))
    assert [one for some in batches for one in some] == signals

    def size(some: list[Signal]) -> int:
        return sum(lookups._AROUND + 2 * len(one.value) for one in some)

    for some, after in zip(batches, [*batches[1:], None], strict=False):
        assert len(some) == 1 or (len(some) <= most and size(some) <= lookups.MOST_BYTES)
        assert after is None or len(some) == most or size([*some, after[0]]) > lookups.MOST_BYTES
