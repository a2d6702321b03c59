"""An export as a file: JSON or CSV, its handling in the first line, no name of a file in it."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils import timezone

from vaern.formats.csv_write import CsvWriter
from vaern.node.scans.queries import further, plain
from vaern.node.web.components import HANDLING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.casework.models import Release
    from vaern.node.scans.models import Finding, Scan

OWN_HANDLING = "amber+strict"
"""Of what an organisation exports of its own, until it says otherwise to whom it gives it."""

COLUMNS = (
    "number",
    "verdict",
    "mime",
    "size",
    "md5",
    "sha1",
    "sha256",
    "perceptual",
    "match_kind",
    "match_distance",
    "match_list",
    "match_release",
    "match_entry",
    "match_frame_of",
    "match_seconds",
    "checked",
    "match_fallen",
    "match_fallen_at",
)


def answer(scan: Scan, sight: Release | None, found: Sequence[Finding], form: str, exporter: str) -> HttpResponse:
    """Return the file as a download.

    Args:
        scan: what it is of.
        sight: the release under which it was seen, if it belongs to another organisation.
        found: the findings.
        form: `json` or `csv`.
        exporter: name of the organisation that exports.
    """
    line = handling_line(scan, sight, exporter)
    text = as_csv(line, found) if form == "csv" else as_json(line, scan, found)
    kind = "text/csv" if form == "csv" else "application/json"
    given = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    given["Content-Disposition"] = f'attachment; filename="vaern-scan-{scan.pk}.{form}"'
    given["Cache-Control"] = "no-store"
    return given


def handling_line(scan: Scan, sight: Release | None, exporter: str) -> str:
    """Return the sentence that travels with the findings."""
    label = HANDLING[sight.handling if sight else OWN_HANDLING]
    codes = f"; Europol {' '.join(filter(None, (sight.europol, sight.restriction)))}" if sight and sight.europol else ""
    until = f"; to be destroyed by {timezone.localtime(sight.expires_at):%Y-%m-%d}" if sight else ""
    made = "; SYNTHETIC" if scan.synthetic else ""
    return (
        f"TLP:{label}{codes}; owner {scan.organisation.name}; exported by {exporter} on {timezone.localdate():%Y-%m-%d}"
        f"{until}; a match sorts work, a person decides{made}"
    )


def as_json(line: str, scan: Scan, found: Sequence[Finding]) -> str:
    """Return one JSON document."""
    matches = further(found)
    document = {
        "handling": line,
        "scan": str(scan.pk),
        "reference": scan.reference,
        "run": scan.run,
        "findings": [plain(finding, matches.get(finding.pk, ())) for finding in found],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def as_csv(line: str, found: Sequence[Finding]) -> str:
    """Return a table with the handling above its header. No value can be taken for a formula."""
    out = io.StringIO(newline="")
    writer = CsvWriter(out)
    writer.row([f"# {line}"])
    writer.row(COLUMNS)
    for finding in found:
        digests = [bytes(d).hex() if d is not None else "" for d in (finding.md5, finding.sha1, finding.sha256)]
        signals = " ".join(f"{signal['kind']}:{signal['value']}" for signal in finding.perceptual)
        distance = "" if finding.distance is None else finding.distance
        checked = finding.checked_at.isoformat() if finding.checked_at else ""
        fallen = (finding.fallen, finding.fallen_at.isoformat() if finding.fallen_at else "")
        seconds = "" if finding.seconds is None else finding.seconds
        frame = finding.frame_of, seconds
        texts = (finding.matched_kind, distance, finding.list, finding.release, finding.entry, *frame, checked, *fallen)
        writer.row((finding.number, finding.verdict, finding.mime, finding.size, *digests, signals, *texts))
    return out.getvalue()
