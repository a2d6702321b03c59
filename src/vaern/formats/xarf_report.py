"""A report out as XARF: one of its places, with the file and the account that belong to it.

XARF says one address a document. What it cannot say truthfully is not written; what it has no place for is named in
`left_out` (`carrying`). What is stated of the file is what was assessed, or else what the report itself says of it, in
words that XARF has in the same sense.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vaern.arrivals import Fault
from vaern.faults import say
from vaern.formats import xarf_write
from vaern.formats.cybertipline_rules import is_address
from vaern.formats.document_parts import Carrying, Written, says_more
from vaern.formats.xarf import OFFENCES, SCHEME
from vaern.formats.xarf_write import MAX_DESCRIPTION, Contact, NotExpressibleError, Subject

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

    from vaern.arrivals import Account, Arrival, File, Location
    from vaern.formats.document_parts import Part

EXPLOITATION = {"enticement": "grooming", "sexual_extortion": "sextortion", "trafficking": "trafficking"}
"""What XARF calls an offence that is not material."""

REVIEWED, REPORTED = "manual_review", "user_report"
"""How it was detected: a person here assessed it; or somebody reported it, and that is all that is said."""


@dataclass(frozen=True)
class Assessed:
    """What a person concluded here.

    Attributes:
        scheme, value: the class.
        detection_method: one of XARF's: how it was found out.
    """

    scheme: str
    value: str
    detection_method: str = REVIEWED


class CannotSayError(ValueError):
    """XARF cannot say it truthfully.

    Attributes:
        fault: what, and where.
    """

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.path}: {fault.said}")
        self.fault = fault


Place = tuple["Part[Location]", "Part[File] | None"]


def places_of(whole: Part[Arrival]) -> list[Place]:
    """The places of a report that have an address, each with its file: of the files first, then the others."""
    files = whole.parts("files")
    found: list[Place] = [(one.part("location"), one) for one in files if one.value.location and one.value.location.url]
    at_files = {place.value for place, _file in found}
    alone = files[0] if len(files) == 1 and files[0].value.location is None else None
    rest = [one for one in whole.parts("locations") if one.value.url and one.value not in at_files]
    return found + [(one, alone) for one in rest]


def write(
    arrival: Arrival,
    reporter: Contact,
    *,
    report_id: uuid.UUID,
    now: datetime,
    place: int = 1,
    assessed: Assessed | None = None,
) -> Written:
    """Writes one place of a report.

    Args:
        arrival: the report.
        reporter: who sends it.
        report_id: of the document.
        now: with zone; stands where nobody said when it happened.
        place: which of its places, from 1 (`places_of`).
        assessed: what was concluded here; None: what the report itself says is stated, as reported.

    Raises:
        CannotSayError: XARF cannot say it truthfully.
    """
    carrying = Carrying(arrival)
    whole = carrying.root
    places = places_of(whole)
    if not 1 <= place <= len(places):
        raise CannotSayError(Fault("locations", say("xarf_place", n=len(places))))
    where, file = places[place - 1]
    subject = Subject(
        reporter,
        where.value.url,
        _source(where),
        arrival.incident_at or now,
        report_id,
        description=arrival.narrative.strip()[:MAX_DESCRIPTION],
    )
    whole.take("incident_at")
    whole.take("narrative", changed=subject.description != arrival.narrative)
    if str(report_id) == arrival.reference:
        whole.take("reference")
    try:
        document = _document(whole, subject, where, file, assessed)
    except NotExpressibleError as error:
        raise CannotSayError(Fault(where.path, say("other", text=str(error)))) from None
    return Written(xarf_write.encoded(document), carrying.left_out, carrying.changed)


def _source(where: Part[Location]) -> str:
    """The host's address, or else its name."""
    if is_address(where.value.ip):
        where.take("ip")
        return where.value.ip
    try:
        return urlsplit(where.value.url).hostname or ""
    except ValueError:  # brackets that hold no address: refused with the URL
        return ""


def _document(
    whole: Part[Arrival], subject: Subject, where: Part[Location], file: Part[File] | None, assessed: Assessed | None
) -> dict[str, Any]:
    where.take("url")
    offence = whole.value.offence
    whole.take("offence", changed=offence == "live_abuse")
    if offence in EXPLOITATION:
        method = assessed.detection_method if assessed else REPORTED
        return _csem(whole, subject, EXPLOITATION[offence], method)
    if offence not in {"material", "live_abuse"}:
        raise CannotSayError(Fault("offence", say("xarf_offence", values=", ".join(sorted({*OFFENCES.values()})))))
    scheme, value, method = _class(file, assessed)
    signals = _signals(file) if file else []
    return xarf_write.csam(subject, scheme=scheme, classification=value, detection_method=method, signals=signals)


def _class(file: Part[File] | None, assessed: Assessed | None) -> tuple[str, str, str]:
    """What is stated of the file: scheme, value, and how it was detected."""
    own = (file.value.scheme, file.value.classification) if file else ("", "")
    scheme, value = (assessed.scheme, assessed.value) if assessed else own
    path = f"{file.path}.classification" if file else "files"
    try:
        said = xarf_write.classification_of(scheme, value)
    except NotExpressibleError:
        raise CannotSayError(Fault(path, say("xarf_class"))) from None
    if file and own == (scheme, value):
        file.take("classification")
        file.take("scheme", changed=scheme != SCHEME)
    return SCHEME, said, assessed.detection_method if assessed else REPORTED


def _signals(file: Part[File]) -> list[Any]:
    """Of each kind that XARF knows the first."""
    first: dict[str, Any] = {}
    for signal in file.parts("signals"):
        if signal.value.kind in xarf_write.HASHES and signal.value.kind not in first:
            first[signal.value.kind] = signal.value
            signal.take(changed=says_more(signal.value))
    return list(first.values())


def _csem(whole: Part[Arrival], subject: Subject, kind: str, method: str) -> dict[str, Any]:
    suspects = [one for one in whole.parts("accounts") if one.value.role == "suspect"]
    account, addresses = "", []
    if suspects:
        suspect: Part[Account] = suspects[0]
        suspect.take("identifier")
        account = suspect.value.identifier.strip()
        for event in suspect.parts("ip_events"):
            if is_address(event.value.ip) and ":" not in event.value.ip:
                event.take("ip")
                addresses.append(event.value.ip)
        if account or addresses:
            suspect.take("role")
    return xarf_write.csem(
        subject, exploitation_type=kind, detection_method=method, account=account, addresses=addresses
    )
