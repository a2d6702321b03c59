"""What all fetching of lists has in common: a checkpoint that moves only behind what was given, and no entry twice."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Generic, Self, TypeVar

import msgspec

from vaern.client.http import ClientError
from vaern.formats import FormatError, read_bytes
from vaern.formats.reading import DAMAGED, NOTHING
from vaern.records import Entry, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from vaern.client.http import Answer
    from vaern.formats import Reading

    Clock = Callable[[], datetime]
    Rows = Generator[Entry | Problem, None, None]

MOST_RECENT = 200_000
"""Entries that a checkpoint remembers of the time in which two windows overlap."""

C = TypeVar("C")
T = TypeVar("T")


def utc_now() -> datetime:
    """Now, in UTC: clocks of a place play no part in fetching."""
    return datetime.now(UTC)


class Fetch(Generic[C]):
    """Entries and problems of a service, as an iterator.

    Attributes:
        checkpoint: where to go on, at any moment: store it when what came before it is stored. It stands at the end of
            the last whole window, and names a page within one only while the service keeps that.
        whole: all of the list comes, from its beginning: what does not come is no longer in it.
        entries, problems, pages: so far.
    """

    def __init__(self, checkpoint: C, run: Callable[[Fetch[C]], Rows], *, whole: bool) -> None:
        self.checkpoint, self.whole = checkpoint, whole
        self.entries = self.problems = self.pages = 0
        self._rows = run(self)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Entry | Problem:
        row = next(self._rows)
        if isinstance(row, Problem):
            self.problems += 1
        else:
            self.entries += 1
        return row

    def close(self) -> None:
        """Stop before the end, and let go of what lies on a disk meanwhile."""
        self._rows.close()


def reading_of(answer: Answer, read: Callable[[bytes], T]) -> T:
    """What a small answer says.

    Raises:
        ClientError: it does not say that.
    """
    try:
        return read(answer.body)
    except ValueError as error:
        raise ClientError(answer.where, f"the answer cannot be read: {error}", "Check the base address.") from error


def page_of(answer: Answer, format_: str) -> Reading:
    """A page as its reader sees it; that another follows, or that it is empty, is no problem here.

    Raises:
        ClientError: it is no page of this format.
    """
    try:
        reading = read_bytes(answer.body, answer.where, format=format_)
    except FormatError as error:
        raise ClientError(answer.where, f"the answer is no page ({error})", "Check the base address.") from error
    reading.followed = True
    return reading


def rows_of(reading: Reading, answer: Answer) -> Iterator[Entry | Problem]:
    """The rows of a page.

    Raises:
        ClientError: it was damaged: it has to be fetched again, and no checkpoint moves behind it.
    """
    found = list(reading)
    if DAMAGED in reading.missing:
        said = next((row.reason for row in reversed(found) if isinstance(row, Problem)), "")
        raise ClientError(answer.where, f"the page is damaged: {said}", "Fetch again; if it stays so, ask the service.")
    for row in found:
        if not (isinstance(row, Problem) and row.reason.startswith(NOTHING)):  # a page may rightly be empty
            yield row


def version_of(entry: Entry) -> bytes:
    """What tells a version of an entry from any other: 12 bytes."""
    return hashlib.blake2b(msgspec.msgpack.encode(entry), digest_size=12).digest()


class Recent:
    """Versions of entries that were given already: windows overlap, and each version comes once."""

    def __init__(self, known: Iterable[bytes] = ()) -> None:
        self._known = set(known)
        self.digests: list[bytes] = []

    def is_new(self, entry: Entry, *, keep: bool) -> bool:
        """Whether this version was not given before; `keep` it in mind where it may come again."""
        return self.is_new_version(version_of(entry), keep=keep)

    def is_new_version(self, digest: bytes, *, keep: bool) -> bool:
        """As `is_new`, by what tells the version."""
        new = digest not in self._known
        if keep and len(self.digests) < MOST_RECENT:
            self._known.add(digest)
            self.digests.append(digest)
        return new
