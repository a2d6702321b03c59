"""Graded VICS of a workstation: which medium is what of a record, in which category, and every fault with its place.

No category is converted: it stays the value of the scheme that the document names. One that comes from a list
(precategorised) is nobody's view, and grades nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from django.utils.translation import gettext as _

from vaern.formats import vics
from vaern.formats.reading import Reading
from vaern.formats.signals import KNOWN_JUNK
from vaern.formats.source import Place, encoding_of
from vaern.formats.vics_cases import cases_of
from vaern.records import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LARGEST = 30_000_000
"""Bytes of a document."""

MOST_MEDIA, MOST_PROBLEMS = 50_000, 1_000
AT_ONCE = 2_000
LONGEST_WORDS = 200


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong with a document, and at which record."""

    record: int
    what: str


class Category(msgspec.Struct, frozen=True):
    """A category with its scheme, as the document says them; `value` is empty where nobody graded."""

    scheme: str
    value: str
    listed: bool = False

    @property
    def grades(self) -> bool:
        """Whether somebody looked and graded."""
        return bool(self.value) and not self.listed

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}" if self.value else ""


class Graded(msgspec.Struct, frozen=True):
    """A document that was read against a record.

    Attributes:
        sha256: of the document.
        examiner: who graded, in the document's words; "" where it does not say.
        categories: each once.
        media: what of the record was found, by its key there, with the place of its category in `categories`.
        unknown: media that are nothing of the record.
        problems: what is wrong, the first of them.
        faults: how many things are wrong.
    """

    sha256: str
    examiner: str
    categories: tuple[Category, ...]
    media: tuple[tuple[str, int], ...]
    unknown: int
    problems: tuple[Problem, ...] = ()
    faults: int = 0

    def of(self, category: Category) -> list[str]:
        """Return the keys of what has a category."""
        place = self.categories.index(category)
        return [key for key, at in self.media if at == place]

    @property
    def by_grade(self) -> dict[str, list[str]]:
        """The keys of what has each category that is a grade, by how the category is written."""
        return {str(one): self.of(one) for one in self.categories if one.grades}

    @property
    def words(self) -> str:
        """What is kept beside each grade: which document it stood in, and who graded by that."""
        return self.signed(f"VICS {self.mark}")

    @property
    def mark(self) -> str:
        """How people tell the document from others: the beginning of its digest."""
        return self.sha256[:12]

    def signed(self, document: str) -> str:
        """Return what a document is called, with who graded by it."""
        return f"{document}: {self.examiner}" if self.examiner else document


def read(data: bytes, resolve: Callable[[Sequence[Entry]], Sequence[Iterable[str]]]) -> Graded:
    """Return what a document says of a record.

    Args:
        data: VICS 1.1 to 2.0.
        resolve: given media, what each of them is of the record: the keys of these, none for a stranger.
    """
    place, reader = Place("VICS"), _Reader(resolve)
    for row in Reading("vics", place, vics.read_bytes(data, place, KNOWN_JUNK)):
        if isinstance(row, Entry):
            reader.add(place.line, row)
        else:
            reader.wrong(row.line, row.reason)
    reader.finish()
    return Graded(
        hashlib.sha256(data).hexdigest(),
        examiner_of(data),
        tuple(reader.categories),
        tuple((key, at) for key, (at, _record) in reader.found.items()),
        reader.unknown,
        tuple(reader.problems),
        reader.faults,
    )


def examiner_of(data: bytes) -> str:
    """Return who graded, as the cases of a document name their contact."""
    encoding, mark = encoding_of(data)
    text = data[mark:].decode(encoding, "replace")
    names = [str(case.get("ContactName") or "").strip() for case in cases_of(iter([text]))]
    plain = ", ".join(dict.fromkeys(name for name in names if name.isprintable() and name))
    return plain[:LONGEST_WORDS]


def counts(graded: Graded) -> Counter[int]:
    """Return how many media there are of each category, by its place."""
    return Counter(at for _key, at in graded.media)


class _Reader:
    """Brings media and keys together, so many at once."""

    def __init__(self, resolve: Callable[[Sequence[Entry]], Sequence[Iterable[str]]]) -> None:
        self._resolve = resolve
        self._rows: list[tuple[int, Entry]] = []
        self.categories: list[Category] = []
        self.found: dict[str, tuple[int, int]] = {}
        self.problems: list[Problem] = []
        self.unknown = self.faults = 0

    def add(self, record: int, row: Entry) -> None:
        self._rows.append((record, row))
        if len(self._rows) == AT_ONCE:
            self.finish()

    def wrong(self, record: int, what: str) -> None:
        self.faults += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(record, what))

    def finish(self) -> None:
        for (record, row), keys in zip(self._rows, self._resolve([row for _at, row in self._rows]), strict=True):
            known = list(keys)
            self.unknown += not known
            for key in known:
                self._take(record, key, self._category(row))
        self._rows = []

    def _category(self, row: Entry) -> int:
        listed = row.extra.get("IsPrecategorized", "").lower() == "true"
        category = Category((row.scheme or "")[:60], (row.classification or "")[:60], listed)
        if category not in self.categories:
            self.categories.append(category)
        return self.categories.index(category)

    def _take(self, record: int, key: str, category: int) -> None:
        before = self.found.get(key)
        if before is not None and before[0] != category:
            said = _("has another category than record %(record)s, which is the same file: the first stays")
            self.wrong(record, said % {"record": before[1]})
        elif before is None and len(self.found) == MOST_MEDIA:
            self.wrong(
                record, _("is beyond the %(most)s media of one file: send the rest apart") % {"most": MOST_MEDIA}
            )
        elif before is None:
            self.found[key] = (category, record)
