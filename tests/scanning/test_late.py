"""A worker that was forked before a parser was loaded meets a file that needs it: another one reads that file."""

from __future__ import annotations

import sys

import pytest
from msgspec.structs import replace
from tests.scanning.conftest import QUICK
from tests.scanning.test_archives import make_zip
from tests.scanning.test_pdfs import paper
from tests.scanning.trees import encoded, picture

from vaern.scanning import late
from vaern.scanning.forks import LACKS
from vaern.scanning.pool import Pool
from vaern.scanning.process import CRASH

PHOTO = encoded(picture(1), "JPEG")


@pytest.fixture
def started(monkeypatch):
    """The workers that are started."""
    found, start = [], Pool._start

    def counted(self):
        found.append(self)
        start(self)

    monkeypatch.setattr(Pool, "_start", counted)
    return found


def test_what_is_not_loaded_is_loaded_unless_the_process_is_locked(monkeypatch):
    assert late.module("colorsys").__name__ == "colorsys"
    monkeypatch.setattr(late, "_locked", True)
    assert late.module("colorsys").__name__ == "colorsys"
    monkeypatch.delitem(sys.modules, "colorsys")
    with pytest.raises(late.MissingError):
        late.module("colorsys")


@pytest.mark.once
def test_one_more_worker_is_started_and_only_where_there_is_a_document(scanned, tmp_path, started):
    (tmp_path / "a.jpg").write_bytes(PHOTO)
    scanned(tmp_path)
    assert len(started) == 1
    started.clear()
    for name in "bcd":
        (tmp_path / name).write_bytes(paper([[PHOTO]])[0])
    found, summary = scanned(tmp_path)
    assert len(started) == 2
    assert summary.finished
    assert sorted(name.removeprefix(f"{tmp_path}/") for name, one in found.items() if one.verdict == "new") == [
        "a.jpg",
        *(f"{name}!/page 1/picture 1.jpg" for name in "bcd"),
    ]


@pytest.mark.once
@pytest.mark.parametrize("jobs", [1, 3])
def test_members_before_it_are_not_told_twice(scanned, tmp_path, jobs):
    """As a scan knows them by name, the journal would hide that: the summary counts."""
    packed = make_zip([("a.jpg", PHOTO), ("b.pdf", paper([[PHOTO]])[0]), ("c.jpg", PHOTO)])
    for name in "123":
        (tmp_path / name).write_bytes(packed)
    found, summary = scanned(tmp_path, options=replace(QUICK, jobs=jobs))
    names = ("", "!/a.jpg", "!/b.pdf", "!/b.pdf!/page 1/picture 1.jpg", "!/c.jpg")
    assert sorted(found) == sorted(f"{tmp_path}/{file}{name}" for file in "123" for name in names)
    assert summary.files + summary.members == len(found)


@pytest.mark.once
def test_one_that_always_says_so_has_crashed(misbehave):
    found, summary = misbehave({"a": "lack", "c": "nap"})
    assert summary.finished
    assert found["a"].media.unreadable == f"{CRASH} (exit status {LACKS})"
    assert not found["c"].media.unreadable
