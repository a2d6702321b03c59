"""NCMEC hash sharing v2 as its server: `/ncmec/LIST/v2/…`, for who may hold the list.

Moments are in UTC. NCMEC's members are numbers: an organisation that has none has one here, made of its name.
"""

from __future__ import annotations

import datetime as dt
import json as stdlib_json
import uuid
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlencode

import msgspec

from vaern.formats import ncmec_hashes_write as ncmec
from vaern.formats.ncmec_hashes_write import Member, Reason, number_of
from vaern.lookup.callers import FEEDBACK, LISTS
from vaern.lookup.foreign import contents
from vaern.lookup.foreign.contents import Span, held
from vaern.lookup.http import XML, HttpError, Request, Response, Route, lacks
from vaern.lookup.policy import spoken
from vaern.lookup.spool import Feedback

if TYPE_CHECKING:
    from vaern.lookup.callers import Caller
    from vaern.lookup.desk import Desk
    from vaern.matching import List
    from vaern.records import Entry

PROTOCOL = "ncmec"
PAGE = 1000
"""Entries of a page, as NCMEC's own service has."""

_SPACE = uuid.UUID("6f3c2c5e-8b0e-5d5a-9a54-3c1f6a0f7a11")
REASONS = {
    "not-csam": "Not child sexual abuse material",
    "other-class": "Of another class",
    "matches-wrongly": "Matches what it should not",
    "adult": "The person shown is an adult",
}
"""Why one may say no to an entry."""

GUIDS = {str(uuid.uuid5(_SPACE, code)): code for code in REASONS}


def _xml(body: bytes) -> Response:
    return Response(200, body, XML)


def _member(caller: Caller) -> Member:
    name = caller.organisation.name or caller.key
    return Member(number_of(name), name)


async def status(desk: Desk, request: Request, caller: Caller, name: str) -> Response:
    """`GET /v2/status`: who asks."""
    held(desk, caller, name)
    user = caller.basic.user if caller.basic else caller.key
    return _xml(ncmec.status(_member(caller), user, request.address))


async def members(desk: Desk, _request: Request, caller: Caller, name: str) -> Response:
    """`GET /v2/members`: who else is there: whoever asks, and who the list is of."""
    list_ = held(desk, caller, name)
    return _xml(ncmec.members([_member(caller), Member(number_of(list_.name), list_.name)]))


async def entries(desk: Desk, request: Request, caller: Caller, name: str) -> Response:
    """`GET /v2/entries`: what changed in a span of time."""
    list_ = held(desk, caller, name)
    query = request.query
    since = contents.moment_of(query.get("from", "1970-01-01T00:00:00Z"), "from")
    until = _whole_second(contents.moment_of(query.get("to", contents.now()), "to"))
    size = contents.whole(query.get("size", str(PAGE)), "size", 1, PAGE)
    start = contents.whole(query.get("start", "1"), "start", 1, 10**11)
    page = await contents.page(desk, caller, PROTOCOL, list_, Span(since, until), query.get("after", ""), size)
    following = ""
    if page.after:
        end = start + len(page.entries)
        most = max(contents.whole(query.get("max", "0"), "max", 0, 10**11), list_.entries, end)
        span = {"from": _second(since), "to": _second(until)}
        rest = {**span, "start": end, "size": size, "max": most, "after": page.after}
        following = f"/v2/entries?{urlencode(rest)}"
    owner = Member(number_of(list_.name), list_.name)
    return _xml(ncmec.query_result([_told(entry, list_) for entry in page.entries], member=owner, following=following))


def _second(moment: str) -> str:
    """A moment as NCMEC writes it."""
    return dt.datetime.fromisoformat(moment).strftime(contents.SECOND)


def _whole_second(moment: str) -> str:
    """The end of the second that a moment is in, so that all pages end at the same."""
    exact = dt.datetime.fromisoformat(moment)
    whole = exact.replace(microsecond=0)
    return (whole if whole == exact else whole + dt.timedelta(seconds=1)).isoformat()


def _told(entry: Entry, list_: List) -> Entry:
    """An entry whose members are numbers, as every client reads them."""
    owner, slash, _ = entry.id.partition("/")
    changes: dict[str, object] = {}
    if not (slash and owner.isdecimal()):
        changes["id"] = f"{number_of(list_.name)}/{quote(entry.id, safe='')}"
        changes["source"] = entry.source or list_.name
    if "feedback" not in entry.extra and entry.votes:
        kind = next((ncmec.TYPES[one.kind] for one in entry.signals if one.kind in ncmec.TYPES), "")
        rows = [
            {
                "member": number_of(vote.organisation),
                "name": vote.organisation,
                "vote": vote.opinion,
                "type": kind,
                **({"reason": vote.reason or "not given"} if vote.opinion == "negative" else {}),
            }
            for vote in sorted(spoken(entry.votes), key=lambda vote: vote.opinion)
            if vote.opinion != "unsure" and kind
        ]
        changes["extra"] = {**entry.extra, "feedback": stdlib_json.dumps(rows, ensure_ascii=False)}
        changes["votes"] = ()
    return msgspec.structs.replace(entry, **changes)


async def reasons(desk: Desk, _request: Request, caller: Caller, name: str, kind: str) -> Response:
    """`GET /v2/feedback/TYPE/reasons`: why one may say no."""
    held(desk, caller, name)
    if kind not in ncmec.TYPES.values():
        raise HttpError(404, "There is no such type of fingerprint.")
    return _xml(ncmec.feedback_reasons(kind, [Reason(guid, REASONS[code]) for guid, code in GUIDS.items()]))


async def feedback(  # noqa: PLR0913 - the parts of the path
    desk: Desk, request: Request, caller: Caller, name: str, member: str, entry: str, kind: str
) -> Response:
    """`PUT /v2/entries/MEMBER/ENTRY/TYPE/feedback`: an opinion, for the curators."""
    list_ = held(desk, caller, name)
    if FEEDBACK not in caller.scopes:
        raise lacks(FEEDBACK)
    found = list_.row_of(f"{member}/{entry}")
    if not found and member == number_of(list_.name):  # by the id that was given out, as it was written or read
        found = list_.row_of(entry) or list_.row_of(unquote(entry))
    if not found:
        raise HttpError(404, "There is no such entry.")
    kinds = {type_: kind_ for kind_, type_ in ncmec.TYPES.items()}
    if kind not in kinds:
        raise HttpError(404, "There is no such type of fingerprint.")
    try:
        said = ncmec.read_feedback(await request.body(1 << 16))
    except ValueError as error:
        raise HttpError(400, "The body is no feedbackSubmission of one affirmative or negative.") from error
    if not all(guid in GUIDS for guid in said.reasons) or (not said.affirmative and not said.reasons):
        raise HttpError(400, "A reason is none of those of /v2/feedback/TYPE/reasons.")
    desk.begin(caller, 1)
    record = Feedback(
        at=contents.now(),
        call=uuid.uuid4().hex,
        key=caller.key,
        organisation=caller.organisation.id,
        protocol=PROTOCOL,
        list=list_.name,
        entry=found[1].id,
        kind=kinds[kind],
        opinion="positive" if said.affirmative else "negative",
        reasons=tuple(GUIDS[guid] for guid in said.reasons),
    )
    await desk.committer.commit([record])
    return _xml(ncmec.submission_result())


_BASE = "/ncmec/{name}/v2"
ROUTES = (
    Route("GET", f"{_BASE}/status", status, PROTOCOL, LISTS),
    Route("GET", f"{_BASE}/members", members, PROTOCOL, LISTS),
    Route("GET", f"{_BASE}/entries", entries, PROTOCOL, LISTS),
    Route("GET", f"{_BASE}/feedback/{{kind}}/reasons", reasons, PROTOCOL, LISTS),
    Route("PUT", f"{_BASE}/entries/{{member}}/{{entry}}/{{kind}}/feedback", feedback, PROTOCOL, LISTS),
)
