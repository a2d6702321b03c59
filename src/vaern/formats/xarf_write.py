"""XARF out: version 4.2.0, types csam and csem, as JSON and as mail (research: `formats.md`, (f)).

Text only: no payload but plain text, never an address of a screenshot, never `_internal`. What the format cannot say
truthfully raises `NotExpressibleError`, which says to send the plain notice instead: XARF knows the baseline and A1 to
B2 and nothing national.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vaern.formats.cybertipline_rules import is_address, is_email, is_url
from vaern.formats.moments import written
from vaern.formats.xarf import CLASSES, DETECTIONS, OFFENCES, SCHEME

if TYPE_CHECKING:
    import uuid
    from collections.abc import Sequence
    from datetime import datetime

    from vaern.records import Signal

VERSION = "4.2.0"
USER_AGENT = "Vaern"
MAX_DESCRIPTION = 1000
MAX_ORGANISATION = 200
MAX_EVIDENCE = 5_242_880

_SCHEMES = {
    SCHEME: {value: value for value in CLASSES},
    "NCMEC": {value: value for value in CLASSES if value != "baseline"},
    "INTERPOL": {"baseline": "baseline"},
}
"""What XARF can say of a classification, by scheme and value: the same word in the same sense, never a conversion."""

HASHES = {"md5": "md5", "sha1": "sha1", "sha256": "sha256"}
"""Names in `hash_values`, by kind of signal."""
_HOST = re.compile(r"([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,}", re.ASCII)
_NAME = re.compile(
    r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*", re.ASCII
)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]*", re.ASCII)


class NotExpressibleError(ValueError):
    """XARF cannot say this truthfully: send the plain notice instead. The text says why."""


@dataclass(frozen=True)
class Contact:
    """An organisation: name of at most 200 characters, e-mail of its desk, its domain."""

    organisation: str
    email: str
    domain: str


@dataclass(frozen=True)
class Subject:
    """What every report says.

    Attributes:
        reporter: who reports; sends it too unless `sender` is given.
        url: where the material is.
        source: address of the host, or its domain.
        at: when it was seen, with zone.
        report_id: UUID.
        description: at most 1000 characters, longer is refused.
        evidence: plain texts.
        verified_at: when a person last saw that it was there.
    """

    reporter: Contact
    url: str
    source: str
    at: datetime
    report_id: uuid.UUID
    description: str = ""
    evidence: tuple[str, ...] = ()
    verified_at: datetime | None = None
    sender: Contact | None = None


def classification_of(scheme: str, value: str) -> str:
    """The value of `classification` for an assessed class.

    Raises:
        NotExpressibleError: a national or other class.
    """
    try:
        return _SCHEMES[scheme][value]
    except KeyError:
        raise NotExpressibleError(
            f"XARF has no word for a class of the scheme {scheme!r} other than "
            f"{', '.join(_SCHEMES.get(scheme, {})) or 'none'}: send the plain notice without XARF"
        ) from None


def csam(
    subject: Subject, *, scheme: str, classification: str, detection_method: str, signals: Sequence[Signal] = ()
) -> dict[str, Any]:
    """A report of material.

    Args:
        subject: where and by whom.
        scheme, classification: as assessed here.
        detection_method: one of `DETECTIONS["csam"]`.
        signals: digests of the file; of each kind the first is written.

    Raises:
        NotExpressibleError: see `classification_of`; or a field that the format does not allow.
    """
    document = _document(subject, "csam", detection_method)
    document["classification"] = classification_of(scheme, classification)
    values: dict[str, str] = {}
    for signal in signals:
        if signal.kind in HASHES:
            values.setdefault(HASHES[signal.kind], signal.value.hex())
    if values:
        document["hash_values"] = values
    return document


def csem(
    subject: Subject, *, exploitation_type: str, detection_method: str, account: str = "", addresses: Sequence[str] = ()
) -> dict[str, Any]:
    """A report of other exploitation.

    Args:
        subject: where and by whom.
        exploitation_type: one of `OFFENCES`.
        detection_method: one of `DETECTIONS["csem"]`.
        account: identifier of the account reported.
        addresses: IPv4 addresses it was seen from; the format has no room for IPv6.

    Raises:
        NotExpressibleError: a field that the format does not allow.
    """
    document = _document(subject, "csem", detection_method)
    if exploitation_type not in OFFENCES:
        raise NotExpressibleError(f"exploitation_type is none of {', '.join(OFFENCES)}: send the plain notice")
    document["exploitation_type"] = exploitation_type
    indicators: dict[str, Any] = {"account_id": account} if account else {}
    if addresses:
        if not all(is_address(one) and ":" not in one for one in addresses):
            raise NotExpressibleError("XARF takes IPv4 addresses of an account only: use the plain notice")
        indicators["ip_addresses"] = list(addresses)
    if indicators:
        document["perpetrator_indicators"] = indicators
    return document


def encoded(document: dict[str, Any]) -> bytes:
    """The JSON to send: without `_internal` and `screenshot_url`, whoever put them there."""
    kept = {name: value for name, value in document.items() if name not in {"_internal", "screenshot_url"}}
    return json.dumps(kept, ensure_ascii=False, indent=2).encode()


def mail(document: dict[str, Any], *, sender: str, to: str, subject: str, text: str, at: datetime) -> bytes:
    """The report as mail: `multipart/report` of a text, a feedback report, and the JSON (xarf.org, Email transport).

    Args:
        document: of `csam` or `csem`.
        sender, to: e-mail addresses.
        subject, text: what a person reads.
        at: date of the mail, with zone.

    Raises:
        NotExpressibleError: an address that is none, or a line break in the subject.
    """
    if not is_email(sender) or not is_email(to) or re.search(r"[\r\n]", subject):
        raise NotExpressibleError("a mail needs a sender and a recipient, and a subject of one line")
    whole = MIMEMultipart("report", policy=SMTP)
    whole.set_param("report-type", "feedback-report")
    whole["From"], whole["To"], whole["Subject"], whole["Date"] = sender, to, subject, format_datetime(at)
    whole["Message-ID"] = f"<{document['report_id']}@{document['sender']['domain']}>"
    whole["Auto-Submitted"] = "auto-generated"
    whole.attach(MIMEText(text, "plain", "utf-8", policy=SMTP))
    feedback = MIMENonMultipart("message", "feedback-report", policy=SMTP)
    feedback.set_payload(f"Feedback-Type: xarf\r\nUser-Agent: {USER_AGENT}/1\r\nVersion: 1\r\n")
    whole.attach(feedback)
    attached = MIMEApplication(encoded(document), "json", name="xarf.json", policy=SMTP)
    attached.add_header("Content-Disposition", "attachment", filename="xarf.json")
    whole.attach(attached)
    return whole.as_bytes(policy=SMTP)


def _document(subject: Subject, kind: str, detection_method: str) -> dict[str, Any]:
    if detection_method not in DETECTIONS[kind]:
        raise NotExpressibleError(f"detection_method is none of {', '.join(DETECTIONS[kind])}")
    if len(subject.description) > MAX_DESCRIPTION:
        raise NotExpressibleError(f"the description has more than {MAX_DESCRIPTION} characters: shorten it")
    if not is_url(subject.url) or not _URI.fullmatch(subject.url):
        raise NotExpressibleError("the address is no plain URI: send the plain notice, or write the address in ASCII")
    if not subject.source.strip():
        raise NotExpressibleError("the host's address or domain is missing: trace the address first")
    document: dict[str, Any] = {
        "xarf_version": VERSION,
        "report_id": str(subject.report_id),
        "timestamp": written(subject.at),
        "reporter": _contact(subject.reporter),
        "sender": _contact(subject.sender or subject.reporter),
        "source_identifier": subject.source,
        "category": "content",
        "type": kind,
        "url": subject.url,
        "detection_method": detection_method,
    }
    host = _host(subject.url)
    if _HOST.fullmatch(host):
        document["domain"] = host
    if subject.description:
        document["description"] = subject.description
    if subject.verified_at:
        document["verified_at"] = written(subject.verified_at)
        document["verification_method"] = "manual"
    if subject.evidence:
        document["evidence"] = [_text_evidence(text) for text in subject.evidence]
    return document


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # brackets that hold no address
        raise NotExpressibleError("the address is no plain URI: send the plain notice") from None


def _contact(contact: Contact) -> dict[str, str]:
    wrong = len(contact.organisation) > MAX_ORGANISATION or not contact.organisation.strip()
    if wrong or not is_email(contact.email) or not _NAME.fullmatch(contact.domain):
        raise NotExpressibleError(
            f"an organisation needs a name of at most {MAX_ORGANISATION} characters, an e-mail and a domain"
        )
    return {"org": contact.organisation, "contact": contact.email, "domain": contact.domain}


def _text_evidence(text: str) -> dict[str, Any]:
    data = text.encode("utf-8", "replace")
    if len(data) > MAX_EVIDENCE:
        raise NotExpressibleError(f"a text of evidence has more than {MAX_EVIDENCE} bytes: shorten it")
    digest = hashlib.sha256(data).hexdigest()
    payload = base64.b64encode(data).decode("ascii")
    return {"content_type": "text/plain", "payload": payload, "hash": f"sha256:{digest}", "size": len(data)}
