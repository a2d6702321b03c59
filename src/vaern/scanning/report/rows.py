"""A finding as one row of the page's table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vaern.scanning.report.display import moment, visible
from vaern.scanning.report.reasons import reasons_of

if TYPE_CHECKING:
    from vaern.records import Finding, Match


class Row(msgspec.Struct, frozen=True, array_like=True):
    """The cells of one row, in the order that `script.js` reads them. Texts are already safe to show.

    Attributes:
        line: of `findings.jsonl`, from 1.
        verdict: one of `records.VERDICTS`.
        name: path of the file.
        size: bytes.
        type: media type by content.
        date, dated: the date, and whether it is the one `taken` or `modified`.
        camera: make and model.
        list, release, entry: of the hit that decided the verdict; empty without one.
        checked: when that list was last compared with its source; without one, as of `Finding`.
        classification: as the list has it, with its scheme.
        kind, signal: kind of the signal that met, and the file's value in hexadecimal; empty for a SHA-256,
            which has a cell of its own.
        distance: bits.
        orientation, region: of the file's signal, empty where upright and whole.
        hits: how many hits the finding has.
        reason: in each of `texts.LANGUAGES`.
        sha256: hexadecimal, empty where it could not be computed.
    """

    line: int
    verdict: str
    name: str
    size: int
    type: str
    date: str
    dated: str
    camera: str
    list: str
    release: str
    checked: str
    entry: str
    classification: str
    kind: str
    signal: str
    distance: int | None
    orientation: str
    region: str
    hits: int
    reason: tuple[str, ...]
    sha256: str


def row_of(line: int, finding: Finding, match: Match | None) -> Row:
    """The row of a finding; `match` is the hit that decided its verdict."""
    media = finding.media
    digests = [signal.value.hex() for signal in media.signals if signal.kind == "sha256"]
    return Row(
        line=line,
        verdict=finding.verdict,
        name=visible(media.name),
        size=media.size,
        type=visible(media.mime),
        date=moment(media.taken or media.modified or ""),
        dated="taken" if media.taken else "modified" if media.modified else "",
        camera=visible(media.camera or ""),
        list=visible(match.list) if match else "",
        release=visible(match.release) if match else "",
        checked=moment(match.checked if match else finding.checked),
        entry=visible(match.entry) if match else "",
        classification=visible(" ".join(filter(None, (match.scheme, match.classification)))) if match else "",
        kind=match.kind if match else "",
        signal=visible(match.query) if match and match.kind != "sha256" else "",
        distance=match.distance if match else None,
        orientation=match.orientation if match and match.orientation != "upright" else "",
        region=match.region if match and match.region != "whole" else "",
        hits=len(finding.matches) + finding.more,
        reason=tuple(map(visible, reasons_of(finding.reason or media.unreadable))),
        sha256=digests[0] if digests else "",
    )
