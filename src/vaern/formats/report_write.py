"""The one door for reports that leave as documents: in which form, what it states, and what it leaves out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

from vaern.formats import case_uco, cybertipline_write, xarf_report
from vaern.formats.cybertipline_write import CannotWriteError, Reporter, Viewing
from vaern.formats.document_parts import Written
from vaern.formats.xarf_write import Contact

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from vaern.arrivals import Arrival

__all__ = ["FORMS", "TYPES", "CannotWriteError", "Facts", "Form", "Viewing", "Written", "write"]

Form = Literal["cybertipline", "xarf", "case"]
"""What a report can leave as."""

FORMS: tuple[Form, ...] = get_args(Form)

TYPES: dict[Form, tuple[str, str]] = {
    "cybertipline": ("application/xml", ".xml"),
    "xarf": ("application/xarf+json", ".xarf.json"),
    "case": ("application/ld+json", ".jsonld"),
}
"""Content type and ending of the file, by form."""


@dataclass(frozen=True)
class Facts:
    """What a document states beside the report itself.

    Attributes:
        organisation, email, domain: who sends it, and how to reach them.
        report_id: of ours.
        now: with zone.
        viewing: what people here looked at of each file, by its index (CyberTipline).
        place: which of its places, from 1 (XARF).
        concluded: what was concluded here (XARF).
        assessed: the same, one by one (CASE).
        handling: marking, as `TLP:AMBER` (CASE).
    """

    organisation: str
    email: str
    domain: str
    report_id: uuid.UUID
    now: datetime
    viewing: Mapping[int, Viewing] = field(default_factory=dict)
    place: int = 1
    concluded: xarf_report.Assessed | None = None
    assessed: Sequence[case_uco.Assessed] = ()
    handling: str = ""


def write(arrival: Arrival, form: Form, facts: Facts) -> Written:
    """Writes a report as a document.

    A CyberTipline document is the wrapper of ours that `cybertipline.read` takes: in it each `report` and `fileDetails`
    is as NCMEC's server takes it.

    Raises:
        CannotWriteError: it would be no valid document, or the form cannot say it; `faults` say what and where.
    """
    match form:
        case "cybertipline":
            sender = Reporter(facts.email, last_name=facts.organisation)
            done = cybertipline_write.write(arrival, facts.viewing, sender, now=facts.now)
            return Written(done.together, done.left_out, done.changed)
        case "xarf":
            contact = Contact(facts.organisation, facts.email, facts.domain)
            try:
                return xarf_report.write(
                    arrival,
                    contact,
                    report_id=facts.report_id,
                    now=facts.now,
                    place=facts.place,
                    assessed=facts.concluded,
                )
            except xarf_report.CannotSayError as error:
                raise CannotWriteError([error.fault]) from None
        case "case":
            return case_uco.write(
                arrival,
                report_id=facts.report_id,
                organisation=facts.organisation,
                at=facts.now,
                assessed=facts.assessed,
                handling=facts.handling,
            )
