"""Meta's ThreatExchange: what its tool writes as CSV, and the JSON of the Graph API's `threat_updates`.

Source: facebook/ThreatExchange `python-threatexchange` (`cli/dataset_cmd.py`,
`clients/fb_threatexchange/{descriptor, threat_updates}.py`, `exchanges/fetch_state.py`; its sample files
`pdq.csv`, `video_md5.csv`). Three shapes of CSV:

- `threatexchange dataset -P --csv`: header `collab,signal_type,signal_str,category,tags`;
- the older cache and sample files without a header, `signal,descriptor id,added on,labels`, and the same with
  the indicator's id before it. What the signals are, only the file's name says (`pdq.csv`,
  `simple.HASH_PDQ.te`), or `columns={"signal": kind}`.

The category or status is an opinion, so it becomes a vote (of the collaboration, or of each descriptor's
owner), and is kept as written in `extra`; it is no classification. A tombstone (`should_delete`, or no
`descriptors`) is recalled.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vaern.formats.draft import Draft, as_text
from vaern.formats.json_stream import BadValue, JsonStream
from vaern.formats.source import FormatError
from vaern.formats.table import cells
from vaern.formats.text import KIND_OF_LENGTH, kind_of_name
from vaern.records import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vaern.formats.signals import Junk
    from vaern.formats.source import Source
    from vaern.records import Entry, Problem

HEADER = ["collab", "signal_type", "signal_str", "category", "tags"]

OPINIONS = {
    **dict.fromkeys(("POSITIVE_CLASS", "TRUE_POSITIVE", "MALICIOUS"), "positive"),
    **dict.fromkeys(("NEGATIVE_CLASS", "FALSE_POSITIVE", "NON_MALICIOUS"), "negative"),
}
"""Votes by category or status; all others (`INVESTIGATION_SEED`, `DISPUTED`, `UNKNOWN`, …) are `unsure`."""

_WORDS = {**{kind: kind for kind in KINDS}, "photodna": "pdna"}
_NOT_MEDIA = frozenset({"url", "text", "ocr", "query", "uri"})


def kind_of_type(name: str) -> str | None:
    """The kind behind a signal type: `video_md5`, `HASH_PDQ`; nothing for `HASH_URL_MD5`."""
    words = re.findall(r"[a-z0-9]+", name.lower())
    kinds = {_WORDS[word] for word in words if word in _WORDS}
    return kinds.pop() if len(kinds) == 1 and not _NOT_MEDIA & set(words) else None


def is_cache_row(row: Sequence[str]) -> bool:
    """Whether a row is one of the files without a header: a value, digits, a time, labels."""
    return (
        len(row) in {4, 5}
        and row[-3].isdigit()
        and re.match(r"\d{4}-\d\d-\d\dT", row[-2]) is not None
        and re.fullmatch(r"[0-9a-fA-F]{32,64}", row[-4]) is not None
    )


def read_csv(source: Source, columns: Mapping[str, str], junk: Junk) -> Iterator[Entry | Problem]:
    """Reads the CSV of ThreatExchange's tool; see the module."""
    first = next((row for _, row in cells([source.head_text()], ",") if isinstance(row, list)), [])
    if first == HEADER:
        return _dataset(source, junk)
    kind = columns.get("signal") or kind_of_name(source.name)
    if kind is None and is_cache_row(first):
        kind = KIND_OF_LENGTH.get(len(first[-4]))
    if kind not in KINDS:
        raise FormatError(
            f"{source.path}: neither the header {HEADER[2]!r} nor the file's name says what the signals "
            f"are; give the column 'signal' one of {', '.join(KINDS)}"
        )
    return _cache(source, kind, junk)


def _dataset(source: Source, junk: Junk) -> Iterator[Entry | Problem]:
    place = source.place
    for place.line, row in cells(source.text(), ","):
        if isinstance(row, str):
            yield place.problem(row)
        elif len(row) != len(HEADER):
            if any(row):
                yield place.problem(f"{len(row)} cells where the header has {len(HEADER)}; it was passed over")
        elif row != HEADER:
            yield from _dataset_row(row, Draft(place, junk))


def _dataset_row(row: list[str], draft: Draft) -> Iterator[Entry | Problem]:
    collab, kind_name, value, category, tags = (cell.strip() for cell in row)
    if kind := kind_of_type(kind_name):
        draft.add(kind, value)
    else:
        draft.complain(f"{kind_name!r} is no signal of a picture or video that is known here")
    draft.keep("category", category)
    draft.keep("tags", tags)
    votes = {collab: OPINIONS.get(category, "unsure")} if collab and category else {}
    return draft.finish(f"{kind_name}/{value.lower()}"[:200], votes=votes, source=collab)


def _cache(source: Source, kind: str, junk: Junk) -> Iterator[Entry | Problem]:
    place = source.place
    for place.line, row in cells(source.text(), ","):
        if isinstance(row, str):
            yield place.problem(row)
        elif len(row) not in {4, 5}:
            if any(row):
                yield place.problem(f"{len(row)} cells; expected value, descriptor id, time and labels")
        else:
            draft = Draft(place, junk)
            draft.add(kind, row[-4])
            draft.keep("indicator id", row[0] if len(row) == 5 else "")
            draft.keep("added on", row[-2])
            draft.keep("labels", row[-1])
            yield from draft.finish(row[-3].strip() or str(place.line), source="ThreatExchange")


def read_json(source: Source, columns: Mapping[str, str], junk: Junk) -> Iterator[Entry | Problem]:  # noqa: ARG001
    """Reads saved pages of `threat_updates`; see the module."""
    stream = JsonStream(source.text())
    for _ in stream.documents():
        for key in stream.members():
            if key in {"data", "threat_updates"} and stream.peek() == "[":
                for _ in stream.elements():
                    yield from _update(stream, source, junk)
            else:
                stream.skip()


def _update(stream: JsonStream, source: Source, junk: Junk) -> Iterator[Entry | Problem]:
    source.place.line += 1
    try:
        update = stream.value()
    except BadValue as error:
        yield source.place.problem(f"the record is {error}; it was passed over")
        return
    if not isinstance(update, dict):
        yield source.place.problem("the record is no object; it was passed over")
        return
    yield from _indicator(update, Draft(source.place, junk))


def _indicator(update: dict[str, Any], draft: Draft) -> Iterator[Entry | Problem]:
    kind_name, value = as_text(update.get("type") or ""), as_text(update.get("indicator") or "")
    entry_id = as_text(update.get("id") or (f"{kind_name}/{value}"[:200] if value else ""))
    if not entry_id:
        yield draft.place.problem("the record has neither id nor indicator; it was passed over")
        return
    if kind := kind_of_type(kind_name):
        draft.add(kind, value)
    else:
        draft.complain(f"{kind_name!r} is no signal of a picture or video that is known here")
    opinions = update.get("descriptors")
    data = opinions.get("data") if isinstance(opinions, dict) else opinions
    descriptors = [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []
    for key, field in update.items():
        if key not in {"id", "indicator", "type", "should_delete"}:
            draft.keep(key, field)
    deleted = update.get("should_delete") is True or as_text(update.get("should_delete")).lower() == "true"
    yield from draft.finish(
        entry_id,
        votes=_votes(descriptors),
        source="ThreatExchange",
        recalled=deleted or not descriptors,
    )


def _votes(descriptors: list[dict[str, Any]]) -> dict[str, str]:
    votes: dict[str, str] = {}
    for descriptor in descriptors:
        owner = descriptor.get("owner")
        who = as_text(owner.get("name") or owner.get("id") or "") if isinstance(owner, dict) else ""
        if who:
            vote = OPINIONS.get(as_text(descriptor.get("status") or ""), "unsure")
            votes[who] = vote if votes.get(who, vote) == vote else "unsure"
    return votes
