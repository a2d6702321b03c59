"""Files that go on with an image: their names, and how they come to the worker."""

from __future__ import annotations

import os
import socket
import threading

import pytest

from vaern.scanning.protocol import Job, Orders, packed, send
from vaern.scanning.segments import LAST, further
from vaern.scanning.walk import walk


def test_names_go_on_as_encase_counts():
    names = list(further(b"a.b.E01"))
    assert names[:2] + names[97:100] == [b"a.b.E02", b"a.b.E03", b"a.b.E99", b"a.b.EAA", b"a.b.EAB"]
    assert names[98 + 26 * 26] == b"a.b.FAA"
    assert names[-1] == b"a.b.ZZZ"
    assert len(names) == len(set(names)) == 98 + 22 * 26 * 26


def test_letters_are_as_in_the_first():
    assert list(further(b"x.e01"))[97:99] == [b"x.e99", b"x.eaa"]
    assert list(further(b"x.s01"))[-1] == b"x.zzz"
    assert list(further(b"x.Ex01"))[97:99] == [b"x.Ex99", b"x.ExAA"]
    assert list(further(b"x.Ex01"))[-1] == b"x.ExZZ"
    assert next(further(b"\xff\n.E01")) == b"\xff\n.E02"


def test_what_is_cut_anywhere_is_counted_or_has_letters():
    for first, second, last, many in (
        (b"x.dd.001", b"x.dd.002", b"x.dd.999", 998),
        (b"x.000", b"x.001", b"x.999", 999),
        (b"x.7z.0001", b"x.7z.0002", b"x.7z.9999", 9998),
        (b"x.aa", b"x.ab", b"x.zz", 26 * 26 - 1),
    ):
        names = list(further(first))
        assert (names[0], names[-1], len(set(names)), len(names)) == (second, last, many, many)
        assert first.endswith(LAST)


@pytest.mark.parametrize(
    "name", [b"x.E02", b"x.E1", b"x.F01", b"E01", b"x.E01.zip", b"x.dd", b"", b"001", b"x.01", b"x.002", b"x.ab", b"aa"]
)
def test_other_files_have_none(name):
    assert not list(further(name))


def test_files_are_opened_up_to_the_first_that_is_missing_or_none(tmp_path):
    for number in (1, 2, 3, 5):
        (tmp_path / f"i.E{number:02}").write_bytes(bytes([number]))
    (tmp_path / "j.E01").touch()
    (tmp_path / "j.E02").symlink_to("i.E02")
    found = {}
    for item in walk([tmp_path]):
        if not item.mime:
            opened = item.open_further()
            found[item.name.rpartition("/")[2]] = [os.pread(one, 9, 0) for one in opened]
            for one in opened:
                os.close(one)
    assert found.pop("i.E01") == [b"\2", b"\3"]
    assert not any(found.values())


@pytest.mark.parametrize("count", [0, 1, 252, 253, 254, 700])
def test_descriptors_come_whole_and_in_order_however_many(count):
    ours, theirs = socket.socketpair()
    files = [os.memfd_create(f"{number}") for number in range(7)]
    for number, one in enumerate(files):
        os.write(one, b"%d" % number)
    given = [files[number % 7] for number in range(count + 1)]
    jobs = [Job(1, further=count), Job(2)]
    with ours, theirs:
        both = ((jobs[0], given), (jobs[1], given[-1:]))
        sending = threading.Thread(target=lambda: [send(ours, packed(job), files) for job, files in both])
        sending.start()
        orders = iter(Orders(theirs))
        (first, own), (second, last) = next(orders), next(orders)
        sending.join()
    assert (first, second) == tuple(jobs)
    assert [os.pread(one, 9, 0) for one in own] == [b"%d" % (number % 7) for number in range(count + 1)]
    assert [os.pread(one, 9, 0) for one in last] == [b"%d" % (count % 7)]
    for one in (*files, *own, *last):
        os.close(one)
