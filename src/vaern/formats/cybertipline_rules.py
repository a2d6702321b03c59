"""The second layer: what NCMEC's server refuses and the XSD lets pass (research: `formats.md`, (b)).

Pure: an XML tree and a moment in, faults out. None is fatal: a report that breaks one is taken and flagged, because a
child may stand behind it; only a writer must keep them all.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from vaern.arrivals import Fault
from vaern.faults import Said, say
from vaern.formats.cybertipline_check import local, steps
from vaern.formats.moments import date_of, moment_of, xsd_date_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from lxml import etree

LENGTHS = {
    "platform": 256,
    "escalateToHighPriority": 3000,
    "incidentDateTimeDescription": 3000,
    "legalURL": 2083,
    "vehicleDescription": 300,
    "espIdentifier": 255,
    "espService": 100,
    "screenName": 256,
    "displayName": 255,
    "groupIdentifier": 255,
    "schoolName": 255,
    "firstName": 100,
    "lastName": 100,
    "email": 255,
    "emailAddress": 255,
    "phone": 50,
    "phoneNumber": 50,
    "zipCode": 20,
    "idType": 255,
    "idValue": 2083,
    "originalFileName": 2056,
    "locationOfFile": 2083,
    "url": 2083,
}
"""Most characters of an element's text."""

MAX_HASH_TYPE = 64
MAX_PAIR_NAME = 64
MAX_EXTENSION = 10
MAX_LOCAL_PART = 64
MAX_AGE = 150
MAX_PORT = 65535
MAX_PATH = 400
"""Characters of a path; the longest of the format has about 100."""
SKEW = timedelta(minutes=5)
"""By how much a sender's clock may be ahead of ours."""

NOT_URGENT = frozenset({"false", "0", "no"})
"""What stands in `escalateToHighPriority` where a sender takes it for a flag: no reason, and so no urgency."""

_RANGES = {"port": (1, MAX_PORT), "age": (0, MAX_AGE), "approximateAge": (0, MAX_AGE)}
_DATE_TIMES = frozenset({"incidentDateTime", "dateTime", "uploadedToEspTimestamp"})
_URLS = frozenset({"url", "locationOfFile", "legalURL", "profileUrl"})
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#]+\S*")
_DEFANGED = re.compile(
    r"(?i:h(?:xx|\*\*)ps?\[?:)|[A-Za-z][A-Za-z0-9+.-]*\[?:/*[^/?#]*?[\[({](?:\.|dot)[\])}]", re.IGNORECASE
)
_ZONED = re.compile(r"(Z|[+-][0-9]{2}:[0-9]{2})\Z", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_NOT_IN_BATCH = (
    "incidentSummary/escalateToHighPriority",
    "internetDetails",
    "lawEnforcement",
    "intendedRecipient",
    "victim",
    "additionalInfo",
)
_NOT_IN_BATCHED_FILE = (
    "originalFileName",
    "locationOfFile",
    "originalFileHash",
    "ipCaptureEvent",
    "deviceId",
    "details",
    "additionalInfo",
)
_MEME = frozenset({"viral", "potentialMeme"})


def faults_of(report: etree._Element | None, files: Sequence[etree._Element], now: datetime) -> list[Fault]:
    """Everything that the second layer says of one report with its files, with paths from the element's own name.

    Args:
        report: the `report`, or None where files stand alone.
        files: its `fileDetails`.
        now: with zone: what lies after it is in the future.
    """
    found: list[Fault] = []
    for number, root in enumerate(([report] if report is not None else []) + list(files)):
        start = local(root) if root is report or len(files) == 1 else f"fileDetails[{number + (report is None)}]"
        for element, path in walk(root, start):
            found += [Fault(where, said, fatal=False) for where, said in _of_element(element, path, now)]
    if report is not None:
        found += [Fault(where, said, fatal=False) for where, said in _of_report(report)]
        if report.find("batchedReport") is not None:
            found += [Fault(where, said, fatal=False) for where, said in _of_batch(report, files)]
    return found


def walk(root: etree._Element, start: str) -> Iterator[tuple[etree._Element, str]]:
    """Every element of a tree with its path."""
    waiting = [iter([(root, start)])]
    while waiting:
        found = next(waiting[-1], None)
        if found is None:
            waiting.pop()
        else:
            yield found
            waiting.append(_below(*found))


def _below(element: etree._Element, path: str) -> Iterator[tuple[etree._Element, str]]:
    """Children with their paths; of a path that nobody could read, the end."""
    stem = path if len(path) <= MAX_PATH else f"…{path[-MAX_PATH:]}"
    return ((child, f"{stem}/{its}") for child, its in zip(element, steps(element), strict=True))


def text_of(element: etree._Element | None) -> str:
    """The text of an element without surrounding space; "" where it is missing."""
    return "" if element is None else (element.text or "").strip()


def is_address(text: str) -> bool:
    """Whether a text is an IPv4 or IPv6 address, without a scope."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def is_email(text: str) -> bool:
    """Whether a text looks like an e-mail address, and is short enough."""
    return bool(_EMAIL.fullmatch(text)) and len(text.partition("@")[0]) <= MAX_LOCAL_PART


def is_url(text: str) -> bool:
    """Whether a text is an absolute address with a host, without blanks, that a program could open as it stands."""
    return bool(_URL.fullmatch(text)) and not is_defanged(text)


def is_defanged(text: str) -> bool:
    """Whether an address was made harmless: `hxxps://host[.]example/`. It is understood, and is no address."""
    return bool(_DEFANGED.match(text))


def _of_element(element: etree._Element, path: str, now: datetime) -> Iterator[tuple[str, Said]]:
    name, text = local(element), text_of(element)
    yield from ((path, said) for said in _of_text(name, text))
    yield from _of_moments(element, path, now)
    match name:
        case "originalFileHash" if len(element.get("hashType", "")) > MAX_HASH_TYPE:
            yield f"{path}/@hashType", say("characters", most=MAX_HASH_TYPE)
        case "nameValuePair" if len(text_of(element.find("name"))) > MAX_PAIR_NAME:
            yield f"{path}/name", say("characters", most=MAX_PAIR_NAME)
        case "fileDetails":
            yield from _of_file(element, path)
        case "estimatedLocation":
            yield from _of_location(element, path)
        case "associatedAccount" if _both(element, "approximateAge", "dateOfBirth"):
            yield f"{path}/approximateAge", say("not_beside", name="dateOfBirth")
        case "accountTemporarilyDisabled" | "accountPermanentlyDisabled":
            yield from _of_disabling(element, path)


def _of_text(name: str, text: str) -> Iterator[Said]:
    limit = LENGTHS.get(name)
    if limit and len(text) > limit:
        yield say("room", n=len(text), most=limit)
    if name in _URLS and not is_url(text):
        yield say("no_address")
    if name in {"email", "emailAddress"} and not is_email(text):
        yield say("no_email", most=MAX_LOCAL_PART)
    if name == "escalateToHighPriority" and not text:
        yield say("blank_urgency")
    if name == "escalateToHighPriority" and text.lower() in NOT_URGENT:
        yield say("not_urgent")
    if name == "ipAddress" and not is_address(text):
        yield say("no_ip")
    if name in _RANGES and re.fullmatch(r"[+-]?[0-9]{1,12}", text, re.ASCII):
        least, most = _RANGES[name]
        if not least <= int(text) <= most:
            yield say("between", least=least, most=most)


def _of_moments(element: etree._Element, path: str, now: datetime) -> Iterator[tuple[str, Said]]:
    name, text = local(element), text_of(element)
    if name in _DATE_TIMES:
        yield from ((path, said) for said in _moment_faults(text, now))
    if name == "dateOfBirth" and (day := date_of(text)) and day > now.date():
        yield path, say("future")
    for key, value in element.attrib.items():
        its = str(key)
        if its.endswith("Date") or its == "timestamp":
            yield from ((f"{path}/@{its}", said) for said in _moment_faults(str(value), None))
    if element.get("verificationDate") is not None and element.get("verified", "").strip() not in {"true", "1"}:
        yield f"{path}/@verificationDate", say("without_verified")
    if len(element.get("extension", "")) > MAX_EXTENSION:
        yield f"{path}/@extension", say("digits", most=MAX_EXTENSION)


def _moment_faults(text: str, now: datetime | None) -> Iterator[Said]:
    moment = moment_of(text)
    if moment is None:
        if xsd_date_time(text):
            yield say("expected_dateTime" if _ZONED.search(text.strip()) else "no_zone")
    elif now is not None and moment > now + SKEW:
        yield say("future")


def _of_file(file: etree._Element, path: str) -> Iterator[tuple[str, Said]]:
    if is_true(file.find("exifViewedByEsp")) and not is_true(file.find("fileViewedByEsp")):
        yield f"{path}/exifViewedByEsp", say("exif_viewed")
    if text_of(file.find("fileRelevance")) == "Supplemental Reported":
        if is_true(file.find("potentialMeme")) or is_marked(file.find("fileAnnotations/potentialMeme")):
            yield f"{path}/fileRelevance", say("supplemental_meme")
        if file.find("industryClassification") is not None:
            yield f"{path}/industryClassification", say("supplemental_class")


def _of_location(place: etree._Element, path: str) -> Iterator[tuple[str, Said]]:
    country = text_of(place.find("countryCode"))
    if not country:
        yield f"{path}/countryCode", say("missing")
    if country == "US" and text_of(place.find("city")) and not text_of(place.find("region")):
        yield f"{path}/region", say("region")


def _of_disabling(account: etree._Element, path: str) -> Iterator[tuple[str, Said]]:
    disabled, notified, enabled = (
        moment_of(account.get(its, "")) for its in ("disabledDate", "userNotifiedDate", "reenabledDate")
    )
    if disabled and notified and notified < disabled:
        yield f"{path}/@userNotifiedDate", say("before_disabled")
    if disabled and enabled and enabled <= disabled:
        yield f"{path}/@reenabledDate", say("not_after_disabled")


def _of_report(report: etree._Element) -> Iterator[tuple[str, Said]]:
    reporter = report.find("reporter/reportingPerson")
    if reporter is not None and not any(text_of(one) for one in reporter.findall("email")):
        yield "report/reporter/reportingPerson/email", say("sender_reachable")
    if report.find("batchedReport") is None and len(report.findall("personOrUserReported")) > 1:
        yield "report/personOrUserReported[2]", say("one_account")
    known = {
        text_of(email).lower()
        for person in ("personOrUserReported", "intendedRecipient", "victim")
        for block in report.findall(person)
        for email in block.iter("email")
    }
    for element, path in walk(report, "report"):
        if local(element) == "emailAddress" and text_of(element).lower() not in known:
            yield path, say("email_of_nobody")


def _of_batch(report: etree._Element, files: Sequence[etree._Element]) -> Iterator[tuple[str, Said]]:
    for name in _NOT_IN_BATCH:
        if report.find(name) is not None:
            yield f"report/{name}", say("not_in_batch")
    for block, its in zip(report, steps(report), strict=True):
        if local(block) == "personOrUserReported" and [local(child) for child in block] != ["espIdentifier"]:
            yield f"report/{its}", say("only_identifier")
    if len(files) > 1:
        yield "fileDetails[2]", say("batch_one_file")
    if files:
        yield from _of_batched_file(files[0])


def _of_batched_file(file: etree._Element) -> Iterator[tuple[str, Said]]:
    annotations = {local(one) for one in file.findall("fileAnnotations/*") if is_marked(one)}
    if is_true(file.find("potentialMeme")):
        annotations.add("potentialMeme")
    if not annotations or annotations - _MEME:
        yield (
            "fileDetails/fileAnnotations",
            say("batch_annotations"),
        )
    if text_of(file.find("fileRelevance")) not in {"", "Reported"}:
        yield "fileDetails/fileRelevance", say("batch_relevance")
    for name in _NOT_IN_BATCHED_FILE:
        if file.find(name) is not None:
            yield f"fileDetails/{name}", say("not_in_batch")


def is_marked(element: etree._Element | None) -> bool:
    """Whether an annotation is there: it says true, or is empty, which is the same."""
    return element is not None and text_of(element) in {"", "true", "1"}


def is_true(element: etree._Element | None) -> bool:
    """Whether an element is there and says true."""
    return text_of(element) in {"true", "1"}


def _both(element: etree._Element, one: str, other: str) -> bool:
    return element.find(one) is not None and element.find(other) is not None
