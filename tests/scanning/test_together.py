"""Many small files: given to a worker together, and told together where nothing in them can end it."""

from __future__ import annotations

import os
import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.scanning.conftest import MISBEHAVING, QUICK
from tests.scanning.trees import encoded, picture, zipped

from vaern.hashing import hash_stream
from vaern.scanning import pool, worker
from vaern.scanning.protocol import Began, Hashed, Job, Listing, Orders, Reports, packed, send
from vaern.scanning.tasks import SMALL

PICTURE = encoded(picture(1))
CONTENTS = {
    "a text": b"plain",
    "nothing": b"",
    "a picture": PICTURE,
    "a broken picture": PICTURE[:40],
    "an archive": zipped({"a.png": PICTURE, "b.txt": b"b"}),
    "a film behind boxes": b"\0\0\x20\x00wide" + bytes(0x1FF8) + b"\0\0\0\x08moov",
}
QUIET = ("a text", "nothing")


def told(reader, channel, what, **more):
    """What a worker says of a file, and how many bytes it said before it was asked for the rest."""
    descriptor = os.memfd_create(what)
    os.write(descriptor, CONTENTS[what])
    os.lseek(descriptor, 0, os.SEEK_SET)
    reader.read(Job(**{"size": len(CONTENTS[what]), "quiet": True} | more), [descriptor])
    at_once = channel.recv(1 << 20, socket.MSG_DONTWAIT) if not reader._quiet else b""
    reader.flush()
    return list(Reports().feed(at_once or channel.recv(1 << 20)))


@pytest.fixture
def reading(monkeypatch):
    """A worker's reader in this process, whose limits stay as they are, and the parent's end."""
    monkeypatch.setattr(worker.sandbox, "allow_processor_time", lambda _: None)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield worker.Reader(theirs, QUICK, hash_stream), ours


@pytest.mark.parametrize("what", CONTENTS)
def test_what_is_no_media_is_told_by_its_record_alone(reading, what):
    loud = told(*reading, what, quiet=False)
    assert isinstance(loud[0], Began)
    assert told(*reading, what) == (loud[1:] if what in QUIET else loud)


@pytest.mark.parametrize("off", [-1, 1])
def test_of_a_file_that_has_another_size_by_now_the_place_is_told(reading, off):
    assert isinstance(told(*reading, "a text", size=len(CONTENTS["a text"]) + off)[0], Began)


def test_what_is_looked_into_is_begun_before(reading):
    archive = told(*reading, "an archive")
    assert [type(report) for report in archive[:2]] == [Began, Listing]
    assert isinstance(archive[-1], Hashed)


@given(st.lists(st.integers(0, 3), max_size=6), st.data())
def test_a_worker_knows_whether_more_is_to_be_done(sizes, data):
    """As many orders as are whole, however the bytes arrive; each with its own descriptors."""
    jobs = [Job(size, further=size) for size in sizes]
    stream = b"".join(map(packed, jobs))
    cut = data.draw(st.integers(0, len(stream)))
    ours, theirs = socket.socketpair()
    file = os.memfd_create("x")
    with ours, theirs:
        orders = Orders(theirs)
        coming, got, own = iter(orders), [], []
        if cut:
            send(ours, stream[:cut], [file] * sum(1 + size for size in sizes))
        whole, end = 0, 0
        for job in jobs:
            end += len(packed(job))
            whole += end <= cut
        for number in range(whole):
            order, descriptors = next(coming)
            got.append(order)
            own += descriptors
            assert len(descriptors) == 1 + order.further
            assert orders.has_more == (number + 1 < whole)
        assert got == jobs[:whole]
    for descriptor in {*own, *orders._descriptors, file}:
        os.close(descriptor)


@pytest.mark.once
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(("plain", "segfault", "large", "raise")), min_size=20, max_size=80), st.integers(1, 3))
def test_one_that_ends_its_worker_costs_no_other_anything(scanned, tmp_path_factory, monkeypatch, deeds, jobs):
    """And behind a large file, which may take long, at most one other stands in line."""
    assign = pool.Pool._assign

    def assigned(self):
        assign(self)
        for one in self._workers:
            large = [number for number, task in enumerate(one.tasks) if not task.is_small]
            assert len(one.tasks) <= pool.TOGETHER
            assert not large or len(one.tasks) - large[0] <= pool.QUEUED

    folder = tmp_path_factory.mktemp("together")
    for number, deed in enumerate(deeds):
        content = {"large": bytes(SMALL + 1), "plain": b"plain"}.get(deed, f"MISBEHAVE {deed}".encode())
        (folder / f"{number}").write_bytes(content)
    with monkeypatch.context() as patched:
        patched.setattr(pool.Pool, "_assign", assigned)
        found, summary = scanned(folder, worker=MISBEHAVING, options=replace(QUICK, jobs=jobs))
    assert summary.finished
    assert len(found) == len(deeds)
    for number, deed in enumerate(deeds):
        assert bool(found[f"{folder}/{number}"].media.unreadable) == (deed in ("segfault", "raise"))
        assert len(found[f"{folder}/{number}"].media.signals) == 3
