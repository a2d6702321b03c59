"""Machine-readable notices: XARF v4 by mail if it can truthfully express the finding; else the plain notice only.

The mail is `multipart/report` with a feedback report and `xarf.json` (xarf.org, Email transport). XARF knows the
baseline and some classes, and nothing national; what was assessed otherwise is never made to fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from vaern.formats import xarf_write
from vaern.formats.xarf_report import EXPLOITATION
from vaern.node.reports.base.addresses import normalised
from vaern.node.reports.base.precedents import class_of, decided
from vaern.node.reports.law.detection import method
from vaern.node.reports.models import Check
from vaern.node.web.mail import Attached
from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.reports.models import Item, Location, Notice

FEEDBACK = f"Feedback-Type: xarf\nUser-Agent: {xarf_write.USER_AGENT}/1\nVersion: 1\n"


def parts(notice: Notice, location: Location, url: str) -> Sequence[Attached]:
    """Return the machine-readable parts of a notice; none if XARF cannot express it."""
    try:
        document = _document(notice, location, url)
    except xarf_write.NotExpressibleError:
        return ()
    text = xarf_write.encoded(document).decode()
    return Attached("message/feedback-report", FEEDBACK), Attached("application/json", text, "xarf.json")


def _document(notice: Notice, location: Location, url: str) -> dict[str, Any]:
    report, address = location.report, normalised(url)
    domain = urlsplit(settings.CONFIGURATION.address).hostname or ""
    subject = xarf_write.Subject(
        reporter=xarf_write.Contact(location.organisation.name, settings.DEFAULT_FROM_EMAIL, domain),
        url=address.url,
        source=location.ip or address.host,
        at=timezone.now(),
        report_id=notice.id,
        verified_at=Check.of(location=location).filter(there=True).order_by("-at").values_list("at", flat=True).first(),
    )
    if report.offence == "material":
        scheme, value = _class(location)
        return xarf_write.csam(
            subject,
            scheme=scheme,
            classification=value,
            detection_method=_method(location, material=True),
            signals=_digests(location.item),
        )
    if report.offence in EXPLOITATION:
        kind = EXPLOITATION[report.offence]
        return xarf_write.csem(subject, exploitation_type=kind, detection_method=_method(location, material=False))
    raise xarf_write.NotExpressibleError(report.offence)


def _method(location: Location, *, material: bool) -> str:
    """Return how the conclusion about the item of a location came about.

    Raises:
        NotExpressibleError: nobody concluded.
    """
    found = method(location.report, location.item, material=material)
    if found is None:
        raise xarf_write.NotExpressibleError("nobody has assessed it")
    return found


def _class(location: Location) -> tuple[str, str]:
    """Return the class that was assessed of the item of a location, with its scheme: the baseline where it is met.

    Raises:
        NotExpressibleError: nobody concluded anything of it.
    """
    found = decided([location.item]).get(location.item_id)
    if found is None:
        raise xarf_write.NotExpressibleError("nobody has assessed it")
    return class_of(found)


def _digests(item: Item) -> list[Signal]:
    found = {kind: getattr(item, kind) for kind in ("md5", "sha1", "sha256")}
    return [Signal(kind, bytes(value)) for kind, value in found.items() if value]  # type: ignore[arg-type]
