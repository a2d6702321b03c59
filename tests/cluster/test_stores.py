"""A store is scanned by a cluster as by one machine: odd names, objects that change, a store that has no time."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.cluster.conftest import in_order, scanned
from tests.cluster.test_scans import MACHINE, lines, machines, small  # noqa: F401 - the fixture
from tests.scanning.conftest import NO_LISTS, QUICK
from tests.scanning.trees import encoded, picture, zipped
from tests.store.bucket import refusal
from tests.store.conftest import ONLY_S3, bucket, served  # noqa: F401 - the fixtures
from tests.store.draining import settle

from vaern.cluster.folder import Folder
from vaern.formats import findings
from vaern.scanning import scan
from vaern.scanning.tasks import CHANGED
from vaern.store.objects import Objects

if TYPE_CHECKING:
    from pathlib import Path

    from tests.client.serving import Asked, Said
    from tests.store.bucket import Bucket

pytestmark = pytest.mark.once


@pytest.fixture
def filled(bucket: Bucket) -> Bucket:  # noqa: F811
    """A bucket of odd names, with an object that is always refused."""
    bucket.page = 7
    bucket.objects = {b"%02d.png" % number: encoded(picture(number)) for number in range(12)}
    bucket.objects |= {b"\n": b"odd", b"a": b"a file and a folder", b"a/": b"", b"a//b": b""}
    bucket.objects |= bucket.NO_TEXT
    bucket.objects |= {b"b/../c%20d?e#f": b"x", b"box.zip": zipped({"1": b"1", "2": encoded(picture(40))})}
    bucket.before = lambda asked: refusal(503, "SlowDown") if asked.path.endswith("/03.png") else None
    return bucket


@pytest.fixture
def whole(filled: Bucket, tmp_path: Path) -> list[bytes]:
    """What one machine finds in it, in the order of the list."""
    assert filled.objects
    with closing(Objects(filled.url)) as objects:
        scan(objects, NO_LISTS, tmp_path / "whole", QUICK)
    with closing(Objects(filled.url)) as objects:
        return in_order(tmp_path / "whole", objects)


def gathered(address: str, out: Path, place: Folder, **more: object) -> list[bytes]:
    with closing(Objects(address)) as objects:
        scanned(out, objects, place, **more)  # type: ignore[arg-type]
    settle()
    return lines(out)


def test_a_store_is_read_by_machines_as_by_one(whole: list[bytes], filled: Bucket, tmp_path: Path) -> None:
    place = Folder(tmp_path / "place")
    place.path.mkdir()
    with machines(place, 2):
        assert gathered(filled.url, tmp_path / "out", place) == whole
    assert len([line for line in whole if b"too busy" in line]) == 1


def test_a_machine_that_is_killed_at_a_store_loses_nothing(whole: list[bytes], filled: Bucket, tmp_path: Path) -> None:
    place, killed = Folder(tmp_path / "place"), threading.Event()
    place.path.mkdir()
    asked = filled.before

    def kill(request: Asked) -> Said | None:
        if request.path.endswith("/05.png") and not killed.is_set():
            killed.set()
            victim.kill()
        return asked(request)

    filled.before = kill
    with subprocess.Popen([sys.executable, "-c", MACHINE, str(place.path)]) as victim:

        def follow() -> None:
            killed.wait()
            with machines(place, 1):
                done.wait()

        done = threading.Event()
        following = threading.Thread(target=follow)
        following.start()
        try:
            assert gathered(filled.url, tmp_path / "out", place, lease=0.5) == whole
        finally:
            done.set()
            following.join()


def test_an_object_that_changed_after_it_was_listed_is_marked(filled: Bucket, tmp_path: Path) -> None:
    place, once = Folder(tmp_path / "place"), threading.Event()
    place.path.mkdir()

    def change(asked: Asked) -> None:
        if asked.path.endswith("/a") and not once.is_set():
            once.set()
            filled.objects[b"a"] = b"newer"

    filled.before = change  # type: ignore[assignment]
    with machines(place, 1):
        found = {
            one.media.name: one.media for one in map(findings.decode, gathered(filled.url, tmp_path / "out", place))
        }
    assert (found[f"{filled.url}/a"].size, found[f"{filled.url}/a"].notes) == (5, (CHANGED,))
    assert [media.name for media in found.values() if media.notes] == [f"{filled.url}/a"]
