"""XARF reports in: version 4, version 3, and X-ARF 0.2 (research: `formats.md`, (f)).

Only the text is taken. Evidence that is no plain text is not decoded and not kept, and `_internal`, which must never be
sent, is not kept either; both are told. A report of another kind of abuse is taken with a fault: a person looks at it.
Fatal is only what is no XARF at all.
"""

from __future__ import annotations

import base64
import binascii
import re
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from vaern.arrivals import Account, Arrival, Fault, File, IpEvent, Location, Read
from vaern.faults import say
from vaern.formats.cybertipline_rules import MAX_PORT, SKEW, is_address, is_url
from vaern.formats.leaves import Leaves, decoded
from vaern.formats.moments import moment_of
from vaern.formats.signals import Refused, parse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from vaern.arrivals import Offence
    from vaern.records import Signal

MAX_BYTES = 15 << 20
"""The largest report by mail (xarf.org, Email transport)."""
MAX_EVIDENCE = 65536
"""Bytes of one text of evidence that is kept."""

SCHEME = "XARF csam"
"""Scheme of `classification`: baseline, A1, A2, B1, B2."""
CLASSES = ("baseline", "A1", "A2", "B1", "B2")

OFFENCES: dict[str, Offence] = {
    "grooming": "enticement",
    "solicitation": "enticement",
    "sextortion": "sexual_extortion",
    "trafficking": "trafficking",
    "distribution": "material",
    "production": "material",
    "possession": "material",
}
"""What is reported, by `exploitation_type`."""

DETECTIONS = {
    "csam": ("hash_match", "ai_detection", "manual_review", "user_report", "automated_scan"),
    "csem": (
        "behavioral_analysis",
        "keyword_detection",
        "user_report",
        "ai_detection",
        "manual_review",
        "law_enforcement_referral",
    ),
}
"""Values of `detection_method` by type."""

_VERSION = re.compile(r"4\.[0-9]+\.[0-9]+", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_HASHES = {"md5": "md5", "sha1": "sha1", "sha256": "sha256", "photodna": "pdna", "pdq": "pdq"}
_CHILD_ABUSE = frozenset({"childabuse", "childsexualabuse", "csam"})
_NO_CHILD = say("no_child")


def read(data: bytes, *, now: datetime) -> Read:
    """Reads one JSON report of version 4 or 3; never raises on any bytes."""
    if len(data) > MAX_BYTES:
        return Read(None, (Fault("", say("report_bytes", most=MAX_BYTES)),))
    document = decoded(data.removeprefix(b"\xef\xbb\xbf"))
    if document is None:
        return Read(None, (Fault("", say("no_json")),))
    leaves = Leaves(document)
    if "xarf_version" in document:
        arrival = _version4(leaves)
    elif "Version" in document or "ReporterInfo" in document:
        arrival = _version3(leaves)
    else:
        return Read(None, (Fault("xarf_version", say("no_xarf")),))
    if arrival.incident_at is not None and arrival.incident_at > now + SKEW:
        leaves.fault("timestamp", say("future"))
    return Read(_with_rest(arrival, leaves), tuple(leaves.faults))


def _with_rest(arrival: Arrival, leaves: Leaves) -> Arrival:
    return replace(arrival, unknown=(*arrival.unknown, *leaves.rest()))


def _version4(leaves: Leaves) -> Arrival:
    if not _VERSION.fullmatch(leaves.text("xarf_version", required=True)):
        leaves.fault("xarf_version", say("version_4"))
    reference = leaves.text("report_id", required=True)
    if reference and not _UUID.fullmatch(reference):
        leaves.fault("report_id", say("no_uuid"))
    for who in ("reporter", "sender"):
        for its in ("org", "contact", "domain"):
            if not isinstance(leaves.at(f"{who}.{its}"), str):
                leaves.fault(f"{who}.{its}", say("missing"))
    category, kind = leaves.text("category", required=True), leaves.text("type", required=True)
    texts = _evidence(leaves)
    if "_internal" in leaves.document:
        leaves.take("_internal")
        leaves.fault("_internal", say("internal"))
    return Arrival(
        "xarf",
        reference,
        offence=_offence4(leaves, category, kind),
        incident_at=_moment(leaves, "timestamp", required=True),
        narrative=leaves.text("description"),
        locations=_places4(leaves, category),
        files=_files4(leaves),
        accounts=_accounts4(leaves),
        contact=leaves.text("reporter.contact"),
        unknown=(*_named(leaves, ("category", category), ("type", kind)), *texts),
    )


def _named(leaves: Leaves, *pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Of another kind of abuse, what kind: whoever looks at it has to see that."""
    is_other = any(fault.what == _NO_CHILD for fault in leaves.faults)
    return tuple((path, text) for path, text in pairs if text and is_other)


def _offence4(leaves: Leaves, category: str, kind: str) -> Offence:
    if category != "content" or kind not in DETECTIONS:
        leaves.fault("type", _NO_CHILD)
        return "unclear"
    if leaves.at("detection_method") not in DETECTIONS[kind]:
        leaves.fault("detection_method", say("one_of", values=", ".join(DETECTIONS[kind])))
    if kind == "csam":
        if leaves.at("classification") not in CLASSES:
            leaves.fault("classification", say("one_of", values=", ".join(CLASSES)))
        return "material"
    exploitation = leaves.at("exploitation_type")
    if not isinstance(exploitation, str) or exploitation not in OFFENCES:
        leaves.fault("exploitation_type", say("one_of", values=", ".join(OFFENCES)))
        return "unclear"
    return OFFENCES[exploitation]  # the word itself stays in `unknown`: ours says less


def _moment(leaves: Leaves, path: str, *, required: bool = False) -> datetime | None:
    value = leaves.at(path)
    moment = moment_of(value) if isinstance(value, str) else None
    if moment is not None:
        leaves.take(path)
    elif value is not None or required:
        leaves.fault(path, say("moment_with_zone"))
    return moment


def _places4(leaves: Leaves, category: str) -> tuple[Location, ...]:
    url = leaves.text("url", required=category == "content")
    if url and not is_url(url):
        leaves.fault("url", say("no_address"))
    source = leaves.at("source_identifier")
    if not isinstance(source, str):
        leaves.fault("source_identifier", say("missing"))
    ip = source.strip() if isinstance(source, str) and is_address(source.strip()) else ""
    if ip:
        leaves.take("source_identifier")
    seen = _moment(leaves, "verified_at")
    return (Location(url, ip=ip, seen_at=seen),) if url or ip else ()


def _files4(leaves: Leaves) -> tuple[File, ...]:
    signals = [signal for name in ("hash_values", "file_hash") for signal in _signals(leaves, name)]
    classification = ""
    if leaves.at("type") == "csam" and leaves.at("classification") in CLASSES:
        classification = leaves.text("classification")
    if not signals and not classification:
        return ()
    return (
        File(tuple(dict.fromkeys(signals)), classification=classification, scheme=SCHEME if classification else ""),
    )


def _signals(leaves: Leaves, name: str) -> Iterator[Signal]:
    values = leaves.at(name)
    for key, text in values.items() if isinstance(values, dict) else ():
        kind = _HASHES.get(re.sub(r"[^a-z0-9]", "", str(key).lower()))
        if kind is None or not isinstance(text, str):
            continue
        try:
            yield parse(kind, text)[0]
        except Refused as refusal:
            leaves.fault(f"{name}.{key}", refusal.what)
        else:
            leaves.take(f"{name}.{key}")


def _accounts4(leaves: Leaves) -> tuple[Account, ...]:
    base = "perpetrator_indicators"
    if not isinstance(leaves.at(base), dict):
        return ()
    identifier, addresses = leaves.text(f"{base}.account_id"), leaves.at(f"{base}.ip_addresses")
    events = []
    for number, ip in enumerate(addresses if isinstance(addresses, list) else ()):
        path = f"{base}.ip_addresses[{number}]"
        if isinstance(ip, str) and is_address(ip.strip()):
            leaves.take(path)
            events.append(IpEvent(ip.strip()))
        else:
            leaves.fault(path, say("no_ip"))
    return (Account("suspect", identifier=identifier, ip_events=tuple(events)),) if identifier or events else ()


def _evidence(leaves: Leaves) -> tuple[tuple[str, str], ...]:
    """Texts of evidence with their paths; all other payloads are left out, and told."""
    kept = []
    evidence = leaves.at("evidence")
    if evidence is not None and not isinstance(evidence, list):
        leaves.leave_out("evidence")
    for number, item in enumerate(evidence if isinstance(evidence, list) else ()):
        path = f"evidence[{number}].payload"
        leaves.take(path)
        text = _plain_text(item) if isinstance(item, dict) else None
        if text is None:
            leaves.fault(path, say("no_plain_text"))
        else:
            kept.append((path, text))
    return tuple(kept)


def _plain_text(item: dict[str, Any]) -> str | None:
    """The text of an item of evidence; None if it is no plain text of usual length."""
    kind, payload = item.get("content_type"), item.get("payload")
    if not isinstance(kind, str) or not isinstance(payload, str) or len(payload) > MAX_EVIDENCE * 2:
        return None
    if kind.partition(";")[0].strip().lower() != "text/plain":
        return None
    try:
        text = base64.b64decode(payload, validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        return None
    return text if "\0" not in text else None


def _is_child_abuse(kind: str) -> bool:
    """Whether a type of older reports means this, in the words of today or of then."""
    letters = re.sub(r"[^a-z]", "", kind.lower())
    return letters in _CHILD_ABUSE or (letters.startswith("child") and "porn" in letters)


def _version3(leaves: Leaves) -> Arrival:
    report = leaves.at("Report")
    if not isinstance(report, dict):
        leaves.fault("Report", say("missing"))
    kind = leaves.text("Report.ReportType", required=True)
    is_child = _is_child_abuse(kind)
    if not is_child:
        leaves.fault("Report.ReportType", _NO_CHILD)
    url = leaves.text("Report.SourceUrl") or leaves.text("Report.Source.URL")
    ip = leaves.text("Report.SourceIp") or leaves.text("Report.Source.IP")
    if url and not is_url(url):
        leaves.fault("Report.SourceUrl", say("no_address"))
    if ip and not is_address(ip):
        leaves.fault("Report.SourceIp", say("no_ip"))
    for name in ("Attachment", "Samples"):
        if isinstance(report, dict) and report.get(name):
            leaves.take(f"Report.{name}")
            leaves.fault(f"Report.{name}", say("attached"))
    return Arrival(
        "xarf",
        leaves.text("Report.ReportID"),
        offence="material" if is_child else "unclear",
        incident_at=_moment(leaves, "Report.Date", required=True),
        locations=(Location(url, ip=ip),) if url or ip else (),
        contact=leaves.text("ReporterInfo.ReporterContactEmail") or leaves.text("ReporterInfo.ReporterOrgEmail"),
        unknown=_named(leaves, ("Report.ReportType", kind)),
    )


def read_plain(text: str, *, now: datetime) -> Read:
    """Reads the fields of an X-ARF 0.2 report: lines of `Name: value`; never raises on any text."""
    fields: dict[str, Any] = {}
    for line in text.splitlines()[:1000]:
        name, colon, value = line.partition(":")
        if colon and re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,60}", name.strip()):
            fields.setdefault(name.strip().lower(), value.strip().strip("'\""))
    leaves = Leaves(fields)
    if "report-type" not in fields and "reported-from" not in fields:
        return Read(None, (Fault("Report-Type", say("no_x_arf")),))
    kind = leaves.text("report-type", required=True)
    is_child = _is_child_abuse(kind)
    if not is_child:
        leaves.fault("report-type", _NO_CHILD)
    moment = any_moment(fields.get("date", ""))
    if moment is None:
        leaves.fault("date", say("date_missing"))
    else:
        leaves.take("date")
        if moment > now + SKEW:
            leaves.fault("date", say("future"))
    source = leaves.text("source", required=True)
    if source and not is_address(source) and not is_url(source):
        leaves.fault("source", say("no_ip_no_address"))
    place = (Location(ip=source) if is_address(source) else Location(source),) if source else ()
    arrival = Arrival(
        "xarf",
        leaves.text("report-id"),
        offence="material" if is_child else "unclear",
        incident_at=moment,
        locations=place,
        contact=leaves.text("reported-from"),
        unknown=_named(leaves, ("report-type", kind)),
    )
    return Read(_with_rest(arrival, leaves), tuple(leaves.faults))


def any_moment(text: str) -> datetime | None:
    """A moment with zone as ISO 8601 or as mail writes it; None if it is neither."""
    if (moment := moment_of(text)) is not None:
        return moment
    try:
        moment = parsedate_to_datetime(text)
        moment.timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo is not None and not text.rstrip().endswith("-0000") else None


def port_of(text: str) -> int | None:
    """A port between 1 and 65535, or None."""
    return int(text) if re.fullmatch(r"[0-9]{1,5}", text, re.ASCII) and 1 <= int(text) <= MAX_PORT else None
