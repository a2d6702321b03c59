"""StopNCII, version 1: the JSON of `FetchHashes`, one saved page or several one after another.

Source: facebook/ThreatExchange `clients/stopncii/api.py` and its samples (research: `formats.md`, (c)). These
are hashes that adults made of their own pictures; nobody has looked at them. Every entry says so in `source`,
and the list must be kept apart from lists of child sexual abuse material. `Withdrawn` and `Deleted` are
recalled entries. A provider's feedback becomes its vote: `Blocked` positive, `NotBlocked` negative,
`PendingReview` and the like `unsure`; feedback that was withdrawn or deleted, or is `None`, is no vote. The
id is type and value, which the service uses as the key (of a long value its digest). Words are compared without case.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from vaern.formats.draft import MAX_ID, Draft, Spelling, as_text, value_id
from vaern.formats.json_stream import BadValue, JsonStream
from vaern.formats.moments import unix_moment
from vaern.records import Vote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vaern.formats.signals import Junk
    from vaern.formats.source import Source
    from vaern.records import Entry, Opinion, Problem

SOURCE = "StopNCII: not reviewed, adults"

KINDS_BY_TYPE = {"ImagePDQ": "pdq", "VideoMD5": "md5", "VideoTMK": "tmk"}
"""Kinds by `signalType`; `Text`, `URL` and `Unknown` are no signals of media."""

_ENUM = re.compile(r"StopNCII[A-Za-z]{1,30}\.")
"""What `threatexchange` 1.2.17 writes before each word in what it submits: the name of its class."""

_KINDS = {name.lower(): kind for name, kind in KINDS_BY_TYPE.items()}
VOTES: dict[str, Opinion] = {"blocked": "positive", "notblocked": "negative"}
_RECALLED = frozenset({"withdrawn", "deleted"})
_NO_VOTE = _RECALLED | {"none"}
_READ = frozenset({"signalType", "hashValue", "hashStatus"})
_OF_A_PAGE = frozenset({"count", "hasMoreRecords", "nextPageToken"})
_FIELDS = (*_READ, *_OF_A_PAGE, "hashRecords", "CSPFeedbacks", "lastModtimestamp", "feedbackValue", "source")
_NAMES = {name.lower(): name for name in _FIELDS}
_SPELLING = Spelling(_NAMES)


def read(source: Source, columns: Mapping[str, str], junk: Junk) -> Iterator[Entry | Problem]:
    """Reads saved pages of `FetchHashes`; see the module."""
    stream = JsonStream(source.text())
    for _ in stream.documents():
        yield from _page(stream, source, junk)


def _page(stream: JsonStream, source: Source, junk: Junk) -> Iterator[Entry | Problem]:
    place = source.place
    told: dict[str, Any] = {}
    before, place.more = place.line, ""
    for key in stream.members():
        name = _NAMES.get(key.lower(), key)
        if name == "hashRecords" and stream.peek() == "[":
            for _ in stream.elements():
                yield from _record(stream, source, junk)
        elif stream.peek() in {"[", "{"}:
            yield place.unread(key)
            stream.skip()
        elif name in _OF_A_PAGE:
            with suppress(BadValue):
                told[name] = stream.value()
        else:
            stream.skip()
    if as_text(told.get("hasMoreRecords")).lower() == "true":
        token = as_text(told.get("nextPageToken") or "")[:40]
        place.more = f"another page follows this one (hasMoreRecords, nextPageToken {token}…): load it with this one"
    count, found = told.get("count"), place.line - before
    if isinstance(count, int) and count != found:
        place.lacks(f"the page says that it holds {count} records; it holds {found}")


def _record(stream: JsonStream, source: Source, junk: Junk) -> Iterator[Entry | Problem]:
    source.place.line += 1
    draft = Draft(source.place, junk)
    try:
        record = stream.value()
    except BadValue as error:
        yield source.place.problem(f"the record is {error}; it was passed over")
        return
    if not isinstance(record, dict):
        yield source.place.problem("the record is no object; it was passed over")
        return
    yield from _entry(_SPELLING.of(record), draft)


def _entry(record: dict[str, Any], draft: Draft) -> Iterator[Entry | Problem]:
    kind_name, value = word(record.get("signalType")), as_text(record.get("hashValue") or "")
    status = word(record.get("hashStatus"))
    if not kind_name or not value:
        yield draft.place.problem("the record has no signalType or no hashValue; it was passed over")
        return
    kind = _KINDS.get(kind_name.strip().lower())
    if not kind:
        expected = ", ".join(KINDS_BY_TYPE)
        reason = f"{kind_name[:100]!r} is no signal of a picture or video; expected {expected}; it was passed over"
        yield draft.place.problem(reason)
        return
    draft.add(kind, value)
    draft.keep("hashStatus", status)
    for key, field in record.items():
        if key not in _READ and field not in ([], {}):
            draft.keep(key, field)
    yield from draft.finish(
        value_id(kind_name, value.strip().lower() if kind != "tmk" else value),
        votes=_votes(record.get("CSPFeedbacks")),
        source=SOURCE,
        recalled=status.strip().lower() in _RECALLED,
        updated=unix_moment(record.get("lastModtimestamp")),
    )


def word(value: object) -> str:
    """One of the service's words."""
    return _ENUM.sub("", as_text(value or ""), count=1)


def _votes(feedbacks: object) -> tuple[Vote, ...]:
    votes: dict[str, Vote] = {}
    for feedback in feedbacks if isinstance(feedbacks, list) else []:
        if not isinstance(feedback, dict):
            continue
        feedback = _SPELLING.of(feedback)  # noqa: PLW2901 - the same, as the format spells it
        who, said = as_text(feedback.get("source") or ""), as_text(feedback.get("feedbackValue") or "none")
        if who and said.lower() not in _NO_VOTE:
            opinion = VOTES.get(said.lower(), "unsure")
            votes[who] = Vote(who, opinion, reason=said[:MAX_ID] if opinion == "unsure" else "")
    return tuple(votes.values())
