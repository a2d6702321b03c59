"""`findings.csv`: one row a finding, for people with a spreadsheet. `findings.jsonl` is the truth."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, BinaryIO

from vaern.formats.csv_write import CsvWriter
from vaern.scanning.output_files import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from vaern.records import Finding

COLUMNS = (
    "name",
    "verdict",
    "reason",
    "list",
    "release",
    "checked",
    "entry",
    "kind",
    "distance",
    "orientation",
    "classification",
    "hits",
    "size",
    "mime",
    "width",
    "height",
    "duration",
    "modified",
    "taken",
    "camera",
    "md5",
    "sha1",
    "sha256",
    "pdq",
    "quality",
    "unreadable",
    "unopened",
    "notes",
    "archive",
)


def write_table(findings: Iterable[Finding], table: Path) -> None:
    """Write the CSV."""
    with replacing(table) as stream:
        rows = Table(stream)
        for finding in findings:
            rows.add(finding)


class Table:
    """The CSV while it is written: UTF-8 with byte order mark, which spreadsheets need; CR LF.

    Args:
        stream: where to.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._rows = CsvWriter(codecs.getwriter("utf-8-sig")(stream))
        self._rows.row(COLUMNS)

    def add(self, finding: Finding) -> None:
        """Write the row of a finding."""
        self._rows.row(_row(finding))


def _row(finding: Finding) -> list[object]:
    media = finding.media
    first = {signal.kind: signal for signal in reversed(media.signals)}
    values = [first[kind].value.hex() if kind in first else "" for kind in ("md5", "sha1", "sha256", "pdq")]
    hit = finding.matches[0] if finding.matches else None
    hit_cells = (
        [hit.list, hit.release, finding.age, hit.entry, hit.kind, hit.distance, hit.orientation, hit.classification]
        if hit
        else ["", "", finding.age, "", "", "", "", ""]
    )
    return [
        media.name,
        finding.verdict,
        finding.reason,
        *hit_cells,
        len(finding.matches) + finding.more,
        media.size,
        media.mime,
        media.width,
        media.height,
        media.duration,
        media.modified,
        media.taken,
        media.camera,
        *values,
        first["pdq"].quality if "pdq" in first else "",
        media.unreadable,
        media.unopened,
        "; ".join(media.notes),
        media.archive,
    ]
