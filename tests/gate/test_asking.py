"""The gate asks a look-up service that runs, as a node has one: by hash alone, and what follows is the key's policy."""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
import zlib
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.gate.gates import ALIKE, GOOD, KNOWN, NEW, pdq_of, running, write_lists
from tests.gate.recording import recorded
from tests.lookup import service as lookup
from tests.lookup.lists import OTHER, OWN
from tests.scanning.trees import zipped

from vaern.client.http import Limits
from vaern.client.lookups import Lookups
from vaern.gate.asking import CannotAskError, OfLists, OfNode
from vaern.gate.verdicts import Policy
from vaern.hashing import HashOptions, hash_stream
from vaern.lookup.spool import Answered
from vaern.matching import List, publish
from vaern.records import Entry, Media, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.once

LIMITS = Limits(connect=5.0, read=20.0, whole=20.0, tries=1)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[lookup.Running]:
    """Over lists of which two organisations know the bytes of `KNOWN`, and one the look of `ALIKE`."""
    folder = tmp_path_factory.mktemp("lists")
    write_lists(folder)
    known = [
        Entry("the same", (Signal("sha256", hashlib.sha256(KNOWN).digest()),), votes=(OWN, OTHER)),
        Entry("alike", (Signal("pdq", pdq_of(ALIKE)),), votes=(OWN,)),
    ]
    publish(folder / "known", known, name="known", release="r2")
    with lookup.running(folder) as found:
        found.admit("acts alone", hears={"*": "verdict"})
        lookup.until(lambda: found.ask("GET", "/api/lists", who="acts alone").status == 200)  # within a second
        yield found


@contextlib.contextmanager
def asking(address: str, key: str) -> Iterator[OfNode]:
    service = Lookups(address, key, limits=LIMITS)
    with contextlib.closing(service):
        yield OfNode(service, 4)


@pytest.mark.parametrize(
    ("upload", "verdict", "grade", "store"),
    [
        (KNOWN, "match", {"known"}, (False, False)),
        (ALIKE, "match", {"near"}, (False, True)),
        (NEW, "no match", set(), (True, True)),
        (GOOD, "no match", set(), (True, True)),
        (b"a text", "no match", set(), (True, True)),
        (zipped({"a.png": KNOWN, "b.png": NEW}), "match", {"known"}, (False, False)),
    ],
    ids=["known", "alike", "new", "known to be harmless", "text", "in an archive"],
)
@pytest.mark.parametrize("who", ["hosting", "acts alone"])
def test_what_follows_by_the_keys_policy_decides(
    service: lookup.Running, who: str, upload: bytes, verdict: str, grade: set[str], store: tuple[bool, bool]
) -> None:
    with asking(service.address, service.keys[who]) as node:
        for refuse, stored in zip(("near", "known"), store, strict=True):
            with running(node, Policy(refuse=refuse)) as gate:
                said = gate.check(upload)
            assert (said["verdict"], said["store"]) == (verdict, stored)
            hits = said["matches"]
            assert {hit["grade"] for hit in hits} == grade
            assert {hit.get("list", "") for hit in hits} == ({"known" if who == "hosting" else ""} if grade else set())


def test_the_service_keeps_what_for_and_names_the_release(service: lookup.Running) -> None:
    with asking(service.address, service.keys["hosting"]) as node, running(node) as gate:
        (hit,) = gate.check(KNOWN)["matches"]
    assert (hit["release"], hit["entry"], hit["kind"]) == ("r2", "the same", "sha256")
    lookup.until(lambda: any(isinstance(one, Answered) and one.purpose == "upload" for one in service.spool()))


def test_it_is_asked_by_hash_alone(service: lookup.Running) -> None:
    """Every byte that leaves the gate: the head of a request, and digests of the length that their kind has."""
    upload = zipped({"user name.png": KNOWN, "text of anna.txt": b"a secret of hers " * 50})
    with (
        recorded(service.port) as relay,
        asking(relay.address, service.keys["hosting"]) as node,
        running(node) as gate,
    ):
        path = "/v1/uploads?who=anna"
        headers = {"content-type": "application/zip", "x-user": "anna", "cookie": "session=anna"}
        assert b'"match"' in gate.ask("POST", path, upload, headers)[1]
    head, _, body = bytes(relay.sent).partition(b"\r\n\r\n")
    sent = dict(line.split(": ", 1) for line in head.decode().splitlines()[1:])
    assert {name.lower() for name in sent} == {
        "host",
        "user-agent",
        "authorization",
        "accept",
        "accept-encoding",
        "content-type",
        "content-length",
    }
    asked = msgspec.msgpack.decode(body)
    assert {**asked, "signals": []} == {"signals": [], "purpose": "upload", "reference": ""}
    for signal in asked["signals"]:
        assert set(signal) <= {"kind", "orientation", "region", "value", "quality"}
        assert re.fullmatch(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}", signal["value"])
    assert {bytes.fromhex(signal["value"]) for signal in asked["signals"]} >= {
        hashlib.sha256(data).digest() for data in (upload, KNOWN, b"a secret of hers " * 50)
    }


@given(st.binary(min_size=16, max_size=400))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_eight_bytes_of_an_upload_ever_leave(service: lookup.Running, upload: bytes) -> None:
    noise = b"".join(zlib.crc32(upload + bytes([number])).to_bytes(4, "big") for number in range(16))
    upload = noise + upload
    with recorded(service.port) as relay, asking(relay.address, service.keys["hosting"]) as node:
        node.ask([_hashed(upload)])
        sent = bytes(relay.sent).lower()
    own = [upload[at : at + 8] for at in range(len(noise) - 7)]
    assert hashlib.sha256(upload).hexdigest().encode() in sent
    assert not any(piece in bytes(relay.sent) or piece.hex().encode() in sent for piece in own)


def _hashed(upload: bytes) -> Media:
    return hash_stream(io.BytesIO(upload), "upload", len(upload), None, HashOptions())


def test_a_service_that_refuses_or_is_not_there_was_not_asked(service: lookup.Running, tmp_path: Path) -> None:
    """And how it went last is what health says."""
    media = [Media("x", 1, signals=(Signal("sha256", bytes(32)),))]
    with lookup.running(tmp_path) as ending, asking(ending.address, "no key of it") as refused:
        with pytest.raises(CannotAskError, match="401"):
            refused.ask(media)
        assert refused.problem()
    with asking(ending.address, service.keys["hosting"]) as gone:
        for choice in ("allow", "deny"):
            with running(gone, Policy(on_error=choice)) as gate:
                said = gate.check(KNOWN)
                assert (said["verdict"], said["store"]) == ("unasked", choice == "allow")
                assert said["sha256"] == hashlib.sha256(KNOWN).hexdigest()
                assert gate.ask("GET", "/health")[1] == b'{"status":"attention"}'
    with asking(service.address, service.keys["hosting"]) as there:
        there.ask(media)
        assert there.problem() == ""


def test_lists_and_a_service_over_them_agree(service: lookup.Running) -> None:
    lists = [List.open(service.lists / name) for name in ("known", "good")]
    media = [_hashed(upload) for upload in (KNOWN, ALIKE, NEW, b"text")]
    with asking(service.address, service.keys["hosting"]) as node:
        assert [one.grade for one in node.ask(media)] == [one.grade for one in OfLists(lists).ask(media)]
        assert [one.grade for one in node.ask(media)] == ["known", "near", "", ""]
