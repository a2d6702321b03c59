"""Arachnid Shield's `/v1/pdq`: PDQ values in Base64, and what is known of each.

Files and addresses of files (`/v1/media`, `/v1/url`) are refused unread. Every value of an answer is an object, for
Project Arachnid's own client fails on anything else.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

import msgspec

from vaern.lookup.callers import ASK
from vaern.lookup.desk import About
from vaern.lookup.http import HttpError, Request, Response, Route, json
from vaern.lookup.wire import MOST_SIGNALS
from vaern.records import PDQ_BYTES, Signal

if TYPE_CHECKING:
    from vaern.lookup.callers import Caller
    from vaern.lookup.desk import Desk
    from vaern.lookup.judging import Judged

PROTOCOL = "arachnid"
NO_FILE = "This service takes hashes alone: send PDQ values to /v1/pdq."
KNOWN, TEST, NONE = "csam", "test", "no-known-match"


class Hashes(msgspec.Struct, frozen=True):
    """What is asked."""

    hashes: list[str]


async def pdq(desk: Desk, request: Request, caller: Caller) -> Response:
    """`POST /v1/pdq`."""
    hashes = request.decoded(await request.body(), Hashes).hashes
    if not 1 <= len(hashes) <= MOST_SIGNALS:
        raise HttpError(400, f"{len(hashes)} hashes; one call has 1 to {MOST_SIGNALS}.")
    signals = [Signal("pdq", _value(text, number)) for number, text in enumerate(hashes)]
    told = await desk.look_up(caller, signals, About(PROTOCOL))
    scanned = {
        text: _scanned(judged, caller, coarse=told.coarse) for text, judged in zip(hashes, told.judged, strict=True)
    }
    return json({"scanned_hashes": scanned})


def _value(text: str, number: int) -> bytes:
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        value = b""
    if len(value) != PDQ_BYTES:
        raise HttpError(400, f"hashes[{number}] is no PDQ value: {PDQ_BYTES} bytes in Base64.")
    return value


def _scanned(judged: Judged, caller: Caller, *, coarse: bool) -> dict[str, object]:
    """What is told of one value: a match where at least `log` follows; how near, of lists of which all is heard."""
    counted = [met for met, act in judged.told if act != "none"]
    if not counted:
        return {"classification": NONE, "match_type": None, "near_match_details": None}
    nearest = counted[0]
    classification = TEST if nearest.match.classification == "test" and nearest.match.scheme == "vaern" else KNOWN
    heard = [met for met in counted if caller.hears_all(met.match.list)]
    if coarse or not heard:
        return {"classification": classification, "match_type": None, "near_match_details": None}
    # Who asks by one hash learns no other hash of the file.
    details = {"timestamp": 0.0, "sha1_base32": "", "sha256_hex": "", "classification": classification}
    match_type = "near" if heard[0].match.distance else "exact"
    return {"classification": classification, "match_type": match_type, "near_match_details": details}


async def no_file(_desk: Desk, _request: Request, _caller: Caller) -> Response:
    """`POST /v1/media` and `/v1/url`: refused unread."""
    raise HttpError(403, NO_FILE, ((b"connection", b"close"),))


async def version(desk: Desk, _request: Request, caller: Caller) -> Response:
    """`GET /v1/version`."""
    lists = desk.engine.snapshot.view(caller.lists).lists
    return json({"last_updated_at": max((one.created for one in lists), default=None)})


ROUTES = (
    Route("POST", "/v1/pdq", pdq, PROTOCOL, ASK),
    Route("POST", "/v1/media", no_file, PROTOCOL, ASK),
    Route("POST", "/v1/media/submit", no_file, PROTOCOL, ASK),
    Route("POST", "/v1/url", no_file, PROTOCOL, ASK),
    Route("GET", "/v1/version", version, PROTOCOL, ASK),
)
