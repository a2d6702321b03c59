"""Verdicts by folder, exact at every depth that is kept, in bounded memory."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 20_000
"""Folders kept; beyond, the deepest are summed into their parents."""

URGENT = ("known", "near", "unreadable")
"""Verdicts that make a folder worth opening."""

DEEPEST = 32
"""Levels kept; below, folders are summed into their parents. The tree costs folders times levels: a hostile one has
thousands."""

Path = tuple[str, ...]


class Folder(NamedTuple):
    """One row of the folder table.

    Attributes:
        name: the last part of the path, or the whole common path for the first row.
        depth: levels below the first row.
        archive: whether it is an archive and not a folder.
        counts: files by verdict, everything below included.
    """

    name: str
    depth: int
    archive: bool
    counts: Counter[str]


def folder_of(name: str) -> Path:
    """The folders of a file; a part that ends in `!` is an archive (`a/b.zip!/c.jpg` → `a`, `b.zip!`)."""
    parts = name.split("/")[:-1]
    if parts and not parts[0]:
        parts[0] = "/"
    return tuple(part for part in parts if part)


class FolderTally:
    """Counts verdicts by folder, down to a depth that shrinks when folders are too many."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        self.depth = DEEPEST
        self.own: dict[Path, Counter[str]] = {}

    def add(self, name: str, verdict: str) -> None:
        """Count one file."""
        path = folder_of(name)[: self.depth]
        self.own.setdefault(path, Counter())[verdict] += 1
        while len(self.own) > self.most:
            self._fold()

    def _fold(self) -> None:
        """Sum the deepest level into the one above."""
        self.depth = max(map(len, self.own)) - 1
        for path in [path for path in self.own if len(path) > self.depth]:
            self.own.setdefault(path[: self.depth], Counter()).update(self.own.pop(path))

    def rows(self, most: int = 60) -> tuple[list[Folder], int]:
        """The common folder first, then the tree below it, opened where the urgent files are.

        Returns:
            At most `most` rows in tree order, and how many kept folders have no row of their own.
        """
        tree = _Tree(self.own)
        root = tree.common_root()
        chosen = tree.choose(root, most)
        rows = [
            Folder(
                name="/".join(path).replace("//", "/") if path == root else path[-1],
                depth=len(path) - len(root),
                archive=bool(path) and path[-1].endswith("!"),
                counts=tree.counts[path],
            )
            for path in tree.walk(root)
            if path in chosen
        ]
        return rows, sum(1 for _ in tree.walk(root)) - len(rows)


class _Tree:
    """Cumulative counts and children of every folder, the empty path on top."""

    def __init__(self, own: dict[Path, Counter[str]]) -> None:
        self.counts: dict[Path, Counter[str]] = {(): Counter()}
        self.children: dict[Path, set[Path]] = {}
        for path, counts in own.items():
            for depth in range(len(path) + 1):
                self.counts.setdefault(path[:depth], Counter()).update(counts)
            for depth in range(len(path)):
                self.children.setdefault(path[:depth], set()).add(path[: depth + 1])
        self.own = own

    def common_root(self) -> Path:
        """The deepest folder that holds everything."""
        path: Path = ()
        while path not in self.own and len(below := self.children.get(path, set())) == 1:
            (path,) = below
        return path

    def choose(self, root: Path, most: int) -> set[Path]:
        """Open the folder with most urgent files, then most files, again and again while there is room."""
        chosen, waiting = {root}, [root]
        while waiting:
            waiting.sort(key=self._weight)
            below = self.children.get(waiting.pop(), set())
            fitting = sorted(below, key=self._weight, reverse=True)[: max(0, most - len(chosen))]
            chosen.update(fitting)
            waiting.extend(fitting)
        return chosen

    def _weight(self, path: Path) -> tuple[int, int, Path]:
        counts = self.counts[path]
        return sum(counts[verdict] for verdict in URGENT), counts.total(), path

    def walk(self, root: Path) -> Iterator[Path]:
        """Every folder from `root` down, a parent before its children, names in order."""
        stack = [root]
        while stack:
            path = stack.pop()
            yield path
            stack.extend(sorted(self.children.get(path, ()), reverse=True))
