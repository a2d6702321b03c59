"""A scan verifies its lists while it runs, and a damaged one ends it."""

from __future__ import annotations

import shutil

import msgspec
import pytest
from tests.scanning.conftest import QUICK

from vaern.matching import List, ListPackage, Matcher, build_package
from vaern.records import Entry, Signal
from vaern.scanning import Refusal, scan
from vaern.scanning.list_checks import REPLACED, WHOLE, Check
from vaern.scanning.record import read_run

pytestmark = pytest.mark.once


@pytest.fixture
def folder(tmp_path):
    build_package(tmp_path / "list", [Entry("1", (Signal("md5", bytes(16)),))], name="n", release="1")
    return tmp_path / "list"


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "a.txt").write_text("a")
    return tmp_path / "tree"


def spoil(folder):
    path = folder / "entries.jsonl"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"1", b"2", 1))


def test_the_record_says_that_each_list_is_whole(folder, tree, tmp_path):
    other = tmp_path / "other"
    build_package(other, [Entry("1", recalled=True)], name="other", release="1")
    lists = [ListPackage.open(path) for path in (folder, other)]
    assert scan([tree], Matcher(lists), tmp_path / "out", QUICK).finished
    assert [used.verified for used in read_run(tmp_path / "out" / "run.json").lists] == [WHOLE, WHOLE]


def test_a_damaged_list_ends_the_scan_and_what_it_found_is_not_gone_on_with(folder, tree, tmp_path):
    matcher, out = Matcher([ListPackage.open(folder)]), tmp_path / "out"
    spoil(folder)
    with pytest.raises(Refusal, match=r"a list is damaged: .*entries.jsonl was changed"):
        scan([tree], matcher, out, QUICK)
    record = read_run(out / "run.json")
    assert record.lists[0].verified.startswith("damaged: ")
    assert not record.complete
    with pytest.raises(Refusal, match="scan anew into another folder"):
        scan([tree], matcher, out, QUICK, resume=True)


def test_a_package_of_the_first_format_is_not_called_whole(folder):
    manifest = msgspec.json.decode((folder / "list.json").read_bytes())
    (folder / "list.json").chmod(0o644)
    (folder / "list.json").write_bytes(msgspec.json.encode({**manifest, "format": "vaern-list/1"}))
    check = Check([List.open(folder)])
    check.run()
    assert "build it again" in check.outcomes[0]
    assert not check.damage


def test_a_list_that_is_replaced_meanwhile_is_neither_whole_nor_damaged(folder):
    """A new release may be put in its place; what the scan has mapped stays."""
    check = Check([List.open(folder)])
    shutil.rmtree(folder)
    build_package(folder, [Entry("2", recalled=True)], name="n", release="2")
    check.run()
    assert check.outcomes == [REPLACED]
    assert not check.damage


def test_a_list_that_is_gone_is_named(folder):
    check = Check([List.open(folder)])
    shutil.rmtree(folder)
    check.run()
    with pytest.raises(Refusal, match=r"list is not a list package, or not all of it"):
        check.raise_damage()
