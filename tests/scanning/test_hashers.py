"""Uploads in, records out: from many threads, whatever is uploaded, and whoever dies meanwhile."""

from __future__ import annotations

import io
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.scanning.conftest import MISBEHAVING, QUICK
from tests.scanning.trees import encoded, picture, zipped

from vaern.hashing import HashOptions, hash_stream
from vaern.scanning import Hashers, Refusal
from vaern.scanning.pool import TOGETHER

pytestmark = pytest.mark.once

PICTURES = [encoded(picture(number)) for number in range(6)]


@pytest.fixture(scope="module")
def hashers():
    with Hashers(replace(QUICK, jobs=2)) as hashers:
        yield hashers


@pytest.fixture
def misbehaving():
    with Hashers(replace(QUICK, jobs=2), MISBEHAVING) as hashers:
        yield hashers


def descriptors():
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def wanted(data):
    return hash_stream(io.BytesIO(data), "x", len(data), None, HashOptions(orientations=1)).signals


def test_many_threads_each_get_the_records_of_their_own_upload(hashers):
    datas = [PICTURES[number % 6] for number in range(60)]
    with ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda pair: hashers.hash(pair[1], f"upload {pair[0]}"), enumerate(datas)))
    for number, ((record,), data) in enumerate(zip(answers, datas, strict=True)):
        assert record.name == f"upload {number}"
        assert (record.size, record.modified) == (len(data), None)
        assert record.signals == wanted(data)


def test_a_descriptor_is_read_from_its_beginning_and_keeps_its_place(hashers, tmp_path):
    """Also when it is given many times at once, and when its file has no name any more."""
    path = tmp_path / "a.png"
    path.write_bytes(PICTURES[0])
    with path.open("rb+") as stream:
        path.unlink()
        stream.seek(100)
        promises = [hashers.submit(stream.fileno()) for _ in range(20)]
        assert all(promise.result()[0].signals == wanted(PICTURES[0]) for promise in promises)
        assert stream.tell() == 100


def test_what_is_in_an_upload_comes_before_it(hashers):
    *members, box = hashers.hash(zipped({"a.png": PICTURES[0], "b.png": PICTURES[1]}), "box.zip")
    assert [member.name for member in members] == ["box.zip!/a.png", "box.zip!/b.png"]
    assert [member.signals for member in members] == [wanted(PICTURES[0]), wanted(PICTURES[1])]
    assert box.name == "box.zip"


@pytest.mark.parametrize("data", [b"", b"text", PICTURES[0][:50]])
def test_whatever_is_uploaded_has_a_record(hashers, data):
    (record,) = hashers.hash(data)
    assert record.size == len(data)
    assert {signal.kind for signal in record.signals} >= {"md5", "sha1", "sha256"}


def test_a_name_is_text_that_can_be_shown(hashers):
    (record,) = hashers.hash(b"text", "a\n\x1b[2J\udcff")
    assert record.name.isprintable()


def test_a_pipe_is_refused(hashers):
    ours, theirs = os.pipe()
    with pytest.raises(ValueError, match="has to be read first"):
        hashers.hash(ours)
    os.close(ours)
    os.close(theirs)


def test_an_upload_that_ends_its_worker_costs_no_other(misbehaving):
    deeds = ["segfault", "no deed", "always exit", "no deed", "raise", "no deed"]
    promises = [misbehaving.submit(b"MISBEHAVE " + deed.encode() if deed != "no deed" else b"text") for deed in deeds]
    reasons = [promise.result()[-1].unreadable for promise in promises]
    assert [bool(reason) for reason in reasons] == [deed != "no deed" for deed in deeds]
    assert "SIGSEGV" in reasons[0]


def test_what_is_not_hashed_when_all_is_closed_is_told_so():
    before = descriptors()
    hashers = Hashers(replace(QUICK, jobs=1), MISBEHAVING)
    first = hashers.submit(b"text")
    assert first.result()[0].size == 4
    others = [hashers.submit(b"MISBEHAVE always sleep") for _ in range(TOGETHER)]  # as many as one worker takes
    gone = hashers.submit(b"text")
    assert gone.cancel()
    hashers.close()
    hashers.close()
    for promise in others:
        with pytest.raises(RuntimeError, match="closed before it was hashed"):
            promise.result()
    with pytest.raises(RuntimeError, match="are closed"):
        hashers.submit(b"text")
    assert descriptors() == before


def test_workers_that_cannot_start_are_each_uploads_error():
    with Hashers(QUICK, (sys.executable, "-c", "raise SystemExit('no such decoder')")) as hashers:
        for _ in range(2):
            with pytest.raises(Refusal, match=r"could not be started(?s:.)*no such decoder"):
                hashers.hash(b"text")
