"""One pass over the findings: every count of the page and the rows of its table, in bounded memory."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from vaern.records import DIGEST_KINDS, Finding, Match
from vaern.scanning.remarks import DELETED, IMAGE
from vaern.scanning.report.folders import FolderTally
from vaern.scanning.report.rows import Row, row_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

LISTED = ("known", "near", "unreadable", "unopened", "ignored")
"""Verdicts whose files get a row, the most important first."""

BLIND = ("unreadable", "unopened")
"""Verdicts on what nobody saw; their files are grouped by cause."""

MOST_NAMES = 1000
"""Distinct types, causes and releases that are counted by name."""

FIRST_YEAR, LAST_YEAR = "1970", "2100"

OTHER = ""
"""Under which `Named` counts what came too late to have a name."""

Release = tuple[str, str]


class Named(dict[str, Counter[str]]):
    """Counters by name; names beyond `MOST_NAMES` share the name `OTHER`."""

    def count(self, name: str, what: str) -> None:
        """Add one of `what` under `name`."""
        if name not in self and len(self) >= MOST_NAMES:
            name = OTHER
        self.setdefault(name, Counter())[what] += 1


@dataclass
class Tally:
    """What the page says of all findings.

    Attributes:
        known_good: names of lists of known-good files.
        most_rows: rows that are kept; the least important go first.
        files, bytes: by verdict.
        folders: verdicts by folder.
        checked: by release, when the list was compared with its source, as the first finding of it says.
        lists: files with an `exact` or only a `perceptual` hit, by release.
        distances: files with the verdict `near` by the distance of their nearest hit.
        days: files by (verdict, `taken` or `modified`, ISO date).
        undated: files without a date between 1970 and 2100.
        types: verdicts by media type.
        causes: for each verdict of `BLIND`, files by cause; `examples` holds the first name by (verdict, cause).
        rows: kept rows by verdict, in the order of the findings.
        images, deleted: images of disks that were looked into, and deleted files that were read in them.
    """

    known_good: Container[str] = ()
    most_rows: int = 20_000
    files: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)
    folders: FolderTally = field(default_factory=FolderTally)
    checked: dict[Release, str] = field(default_factory=dict)
    lists: dict[Release, Counter[str]] = field(default_factory=dict)
    distances: Counter[int] = field(default_factory=Counter)
    days: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    undated: int = 0
    types: Named = field(default_factory=Named)
    causes: dict[str, Named] = field(default_factory=lambda: {verdict: Named() for verdict in BLIND})
    examples: dict[tuple[str, str], str] = field(default_factory=dict)
    rows: dict[str, deque[Row]] = field(default_factory=lambda: {verdict: deque() for verdict in LISTED})
    images: int = 0
    deleted: int = 0

    @classmethod
    def of(cls, findings: Iterable[Finding], known_good: Container[str] = (), most_rows: int = 20_000) -> Tally:
        """Count all findings; a finding's line is its place among them, from 1."""
        tally = cls(known_good, most_rows)
        deque(tally.counted(findings), maxlen=0)
        return tally

    def counted(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The same findings, each counted before it is given."""
        for line, finding in enumerate(findings, start=1):
            self.add(line, finding)
            yield finding

    def add(self, line: int, finding: Finding) -> None:
        """Count one finding."""
        media, verdict = finding.media, finding.verdict
        self.files[verdict] += 1
        self.bytes[verdict] += media.size
        self.folders.add(media.name, verdict)
        self.types.count(media.mime, verdict)
        if media.notes:
            self.images += IMAGE in media.notes
            self.deleted += DELETED in media.notes
        self._add_day(finding)
        self._add_lists(finding.matches)
        match = telling(finding, self.known_good)
        if verdict == "near" and match is not None:
            self.distances[match.distance] += 1
        if verdict in BLIND:
            unopened = media.unopened if verdict == "unopened" else ""
            cause = unopened or cause_of(media.unreadable or finding.reason)
            self.causes[verdict].count(cause, verdict)
            if cause in self.causes[verdict]:
                self.examples.setdefault((verdict, cause), media.name)
        if verdict in LISTED:
            self._keep(verdict, row_of(line, finding, match))

    def _add_day(self, finding: Finding) -> None:
        source, date = ("taken", finding.media.taken) if finding.media.taken else ("modified", finding.media.modified)
        day = (date or "")[:10]
        if is_date(day) and FIRST_YEAR <= day[:4] <= LAST_YEAR:
            self.days[finding.verdict, source, day] += 1
        else:
            self.undated += 1

    def _add_lists(self, matches: Iterable[Match]) -> None:
        hits: dict[Release, str] = {}
        for match in matches:
            exact = match.kind in DIGEST_KINDS
            if exact or (match.list, match.release) not in hits:
                hits[match.list, match.release] = "exact" if exact else "perceptual"
            if match.checked and len(self.checked) < MOST_NAMES:
                self.checked.setdefault((match.list, match.release), match.checked)
        for release, how in hits.items():
            if release in self.lists or len(self.lists) < MOST_NAMES:
                self.lists.setdefault(release, Counter())[how] += 1

    def _keep(self, verdict: str, row: Row) -> None:
        self.rows[verdict].append(row)
        if sum(map(len, self.rows.values())) > self.most_rows:
            next(rows for rows in reversed(self.rows.values()) if rows).pop()

    @cached_property
    def kept(self) -> list[Row]:
        """The kept rows, by verdict in the order of `LISTED`."""
        return [row for rows in self.rows.values() for row in rows]

    @property
    def listed(self) -> int:
        """How many files deserve a row."""
        return sum(self.files[verdict] for verdict in LISTED)


def telling(finding: Finding, known_good: Container[str]) -> Match | None:
    """The hit that decided the verdict; one of a known-good list only when the file is ignored."""
    matches = finding.matches
    if finding.verdict != "ignored":
        matches = tuple(m for m in matches if m.list not in known_good) or matches
    if finding.verdict == "known":
        matches = tuple(m for m in matches if m.kind in DIGEST_KINDS) or matches
    return matches[0] if matches else None


@lru_cache(maxsize=1 << 16)
def is_date(text: str) -> bool:
    """Whether the text is an existing day as `YYYY-MM-DD`."""
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def cause_of(text: str) -> str:
    """The text without what differs from file to file: quoted parts, memory addresses and numbers."""
    text = re.sub(r"<[^<>]*>|'[^']*'|\"[^\"]*\"|“[^”]*”|‘[^’]*’", "…", text[:500])
    return re.sub(r"0x[0-9a-f]+|\d+", "…", text)
