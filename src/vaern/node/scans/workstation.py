"""Findings of a scan as entries of a VICS document, one for each MD5, by which graded media find their way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.formats.left import Left
from vaern.formats.vics_findings import NO_MEDIA, OTHER_VERDICT, USUAL
from vaern.formats.vics_write import Document
from vaern.node.casework.workstations.documents import Goods, by_content, md5_of
from vaern.node.casework.workstations.labels import TRAITS, TURNED
from vaern.node.casework.workstations.said import overlaid
from vaern.node.scans.known import counted_as
from vaern.node.scans.models import Finding
from vaern.node.scans.rules import COUNTED, FALLEN, md5s
from vaern.records import DIGEST_KINDS, Entry, Signal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from vaern.node.scans.models import Scan

AT_ONCE = 500
"""Findings that are read at once: one of a long video has megabytes of signals."""

MOST_LINES = 100
"""Line numbers of equal files that a comment names."""


def goods(scan: Scan) -> Goods:
    """Return what a scan has for a workstation: its known, near and new pictures and videos."""
    total = sum(getattr(scan, COUNTED[code]) for code in (*USUAL, FALLEN))

    def entries(document: Document, left: Left) -> Iterator[Entry]:
        if others := scan.total - total:
            left.entries[OTHER_VERDICT] += others
        for same in by_content(Finding.of(scan=scan).filter(verdict__in=USUAL), "number", AT_ONCE):
            media = [one for one in same if one.mime.startswith(("image/", "video/"))]
            left.entries.update([NO_MEDIA] * (len(same) - len(media)))
            if media:
                yield overlaid(entry_of(media, document, left), media[0].graded_said)

    return Goods(total, entries, case=scan.reference)


def sent(scan: Scan, digests: Collection[str]) -> dict[str, Entry]:
    """Return of MD5s, in hexadecimal, what the scan sends of the files; what once was a hit may say so still."""
    found, asked = {}, sorted(digests)
    for at in range(0, len(asked), AT_ONCE):
        rows = Finding.of(scan=scan).filter(md5__in=md5s(asked[at : at + AT_ONCE]))
        for same in by_content(rows, "number", AT_ONCE):
            usual = [one for one in same if one.verdict in USUAL and one.mime.startswith(("image/", "video/"))] or same
            one = entry_of(usual, Document(), Left())
            if any(finding.matched_kind for finding in usual):
                one.extra["IsSuspected"] = "true"
            found[bytes(same[0].md5).hex()] = one
    return found


def entry_of(same: list[Finding], document: Document, left: Left) -> Entry:
    """Return the findings of one content as an entry; what stays here is counted."""
    first, now = same[0], counted_as(same[0])
    md5 = md5_of(first)
    extra = {
        "MediaSize": str(first.size),
        "MimeType": first.mime,
        "Tags": f"vaern:{now if now != FALLEN else 'new'}",
        "Comments": "finding " + ", ".join(str(one.number) for one in same[:MOST_LINES]),
    }
    if now in {"known", "near"}:
        extra["IsSuspected"] = "true"
    hits = [one for one in same if one.matched_kind]
    for place, one in enumerate(dict.fromkeys(map(_hit, hits)), start=1):
        extra[f"Match {place}"] = one
    scheme, classification = _class(hits)
    if first.graded:  # somebody at a workstation looked: this is no grade of a list any more
        scheme, _space, classification = first.graded.rpartition(" ")
        extra["IsPrecategorized"] = "false"
    elif classification and scheme == document.own_scheme:
        graded = next(one for one in hits if one.matched_kind in DIGEST_KINDS and not one.fallen)
        extra["PrecategorizationSource"] = f"{graded.list}, release {graded.release}"
    left.field(TRAITS, any(bytes(one.traits) for one in same))
    return Entry(
        md5.hex() if md5 else f"finding {first.number}",
        signals=_signals(first, left),
        classification=classification or None,
        scheme=scheme or None,
        extra=extra,
    )


def _signals(finding: Finding, left: Left) -> tuple[Signal, ...]:
    digests = [(kind, getattr(finding, kind)) for kind in DIGEST_KINDS]
    found = [Signal(kind, bytes(value)) for kind, value in digests if value is not None]
    kinds: set[str] = set()
    for said in finding.perceptual:
        turned = said.get("orientation", "upright") != "upright" or said.get("region", "whole") != "whole"
        if turned or said.get("frame") or said["kind"] in kinds:
            left.field(TURNED)
            continue
        kinds.add(said["kind"])
        found.append(Signal(said["kind"], bytes.fromhex(said["value"])))
    return tuple(found)


def _class(hits: list[Finding]) -> tuple[str, str]:
    """Return the class of an exact hit that stands, with its scheme; a near one is another file, and grades nothing."""
    for one in hits:
        if one.matched_kind in DIGEST_KINDS and one.class_given and not one.fallen:
            scheme, _space, value = one.class_given.rpartition(" ")
            return scheme, value
    return "", ""


def _hit(finding: Finding) -> str:
    exact = finding.matched_kind in DIGEST_KINDS
    at = "" if finding.seconds is None else f" at {finding.seconds:.1f} s"
    frame = {"": "", "file": f", by its frame{at}", "entry": f", a frame of the entry's video{at}"}[finding.frame_of]
    how = "the same digest" if exact else f"{finding.distance} bits away{frame}"
    answered = {True: ", the same by a person", False: ", another by a person", None: ""}[finding.same]
    graded = f", {finding.class_given}" if finding.class_given else ""
    where = f"{finding.list}, release {finding.release}, entry {finding.entry}"
    fell = f", does not stand: {finding.fallen}" if finding.fallen else ""
    return f"{where}: {finding.matched_kind}, {how}{graded}{answered}{fell}"
