"""One list while it is read: what came out of it so far, and at the end what did not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from vaern.formats.source import Torn
from vaern.records import Entry, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.formats.source import Place
    from vaern.formats.undated import Undated

NOTHING = "nothing was loaded"
"""In `Reading.missing` where no entry came out of a whole file."""

DAMAGED = "what follows the damage"
"""In `Reading.missing` where the file could not be read to its end."""


class Reading:
    """Entries and problems of one file, in its order; an iterator that counts what it gives.

    Where the file is cut short, says of itself that it is not whole, or held nothing at all, one last problem each says
    so: no list is silently shorter than it should be.

    Attributes:
        file: path of the list, as the user named it.
        format: its name in `FORMATS`.
        entries, recalled: entries so far, and how many of them are recalls.
        problems, quarantined: problems so far, and how many of them are junk signals.
        missing: at the end, what is known to be missing, in a few words each.
        followed: another page of the same feed is read after this one, so that it need not be the last.
        undated: of a feed, what this and its other pages gave without a time of change.
    """

    def __init__(self, name: str, place: Place, rows: Iterator[Entry | Problem]) -> None:
        self.file, self.format = place.file, name
        self.entries = self.recalled = self.problems = self.quarantined = 0
        self.missing: tuple[str, ...] = ()
        self.followed = False
        self.undated: Undated | None = None
        self._place = place
        self._rows = self._guarded(rows)

    @property
    def line(self) -> int:
        """The line, or the record's number, of what was given last."""
        return self._place.line

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Entry | Problem:
        item = next(self._rows)
        if isinstance(item, Problem):
            self.problems += 1
            self.quarantined += item.quarantined
        else:
            self.entries += 1
            self.recalled += item.recalled
        return item

    @property
    def following(self) -> str:
        """The address of the page that follows, as this one writes it; empty where it says none."""
        return self._place.following

    @property
    def contacts(self) -> tuple[str, ...]:
        """Whom the cases of a document name as their contact, so far."""
        return tuple(self._place.contacts)

    def close(self) -> None:
        """Ends the reading and lets go of the file."""
        self._rows.close()  # type: ignore[attr-defined]

    def _guarded(self, rows: Iterator[Entry | Problem]) -> Iterator[Entry | Problem]:
        """Turns what ended the reading, and what is missing, into the last problems."""
        place = self._place
        torn = ""
        try:
            for item in rows:
                yield item
                if (
                    self.undated
                    and isinstance(item, Entry)
                    and (why := self.undated.again(item, self.file, place.line))
                ):
                    yield place.problem(why)
        except Torn as error:
            torn = f"reading stopped here: {error}. What came before was loaded"
        if place.undecodable:
            yield place.problem(
                f"{place.undecodable} characters of the file could not be decoded and were read as U+FFFD"
            )
        missing = [*place.missing, *([place.more] if place.more and not self.followed else [])]
        for reason in missing:
            yield place.problem(reason, line=max(place.line, 1))
        if torn:
            missing.append(DAMAGED)
        if not self.entries:
            missing.insert(0, NOTHING)
            if not (self.problems or torn):  # else these say why
                reason = f"{NOTHING} from this file: it holds no record that a reader of {self.format} knows"
                yield place.problem(reason, line=max(place.line, 1))
        if torn:
            yield place.problem(torn, line=max(place.line, 1))
        self.missing = tuple(missing)
