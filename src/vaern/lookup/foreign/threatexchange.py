"""ThreatExchange's `threat_updates`: `/threatexchange/LIST/threat_updates/`, for who may hold the list.

LIST is its name or its number. The key stands in the query, as that service has it: it is never logged here, and a
server before this one must not log queries either. A client whose token must look like an app's sends `1|KEY`.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

from vaern.formats import threatexchange_write
from vaern.formats.ncmec_hashes_write import number_of
from vaern.formats.spellings import alone
from vaern.formats.threatexchange import kind_of_type
from vaern.lookup.callers import LISTS
from vaern.lookup.foreign import contents
from vaern.lookup.foreign.contents import Span, held
from vaern.lookup.foreign.hma import content_id
from vaern.lookup.http import Request, Response, Route, json

if TYPE_CHECKING:
    from typing import Any

    from vaern.lookup.callers import Caller
    from vaern.lookup.desk import Desk
    from vaern.records import Entry

PROTOCOL = "threatexchange"
PAGE = 500
MOST_PAGE = 1000


async def threat_updates(desk: Desk, request: Request, caller: Caller, name: str) -> Response:
    """`GET /threat_updates/`: what changed in a span of time, page by page."""
    list_ = held(desk, caller, name)
    query = request.query
    size = contents.whole(query.get("limit") or str(PAGE), "limit", 1, MOST_PAGE)
    since = query.get("start_time") or "0"
    until = query.get("stop_time") or str(int(dt.datetime.now(dt.UTC).timestamp()) + 1)
    span = Span(contents.seconds_of(since, "start_time"), contents.seconds_of(until, "stop_time"))
    page = await contents.page(desk, caller, PROTOCOL, list_, span, query.get("after", ""), size)
    kinds = {kind_of_type(one) for one in query["types"].split(",")} if query.get("types") else None
    following = ""
    if page.after:
        rest = {**query, "start_time": since, "stop_time": until, "limit": str(size), "after": page.after}
        following = f"{request.base}/threatexchange/{name}/threat_updates/?{urlencode(rest)}"
    apart = [one for entry in page.entries for one in _apart(entry, kinds)]
    written = threatexchange_write.threat_updates(apart, following=following, owner=list_.name)
    answer: dict[str, Any] = msgspec.json.decode(written)
    for row in answer["data"]:
        _number(row)
    return json(answer)


def _apart(entry: Entry, kinds: set[str | None] | None) -> list[Entry]:
    """An entry for each of its signals that is asked for, with a number for an id."""
    return [
        msgspec.structs.replace(
            alone(entry, signal), id=str(content_id(f"{entry.id}#{signal.kind}:{signal.value.hex()}"))
        )
        for signal in entry.signals
        if kinds is None or signal.kind in kinds
    ]


def _number(row: dict[str, Any]) -> None:
    """Give every owner and descriptor a number: clients read no other ids."""
    opinions = row.get("descriptors", {}).get("data", [])
    for one in opinions:
        owner = number_of(one["owner"]["name"])
        one["owner"]["id"] = owner
        one["id"] = str(content_id(f"{row['id']}#{owner}"))
    if opinions:
        row["applications_with_opinions"] = [one["owner"]["id"] for one in opinions]
        row["status"] = opinions[0]["status"]


ROUTES = (Route("GET", "/threatexchange/{name}/threat_updates", threat_updates, PROTOCOL, LISTS),)
