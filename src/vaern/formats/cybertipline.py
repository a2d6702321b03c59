"""CyberTipline reports in: NCMEC's XML of a report and its files (research: `formats.md`, (b)).

A document is one `report`, one `fileDetails`, or a `cyberTipline` of ours that holds reports, each with the files that
follow it. Faults of shape and of the second layer are told all at once. Only what leaves nothing to take is fatal: no
XML, a DTD, too deep or too long, another root, no incident summary or type. All else is taken and flagged: a child may
stand behind a document with a blank in its date. What has no place in an `Arrival` is kept in `unknown`, with its path.

No DTD is read, no entity expanded, nothing fetched.
"""

from __future__ import annotations

import re
from copy import deepcopy
from itertools import islice
from typing import TYPE_CHECKING

import msgspec
from lxml import etree

from vaern.arrivals import Arrival, Fault, Read
from vaern.faults import say
from vaern.formats.cybertipline_check import (
    MAX_NAME,
    XSI,
    faults_of,
    local,
    schema_at,
    schema_faults,
    steps,
)
from vaern.formats.cybertipline_parts import Taker, account_of, file_of, locations_of, report_annotations
from vaern.formats.cybertipline_rules import NOT_URGENT, is_marked, text_of, walk
from vaern.formats.cybertipline_rules import faults_of as rule_faults
from vaern.formats.cybertipline_terms import ANNOTATIONS, OFFENCES, REPORT_ANNOTATIONS, WRAPPER
from vaern.formats.safe_xml import MAX_ATTRIBUTES, MAX_BYTES, MAX_DEPTH, root_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from vaern.arrivals import Account, Offence, Role

__all__ = ["ANNOTATIONS", "MAX_ATTRIBUTES", "MAX_BYTES", "MAX_DEPTH", "REPORT_ANNOTATIONS", "read"]

MAX_FAULTS = 500
"""Faults of one report that are told; a document with more is not read by anybody."""
MAX_UNKNOWN = 2000
"""Parts without a place that are kept of one report; the sender's document has them all."""

_FATAL = frozenset({"report/incidentSummary", "report/incidentSummary/incidentType"})
_HINTS = (f"{XSI}schemaLocation", f"{XSI}noNamespaceSchemaLocation")
_ROLES: tuple[tuple[str, str, Role], ...] = (
    ("personOrUserReported", "personOrUserReportedPerson", "suspect"),
    ("intendedRecipient", "intendedRecipientPerson", "recipient"),
    ("victim", "victimPerson", "victim"),
)


def read(data: bytes, *, now: datetime, xsd: Path | None = None) -> list[Read]:
    """Reads a document; never raises on any bytes.

    Args:
        data: the document.
        now: with zone; what lies after it is in the future.
        xsd: NCMEC's schema, asked beside our own table.

    Returns:
        One `Read` a report, never none. `arrival` is None exactly if a fault is fatal.

    Raises:
        SchemaError: `xsd` cannot be read.
    """
    schema = schema_at(xsd) if xsd is not None else None
    root = _parsed(data)
    if isinstance(root, Fault):
        return [Read(None, (root,))]
    groups = list(_groups(root))
    if not groups:
        return [Read(None, (Fault(local(root), say("no_report")),))]
    reference = root.get("reference", "").strip() if local(root) == WRAPPER else ""
    lines = range(1, len(groups) + 1) if len(groups) > 1 else [0]
    if len(groups) > 1:
        reference = ""
    strays = tuple(islice(_strays(root, reference), MAX_FAULTS))
    alone = len(groups) == 1
    return [
        msgspec.structs.replace(
            _read(report, files, now, schema, reference, line, strays if line < 2 else ()), part=part
        )
        for line, (report, files), part in zip(
            lines, groups, [b"" if alone else _part(*group) for group in groups], strict=True
        )
    ]


def _parsed(data: bytes) -> etree._Element | Fault:
    root = root_of(data)
    if isinstance(root, Fault) or local(root) in {"report", "fileDetails", WRAPPER}:
        return root
    return Fault("", say("root", values=f"report, fileDetails, {WRAPPER}"))


def _groups(root: etree._Element) -> Iterator[tuple[etree._Element | None, list[etree._Element]]]:
    """Reports with their files."""
    if local(root) != WRAPPER:
        yield (root, []) if local(root) == "report" else (None, [root])
        return
    group: tuple[etree._Element | None, list[etree._Element]] | None = None
    for child in root:
        if local(child) == "report":
            if group:
                yield group
            group = (child, [])
        elif local(child) == "fileDetails":
            group = group or (None, [])
            group[1].append(child)
    if group:
        yield group


def _strays(root: etree._Element, reference: str) -> Iterator[Fault]:
    """What the wrapper holds beside reports and their files, and what of its reference could not be used."""
    if local(root) != WRAPPER:
        return
    for name in root.attrib:
        if not (name in _HINTS or (name == "reference" and reference)):
            path = f"{WRAPPER}/@{str(name).rpartition('}')[2][:MAX_NAME]}"
            yield Fault(path, say("no_such_attribute"), fatal=False)
    if any((text or "").strip() for text in (root.text, *(child.tail for child in root))):
        yield Fault(WRAPPER, say("only_elements"), fatal=False)
    for child, its in zip(root, steps(root), strict=True):
        if local(child) not in {"report", "fileDetails"}:
            yield Fault(f"{WRAPPER}/{its}", say("is_no_report"), fatal=False)


def _part(report: etree._Element | None, files: Sequence[etree._Element]) -> bytes:
    """One report of several with its files, as a document of its own."""
    whole = etree.Element(WRAPPER)
    whole.extend([deepcopy(one) for one in ([report] if report is not None else []) + list(files)])
    return etree.tostring(whole, xml_declaration=True, encoding="UTF-8")


def _read(
    report: etree._Element | None,
    files: Sequence[etree._Element],
    now: datetime,
    schema: etree.XMLSchema | None,
    reference: str,
    line: int,
    strays: tuple[Fault, ...],
) -> Read:
    parts = ([(report, "report")] if report is not None else []) + list(_named(files))
    taker = Taker()
    faults = list(strays)
    faults += (fault for part, path in parts for fault in faults_of(part, local(part), path))
    if schema is not None:
        faults += (fault for part, path in parts for fault in schema_faults(part, schema, path))
    for part, _path in parts:
        _unname(part)
    faults += rule_faults(report, files, now)
    faults = [Fault(fault.path, fault.what) if _is_fatal(fault) else fault for fault in faults]
    if any(fault.fatal for fault in faults):
        return Read(None, _most(faults), line)
    arrival = _arrival(report, files, reference, taker)
    rest = (found for part, path in parts for found in _rest(part, path, taker))
    kept = tuple(islice(rest, MAX_UNKNOWN))
    if more := sum(1 for _ in rest):
        said = say("parts_kept", n=MAX_UNKNOWN + more, kept=MAX_UNKNOWN)
        faults.append(Fault("", said, fatal=False))
    faults += taker.faults(parts)
    return Read(
        msgspec.structs.replace(arrival, unknown=kept),
        _most(faults),
        line,
        files_alone=report is None and bool(arrival.tip_number),
    )


def _is_fatal(fault: Fault) -> bool:
    return fault.path in _FATAL and fault.what.code == "missing"


def _most(faults: list[Fault]) -> tuple[Fault, ...]:
    """The faults, the fatal ones first, each once, and not more than anybody reads."""
    once = sorted(dict.fromkeys(faults), key=lambda fault: not fault.fatal)
    if len(once) > MAX_FAULTS:
        more = Fault("", say("more_faults", n=len(once) - MAX_FAULTS), fatal=False)
        once = [*once[:MAX_FAULTS], more]
    return tuple(once)


def _named(files: Sequence[etree._Element]) -> Iterator[tuple[etree._Element, str]]:
    for number, file in enumerate(files, 1):
        yield file, "fileDetails" if len(files) == 1 else f"fileDetails[{number}]"


def _unname(part: etree._Element) -> None:
    """Takes the namespaces away, which are a fault and no reason to lose a report."""
    for element in part.iter():
        element.tag = local(element)


def _arrival(report: etree._Element | None, files: Sequence[etree._Element], reference: str, taker: Taker) -> Arrival:
    number = _tip_number(files, taker)
    reference = reference or number
    accounts: list[Account] = []
    arrival = Arrival("cybertipline", reference, tip_number=number)
    if report is not None:
        for block, person, role in _ROLES:
            accounts += (account_of(one, person, role, taker) for one in report.findall(block))
        locations, seen = locations_of(report, taker)
        accounts += seen
        summary = report.find("incidentSummary")
        assert summary is not None  # else a fault was fatal
        escalation = _escalation(summary, taker)
        emails = [taker.text(one) for one in report.findall("reporter/reportingPerson/email")]
        arrival = Arrival(
            "cybertipline",
            reference,
            offence=_offence(summary, taker),
            danger_now=True if escalation else None,
            danger_text=escalation,
            incident_at=taker.moment(summary.find("incidentDateTime")),
            narrative=taker.text(report.find("additionalInfo")),
            locations=locations,
            contact=", ".join(filter(None, emails)),
            annotations=report_annotations(summary, taker),
            tip_number=number,
        )
    taken = tuple(file_of(one, taker) for one in files)
    return msgspec.structs.replace(arrival, files=taken, accounts=tuple(accounts))


def _tip_number(files: Sequence[etree._Element], taker: Taker) -> str:
    """The one `reportId` of all files, if it is a number; `0` stands where there is none yet. Others stay unknown."""
    ids = [one.find("reportId") for one in files]
    numbers = {text_of(one) for one in ids} - {"", "0"}
    number = numbers.pop() if len(numbers) == 1 else ""
    if not re.fullmatch(r"[0-9]{1,19}", number, re.ASCII):
        return ""
    for one in ids:
        if text_of(one) == number:
            taker.take(one)
    return number


def _escalation(summary: etree._Element, taker: Taker) -> str:
    """Why it is urgent; "" if it is not, also where the sender took the element for a flag and says no."""
    escalation = summary.find("escalateToHighPriority")
    return "" if text_of(escalation).lower() in NOT_URGENT else taker.text(escalation)


def _offence(summary: etree._Element, taker: Taker) -> Offence:
    kind = summary.find("incidentType")
    offence = OFFENCES.get(text_of(kind), "unclear")
    if offence != "unclear":
        taker.take(kind)
    if offence == "enticement" and is_marked(summary.find("reportAnnotations/sextortion")):
        return "sexual_extortion"
    return offence


def _rest(part: etree._Element, start: str, taker: Taker) -> Iterator[tuple[str, str]]:
    """Everything that nothing has taken: texts, attributes, and elements whose being there is all that they say."""
    for element, path in walk(part, start):
        said = len(element) > 0 or taker.has(element)
        for name, value in element.attrib.items():
            if name not in _HINTS and not taker.has(element, str(name)):
                said = True
                yield f"{path}/@{str(name).rpartition('}')[2][:MAX_NAME]}", str(value)
        text = "" if taker.has(element) else element.text or ""
        texts = [one.strip() for one in (text, *(child.tail or "" for child in element))]
        if any(texts) or not said:
            yield path, " ".join(filter(None, texts))
