"""What stands in a sample document of another system: its paths, with values as examples. For who writes a mapping."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from vaern.arrivals import Fault
from vaern.formats.trees import Part, escaped, found, steps_of, trees

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vaern.formats.trees import Shape

MAX_PLACES = 300
"""Paths of one sample that are shown."""
MAX_PARTS = 50_000
"""Parts of a sample that are looked at: one or two reports are a sample, an archive is none."""
MAX_WORDS = 30
"""Different values of one path that are kept."""
MAX_EXAMPLE = 120
"""Characters of a value that are shown."""


class Place(msgspec.Struct, frozen=True):
    """One path of a sample.

    Attributes:
        path: from where a report begins; one that begins with `/` stands around the reports, and goes from the root.
        words: different values that stand there, the first first.
        inner: parts stand below it.
        several: it stands more than once in one part.
    """

    path: str
    words: tuple[str, ...] = ()
    inner: bool = False
    several: bool = False


class Sample(msgspec.Struct, frozen=True):
    """A sample, looked through.

    Attributes:
        at: where one report begins.
        starts: paths at which a report may begin.
        places: paths of a report and around it.
        faults: why the document, or a line of it, has no tree.
        more: there are more paths than are shown.
    """

    at: str
    starts: tuple[str, ...]
    places: tuple[Place, ...]
    faults: tuple[Fault, ...] = ()
    more: bool = False


class _Seen:
    """A path while it is counted."""

    def __init__(self) -> None:
        self.words: dict[str, None] = {}
        self.inner = self.several = False


def sample_of(data: bytes, shape: Shape, at: str | None = None) -> Sample:
    """Look through a document; never raises on any bytes.

    Args:
        data: the document.
        shape: of it.
        at: where one report begins; None to take the first place that stands several times.
    """
    faults: list[Fault] = []
    tops: list[Part] = []
    for root in trees(data, shape):
        faults += root.faults
        if root.part is not None:
            tops.append(root.part)
        if len(tops) == MAX_PARTS:
            break
    whole = _seen(tops, [])
    starts = (".", *(path for path, seen in whole.items() if seen.inner or seen.several))
    if at is None:
        lines = shape in {"csv", "jsonl"} or len(tops) > 1
        at = "." if lines else next((path for path, seen in whole.items() if seen.several), ".")
    reports = [part for top in tops for part in found(top, steps_of(at))]
    places = [_place(path, seen) for path, seen in _seen(reports, []).items()]
    if steps_of(at):
        inside = set(map(id, reports))
        around = _seen(tops, inside).items()
        places += [_place(f"/{path}", seen) for path, seen in around if not seen.inner]
    return Sample(at, starts[:MAX_PLACES], tuple(places[:MAX_PLACES]), tuple(faults), len(places) > MAX_PLACES)


def _place(path: str, seen: _Seen) -> Place:
    return Place(path, tuple(seen.words), seen.inner, seen.several)


def _seen(tops: Sequence[Part], without: Sequence[int] | set[int]) -> dict[str, _Seen]:
    """The paths below some parts, in the order of the document; of a part that says something itself `.` too."""
    paths: dict[str, _Seen] = {}
    count = 0
    for top in tops:
        for path, part, several in _walk(top, without):
            count += 1
            if count > MAX_PARTS:
                return paths
            if path == "." and not part.text:
                continue
            seen = paths.setdefault(path, _Seen())
            seen.inner |= bool(part.below)
            seen.several |= several
            if part.text and len(seen.words) < MAX_WORDS:
                seen.words[part.text[:MAX_EXAMPLE]] = None
    return paths


def _walk(top: Part, without: Sequence[int] | set[int]) -> Iterator[tuple[str, Part, bool]]:
    waiting: list[tuple[str, Part, bool]] = [(".", top, False)]
    while waiting:
        path, part, several = waiting.pop()
        if id(part) in without:
            continue
        yield path, part, several
        names = Counter(one.name for one in part.below)
        for one in reversed(part.below):
            step = escaped(one.name)
            waiting.append((step if path == "." else f"{path}/{step}", one, names[one.name] > 1))
