"""Time stamps of bags: a job asks the service that the operator chose; nothing but a digest leaves the node.

Each try is recorded before anything is sent. What the service answers is verified before it is kept: a bag either has a
time stamp that holds, or none.
"""

from __future__ import annotations

import http.client
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from vaern.formats import timestamps
from vaern.formats.timestamps import StampError
from vaern.node.cases.evidence import acts
from vaern.node.cases.evidence.bags import tag_manifest
from vaern.node.cases.models import EvidenceBag
from vaern.node.cases.rules.evidence import Stamping, pause_after
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why

if TYPE_CHECKING:
    from uuid import UUID

    from cryptography.x509 import Certificate

    from vaern.formats.timestamps import Request, Stamp

WHY = Reason(Why.INVESTIGATION)
TIMEOUT = 20
"""Seconds in which the service has to answer."""

CLOCKS_DIFFER = timedelta(minutes=10)
"""So far the service's clock may be from ours: beyond that, one of the two is wrong, and a person has to look."""

AT_ONCE = 20
"""Bags that one run of the job turns to."""


def stamp_due() -> int:
    """Ask for the stamps that are due; return how many came."""
    due = EvidenceBag.everywhere.filter(stamping=Stamping.WAITING.value, next_try_at__lte=timezone.now())
    return sum(_try(pk) for pk in list(due.order_by("next_try_at").values_list("pk", flat=True)[:AT_ONCE]))


def _try(pk: UUID) -> bool:
    """Ask once for one bag: recorded, then sent without a transaction open, then kept or tried again later."""
    begun = _begin(pk)
    if begun is None:
        return False
    asked, data = begun
    try:
        answer = ask(settings.CONFIGURATION.timestamp_url, asked.raw)
        stamp = checked(answer, data, asked.nonce)
    except (StampError, OSError, http.client.HTTPException) as error:
        _failed(pk, f"{error}"[:300])
        return False
    return _keep(pk, answer, stamp)


@transaction.atomic
def _begin(pk: UUID) -> tuple[Request, bytes] | None:
    """Begin a try: count it, set when the next is due if it fails, and record that a digest leaves."""
    rows = EvidenceBag.everywhere.select_for_update(of=("self",), skip_locked=True).select_related("case")
    bag = rows.filter(pk=pk, stamping=Stamping.WAITING.value, next_try_at__lte=timezone.now()).first()
    if bag is None or not settings.CONFIGURATION.timestamp_url:
        return None
    bag.tries += 1
    pause = pause_after(bag.tries)
    bag.next_try_at = timezone.now() + (pause or timedelta(seconds=2 * TIMEOUT))
    bag.save(update_fields=["tries", "next_try_at"])
    record(acts.STAMP_ASKED, bag.case.subject, NODE, WHY)
    data = tag_manifest(bag)
    return timestamps.request(data), data


def ask(url: str, body: bytes) -> bytes:
    """Send a request to a time stamp service, and return its answer. Redirects are not followed.

    Raises:
        OSError: it cannot be reached in time.
        StampError: it answers something else than a time stamp.
    """
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Content-Type": timestamps.REQUEST_TYPE, "Accept": timestamps.RESPONSE_TYPE}
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        answer = response.read(timestamps.LARGEST + 1)
        if response.status != http.client.OK:
            raise StampError(f"the service answers {response.status}")
        return answer
    finally:
        connection.close()


def checked(answer: bytes, data: bytes, nonce: int) -> Stamp:
    """Return the stamp that an answer holds.

    Raises:
        StampError: it does not hold, or its clock and ours are far apart.
    """
    trusted = trusted_certificates()
    stamp = timestamps.verify(answer, timestamps.over(data), trusted, nonce=nonce)
    if abs(stamp.at - timezone.now()) > CLOCKS_DIFFER:
        raise StampError("its clock and the node's are more than ten minutes apart")
    return stamp


def trusted_certificates() -> list[Certificate]:
    """Return the certificates of the configured service; none where there is no service."""
    path = settings.CONFIGURATION.timestamp_certificates
    return timestamps.certificates(path.read_bytes()) if path else []


def _failed(pk: UUID, said: str) -> None:
    """Store why it failed; after the last try a person has to look."""
    bag = EvidenceBag.everywhere.filter(pk=pk).first()
    if bag is None:
        return
    given_up = pause_after(bag.tries) is None
    EvidenceBag.everywhere.filter(pk=pk, stamping=Stamping.WAITING.value).update(
        stamp_said=said,
        **({"stamping": Stamping.GIVEN_UP.value, "next_try_at": None} if given_up else {}),
    )
    structlog.get_logger().warning("stamp_failed", tries=bag.tries, given_up=given_up)


@transaction.atomic
def _keep(pk: UUID, answer: bytes, stamp: Stamp) -> bool:
    bag = EvidenceBag.everywhere.select_for_update(of=("self",)).select_related("case").filter(pk=pk).first()
    if bag is None or bag.stamping != Stamping.WAITING.value:
        return False
    bag.stamping, bag.stamp, bag.stamped_at = Stamping.STAMPED.value, answer, stamp.at
    bag.next_try_at, bag.stamp_said = None, ""
    bag.save(update_fields=["stamping", "stamp", "stamped_at", "next_try_at", "stamp_said"])
    record(acts.BAG_STAMPED, bag.case.subject, NODE, WHY)
    return True
