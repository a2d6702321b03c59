"""The gate over lists on this machine: what is known is refused, and nothing of an upload is left anywhere."""

from __future__ import annotations

import contextlib
import hashlib
import logging
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.gate.gates import ALIKE, GOOD, KNOWN, NEW, Running, running, write_lists
from tests.lookup.service import until
from tests.scanning.conftest import MISBEHAVING
from tests.scanning.trees import zipped

from vaern.gate.asking import CannotAskError, OfLists
from vaern.gate.desk import Bounds
from vaern.gate.verdicts import Judged, Policy
from vaern.matching import publish
from vaern.records import Entry, Media, Signal
from vaern.scanning import Hashers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from vaern.matching import List

pytestmark = pytest.mark.once

BROKEN = NEW[:3000]


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> list[List]:
    return write_lists(tmp_path_factory.mktemp("lists"))


@pytest.fixture(scope="module")
def gate(lists: list[List]) -> Iterator[Running]:
    with running(OfLists(lists)) as found:
        yield found


@pytest.mark.parametrize(
    ("upload", "verdict", "store"),
    [
        (KNOWN, "match", False),
        (ALIKE, "match", False),
        (NEW, "no match", True),
        (GOOD, "no match", True),
        (b"a text", "no match", True),
        (b"", "no match", True),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "unread", False),
        (zipped({"a/user name.png": KNOWN, "b.txt": b"x"}), "match", False),
        (zipped({"a.png": NEW}), "no match", True),
    ],
    ids=["known", "alike", "new", "known to be harmless", "text", "empty", "broken", "in an archive", "archive"],
)
def test_both_calls_say_of_an_upload_what_a_scan_would(gate: Running, upload: bytes, verdict: str, store: bool) -> None:
    before = len(gate.evidence)
    said = gate.check(upload)
    assert (said["verdict"], said["store"]) == (verdict, store)
    assert (said["sha256"], said["size"]) == (hashlib.sha256(upload).hexdigest(), len(upload))
    # Chunked, with a content type: reqwest's body of a stream (pict-rs@38a5b726, src/ingest.rs, lines 195 to 213).
    status, body = gate.ask("POST", "/v1/pict-rs", iter([upload[:70], upload[70:]]), {"content-type": "image/png"})
    assert status == (200 if store else 403)
    assert msgspec.json.decode(body) == said
    written = gate.evidence[before:]
    assert [(one["verdict"], one["sha256"]) for one in written] == [(verdict, said["sha256"])] * (
        2 if verdict != "no match" else 0
    )


def test_a_hit_is_named_so_that_it_can_be_made_again(gate: Running) -> None:
    (hit,) = gate.check(zipped({"a/user name.png": KNOWN}))["matches"]
    wanted = {"list": "known", "release": "r1", "entry": "the same", "kind": "sha256", "grade": "known"}
    assert hit == {**wanted, "sha256": hashlib.sha256(KNOWN).hexdigest()}
    assert {hit["entry"] for hit in gate.check(ALIKE)["matches"]} == {"alike"}


def test_nothing_of_an_upload_but_digests_is_written_anywhere(
    lists: list[List], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with caplog.at_level(logging.DEBUG), running(OfLists(lists)) as gate:
        gate.ask("POST", "/v1/uploads?user=anna", zipped({"user name.png": KNOWN}), {"x-user": "anna"})
        gate.ask("POST", "/v1/pict-rs", b"\x89PNG\r\n\x1a\n" + b"a body" * 100)
    assert list(tmp_path.iterdir()) == []
    said = b"".join(gate.lines) + caplog.text.encode()
    assert len(gate.lines) == 2
    for secret in (b"user name", b"anna", b"a body"):
        assert secret not in said


def test_a_list_that_changes_is_taken_up(tmp_path: Path) -> None:
    lists = write_lists(tmp_path)
    with running(OfLists(lists)) as gate:
        assert gate.check(NEW)["store"]
        more = [Entry("new", (Signal("sha256", hashlib.sha256(NEW).digest()),))]
        publish(tmp_path / "known", more, name="known", release="r2")
        until(lambda: not gate.check(NEW)["store"])


class Nobody:
    """Cannot be asked."""

    at_once = 1

    def ask(self, _media: Sequence[Media]) -> list[Judged]:
        raise CannotAskError("Nobody is there.")

    def problem(self) -> str:
        return "nobody is there"


@pytest.mark.parametrize("on_error", ["allow", "deny"])
def test_what_cannot_be_asked_read_or_held_goes_by_what_the_operator_chose(on_error: str) -> None:
    store = on_error == "allow"
    policy = Policy(on_error=on_error)
    with running(Nobody(), policy, Bounds(bytes=100_000)) as gate:
        said = gate.check(NEW)
        assert (said["verdict"], said["store"], said["why"]) == ("unasked", store, "Nobody is there.")
        large = gate.check(bytes(100_001))
        assert (large["verdict"], large["store"]) == ("unread", store)
        assert gate.ask("POST", "/v1/pict-rs", NEW)[0] == (200 if store else 403)
        assert gate.ask("GET", "/health") == (200, b'{"status":"attention"}')
        assert [one["verdict"] for one in gate.evidence] == ["unasked", "unread", "unasked"]


@pytest.mark.parametrize("on_error", ["allow", "deny"])
def test_what_takes_too_long_is_answered_and_what_is_found_later_is_written_down(on_error: str) -> None:
    bounds = Bounds(seconds=0.3)
    options = Bounds(seconds=30.0).options(1)
    with (
        Hashers(options, MISBEHAVING) as hashers,
        running(Nobody(), Policy(on_error=on_error), bounds, hashers) as gate,
    ):
        said = gate.check(b"MISBEHAVE nap")
        assert (said["verdict"], said["store"]) == ("unread", on_error == "allow")
        until(lambda: len(gate.evidence) == 2)
        assert [(one["verdict"], one.get("late", False)) for one in gate.evidence] == [
            ("unread", False),
            ("unasked", True),
        ]


def test_no_more_are_let_in_than_may_be_here_and_whoever_fails_to_send_makes_room(lists: list[List]) -> None:
    """Also by an operator who lets in what is not read: a flood opens no gate."""
    with running(OfLists(lists), Policy(on_error="allow"), Bounds(uploads=2)) as gate:
        half = []
        for _ in range(2):
            connection = gate.connection()
            connection.putrequest("POST", "/v1/uploads")
            connection.putheader("content-length", str(len(KNOWN)))
            connection.endheaders(KNOWN[:100])
            half.append(connection)
        until(lambda: b"vaern_gate_uploads 2\n" in gate.ask("GET", "/metrics")[1])
        for path in ("/v1/uploads", "/v1/pict-rs"):
            assert gate.ask("POST", path, KNOWN)[0] == 503
        half[0].close()
        until(lambda: b"vaern_gate_uploads 1\n" in gate.ask("GET", "/metrics")[1])
        assert gate.check(NEW)["store"]
        with contextlib.closing(half[1]):
            half[1].send(KNOWN[100:])
            assert not msgspec.json.decode(half[1].getresponse().read())["store"]
        until(lambda: b"vaern_gate_uploads 0\n" in gate.ask("GET", "/metrics")[1])
        assert b"vaern_gate_busy_total 2\n" in gate.ask("GET", "/metrics")[1]


@pytest.mark.parametrize("headers", [{"Origin": "https://page.example"}, {"Host": "page.example"}])
def test_a_page_in_a_browser_is_told_nothing(gate: Running, headers: dict[str, str]) -> None:
    status, body = gate.ask("POST", "/v1/uploads", KNOWN, headers)
    assert (status, b"match" in body) == (403, False)


def test_other_calls_are_refused(gate: Running) -> None:
    assert gate.ask("GET", "/v1/uploads")[0] == 405
    assert gate.ask("GET", "/v1")[0] == 404
    assert gate.ask("GET", "/health") == (200, b'{"status":"ok"}')


def test_every_upload_is_counted_by_what_became_of_it(lists: list[List]) -> None:
    with running(OfLists(lists)) as gate:
        for upload in (KNOWN, NEW, NEW):
            gate.check(upload)
        counts = gate.ask("GET", "/metrics")[1].decode()
    assert 'vaern_gate_uploads_total{verdict="match",stored="false"} 1\n' in counts
    assert 'vaern_gate_uploads_total{verdict="no match",stored="true"} 2\n' in counts
    assert "vaern_gate_seconds_count 3\n" in counts
