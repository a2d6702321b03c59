# ruff: noqa: PTH102, PTH116, PTH118, PTH119, PTH123, PTH208
from __future__ import annotations

import os
import socket
import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vaern.scanning.names import original, printable
from vaern.scanning.walk import Refusal, roots_of, walk

NAMES = st.binary(min_size=1, max_size=12).filter(lambda raw: not set(b"/\0") & set(raw) and raw not in (b".", b".."))
TREES = st.recursive(st.none(), lambda inner: st.dictionaries(NAMES, inner, max_size=4), max_leaves=12)


def grow(folder: bytes, tree) -> set[bytes]:
    """Make the tree on disk; paths of its files."""
    files = set()
    for name, inner in tree.items():
        path = os.path.join(folder, name)
        if inner is None:
            Path(os.fsdecode(path)).write_bytes(name)
            files.add(path)
        else:
            os.mkdir(path)
            files |= grow(path, inner)
    return files


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=st.dictionaries(NAMES, TREES, max_size=5))
def test_every_file_is_met_once_in_a_fixed_order_and_opens_as_itself(tmp_path_factory, tree):
    folder = tmp_path_factory.mktemp("tree")
    files = grow(os.fsencode(folder), tree)
    met = []
    for item in walk([folder]):
        descriptor = item.open()
        assert os.read(descriptor, 100) == os.path.basename(original(item.name))
        assert os.fstat(descriptor).st_size == item.size
        os.close(descriptor)
        met.append(item.name)
    assert sorted(original(name) for name in met) == sorted(files)
    assert met == [item.name for item in walk([folder])]
    parts = [original(name).split(b"/") for name in met]
    assert parts == sorted(parts)


def test_no_descriptor_stays_open(tmp_path):
    for depth in range(20):
        (tmp_path / "/".join("d" * (depth + 1))).mkdir()
    (tmp_path / "file").touch()
    before = len(os.listdir("/proc/self/fd"))
    list(walk([tmp_path]))
    half = walk([tmp_path])
    next(half)
    half.close()
    assert len(os.listdir("/proc/self/fd")) == before


def test_links_and_special_files_are_named_and_never_opened(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("secret")
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "to-file").symlink_to(outside / "secret")
    (tree / "to-folder").symlink_to(outside)
    (tree / "to-itself").symlink_to("to-itself")
    (tree / "nowhere").symlink_to("missing")
    os.mkfifo(tree / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tree / "socket"))
        found = {item.name.rpartition("/")[2]: item.mime for item in walk([tree])}
    assert found == {
        "nowhere": "inode/symlink",
        "pipe": "inode/fifo",
        "socket": "inode/socket",
        "to-file": "inode/symlink",
        "to-folder": "inode/symlink",
        "to-itself": "inode/symlink",
    }


def test_a_hard_link_is_a_file_under_each_of_its_names(tmp_path):
    (tmp_path / "a").write_text("x")
    (tmp_path / "b").hardlink_to(tmp_path / "a")
    assert [item.name.rpartition("/")[2] for item in walk([tmp_path])] == ["a", "b"]


@pytest.mark.parametrize("swap", ["link", "pipe", "folder", "nothing"])
def test_a_file_that_becomes_something_else_before_it_is_opened_is_not_opened(tmp_path, swap):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    tree = tmp_path / "tree"
    tree.mkdir()
    file = tree / "file"
    file.touch()
    item = next(iter(walking := walk([tree])))
    file.unlink()
    if swap == "link":
        file.symlink_to(secret)
    elif swap == "pipe":
        os.mkfifo(file)
    elif swap == "folder":
        file.mkdir()
    with pytest.raises(OSError, match=r"."):
        item.open()
    walking.close()


def test_a_folder_that_becomes_a_link_during_the_walk_leads_nowhere(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").touch()
    tree = tmp_path / "tree"
    (tree / "b").mkdir(parents=True)
    (tree / "a").touch()
    walking = walk([tree])
    assert next(walking).name.endswith("/a")
    (tree / "b").rmdir()
    (tree / "b").symlink_to(outside)
    assert [item.mime for item in walking] == ["inode/symlink"]  # seen for what it is now


def test_a_parent_swapped_for_a_link_does_not_move_an_open_folder(tmp_path):
    tree, outside = tmp_path / "tree", tmp_path / "outside"
    for folder in (tree / "a", outside / "a"):
        folder.mkdir(parents=True)
    for name in ("1", "2"):
        (tree / "a" / name).write_text("inside")
        (outside / "a" / name).write_text("outside")
    walking = walk([tree])
    next(walking)
    tree.rename(tmp_path / "moved")
    tree.symlink_to(outside)
    descriptor = next(walking).open()
    assert os.read(descriptor, 10) == b"inside"
    os.close(descriptor)
    walking.close()


def test_what_vanishes_before_it_is_looked_at_is_said(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).touch()
    walking = walk([tmp_path])
    next(walking)
    (tmp_path / "b").unlink()
    assert [item.problem for item in walking] == ["it vanished during the scan"]


@pytest.fixture
def as_nobody():
    """A folder, and a user who is not root: root may read everything."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        if os.geteuid() != 0:
            yield Path(folder)
            return
        yield Path(folder)
        os.seteuid(0)


def test_what_may_not_be_listed_or_opened_is_said(as_nobody):
    (as_nobody / "closed").mkdir(mode=0)
    (as_nobody / "secret").touch(mode=0)
    (as_nobody / "open").touch()
    if os.geteuid() == 0:
        os.seteuid(65534)
    walking = walk([as_nobody])
    closed, opened, secret = next(walking), next(walking), next(walking)
    assert (closed.mime, closed.problem) == ("inode/directory", "permission denied")
    with pytest.raises(PermissionError):
        secret.open()
    assert not opened.problem
    assert not list(walking)


def test_a_folder_left_out_is_not_entered(tmp_path):
    results = tmp_path / "results"
    results.mkdir()
    (results / "findings.jsonl").touch()
    (tmp_path / "photo").touch()
    info = results.stat()
    names = [item.name for item in walk([tmp_path], frozenset({(info.st_dev, info.st_ino)}))]
    assert names == [f"{tmp_path}/photo"]


def test_roots_are_taken_once(tmp_path, monkeypatch):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    a = tmp_path / "a"
    assert roots_of([a, inner, a, tmp_path / "a" / ".." / "a", inner / "file", tmp_path / "link"]) == [a]
    monkeypatch.chdir(a)
    assert [item.name for item in walk([Path()])] == ["b/file"]
    assert [item.name for item in walk([Path("b/file")])] == ["b/file"]
    assert [item.name for item in walk([Path("../link")])] == ["../link/b/file"]  # named, so followed


def test_a_link_that_is_named_too_is_followed_under_its_name_and_is_met_once(tmp_path, monkeypatch):
    """Two things of one name would be one to a scan that is resumed, and the second never looked at."""
    for folder in ("apart", "outside", "tree"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x").write_text(folder)
    tree = tmp_path / "tree"
    (tree / "file").symlink_to("../apart/x")
    (tree / "folder").symlink_to("../outside")
    (tree / "other").symlink_to("../outside/x")
    monkeypatch.chdir(tree)
    for here, prefix in ((Path(), ""), (tree, f"{tree}/")):
        roots = roots_of([here, here / "file", here / "folder"])
        found = [(item.name.removeprefix(prefix), item.mime) for item in walk(roots)]
        assert found == [("other", "inode/symlink"), ("x", ""), ("file", ""), ("folder/x", "")]


LINKS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["a", "b/c", "..", "../out", "../out/f", "."]))


@given(
    links=LINKS, named=st.lists(st.sampled_from(["", "a", "b", "c", "d", "in", "in/a", "in/../b", "./c"]), min_size=1)
)
def test_no_two_things_have_one_name(tmp_path_factory, links, named):
    folder = tmp_path_factory.mktemp("links")
    for path in ("out", "tree/in", "tree/b"):
        (folder / path).mkdir(parents=True)
        (folder / path / "f").touch()
    for name, target in links.items():
        for place in (folder / "tree" / name, folder / "tree" / "in" / name):
            if not os.path.lexists(place):
                place.symlink_to(target)
    roots = [folder / "tree" / path for path in named if (folder / "tree" / path).exists()]
    names = [item.name for item in walk(roots_of(roots))] if roots else []
    assert len(names) == len(set(names))


def test_dots_behind_a_link_lead_where_the_system_says(tmp_path):
    (tmp_path / "far" / "inner").mkdir(parents=True)
    (tmp_path / "far" / "x").write_text("far")
    (tmp_path / "x").write_text("near")
    (tmp_path / "link").symlink_to("far/inner")
    root = tmp_path / "link" / ".." / "x"
    (item,) = walk(roots_of([root]))
    assert (item.name, item.size) == (str(root), 3)


@pytest.mark.parametrize(("paths", "says"), [([], "nothing to scan"), (["missing"], "missing")])
def test_what_cannot_be_scanned_is_refused(tmp_path, paths, says):
    with pytest.raises(Refusal, match=says):
        roots_of([tmp_path / path for path in paths])


def test_looking_leaves_the_time_of_last_access(tmp_path):
    file = tmp_path / "file"
    file.write_text("x")
    os.utime(file, (0, 0))
    item = next(walking := walk([tmp_path]))
    descriptor = item.open()
    os.read(descriptor, 1)
    os.close(descriptor)
    walking.close()
    assert file.stat().st_atime == 0
    assert item.modified == "1970-01-01T00:00:00Z"


def test_printable_names_of_strange_files(tmp_path):
    raw = os.fsencode(tmp_path) + b"/\xff\n\x1b[31m"
    with open(raw, "wb"):
        pass
    (item,) = walk([tmp_path])
    assert item.name == f"{printable(str(tmp_path))}/\\xff\\x0a\\x1b[31m"
    assert stat.S_ISREG(os.stat(original(item.name)).st_mode)


def test_a_named_link_that_leads_to_itself_is_an_error_in_words(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(Refusal, match="name a folder or file that exists"):
        roots_of([tmp_path / "loop"])
