"""StopNCII, version 1, out: pages of `FetchHashes`; and what a client submits, in.

A record holds one hash, so that an entry with several becomes several records. These lists are of adults' pictures and
stay apart: whoever serves them gives entries of such a list alone.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from vaern.formats.left import Left
from vaern.formats.signals import render
from vaern.formats.spellings import spellings, without_spellings
from vaern.formats.stopncii import KINDS_BY_TYPE, VOTES, word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.records import Entry, Opinion, Vote

TYPES = {kind: name for name, kind in KINDS_BY_TYPE.items()}
MOST = 10_000
"""Hashes of one submission."""

WORDS: dict[Opinion, str] = {"positive": "Blocked", "negative": "NotBlocked", "unsure": "PendingReview"}
"""What an opinion is called there."""
_LITERAL = ("caseNumbers", "CSPFeedbacks")


class Feedback(NamedTuple):
    """What a provider says of one hash.

    Attributes:
        value: the hash, as it was written.
        opinion: what that says; None for no vote, or one that is withdrawn.
        said: in the service's word.
        tags: the provider's.
    """

    value: str
    opinion: Opinion | None
    said: str
    tags: tuple[str, ...] = ()


def fetch_hashes(
    entries: Iterable[Entry], *, next_token: str | None, next_timestamp: int, left: Left | None = None
) -> bytes:
    """One page.

    Args:
        entries: of the page.
        next_token: with which the next page is asked for; None for the last one.
        next_timestamp: from when the next set is to be asked for, in seconds since 1970.
        left: what the format could not hold.
    """
    left = left or Left()
    records = [record for entry in entries for record in _records(entry, left)]
    return msgspec.json.encode(
        {
            "count": len(records),
            "nextPageToken": next_token,
            "nextSetTimestamp": next_timestamp,
            "hasMoreRecords": next_token is not None,
            "hashRecords": records,
        }
    )


def read_feedback(data: bytes) -> tuple[Feedback, ...]:
    """The body of `SubmitFeedback`.

    Raises:
        ValueError: it is none; the text says why.
    """
    found = _submitted(data, "hashFeedbacks")
    return tuple(_feedback(number, one) for number, one in enumerate(found, start=1))


def submitted_hashes(data: bytes) -> bytes:
    """The body of `SubmitHashes` as a page that `read_bytes` reads.

    Raises:
        ValueError: it is none; the text says why.
    """
    return msgspec.json.encode({"hashRecords": _submitted(data, "hashRecords")})


def submission(name: str, rows: list[dict[str, Any]]) -> bytes:
    """What a client sends: `hashFeedbacks` or `hashRecords`."""
    return msgspec.json.encode({"count": len(rows), name: rows})


def feedback_row(feedback: Feedback) -> dict[str, Any]:
    """One piece of feedback as it is sent."""
    return {"tags": list(feedback.tags), "feedbackValue": feedback.said, "hashValue": feedback.value}


def _submitted(data: bytes, name: str) -> list[Any]:
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(f"the body is no JSON ({error})") from error
    rows = found.get(name) if isinstance(found, dict) else None
    if not isinstance(rows, list):
        raise ValueError(f"a list {name!r} was expected")  # noqa: TRY004 - the document is wrong, not its type
    if len(rows) > MOST:
        raise ValueError(f"{len(rows)} records at once; {MOST} are allowed")
    count = found.get("count", len(rows))
    if count != len(rows):
        raise ValueError(f"count is {str(count)[:20]}, and there are {len(rows)}")
    return rows


def _feedback(number: int, row: object) -> Feedback:
    value = row.get("hashValue") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(value, str) or not value.strip():
        raise ValueError(f"record {number} has no hashValue")
    said = word(row.get("feedbackValue"))
    if said.lower() not in {*VOTES, "none", "qualityunknown", "pendingreview", "withdrawn", "deleted"}:
        raise ValueError(f"record {number}: {said[:40]!r} is no feedbackValue")
    tags = row.get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ValueError(f"record {number}: tags are a list of texts")
    no_vote = said.lower() in {"none", "withdrawn", "deleted"}
    opinion = None if no_vote else VOTES.get(said.lower(), "unsure")
    return Feedback(value.strip(), opinion, said, tuple(tags))


def _records(entry: Entry, left: Left) -> list[dict[str, Any]]:
    found, spelled = [], spellings(entry)
    for signal in entry.signals:
        if signal.kind not in TYPES:
            left.field(f"{signal.kind}: no signal there")
            continue
        found.append(_record(entry, TYPES[signal.kind], render(signal, spelled.get(signal, ""))))
    if not found:
        left.entry("no signal that StopNCII has")
        return []
    left.written += 1
    _count(entry, left)
    return found


def _record(entry: Entry, kind: str, value: str) -> dict[str, Any]:
    extra = without_spellings(entry.extra)
    moment = extra.pop("lastModtimestamp", "") or (_seconds(entry.updated) if entry.updated else "")
    status = extra.pop("hashStatus", "") or ("Deleted" if entry.recalled else "Active")
    record: dict[str, Any] = {
        "lastModtimestamp": int(moment) if moment.isascii() and moment.isdigit() and len(moment) < 12 else moment,
        "signalType": kind,
        "hashValue": value,
        "hashStatus": status,
        "caseNumbers": {},
        "CSPFeedbacks": [_of_vote(vote) for vote in entry.votes],
    }
    for name in _LITERAL:
        if (text := extra.pop(name, None)) is not None:
            record[name] = _as_json(text)
    return record | {name: text for name, text in extra.items() if name not in record and name.isidentifier()}


def _count(entry: Entry, left: Left) -> None:
    for field in ("series", "jurisdiction", "basis", "licence", "viewed_by", "ends", "classification"):
        left.field(field, getattr(entry, field))
    for field in ("victim_identified", "offender_identified", "distributed"):
        left.field(field, getattr(entry, field) is not None)
    for name in without_spellings(entry.extra):
        left.field("further values", not name.isidentifier())


def _of_vote(vote: Vote) -> dict[str, Any]:
    said = vote.reason if vote.opinion == "unsure" and vote.reason.isidentifier() else WORDS[vote.opinion]
    return {"source": vote.organisation, "feedbackValue": said, "tags": []}


def _seconds(moment: str) -> str:
    return str(int(datetime.fromisoformat(moment).timestamp()))


def _as_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
