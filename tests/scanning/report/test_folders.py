from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from vaern.scanning.report.folders import DEEPEST, FolderTally, folder_of

FOLDERS = st.lists(st.sampled_from(["a", "b", "c.zip!", "d"]), max_size=5)
NAMES = FOLDERS.map(lambda parts: "/".join([*parts, "x.jpg"]))
FILES = st.lists(st.tuples(NAMES, st.sampled_from(["known", "new", "unreadable"])), min_size=1, max_size=40)


def below(files: list[tuple[str, str]], path: tuple[str, ...]) -> Counter[str]:
    """The oracle: look at every file."""
    return Counter(verdict for name, verdict in files if folder_of(name)[: len(path)] == path)


def paths_of(rows: list) -> list[tuple[str, ...]]:
    paths: list[tuple[str, ...]] = []
    root = tuple(part for part in rows[0].name.split("/") if part)
    stack: list[str] = []
    for row in rows:
        stack[row.depth :] = [row.name]
        paths.append((*root, *stack[1 : row.depth + 1]))
    return paths


@given(FILES)
def test_each_row_counts_all_below_it(files: list[tuple[str, str]]) -> None:
    tally = FolderTally()
    for name, verdict in files:
        tally.add(name, verdict)
    rows, left = tally.rows(most=1000)
    assert left == 0
    for row, path in zip(rows, paths_of(rows), strict=True):
        assert row.counts == below(files, path)
        assert row.archive == bool(path and path[-1].endswith("!"))


@given(FILES, st.integers(1, 6), st.integers(1, 6))
def test_bounds_are_kept_and_no_file_is_lost(files: list[tuple[str, str]], most: int, shown: int) -> None:
    tally = FolderTally(most)
    for name, verdict in files:
        tally.add(name, verdict)
    rows, _ = tally.rows(shown)
    assert len(tally.own) <= most
    assert len(rows) <= shown
    assert rows[0].counts == Counter(verdict for _, verdict in files)
    for row, path in zip(rows, paths_of(rows), strict=True):
        assert row.counts == below(files, path)


def test_the_folder_with_known_files_is_opened_first() -> None:
    tally = FolderTally()
    for place in range(50):
        tally.add(f"big{place}/sub/x.jpg", "new")
    tally.add("small/inner/x.jpg", "known")
    rows, left = tally.rows(most=4)
    assert "small" in [row.name for row in rows]
    assert left > 0


def test_an_absolute_path_keeps_its_slash() -> None:
    tally = FolderTally()
    tally.add("/mnt/disk/a/x.jpg", "new")
    tally.add("/mnt/disk/b/x.jpg", "new")
    rows, _ = tally.rows()
    assert [row.name for row in rows] == ["/mnt/disk", "a", "b"]


def test_however_deep_the_folders_are_the_tree_is_not():
    tally = FolderTally()
    for depth in range(3000):
        tally.add("/".join(["d"] * depth + ["file"]), "new")
    rows, _ = tally.rows()
    assert max(row.depth for row in rows) == DEEPEST
    assert rows[0].counts["new"] == 3000
