"""A prefix that is watched: what comes, what changes, and what a store had no time for, each once."""

from __future__ import annotations

import os
import select
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.store.bucket import refusal
from tests.store.draining import content_of, settle

from vaern.scanning.watching import Watched
from vaern.store.objects import Objects

if TYPE_CHECKING:
    from tests.store.bucket import Bucket

    from vaern.scanning.walk import Item

pytestmark = pytest.mark.once


def test_each_state_of_an_object_comes_once(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vaern.scanning.watching._BREATH_SECONDS", 60.0)
    said: list[str] = []
    bell, stop = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC), threading.Event()
    looks: list[Objects] = []

    def begin() -> Objects:
        looks.append(Objects(f"{bucket.url}/in", may_be_empty=True))
        return looks[-1]

    def came(looked: int) -> list[tuple[str, bytes]]:
        """What comes until so many looks have ended."""
        found = []
        while len(looks) <= looked:
            item: Item | None = next(coming)
            if item is None:
                select.select([bell], [], [], 0.01)
                continue
            found.append((item.name.removeprefix(f"{bucket.url}/in/"), content_of(item)))
        return found

    with closing(Watched(begin, 0.0, stop, settle=False, note=said.append)) as source:
        coming = source.coming(frozenset(), lambda _: False, bell)
        assert came(2) == []
        bucket.objects = {b"in/a": b"1", b"in/b": b"22", b"out": b"x"}
        bucket.before = lambda asked: refusal(503, "SlowDown") if asked.path.endswith("/a") else None
        assert came(len(looks) + 2) == [("b", b"22")]
        bucket.before = lambda _: None
        bucket.objects[b"in/b"] = b"333"
        assert sorted(came(len(looks) + 2)) == [("a", b"1"), ("b", b"333")]
        assert not said
        bucket.before = lambda _: refusal(403, "AccessDenied")
        while not said:
            next(coming)
        bucket.before = lambda _: None
        bucket.objects[b"in/c"] = b"new"
        assert came(len(looks) + 2) == [("c", b"new")]
        stop.set()
        assert [item for item in coming if item] == []
    settle()
    os.close(bell)
    assert said[0].startswith("Cannot look: the store does not take the request (")  # its code, where a body had room
    assert said[1:] == ["Looks again"]
