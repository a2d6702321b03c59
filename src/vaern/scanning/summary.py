"""What a scan amounts to, in numbers, and the exit status that follows."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from vaern.scanning.verdicts import SKIPPED

if TYPE_CHECKING:
    from vaern.records import Finding


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of a scan, all sessions of a resumed one together.

    Attributes:
        verdicts: number of findings of each verdict that occurred.
        files: things met on disk: files, links, devices, folders that could not be listed.
        members: members of archives.
        bytes: of the files on disk.
        skipped: links and devices by type (`inode/…`), also those in archives; among the findings as `not media`.
        seconds: on the clock.
        finished: everything was scanned; false when it was stopped.
    """

    verdicts: dict[str, int]
    files: int
    members: int
    bytes: int
    skipped: dict[str, int]
    seconds: float
    finished: bool


class Tally:
    """The counts of a scan that runs."""

    def __init__(self) -> None:
        self.verdicts: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.files = self.members = self.bytes = 0

    @property
    def findings(self) -> int:
        """How many there are."""
        return self.files + self.members

    def add(self, verdict: str, mime: str, size: int, *, member: bool) -> None:
        """Count one finding."""
        self.verdicts[verdict] += 1
        if mime.startswith(SKIPPED) and verdict != "unreadable":  # else a folder that could not be listed
            self.skipped[mime] += 1
        if member:
            self.members += 1
        else:
            self.files += 1
            self.bytes += size

    def add_finding(self, finding: Finding) -> None:
        """Count one finding."""
        media = finding.media
        self.add(finding.verdict, media.mime, media.size, member=bool(media.archive))

    def summary(self, seconds: float, *, finished: bool) -> Summary:
        """The counts as they are now."""
        return Summary(
            verdicts=dict(self.verdicts),
            files=self.files,
            members=self.members,
            bytes=self.bytes,
            skipped=dict(self.skipped),
            seconds=seconds,
            finished=finished,
        )


def exit_status(summary: Summary) -> int:
    """Exit status of a scan that ran: 3 something known or near, else 4 unreadable, else 5 not looked into, else 0.

    A hit wins over a blind spot: it is what calls for action. (2, could not run, is an exception's.)
    """
    for status, verdicts in ((3, ("known", "near")), (4, ("unreadable",)), (5, ("unopened",))):
        if any(summary.verdicts.get(verdict, 0) for verdict in verdicts):
            return status
    return 0
