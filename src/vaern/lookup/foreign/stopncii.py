"""StopNCII's calls: `/stopncii/LIST/FetchHashes`, `SubmitFeedback` and `SubmitHashes`, for who may hold the list."""

from __future__ import annotations

import re
import time
import uuid
from typing import TYPE_CHECKING

from vaern.formats import stopncii_write as stopncii
from vaern.lookup.callers import FEEDBACK, LISTS
from vaern.lookup.foreign import contents
from vaern.lookup.foreign.contents import Span, held
from vaern.lookup.http import HttpError, Request, Response, Route, json, lacks
from vaern.lookup.spool import Feedback

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.lookup.callers import Caller
    from vaern.lookup.desk import Desk

PROTOCOL = "stopncii"
PAGE = 800
MOST_PAGE = 1000
LAG = 60
"""Seconds that the next set goes back behind this one: a change is dated when it is made, and seen here later, the more
so on a busy machine. What comes twice replaces itself."""

_TOKEN = re.compile(r"(\d{1,11})-(\d{1,11})-([\d.\-]{1,60})\Z")
_KINDS = {"ImagePDQ": "pdq", "VideoMD5": "md5", "VideoTMK": "tmk"}
_BY_DIGITS = {64: "pdq", 32: "md5"}
_MOST_VALUE = 4000


async def fetch_hashes(desk: Desk, request: Request, caller: Caller, name: str) -> Response:
    """`GET /FetchHashes`: what changed since a moment, page by page."""
    list_ = held(desk, caller, name)
    query = request.query
    size = contents.whole(query.get("pageSize", str(PAGE)), "pageSize", 1, MOST_PAGE)
    since, until, after = query.get("startTimestamp", "0"), str(int(time.time()) + 1), ""
    if token := query.get("nextPageToken"):
        parsed = _TOKEN.match(token)
        if not parsed:
            raise HttpError(400, "nextPageToken is none that was given.")
        since, until, after = parsed.groups()
    span = Span(contents.seconds_of(since, "startTimestamp"), contents.seconds_of(until, "nextPageToken"))
    page = await contents.page(desk, caller, PROTOCOL, list_, span, after, size)
    following = f"{since}-{until}-{page.after}" if page.after else None
    return Response(
        200,
        stopncii.fetch_hashes(page.entries, next_token=following, next_timestamp=max(0, int(until) - LAG)),
    )


async def submit_feedback(desk: Desk, request: Request, caller: Caller, name: str) -> Response:
    """`POST /SubmitFeedback`: opinions of hashes, for the curators."""
    list_ = held(desk, caller, name)
    try:
        said = stopncii.read_feedback(await request.body())
    except ValueError as error:
        raise HttpError(400, "The body is no feedback as StopNCII takes it.") from error
    for number, one in enumerate(said, 1):
        _check(one.value, number)
    await _keep(
        desk,
        caller,
        [
            _record(caller, list_.name, _BY_DIGITS.get(len(one.value), ""), one.value, one.opinion or "", one.tags)
            for one in said
        ],
    )
    return json({"count": len(said)})


async def submit_hashes(desk: Desk, request: Request, caller: Caller, name: str) -> Response:
    """`POST /SubmitHashes`: hashes of a provider's own, for the curators; nothing enters the list by itself."""
    list_ = held(desk, caller, name)
    body = request.decoded(await request.body(), dict)
    rows = body.get("hashRecords")
    if not isinstance(rows, list) or len(rows) > stopncii.MOST or body.get("count", len(rows)) != len(rows):
        raise HttpError(400, f"hashRecords is no list of at most {stopncii.MOST}, or not as many as count says.")
    records = []
    for number, row in enumerate(rows, 1):
        value, type_ = (row.get("hashValue"), row.get("signalType")) if isinstance(row, dict) else (None, None)
        if not isinstance(value, str) or not isinstance(type_, str):
            raise HttpError(400, f"hashRecords[{number - 1}] has no hashValue or no signalType.")
        _check(value, number)
        kind = _KINDS.get(type_.rpartition(".")[2], "")  # its client sends StopNCIISignalType.ImagePDQ
        if not kind:
            raise HttpError(400, f"hashRecords[{number - 1}].signalType is none of {', '.join(_KINDS)}.")
        records.append(_record(caller, list_.name, kind, value, "", _tags(row)))
    await _keep(desk, caller, records)
    return json({"count": len(records)})


def _check(value: str, number: int) -> None:
    if not re.fullmatch(r"[0-9A-Za-z+/=_-]+", value) or len(value) > _MOST_VALUE:
        raise HttpError(400, f"record {number} has a hashValue that is none.")


def _tags(row: dict[str, object]) -> tuple[str, ...]:
    said = row.get("CSPFeedbacks")
    first = said[0] if isinstance(said, list) and said and isinstance(said[0], dict) else {}
    tags = first.get("tags")
    return tuple(str(tag)[:200] for tag in tags[:20]) if isinstance(tags, list) else ()


def _record(  # noqa: PLR0913 - each says something else
    caller: Caller, list_: str, kind: str, value: str, opinion: str, reasons: tuple[str, ...]
) -> Feedback:
    return Feedback(
        at=contents.now(),
        call=uuid.uuid4().hex,
        key=caller.key,
        organisation=caller.organisation.id,
        protocol=PROTOCOL,
        list=list_,
        kind=kind,
        value=value,
        opinion=opinion,
        reasons=tuple(reason[:200] for reason in reasons[:20]),
    )


async def _keep(desk: Desk, caller: Caller, records: Sequence[Feedback]) -> None:
    if FEEDBACK not in caller.scopes:
        raise lacks(FEEDBACK)
    desk.begin(caller, len(records))
    await desk.committer.commit(records)


_BASE = "/stopncii/{name}"
ROUTES = (
    Route("GET", f"{_BASE}/FetchHashes", fetch_hashes, PROTOCOL, LISTS),
    Route("POST", f"{_BASE}/SubmitFeedback", submit_feedback, PROTOCOL, LISTS),
    Route("POST", f"{_BASE}/SubmitHashes", submit_hashes, PROTOCOL, LISTS),
)
