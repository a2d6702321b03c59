"""CyberTipline reports out: the XML of a report and its files that NCMEC's server takes.

`fileViewedByEsp` says what a person here really looked at, and comes from an argument alone: never from a match, and
never from what the sender of the report said. What the format cannot carry is named in `left_out`; a document that
would break the shape or a rule of the second layer is not written at all.

The identifiers `reportId` and `fileId` are NCMEC's, and come with its answers to `/submit` and `/upload`; until then
those that the report came in with, or `0` and `file-1`, `file-2` … stand in their place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from vaern.arrivals import Fault
from vaern.faults import say
from vaern.formats.cybertipline_check import faults_of
from vaern.formats.cybertipline_rules import faults_of as rule_faults
from vaern.formats.cybertipline_shape import ENUMS
from vaern.formats.cybertipline_terms import ELEMENTS, REPORT_ELEMENTS, SCHEME, TYPES, WRAPPER
from vaern.formats.moments import written
from vaern.formats.signals import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from vaern.arrivals import Account, Arrival, File, IpEvent, Location, Viewed

_IMPOSSIBLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HASHES = {"md5": "MD5", "sha1": "SHA1", "sha256": "SHA256", "pdq": "PDQ", "vpdq": "VPDQ", "pdna": "PhotoDNA"}
_BLOCKS = {
    "suspect": ("personOrUserReported", "personOrUserReportedPerson"),
    "recipient": ("intendedRecipient", "intendedRecipientPerson"),
    "victim": ("victim", "victimPerson"),
}


@dataclass(frozen=True)
class Reporter:
    """Who reports: the organisation's own desk, never the citizen.

    Attributes:
        email: of the desk; the format asks for it.
        first_name, last_name: of the person or the desk; may be "".
    """

    email: str
    first_name: str = ""
    last_name: str = ""


@dataclass(frozen=True)
class Viewing:
    """What a person here looked at of one file.

    Attributes:
        file: how much of it: only `whole` is written as viewed.
        exif: whether a person here read its EXIF; None if unknown. Written as true only with a file viewed whole.
    """

    file: Viewed = "unknown"
    exif: bool | None = None


@dataclass(frozen=True)
class Written:
    """What to send.

    Attributes:
        report: XML for `/submit`.
        files: XML for `/fileinfo`, one a file.
        left_out: what the format has no place for, in words of the record: `files[0].size`.
    """

    report: bytes
    files: tuple[bytes, ...] = ()
    left_out: tuple[str, ...] = ()
    together: bytes = field(default=b"", repr=False)
    """Report and files in one document of ours, as `cybertipline.read` takes it."""


class CannotWriteError(Exception):
    """The report cannot be written as a valid document: `faults` say what is missing or wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.path}: {fault.said}" for fault in faults))


def write(  # noqa: PLR0913 - the facts that the document states
    arrival: Arrival,
    viewing: Mapping[int, Viewing],
    reporter: Reporter,
    *,
    now: datetime,
    report_id: int = 0,
    file_ids: Sequence[str] = (),
) -> Written:
    """Writes a report.

    Args:
        arrival: what is reported.
        viewing: by index of the file; a file without one is unknown, and its flags are left out.
        reporter: who reports.
        now: with zone.
        report_id, file_ids: as NCMEC gave them.

    Raises:
        CannotWriteError: it would be no valid document.
    """
    left: list[str] = []
    missing = []
    if arrival.offence not in TYPES:
        missing.append(Fault("offence", say("offence_unclear")))
    if arrival.incident_at is None:
        missing.append(Fault("incident_at", say("moment_missing")))
    if missing:
        raise CannotWriteError(missing)
    uploaders = [account for account in arrival.accounts if account.role == "uploader"]
    fits = len(uploaders) == len(arrival.files) == 1 and _fits_file(uploaders[0], arrival.files[0])
    uploader = uploaders[0] if fits else None
    report = _report(arrival, reporter, uploader, left)
    files = [
        _file(one, number, viewing.get(number, Viewing()), uploader, left) for number, one in enumerate(arrival.files)
    ]
    for number, file in enumerate(files):
        own = arrival.files[number].reference or f"file-{number + 1}"
        its_id = file_ids[number] if number < len(file_ids) else own
        file.insert(0, _element("reportId", str(report_id or arrival.tip_number or 0)))
        file.insert(1, _element("fileId", its_id))
    faults = [*faults_of(report, "report", "report"), *rule_faults(report, files, now)]
    for number, file in enumerate(files, 1):
        faults += faults_of(file, "fileDetails", f"fileDetails[{number}]")
    if faults:
        raise CannotWriteError(faults)
    return Written(_bytes(report), tuple(map(_bytes, files)), tuple(left), _together(arrival, report, files))


def _together(arrival: Arrival, report: etree._Element, files: Sequence[etree._Element]) -> bytes:
    root = etree.Element(WRAPPER)
    if arrival.reference:
        root.set("reference", _possible(arrival.reference))
    root.extend([report, *files])
    return _bytes(root)


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _possible(text: str) -> str:
    """The text with U+FFFD for what XML cannot carry."""
    return _IMPOSSIBLE.sub("\ufffd", text)


def _element(name: str, text: str = "") -> etree._Element:
    element = etree.Element(name)
    if text:
        element.text = _possible(text)
    return element


def _add(parent: etree._Element, name: str, text: str) -> None:
    """Adds an element with text, unless the text is blank."""
    if text.strip():
        parent.append(_element(name, text))


def _flag(parent: etree._Element, name: str, *, value: bool | None) -> None:
    if value is not None:
        parent.append(_element(name, "true" if value else "false"))


def _report(arrival: Arrival, reporter: Reporter, uploader: Account | None, left: list[str]) -> etree._Element:
    report = etree.Element("report")
    report.append(_summary(arrival, left))
    for number, place in enumerate(arrival.locations):
        _internet(report, place, f"locations[{number}]", left)
    block = etree.SubElement(etree.SubElement(report, "reporter"), "reportingPerson")
    for name, text in (("firstName", reporter.first_name), ("lastName", reporter.last_name), ("email", reporter.email)):
        _add(block, name, text)
    aside = [_aside(one) for one in arrival.accounts if one.role == "uploader" and one is not uploader]
    for role in ("suspect", "recipient", "victim"):
        accounts = [one for one in arrival.accounts if one.role == role]
        most = 1 if role == "suspect" else len(accounts)
        report.extend([_account(one, left, arrival) for one in accounts[:most]])
        aside += [_aside(one) for one in accounts[most:]]
    _add(report, "additionalInfo", "\n\n".join(filter(None, [arrival.narrative, *aside])))
    left += (
        name
        for name in ("ongoing", "preserved_until", "legal_ground", "contact", "language")
        if getattr(arrival, name) not in {None, ""}
    )
    left += (f"accounts[{number}]" for number, one in enumerate(arrival.accounts) if one.role == "reporter")
    left += (f"unknown: {path}" for path, _text in arrival.unknown)
    return report


def _summary(arrival: Arrival, left: list[str]) -> etree._Element:
    assert arrival.incident_at is not None
    summary = _element("incidentSummary")
    _add(summary, "incidentType", TYPES[arrival.offence])
    services = [place.service for place in arrival.locations if place.url and place.service]
    _add(summary, "platform", services[0] if services else "")
    if arrival.danger_now is False or (arrival.danger_now and not arrival.danger_text.strip()):
        left.append("danger_now")  # the format has no flag, only the reason: without one nothing is said
    _add(summary, "escalateToHighPriority", arrival.danger_text if arrival.danger_now else "")
    if arrival.danger_text.strip() and not arrival.danger_now:
        left.append("danger_text")
    extortion = ("sexual_extortion",) if arrival.offence == "sexual_extortion" else ()
    said = dict.fromkeys((*extortion, *arrival.annotations))
    if known := [REPORT_ELEMENTS[code] for code in said if code in REPORT_ELEMENTS]:
        etree.SubElement(summary, "reportAnnotations").extend([_element(name, "true") for name in known])
    left += (f"annotations: {code}" for code in said if code not in REPORT_ELEMENTS)
    if arrival.offence == "live_abuse":
        left.append("offence: live, which the format says of files only")
    _add(summary, "incidentDateTime", written(arrival.incident_at))
    return summary


def _internet(report: etree._Element, place: Location, path: str, left: list[str]) -> None:
    left += (f"{path}.{name}" for name in ("ip", "seen_at", "public") if getattr(place, name) not in {None, ""})
    if place.url:
        incident = etree.SubElement(etree.SubElement(report, "internetDetails"), "webPageIncident")
        _add(incident, "url", place.url)
        if place.account:
            left.append(f"{path}.account")
        if place.service and place.service != (report.findtext("incidentSummary/platform") or ""):
            left.append(f"{path}.service")
    elif place.service.strip() or place.account.strip():
        incident = etree.SubElement(etree.SubElement(report, "internetDetails"), "chatImIncident")
        _add(incident, "chatClient", place.service)
        _add(incident, "chatRoomName", place.account)


def _account(account: Account, left: list[str], arrival: Arrival) -> etree._Element:
    name, person_name = _BLOCKS[account.role]
    block = etree.Element(name)
    if account.emails or account.phones or account.role == "victim":
        person = etree.SubElement(block, person_name)
        for phone in account.phones:
            _add(person, "phone", phone)
        for email in account.emails:
            _add(person, "email", email)
    _add(block, "espIdentifier", account.identifier)
    _add(block, "espService", account.service)
    _add(block, "screenName", account.screen_name)
    block.extend([_event(one) for one in account.ip_events])
    _devices(block, account.devices, f"accounts[{arrival.accounts.index(account)}]", left)
    _flag(block, "accountPermanentlyDisabled", value=account.disabled)
    return block


def _devices(block: etree._Element, devices: Sequence[str], path: str, left: list[str]) -> None:
    for number, device in enumerate(devices):
        kind, _, value = device.partition(": ")
        if kind.strip() and value.strip():
            element = etree.SubElement(block, "deviceId")
            _add(element, "idType", kind)
            _add(element, "idValue", value)
        else:
            left.append(f"{path}.devices[{number}]")


def _event(event: IpEvent) -> etree._Element:
    element = etree.Element("ipCaptureEvent")
    _add(element, "ipAddress", event.ip)
    name = event.event.capitalize()
    _add(element, "eventName", name if name in ENUMS["ipCaptureType"] else "Other")
    _add(element, "dateTime", written(event.at) if event.at else "")
    _flag(element, "possibleProxy", value=event.proxy)
    _add(element, "port", str(event.port) if event.port is not None else "")
    return element


def _fits_file(account: Account, file: File) -> bool:
    """Whether a file can carry an uploader: one address in all and devices, and nothing else is known."""
    plain = not (account.service or account.identifier or account.screen_name or account.emails or account.phones)
    return plain and len(account.ip_events) + len(file.ip_events) <= 1 and account.disabled is None


def _aside(account: Account) -> str:
    """An account for which the format has no place, as lines of text."""
    lines = [f"Also seen ({account.role}):"]
    named = ("service", account.service), ("identifier", account.identifier), ("screen name", account.screen_name)
    lines += (f"{name}: {text}" for name, text in named if text)
    lines += (f"e-mail: {one}" for one in account.emails)
    lines += (f"phone: {one}" for one in account.phones)
    lines += (f"device: {one}" for one in account.devices)
    if account.disabled is not None:
        lines.append("the account is closed" if account.disabled else "the account is open")
    for one in account.ip_events:
        parts = [
            f"address: {one.ip}",
            f"port {one.port}" if one.port else "",
            written(one.at) if one.at else "",
            one.event,
            {True: "possibly a proxy", False: "no proxy", None: ""}[one.proxy],
        ]
        lines.append(", ".join(filter(None, parts)))
    return "\n".join(lines)


def _file(file: File, number: int, viewing: Viewing, uploader: Account | None, left: list[str]) -> etree._Element:
    path = f"files[{number}]"
    element = etree.Element("fileDetails")
    _add(element, "originalFileName", file.name)
    _add(element, "uploadedToEspTimestamp", written(file.uploaded_at) if file.uploaded_at else "")
    place = file.location
    _add(element, "locationOfFile", place.url if place else "")
    _viewed(element, viewing)
    _flag(element, "publiclyAvailable", value=place.public if place else None)
    _annotate(element, file, path, left)
    if file.scheme == SCHEME and file.classification in ENUMS["fileClassification"]:
        _add(element, "industryClassification", file.classification)
    elif file.classification:
        left.append(f"{path}.classification")
    for index, signal in enumerate(file.signals):
        if signal.kind in _HASHES:
            one = _element("originalFileHash", render(signal, "base64" if signal.kind == "pdna" else ""))
            one.set("hashType", _HASHES[signal.kind])
            element.append(one)
        else:
            left.append(f"{path}.signals[{index}]")
    events = [*file.ip_events, *(uploader.ip_events if uploader else ())]
    element.extend([_event(one) for one in events[:1]])
    left += (f"{path}.ip_events[{index}]" for index in range(1, len(events)))
    _devices(element, file.devices, path, left)
    if uploader is not None:
        _devices(element, uploader.devices, "accounts[0]", left)
    _details(element, file, path, left)
    if place:
        left += (f"{path}.location.{name}" for name in ("service", "account", "ip", "seen_at") if getattr(place, name))
    given = ("size", "mime", "match_list", "match_entry", "match_distance")
    left += (f"{path}.{name}" for name in given if getattr(file, name) not in {None, "", 0})
    return element


def _details(element: etree._Element, file: File, path: str, left: list[str]) -> None:
    """The metadata, those of one kind that follow each other together; a kind that the format has not is left out."""
    for index, detail in enumerate(file.details):
        if detail.kind not in {"", *ENUMS["metadataTypes"]} or not (detail.name.strip() and detail.value.strip()):
            left.append(f"{path}.details[{index}]")
            continue
        last = element[-1] if len(element) and element[-1].tag == "details" else None
        if last is None or last.get("type", "") != detail.kind:
            last = etree.SubElement(element, "details", {"type": detail.kind} if detail.kind else {})
        pair = etree.SubElement(last, "nameValuePair")
        _add(pair, "name", detail.name)
        _add(pair, "value", detail.value)


def _viewed(element: etree._Element, viewing: Viewing) -> None:
    seen = {"whole": True, "partly": False, "not": False, "unknown": None}[viewing.file]
    _flag(element, "fileViewedByEsp", value=seen)
    if viewing.exif is False or (viewing.exif and seen):
        _flag(element, "exifViewedByEsp", value=viewing.exif)


def _annotate(element: etree._Element, file: File, path: str, left: list[str]) -> None:
    known = [ELEMENTS[code] for code in dict.fromkeys(file.annotations) if code in ELEMENTS]
    if known:
        etree.SubElement(element, "fileAnnotations").extend([_element(name, "true") for name in known])
    left += (f"{path}.annotations: {code}" for code in file.annotations if code not in ELEMENTS)
