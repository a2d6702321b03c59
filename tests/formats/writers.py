"""Small writers of each format, for round trips. Each returns the document cut into head, records and tail."""

from __future__ import annotations

import base64
import csv
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.records import Entry, Signal


@dataclass
class Document:
    """A list in one of the formats.

    Attributes:
        format: its name.
        head: what stands before the first record.
        records: the bytes of each record, with what separates it from the next.
        tail: what stands after the last.
    """

    format: str
    head: bytes
    records: list[bytes]
    tail: bytes = b""

    @property
    def whole(self) -> bytes:
        return self.head + b"".join(self.records) + self.tail

    def ends(self) -> list[int]:
        """Where each record ends, as an offset in bytes."""
        ends, at = [], len(self.head)
        for record in self.records:
            at += len(record)
            ends.append(at)
        return ends


def spelled(signal: Signal) -> str:
    """A value as lists spell it: PhotoDNA and TMK in base64, all others in hexadecimal."""
    if signal.kind in {"pdna", "tmk"}:
        return base64.b64encode(signal.value).decode()
    return signal.value.hex()


def text(entries: Sequence[Entry]) -> Document:
    """`kind:value`, one signal an entry."""
    lines = [f"{entry.signals[0].kind}:{spelled(entry.signals[0])}\n".encode() for entry in entries]
    return Document("text", b"# a list\n", lines)


CSV_KINDS = ("md5", "sha1", "sha256", "pdq", "vpdq", "pdna", "tmk")


def csv_list(entries: Sequence[Entry], delimiter: str = ",") -> Document:
    """Every field that the generic reader knows by name, and one that it does not."""

    def row(*cells: str) -> bytes:
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter).writerow(cells)
        return out.getvalue().encode()

    head = row("Entry ID", *CSV_KINDS, "Category", "Scheme", "Source", "Recalled", "Note")
    records = []
    for entry in entries:
        values = {signal.kind: spelled(signal) for signal in entry.signals}
        records.append(
            row(
                entry.id,
                *(values.get(kind, "") for kind in CSV_KINDS),
                entry.classification or "",
                entry.scheme or "",
                entry.source,
                "yes" if entry.recalled else "",
                entry.extra.get("Note", ""),
            )
        )
    return Document("csv", head, records)


CONTEXTS = {
    "VICS 1.3": ("odata.metadata", "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#{}"),
    "VICS 2.0 UK": (
        "@odata.context",
        "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/UK/$metadata#{}",
    ),
}


def vics(entries: Sequence[Entry], scheme: str = "VICS 2.0 UK", *, cases: bool = False) -> Document:
    """A hash set (`#Media`) or one case (`#Cases`) in which the entries are media."""
    key, context = CONTEXTS[scheme]
    head = json.dumps({key: context.format("Cases" if cases else "Media"), "value": []})[:-2]
    tail = "]}"
    if cases:
        head, tail = head + '{"CaseNumber":"T-1","TotalMediaFiles":999,"Media":[', "]}]}"
    records = []
    for number, entry in enumerate(entries):
        row = vics_row(entry, new=scheme == "VICS 2.0 UK")
        comma = "," if number + 1 < len(entries) else ""
        records.append((json.dumps(row, ensure_ascii=False) + comma + "\n").encode())
    return Document("vics", head.encode(), records, tail.encode())


def vics_row(entry: Entry, *, new: bool) -> dict[str, object]:
    """One `Media`: 2.0 has PhotoDNA as a property, 1.3 among the alternative hashes."""
    values = {signal.kind: spelled(signal) for signal in entry.signals}
    row: dict[str, object] = {"MediaID": 1, "MD5": values.pop("md5").upper()}
    if "sha1" in values:
        row["SHA1"] = values.pop("sha1").upper()
    if new and "pdna" in values:
        row["PhotoDNA"] = values.pop("pdna")
    if entry.classification is not None:
        row["Category"] = int(entry.classification)
    names = {"sha256": "SHA256", "pdq": "PDQ", "pdna": "PhotoDNA", "tmk": "TMK+PDQF"}
    row["AlternativeHashes"] = [{"HashName": names[kind], "HashValue": value} for kind, value in values.items()]
    if "Comments" in entry.extra:
        row["Comments"] = entry.extra["Comments"]
    return row


NCMEC_NAMES = {"md5": "md5", "sha1": "sha1", "pdna": "pdna", "pdq": "pdq", "tmk": "tmk-pdqf"}


def ncmec(entries: Sequence[Entry]) -> Document:
    """One page of entries; the member's id is what stands before the slash of the entry's id."""
    head = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">'
        f'<images count="{len(entries)}" maxTimestamp="2026-01-01T00:00:00Z">\n'
    )
    records = []
    for entry in entries:
        member, _, entry_id = entry.id.partition("/")
        name = "deletedImage" if entry.recalled else "image"
        parts = [f"<member id={quoteattr(member)}>{escape(entry.source)}</member><id>{entry_id}</id>"]
        if entry.classification is not None:
            parts.append(f"<classification>{escape(entry.classification)}</classification>")
        values = "".join(f"<{NCMEC_NAMES[s.kind]}>{spelled(s)}</{NCMEC_NAMES[s.kind]}>" for s in entry.signals)
        parts.append(f"<fingerprints>{values}</fingerprints><feedback>")
        for who, vote in entry.opinions.items():
            member_xml = f'<members><member id="7">{escape(who)}</member></members>'
            reasons = f"<reasons>{member_xml}</reasons>"
            parts.append(
                f'<affirmativeFeedback type="Md5">{member_xml}</affirmativeFeedback>'
                if vote == "positive"
                else f'<negativeFeedback type="Md5">{reasons}</negativeFeedback>'
            )
        records.append(f"<{name}>{''.join(parts)}</feedback></{name}>\n".encode())
    return Document("ncmec", head.encode(), records, b"</images><videos count='0'/></queryResult>")


STOPNCII_TYPES = {"pdq": "ImagePDQ", "md5": "VideoMD5"}


def stopncii(entries: Sequence[Entry]) -> Document:
    """One page of `FetchHashes`, one signal an entry."""
    records = []
    for number, entry in enumerate(entries):
        signal = entry.signals[0]
        feedback = {"positive": "Blocked", "negative": "NotBlocked", "unsure": "PendingReview"}
        record = {
            "lastModtimestamp": 1,
            "signalType": STOPNCII_TYPES[signal.kind],
            "hashValue": spelled(signal),
            "hashStatus": "Withdrawn" if entry.recalled else "Active",
            "caseNumbers": {},
            "CSPFeedbacks": [
                {"source": who, "feedbackValue": feedback[vote], "tags": []} for who, vote in entry.opinions.items()
            ],
        }
        comma = "," if number + 1 < len(entries) else ""
        records.append((json.dumps(record) + comma + "\n").encode())
    head = f'{{"count":{len(entries)},"nextPageToken":null,"hasMoreRecords":false,"hashRecords":['.encode()
    return Document("stopncii", head, records, b"]}")


STATUS = {"positive": "MALICIOUS", "negative": "NON_MALICIOUS", "unsure": "UNKNOWN"}
INDICATORS = {"md5": "HASH_VIDEO_MD5", "sha1": "HASH_SHA1", "sha256": "HASH_SHA256", "pdq": "HASH_PDQ"}


def threatexchange(entries: Sequence[Entry]) -> Document:
    """One page of `threat_updates`."""
    records = []
    for number, entry in enumerate(entries):
        update: dict[str, object] = {
            "id": entry.id,
            "indicator": spelled(entry.signals[0]),
            "type": INDICATORS[entry.signals[0].kind],
            "last_updated": 1,
            "should_delete": entry.recalled,
        }
        if not entry.recalled:
            update["descriptors"] = {
                "data": [
                    {"id": "1", "owner": {"id": "2", "name": who}, "status": STATUS[vote], "tags": None}
                    for who, vote in entry.opinions.items()
                ]
            }
        comma = "," if number + 1 < len(entries) else ""
        records.append((json.dumps(update) + comma + "\n").encode())
    return Document("threatexchange-json", b'{"data":[', records, b'],"paging":{"cursors":{}}}')


def files(entries: Sequence[Entry]) -> Document:
    """The lines of `vaern hash --json`."""
    records = []
    for entry in entries:
        found = [{"kind": signal.kind, "value": signal.value.hex()} for signal in entry.signals]
        media = {"name": entry.extra.get("name", "x"), "size": 7, "mime": "image/png", "signals": found}
        records.append((json.dumps(media) + "\n").encode())
    return Document("findings", b"", records)


def nsrl_text(entries: Sequence[Entry]) -> Document:
    """`NSRLFile.txt` of version 2."""
    head = b'"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"\r\n'
    records = []
    for entry in entries:
        values = {signal.kind: spelled(signal).upper() for signal in entry.signals}
        name = entry.extra.get("FileName", "x").replace('"', '""')
        records.append(f'"{values["sha1"]}","{values.get("md5", "")}","00000000","{name}",1,2,"3",""\r\n'.encode())
    return Document("nsrl-text", head, records)
