"""CyberTipline reports out: the XML of a report and its files that NCMEC's server takes.

`fileViewedByEsp` says what a person here really looked at, and comes from an argument alone: never from a match, and
never from what the sender of the report said. What the format cannot carry is named in `left_out`, what it carries in
another form in `changed`; a document that would break the shape or a rule of the second layer is not written at all.

The identifiers `reportId` and `fileId` are NCMEC's, and come with its answers to `/submit` and `/upload`: those of a
report that came with them are kept; without one `0` and `file-1`, `file-2` … stand in their place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from vaern.arrivals import Fault
from vaern.faults import say
from vaern.formats.cybertipline_check import faults_of
from vaern.formats.cybertipline_rules import faults_of as rule_faults
from vaern.formats.cybertipline_terms import REPORT_ELEMENTS, TYPES, WRAPPER
from vaern.formats.cybertipline_write_parts import (
    Viewing,
    account_block,
    add,
    annotate,
    aside_of,
    element_of,
    file_details,
    fits_file,
    place_into,
    text_of_part,
)
from vaern.formats.document_parts import Carrying
from vaern.formats.moments import written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from vaern.arrivals import Account, Arrival, Offence, Role
    from vaern.formats.document_parts import Part

__all__ = ["CannotWriteError", "Reporter", "Viewing", "Written", "write"]

_IMPLIED: dict[Offence, tuple[str, ...]] = {"sexual_extortion": ("sexual_extortion",)}
"""Annotations that an offence of ours is in the format."""
_WRITTEN: tuple[Role, ...] = ("suspect", "recipient", "victim")


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
class Written:
    """What to send.

    Attributes:
        report: XML for `/submit`.
        files: XML for `/fileinfo`, one a file.
        left_out: what the format has no place for, in words of the record: `files[0].size` (`carrying`).
        changed: what is written, but only as words, shortened or with signs replaced.
    """

    report: bytes
    files: tuple[bytes, ...] = ()
    left_out: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    together: bytes = field(default=b"", repr=False)
    """Report and files in one document of ours, as `cybertipline.read` takes it."""


class CannotWriteError(Exception):
    """The report cannot be written as a valid document: `faults` say what is missing or wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(f"{fault.path}: {fault.said}" for fault in faults))


def write(
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
        report_id, file_ids: as NCMEC gave them; without them those that the report came with.

    Raises:
        CannotWriteError: it would be no valid document.
    """
    missing = []
    if arrival.offence not in TYPES:
        missing.append(Fault("offence", say("offence_unclear")))
    if arrival.incident_at is None:
        missing.append(Fault("incident_at", say("moment_missing")))
    if missing:
        raise CannotWriteError(missing)
    carrying = Carrying(arrival)
    whole = carrying.root
    uploaders = [one for one in whole.parts("accounts") if one.value.role == "uploader"]
    fits = len(uploaders) == len(arrival.files) == 1 and fits_file(uploaders[0].value, arrival.files[0])
    uploader = uploaders[0] if fits else None
    report = _report(whole, reporter, uploader)
    files = [
        file_details(one, viewing.get(number, Viewing()), uploader) for number, one in enumerate(whole.parts("files"))
    ]
    _identify(whole, files, report_id, file_ids)
    faults = [*faults_of(report, "report", "report"), *rule_faults(report, files, now)]
    for number, file in enumerate(files, 1):
        faults += faults_of(file, "fileDetails", f"fileDetails[{number}]")
    if faults:
        raise CannotWriteError(faults)
    together = _together(whole, report, files)
    return Written(_bytes(report), tuple(map(_bytes, files)), carrying.left_out, carrying.changed, together)


def _identify(whole: Part[Arrival], files: Sequence[etree._Element], report_id: int, file_ids: Sequence[str]) -> None:
    """Puts NCMEC's identifiers into the documents of the files: as given, or as the report came with them."""
    number = str(report_id or whole.value.tip_number or 0)
    if files and number == whole.value.tip_number:
        whole.take("tip_number")
        for one in whole.parts("identifiers"):
            if one.value.system == "ncmec_report" and one.value.value == number:
                one.take()
    for at, (file, part) in enumerate(zip(files, whole.parts("files"), strict=True)):
        its_id = file_ids[at] if at < len(file_ids) else part.value.reference or f"file-{at + 1}"
        if its_id == part.value.reference:
            part.take("reference")
        file.insert(0, element_of("reportId", number))
        file.insert(1, element_of("fileId", its_id))


def _together(whole: Part[Arrival], report: etree._Element, files: Sequence[etree._Element]) -> bytes:
    root = etree.Element(WRAPPER)
    if whole.value.reference:
        root.set("reference", text_of_part(whole, "reference"))
    root.extend([report, *files])
    return _bytes(root)


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _report(whole: Part[Arrival], reporter: Reporter, uploader: Part[Account] | None) -> etree._Element:
    report = etree.Element("report")
    report.append(_summary(whole))
    accounts = whole.parts("accounts")
    written_of = [one for role in _WRITTEN for one in _of(accounts, role)]
    mailboxes = {email for one in written_of for email in one.value.emails}
    for place in whole.parts("locations"):
        place_into(report, place, mailboxes)
    block = etree.SubElement(etree.SubElement(report, "reporter"), "reportingPerson")
    for name, text in (("firstName", reporter.first_name), ("lastName", reporter.last_name), ("email", reporter.email)):
        add(block, name, text)
    report.extend([account_block(one) for one in written_of])
    aside = [
        aside_of(one)
        for one in accounts
        if one.value.role != "reporter" and one is not uploader and one not in written_of
    ]
    whole.take("narrative", changed=bool(aside))
    add(report, "additionalInfo", "\n\n".join(filter(None, [text_of_part(whole, "narrative"), *aside])))
    return report


def _of(accounts: Sequence[Part[Account]], role: Role) -> list[Part[Account]]:
    """The accounts of a role that the format has room for."""
    return [one for one in accounts if one.value.role == role][: 1 if role == "suspect" else None]


def _summary(whole: Part[Arrival]) -> etree._Element:
    arrival = whole.value
    assert arrival.incident_at is not None
    summary = element_of("incidentSummary")
    add(summary, "incidentType", TYPES[arrival.offence])
    if arrival.offence != "live_abuse":  # of which the format says that it was live of files only
        whole.take("offence")
    services = [place for place in whole.parts("locations") if place.value.url and place.value.service]
    add(summary, "platform", services[0].value.service if services else "")
    if arrival.danger_now and arrival.danger_text.strip():  # there is no flag, only the reason for the urgency
        whole.take("danger_now")
        add(summary, "escalateToHighPriority", text_of_part(whole, "danger_text"))
    annotate(summary, "reportAnnotations", whole, REPORT_ELEMENTS, _IMPLIED.get(arrival.offence, ()))
    add(summary, "incidentDateTime", written(arrival.incident_at))
    whole.take("incident_at")
    return summary
