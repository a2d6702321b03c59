"""What a walk lists is opened by its name elsewhere as the walk itself would open it."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vaern.records import Media
from vaern.scanning import Refusal
from vaern.scanning.reaching import Reached
from vaern.scanning.sources import Folders
from vaern.scanning.tasks import Task, opened
from vaern.scanning.walk import Item

NAMES = st.binary(min_size=1, max_size=4).filter(lambda raw: raw not in {b".", b".."} and not {0, 47} & set(raw))
TREES = st.dictionaries(
    st.lists(NAMES, min_size=1, max_size=3).map(b"/".join), st.one_of(st.none(), st.binary(max_size=4)), max_size=8
)


def seen(item: Item | None) -> tuple[object, ...]:
    """All that a scan would know of it, with its content."""
    assert item is not None
    task = opened(item)
    if isinstance(task, Media):
        return (task,)
    assert isinstance(task, Task)
    content = os.pread(task.descriptor, 1 << 20, 0)
    further = [os.pread(one, 1 << 20, 0) for one in task.further]
    task.close()
    return task.name, task.size, task.modified, content, further


def built(folder: Path, tree: dict[bytes, bytes | None]) -> None:
    """Files of these contents; a link to the folder itself where there is none."""
    for path, content in tree.items():
        file = Path(os.fsdecode(os.fsencode(folder) + b"/" + path))
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.symlink_to(folder) if content is None else file.write_bytes(content)
        except OSError:
            continue  # something else of this name is there


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(tree=TREES, data=st.data())
def test_what_was_listed_is_opened_as_the_walk_opens_it(
    tree: dict[bytes, bytes | None], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("reached") / "tree"
    folder.mkdir()
    built(folder, tree)
    within = sorted(folder.rglob("*"))
    before = Path.cwd()
    os.chdir(data.draw(st.sampled_from([folder, folder.parent])))
    try:
        absolute = [folder, *within] if Path.cwd() != folder else [Path(), *within]
        some = data.draw(st.lists(st.sampled_from(absolute), min_size=1, max_size=3, unique=True))
        relative = [
            path.relative_to(Path.cwd()) if path.is_absolute() and data.draw(st.booleans()) else path for path in some
        ]
        source = Folders(relative)
        direct = [(item, seen(item)) for item in source.listed(frozenset())]
        os.chdir("/")
        with closing(Reached(source.paths, source.places)) as reached:
            listed = [Item(one.name, one.size, one.modified, one.mime, one.problem) for one, _ in direct]
            assert [seen(item) for item in reached.given(listed, -1)] == [known for _, known in direct]
    finally:
        os.chdir(before)


def test_nothing_is_reached_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "tree" / "in").mkdir(parents=True)
    (tmp_path / "tree" / "in" / "a").write_bytes(b"meant")
    source = Folders([tmp_path / "tree"])
    (item,) = source.listed(frozenset())
    (tmp_path / "tree" / "in").rename(tmp_path / "moved")
    (tmp_path / "tree" / "in").symlink_to(tmp_path / "moved")
    with closing(Reached(source.paths, source.places)) as reached:
        listed = Item(item.name, item.size, item.modified)
        (found,) = [seen(one) for one in reached.given([listed], -1)]
    assert isinstance(found[0], Media)
    assert found[0].unreadable == "it was replaced by a link during the scan"


def test_the_further_files_of_an_image_are_reached(tmp_path: Path) -> None:
    for name in ("disk.E01", "disk.E02"):
        (tmp_path / name).write_bytes(name.encode())
    source = Folders([tmp_path / "disk.E01"])
    (item,) = source.listed(frozenset())
    with closing(Reached(source.paths, source.places)) as reached:
        (found,) = [seen(one) for one in reached.given([Item(item.name, item.size, item.modified)], -1)]
    assert found[3:] == (b"disk.E01", [b"disk.E02"])


def test_what_is_not_here_is_said() -> None:
    with pytest.raises(Refusal, match="/nowhere is not on this machine: mount it where"):
        Reached(["x"], ["/nowhere"])
