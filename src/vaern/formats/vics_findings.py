"""Findings of a scan as VICS, for a workstation: one medium for each MD5, with every place where the file lies.

The workstation grades what it is given and writes VICS again; its media meet ours by the MD5. A category is written
only where an exact digest met an entry that nobody disputes and whose class is of the document's scheme, and as
precategorised, so that it passes for nobody's view. What a list said, and what VICS has no property for, stands in
`MediaMetadata` (2.0); the verdict is a tag. A file that is neither picture nor video, or of which no MD5 is known, is
left out and counted.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vaern.formats.findings import FindingsError, decode
from vaern.formats.left import Left
from vaern.formats.moments import moment_of
from vaern.formats.vics_write import HASH_NAMES, NO_MD5, Document, as_text_of_old, pieces
from vaern.records import VERDICTS, Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from vaern.records import Finding, Match, Media, Signal

NO_MEDIA = "neither picture nor video"
OTHER_VERDICT = "of a verdict that was not asked for"

USUAL = ("known", "near", "new")
"""Verdicts whose files a workstation is for."""

_LOCAL = len("2026-01-02T03:04:05")
_MOST_FILES = 10_000
_MOST_MATCHES = 20
_EXACT = frozenset({"md5", "sha1", "sha256"})


def write(
    path: Path,
    document: Document,
    left: Left | None = None,
    *,
    verdicts: Collection[str] = USUAL,
    on_finding: Callable[[], None] = lambda: None,
) -> Iterator[bytes]:
    """A VICS document of the findings of a scan, in pieces, in memory that does not grow with it.

    Args:
        path: `findings.jsonl` of a results folder.
        document: its version and country. Of cases, `document.cases` has the one.
        left: what was left out.
        verdicts: whose files are written.
        on_finding: called for each finding, for a progress bar.

    Raises:
        FindingsError: the file is not findings; the message says where.
    """
    left = left or Left()
    numbers = iter(range(1, 2**31))

    def media() -> Iterator[tuple[dict[str, Any] | None, Entry]]:
        for same in _by_md5(path, left, frozenset(verdicts), on_finding):
            yield medium(same, next(numbers), document), Entry("")

    return pieces(document, media(), left)


def medium(same: list[Finding], number: int, document: Document) -> dict[str, Any]:
    """One medium: all findings of one content, of which the first with the gravest verdict speaks."""
    finding = min(same, key=lambda one: VERDICTS.index(one.verdict))
    media = finding.media
    values = {signal.kind: signal for signal in reversed(media.signals) if is_the_files_own(signal.orientation, signal)}
    md5 = values["md5"].value.hex().upper()
    row: dict[str, Any] = {"MediaID": number, "MD5": md5}
    row |= _category(finding.matches, document)
    if "sha1" in values:
        row["SHA1"] = values["sha1"].value.hex().upper()
    row["MediaSize"] = media.size
    row["MimeType"] = media.mime
    if not media.archive:
        row["RelativeFilePath"] = media.name
    if finding.verdict in {"known", "near"}:
        row["IsSuspected"] = True
    row["Tags"] = f"vaern:{finding.verdict}"
    row["Comments"] = finding.reason
    row["AlternativeHashes"] = [
        {"MD5": md5, "HashName": HASH_NAMES[kind], "HashValue": values[kind].value.hex().upper()}
        for kind in ("sha256", "pdq", "vpdq")
        if kind in values
    ]
    row["MediaFiles"] = [_file(one.media, md5, place) for place, one in enumerate(same[:_MOST_FILES], start=1)]
    row["Exifs"] = [{"MD5": md5, **one} for one in exif_of(media)]
    if document.version == "2.0":
        row["MediaMetadata"] = [
            {"MD5": md5, "PropertyName": name, "PropertyValue": value}
            for name, value in _metadata(finding, values).items()
        ]
    row = {name: value for name, value in row.items() if value not in ("", [])}
    return row if document.version == "2.0" else as_text_of_old(row)


def is_the_files_own(orientation: str, signal: Any) -> bool:
    """Whether a signal is of the file as it is, rather than turned or without its borders."""
    return orientation == "upright" and signal.region == "whole" and not signal.frame


def _category(matches: tuple[Match, ...], document: Document) -> dict[str, Any]:
    """The category of an exact hit in the document's scheme; a near one is another file, and grades nothing."""
    for match in matches:
        text = match.classification or ""
        own = match.scheme == document.own_scheme and match.kind in _EXACT and not match.disputed
        if own and text.isdigit() and str(int(text)) == text and int(text) <= 255:
            source = f"{match.list}, release {match.release}"
            return {"Category": int(text), "IsPrecategorized": True, "PrecategorizationSource": source}
    return {"IsPrecategorized": False}


def _file(media: Media, md5: str, place: int) -> dict[str, Any]:
    folder, _, name = media.name.rpartition("/")
    found: dict[str, Any] = {"MD5": md5, "MediaFileID": place, "FileName": name, "FilePath": folder or "."}
    if media.modified and moment_of(media.modified):
        found["Written"] = media.modified
    if media.archive:
        found["ParentFileName"] = media.archive.rpartition("/")[2]
        found["ParentFilePath"] = media.archive.rpartition("/")[0] or "."
    return found


def exif_of(media: Media) -> list[dict[str, str]]:
    """What the picture says of itself, by the names that workstations read: research in public sources of GLEAPP."""
    traits = media.traits
    place = traits.place if traits else None
    taken = media.taken or ""
    said = {
        ("Make", "IFD0"): traits.make if traits else "",
        ("Model", "IFD0"): traits.model if traits else "",
        ("BodySerialNumber", "ExifIFD"): traits.serial if traits else "",
        ("LensModel", "ExifIFD"): traits.lens if traits else "",
        ("LensSerialNumber", "ExifIFD"): traits.lens_serial if traits else "",
        ("DateTimeOriginal", "ExifIFD"): taken,
        ("Capture Time", "ExifIFD"): taken[:19].replace("T", " ") if len(taken) == _LOCAL else "",
        ("PixelXDimension", "ExifIFD"): str(media.width or ""),
        ("PixelYDimension", "ExifIFD"): str(media.height or ""),
        ("Lat/Lon", "GPS"): "" if place is None else f"{place[0]}/{place[1]}",
    }
    return [
        {"PropertyName": name, "PropertyValue": value, "PropertyGroup": group}
        for (name, group), value in said.items()
        if value
    ]


def _metadata(finding: Finding, values: dict[str, Signal]) -> dict[str, str]:
    """What VICS has no property for, by a name: each hit, and what else is known of the file."""
    media = finding.media
    named = finding.matches[:_MOST_MATCHES]
    more = finding.more + len(finding.matches) - len(named)
    pdq = values.get("pdq")
    said = {
        **{f"Match {place}": _match(match) for place, match in enumerate(named, start=1)},
        "More matches": str(more or ""),
        "Lists checked": finding.age,
        "Verdict before": finding.before,
        "PDQ quality": "" if pdq is None or pdq.quality is None else str(pdq.quality),
        "Duration": "" if media.duration is None else f"{media.duration:.3f} s",
        "Camera": "" if media.traits else media.camera or "",
        "Unreadable": media.unreadable,
        **{f"Note {place}": note for place, note in enumerate(media.notes, start=1)},
    }
    return {name: value for name, value in said.items() if value}


def _match(match: Match) -> str:
    how = "the same digest" if match.kind in _EXACT else f"{match.distance} bits away"
    turned = "" if match.orientation == "upright" else match.orientation
    part = "" if match.region == "whole" else match.region
    frame = f"frame {match.frame}" if match.frame else ""
    shares = (
        ""
        if match.query_share is None or match.entry_share is None
        else f"{match.query_share:.0%} of its frames, {match.entry_share:.0%} of the entry's"
    )
    at = "" if match.seconds is None else f" at {match.seconds:.1f} s"
    still = {"": "", "file": f"by its frame{at}", "entry": f"a frame of the entry's video{at}"}[match.frame_of]
    graded = f"{match.scheme} {match.classification}" if match.classification else ""
    disputed = "disputed" if match.disputed else ""
    says = ", ".join(filter(None, (match.kind, how, turned, part, frame, shares, still, graded, disputed)))
    return f"{match.list}, release {match.release}, entry {match.entry}: {says}"


def _by_md5(
    path: Path, left: Left, verdicts: frozenset[str], on_finding: Callable[[], None]
) -> Iterator[list[Finding]]:
    """The findings that are to be written, those of one content together, in the order in which each came first."""
    with (
        tempfile.TemporaryDirectory(prefix="vaern-vics-") as folder,
        path.open("rb") as lines,
        closing(sqlite3.connect(Path(folder, "md5"), isolation_level=None)) as places,
    ):
        places.execute("PRAGMA journal_mode=OFF")
        places.execute("CREATE TABLE place (md5 BLOB, at INTEGER)")
        places.execute("BEGIN")
        rows = _places(path, lines, left, verdicts, on_finding)
        places.executemany("INSERT INTO place VALUES (?, ?)", rows)
        places.execute("CREATE TABLE firsts AS SELECT min(at) AS first, md5 FROM place GROUP BY md5")
        places.execute("CREATE INDEX by_md5 ON place (md5, at)")
        places.execute("COMMIT")
        same: list[Finding] = []
        before = -1
        for first, at in places.execute(_IN_ORDER):
            lines.seek(at)
            if first != before and same:
                yield same
                same = []
            before = first
            same.append(decode(lines.readline()))
        if same:
            yield same


_IN_ORDER = "SELECT firsts.first, at FROM firsts JOIN place USING (md5) ORDER BY firsts.first, at"


def _places(
    path: Path, lines: Any, left: Left, verdicts: frozenset[str], on_finding: Callable[[], None]
) -> Iterator[tuple[bytes, int]]:
    at = 0
    for number, line in enumerate(lines, 1):
        try:
            finding = decode(line)
        except ValueError as error:
            raise FindingsError(f"{path}, line {number}: {error}") from None
        on_finding()
        md5 = next((signal.value for signal in finding.media.signals if signal.kind == "md5"), None)
        if finding.verdict not in verdicts:
            left.entry(OTHER_VERDICT)
        elif not finding.media.is_media:
            left.entry(NO_MEDIA)
        elif md5 is None:
            left.entry(NO_MD5)
        else:
            yield md5, at
        at += len(line)
