"""Hasher-Matcher-Actioner 1.1.7, read-only: our lists as banks, entries as their content.

What would bring a file or an address of one in is refused in HMA's own words for a matcher without the role of hasher;
what would change a bank is refused too: lists change by votes and releases. A hit is told where at least `log` follows
by the caller's policy and ground, for these clients take any hit as one.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from typing import TYPE_CHECKING

import numpy as np

from vaern.lookup import declared, judging
from vaern.lookup.callers import ASK, LISTS
from vaern.lookup.desk import About, TooMuch
from vaern.lookup.http import HttpError, Request, Response, Route, json
from vaern.lookup.quota import DAY, Refusal
from vaern.matching import DISTANCE
from vaern.matching.identities import digest_of
from vaern.records import DIGEST_KINDS, MATERIAL, PDQ_BYTES, Entry, Signal

if TYPE_CHECKING:
    from vaern.lookup.callers import Caller
    from vaern.lookup.desk import Desk
    from vaern.lookup.engine import View
    from vaern.lookup.judging import Met
    from vaern.matching import List

PROTOCOL = "hma"
NO_HASHER = "Hashing is disabled, missing role"
"""HMA's own words."""

READ_ONLY = "This service is read-only: lists change by votes and releases."
TYPES = {"pdq": "pdq", "video_md5": "md5", "video_sha256": "sha256"}
"""HMA's signal types, and our kinds."""

_LENGTHS = {**DIGEST_KINDS, "pdq": PDQ_BYTES}
ID_BITS = 53
"""Of the numbers that stand for entries: what a client in JavaScript reads without loss."""

TEST_BANK = "VAERN_TEST"
HOSTED_BANK = "VAERN_HOSTED"
"""Of hits on lists of which a caller does not hear all: one content, whichever list and however many entries."""

_HOSTED = Entry("hosted", ())


def bank_name(name: str) -> str:
    """A list's name as banks are called: capitals, digits and underscores."""
    return re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_") or "LIST"


def content_id(entry: str) -> int:
    """The number that stands for an entry on its list, the same in every release."""
    return digest_of(entry) >> (64 - ID_BITS)


def _told_of(view: View, caller: Caller) -> list[List]:
    """The lists of material of which a caller hears all."""
    return [one for one in view.lists if one.purpose in MATERIAL and caller.hears_all(one.name)]


def _banks(view: View, caller: Caller) -> dict[str, List]:
    return {bank_name(one.name): one for one in _told_of(view, caller)}


def _declared(caller: Caller) -> dict[str, Entry]:
    """The banks that stand for no list, with their one content."""
    return {TEST_BANK: declared.ENTRY, **({HOSTED_BANK: _HOSTED} if caller.hears_less else {})}


def _bank(name: str) -> dict[str, object]:
    return {"matching_enabled_ratio": 1.0, "name": name}


def _view(desk: Desk, caller: Caller) -> View:
    return desk.engine.snapshot.view(caller.lists)


def _signal(value: str, type_: str) -> Signal:
    """A signal as HMA validates it.

    Raises:
        HttpError: it is none.
    """
    kind = TYPES.get(type_)
    if kind is None:
        raise HttpError(400, f"No such SignalType '{type_[:40]}'")
    try:
        raw = bytes.fromhex(value.strip())
    except ValueError:
        raw = b""
    if len(raw) != _LENGTHS[kind]:
        raise HttpError(400, f"invalid signal: invalid {kind.upper()} hash")
    return Signal(kind, raw)


async def _hits(desk: Desk, request: Request, caller: Caller, signal: str, type_: str) -> list[tuple[str, Met | None]]:
    """The hits that count, each with its bank; None for those on lists of which the caller does not hear all."""
    told = await desk.look_up(caller, [_signal(signal, type_)], About(PROTOCOL))
    if told.coarse:
        if caller.coarse:
            raise HttpError(403, "The key is told acts alone: use /api/lookups.")
        wait = DAY - time.time() % DAY
        raise TooMuch(Refusal(wait, "more distinct entries hit today than the key may know of"))
    banks = request.query.get("banks")
    wanted = set(banks.split(",")) if banks else None
    judged = told.judged[0]
    counted = [met for met, act in judged.told if act != "none" and caller.hears_all(met.match.list)]
    found: list[tuple[str, Met | None]] = [(bank_name(met.match.list), met) for met in counted]
    if judging.closed(judged, caller):
        found.append((HOSTED_BANK, None))
    return [(bank, met) for bank, met in found if wanted is None or bank in wanted]


def _matched(met: Met | None) -> dict[str, object]:
    if met is None:
        return {"bank_content_id": content_id(_HOSTED.id), "distance": ""}
    distance = str(met.match.distance) if met.match.kind == "pdq" else ""
    return {"bank_content_id": content_id(met.match.entry), "distance": distance}


async def look_up(desk: Desk, request: Request, caller: Caller) -> Response:
    """`GET /m/lookup`."""
    query = request.query
    if query.get("url"):
        raise HttpError(403, NO_HASHER)
    if not query.get("signal") or not query.get("signal_type"):
        raise HttpError(400, "Either url or both signal and signal_type are required")
    banks: dict[str, list[dict[str, object]]] = {}
    for bank, met in await _hits(desk, request, caller, query["signal"], query["signal_type"]):
        banks.setdefault(bank, []).append(_matched(met))
    return json(banks)


async def raw_look_up(desk: Desk, request: Request, caller: Caller) -> Response:
    """`GET /m/raw_lookup`."""
    query = request.query
    for name in ("signal", "signal_type"):
        if not query.get(name):
            raise HttpError(400, f"{name} is required")
    hits = await _hits(desk, request, caller, query["signal"], query["signal_type"])
    if query.get("include_distance", "").lower() in {"true", "1"}:
        return json({"matches": [_matched(met) for _, met in hits]})
    return json({"matches": [_matched(met)["bank_content_id"] for _, met in hits]})


async def compare(_desk: Desk, request: Request, _caller: Caller) -> Response:
    """`POST /m/compare`."""
    asked = request.decoded(await request.body(1 << 16), dict)
    results: dict[str, object] = {}
    for type_, pair in asked.items():
        if not isinstance(pair, list):
            raise HttpError(400, f"Comparison hashes for {str(type_)[:40]} was not a list")
        if len(pair) != 2 or not all(isinstance(one, str) for one in pair):
            raise HttpError(400, "Comparison hash list length must be exactly 2")
        one, other = (_signal(value, type_) for value in pair)
        if one.kind == "pdq":
            distance = (int.from_bytes(one.value, "big") ^ int.from_bytes(other.value, "big")).bit_count()
            results[type_] = [distance <= DISTANCE, {"distance": distance}]
        else:
            results[type_] = [one.value == other.value, {}]
    return json(results)


async def index_status(desk: Desk, request: Request, caller: Caller) -> Response:
    """`GET /m/index/status`."""
    view = _view(desk, caller)
    found: dict[str, object] = {}
    for name in _types(request):
        size = sum(one.signals.get(TYPES[name], 0) for one in _told_of(view, caller))
        built = max((_seconds(one.created) for one in view.lists), default=-1)
        found[name] = {"built_to": built if size else -1, "present": bool(size), "size": size}
    return json(found)


def _types(request: Request) -> list[str]:
    limit = request.query.get("signal_type")
    if limit is not None and limit not in TYPES:
        raise HttpError(400, f"No such signal type '{limit[:40]}'")
    return [limit] if limit is not None else list(TYPES)


def _seconds(moment: str) -> int:
    try:
        return int(dt.datetime.fromisoformat(moment).timestamp())
    except ValueError:
        return 0


async def banks(desk: Desk, _request: Request, caller: Caller) -> Response:
    """`GET /c/banks`."""
    return json([*map(_bank, sorted(_banks(_view(desk, caller), caller))), *map(_bank, _declared(caller))])


async def bank(desk: Desk, _request: Request, caller: Caller, name: str) -> Response:
    """`GET /c/bank/NAME`."""
    _found(desk, caller, name)
    return json(_bank(name))


def _found(desk: Desk, caller: Caller, name: str) -> List | None:
    """The list of a bank; None for one that stands for no list.

    Raises:
        HttpError: there is none, or none for this caller.
    """
    known = _banks(_view(desk, caller), caller)
    if name not in known and name not in _declared(caller):
        raise HttpError(404, "bank not found")
    return known.get(name)


async def content(desk: Desk, request: Request, caller: Caller, name: str, number: str) -> Response:
    """`GET /c/bank/NAME/content/ID`."""
    list_ = _found(desk, caller, name)
    flags = {flag: request.query.get(flag, "").lower() for flag in ("include_signals", "include_metadata")}
    if not number.isdecimal():
        raise HttpError(404, "content not found")
    entry = _entry(list_, int(number)) if list_ else _only(_declared(caller)[name], int(number))
    if entry is None:
        raise HttpError(404, "content not found")
    answer: dict[str, object] = {
        "id": int(number),
        "disable_until_ts": 1,
        "original_media_uri": None,
        "bank": _bank(name),
    }
    if flags["include_signals"] == "true":
        if list_ is not None and (LISTS not in caller.scopes or list_.name not in caller.holds):
            raise HttpError(403, "The key may not have the content of this list.")
        types = {kind: type_ for type_, kind in TYPES.items()}
        answer["signals"] = {types[one.kind]: one.value.hex() for one in entry.signals if one.kind in types}
    if flags["include_metadata"] != "false":
        more = {"classification": entry.classification, "scheme": entry.scheme, "source": entry.source}
        answer["metadata"] = {"content_id": entry.id, "content_uri": None, "json": more, "collab": None}
    if list_ is not None:
        desk.begin(caller, 1)
        await desk.handed_out(caller, PROTOCOL, list_.name, 1)
    return json(answer)


def _only(entry: Entry, number: int) -> Entry | None:
    """The content of a bank that stands for no list, if the number is its own."""
    return entry if number == content_id(entry.id) else None


def _entry(list_: List, number: int) -> Entry | None:
    """The live entry that a number stands for."""
    if number >= 1 << ID_BITS:
        return None
    shift = 64 - ID_BITS
    bounds = [number << shift, (number << shift) + (1 << shift) - 1]
    for part in reversed(list_.parts):
        identities = part.package.identities
        first = int(np.searchsorted(identities.heads, np.uint64(bounds[0]), "left"))
        last = int(np.searchsorted(identities.heads, np.uint64(bounds[1]), "right"))
        rows = identities.rows[first:last]
        for row in rows[part.live(rows)].tolist():
            entry = part.package.entry(row)
            if not entry.recalled and content_id(entry.id) == number:
                return entry
    return None


async def signal_types(_desk: Desk, _request: Request, _caller: Caller) -> Response:
    """`GET /c/signal_type`."""
    return json([{"name": name, "enabled_ratio": 1.0} for name in TYPES])


async def signal_index(desk: Desk, request: Request, caller: Caller) -> Response:
    """`GET /c/signal_type/index`."""
    view = _view(desk, caller)
    found = {}
    for name in _types(request):
        size = sum(one.signals.get(TYPES[name], 0) for one in _told_of(view, caller))
        built = max((_seconds(one.created) for one in view.lists), default=0)
        found[name] = {
            "db_size": size,
            "index_size": size,
            "index_out_of_date": False,
            "newest_db_item": built,
            "index_built_to": built,
        }
    return json(found)


async def content_types(_desk: Desk, _request: Request, _caller: Caller) -> Response:
    """`GET /c/content_type`."""
    return json([{"enabled": True, "name": name} for name in ("photo", "video")])


async def nothing(_desk: Desk, _request: Request, _caller: Caller) -> Response:
    """`GET /c/exchanges` and its kinds: where lists come from is not for callers."""
    return json([])


async def no_exchange(_desk: Desk, _request: Request, _caller: Caller, **_parts: str) -> Response:
    """`GET /c/exchange/NAME`: there is none."""
    raise HttpError(404, "Exchange not found")


async def site_map(_desk: Desk, _request: Request, _caller: Caller) -> Response:
    """`GET /site-map`."""
    return json(sorted({route.path for route in ROUTES}))


async def no_file(_desk: Desk, _request: Request, _caller: Caller, **_parts: str) -> Response:
    """Whatever would bring a file or an address in: refused unread."""
    raise HttpError(403, NO_HASHER, ((b"connection", b"close"),))


async def read_only(_desk: Desk, _request: Request, _caller: Caller, **_parts: str) -> Response:
    """Whatever would change a bank: refused unread."""
    raise HttpError(403, READ_ONLY, ((b"connection", b"close"),))


_READ = (
    ("/m/lookup", look_up),
    ("/m/raw_lookup", raw_look_up),
    ("/m/index/status", index_status),
    ("/c/banks", banks),
    ("/c/bank/{name}", bank),
    ("/c/bank/{name}/content/{number}", content),
    ("/c/signal_type", signal_types),
    ("/c/signal_type/index", signal_index),
    ("/c/content_type", content_types),
    ("/c/exchanges", nothing),
    ("/c/exchanges/apis", nothing),
    ("/c/exchange/{name}", no_exchange),
    ("/c/exchange/{name}/status", no_exchange),
    ("/c/exchanges/api/{name}", no_exchange),
    ("/c/exchanges/api/{name}/schema", no_exchange),
    ("/site-map", site_map),
    ("/h/hash", no_file),
)
_REFUSED = (
    ("POST", "/m/lookup", no_file),
    ("POST", "/h/hash", no_file),
    ("POST", "/c/bank/{name}/content", no_file),
    ("POST", "/c/banks", read_only),
    ("PUT", "/c/bank/{name}", read_only),
    ("DELETE", "/c/bank/{name}", read_only),
    ("PUT", "/c/bank/{name}/content/{number}", read_only),
    ("DELETE", "/c/bank/{name}/content/{number}", read_only),
    ("POST", "/c/bank/{name}/signal", read_only),
    ("POST", "/c/exchanges", read_only),
    ("PUT", "/c/exchange/{name}", read_only),
    ("DELETE", "/c/exchange/{name}", read_only),
    ("POST", "/c/exchanges/api/{name}", read_only),
    ("PUT", "/c/signal_type/{name}", read_only),
)
ROUTES = (
    *(Route("GET", path, handler, PROTOCOL, ASK) for path, handler in _READ),
    Route("POST", "/m/compare", compare, PROTOCOL, ASK),
    *(Route(method, path, handler, PROTOCOL, ASK) for method, path, handler in _REFUSED),
)
