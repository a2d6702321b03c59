"""Meta's ThreatExchange: what its tool writes as CSV, and the JSON of the Graph API's `threat_updates`.

Source: facebook/ThreatExchange `python-threatexchange` (`cli/dataset_cmd.py`,
`clients/fb_threatexchange/{descriptor, threat_updates}.py`, `exchanges/fetch_state.py`; its sample files
`pdq.csv`, `video_md5.csv`). Three shapes of CSV:

- `threatexchange dataset -P --csv`: a header with `signal_type`, `signal_str`, `collab`, `category` and `tags`, in
  any order (release 1.2.17 writes this one);
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

from vaern.formats.draft import MAX_ID, Draft, as_text, value_id
from vaern.formats.json_stream import BadValue, JsonStream
from vaern.formats.moments import unix_moment, written
from vaern.formats.source import FormatError
from vaern.formats.table import cells, sniff_delimiter
from vaern.formats.text import KIND_OF_LENGTH, kind_of_name
from vaern.records import KINDS, Vote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vaern.formats.signals import Junk
    from vaern.formats.source import Source
    from vaern.records import Entry, Opinion, Problem

NEEDED = frozenset({"signal_type", "signal_str"})
"""Columns without which a row says nothing."""

SIGNS = frozenset({"collab", "tags"})
"""Columns of which one tells a file of this tool from any other CSV with signals and their types."""

OPINIONS: dict[str, Opinion] = {
    **dict.fromkeys(("POSITIVE_CLASS", "TRUE_POSITIVE", "MALICIOUS"), "positive"),
    **dict.fromkeys(("NEGATIVE_CLASS", "FALSE_POSITIVE", "NON_MALICIOUS"), "negative"),
}
"""Votes by category or status; all others (`INVESTIGATION_SEED`, `DISPUTED`, `UNKNOWN`, …) are `unsure`."""

_READ = frozenset({"id", "indicator", "type", "should_delete"})
_WORDS = {**{kind: kind for kind in KINDS}, "photodna": "pdna"}
_NOT_MEDIA = frozenset({"url", "text", "ocr", "query", "uri"})


def kind_of_type(name: str) -> str | None:
    """The kind behind a signal type: `video_md5`, `HASH_PDQ`; nothing for `HASH_URL_MD5`."""
    words = re.findall(r"[a-z0-9]+", name.lower())
    kinds = {_WORDS[word] for word in words if word in _WORDS}
    return kinds.pop() if len(kinds) == 1 and not _NOT_MEDIA & set(words) else None


def type_of(kind: str) -> str:
    """The type that is written for a kind: `HASH_PDQ`."""
    return f"HASH_{kind.upper()}"


def is_cache_row(row: Sequence[str]) -> bool:
    """Whether a row is one of the files without a header: a value, digits, a time, labels."""
    return (
        len(row) in {4, 5}
        and row[-3].isdigit()
        and re.match(r"\d{4}-\d\d-\d\dT", row[-2]) is not None
        and re.fullmatch(r"[0-9a-fA-F]{32,64}", row[-4]) is not None
    )


def names_of(row: Sequence[str]) -> list[str]:
    """The columns that a header names, as this reader compares them."""
    return [cell.strip().lower() for cell in row]


def is_header(row: Sequence[str]) -> bool:
    """Whether a row is the header that ThreatExchange's tool writes, in whichever order."""
    names = set(names_of(row))
    return names >= NEEDED and bool(names & SIGNS)


def read_csv(source: Source, columns: Mapping[str, str], junk: Junk) -> Iterator[Entry | Problem]:
    """Reads the CSV of ThreatExchange's tool; see the module."""
    delimiter = sniff_delimiter(source.head_text())
    rows = (row for _, row in cells([source.head_text()], delimiter) if isinstance(row, list) and any(row))
    first = next(rows, [])
    if set(names_of(first)) >= NEEDED:
        return _dataset(source, delimiter, junk)
    kind = columns.get("signal") or kind_of_name(source.name)
    if kind is None and is_cache_row(first):
        kind = KIND_OF_LENGTH.get(len(first[-4]))
    if kind not in KINDS:
        raise FormatError(f"{source.path}: {_why_not(first)}")
    return _cache(source, kind, junk)


def _why_not(first: Sequence[str]) -> str:
    """What a file is without, that is neither shape of ThreatExchange's CSV."""
    if is_cache_row(first):
        return (
            "the file has no header, and neither its name nor the length of the first value says what the signals are; "
            f"give the column 'signal' one of {', '.join(KINDS)}"
        )
    missing = " and ".join(sorted(NEEDED - set(names_of(first))))
    return (
        f"the first row has no column {missing}, and is no row of value, descriptor id, time and labels either; "
        f"it has {', '.join(repr(cell[:40]) for cell in first[:20]) or 'nothing'}"
    )


def _dataset(source: Source, delimiter: str, junk: Junk) -> Iterator[Entry | Problem]:
    place = source.place
    names: list[str] = []
    for place.line, row in cells(source.text(), delimiter):
        if isinstance(row, str):
            yield place.problem(row)
        elif not any(row):
            continue
        elif not names:
            names = names_of(row)
        elif len(row) != len(names):
            yield place.problem(f"{len(row)} cells where the header has {len(names)}; it was passed over")
        else:
            yield from _dataset_row(names, row, Draft(place, junk))


def _dataset_row(names: list[str], row: list[str], draft: Draft) -> Iterator[Entry | Problem]:
    fields = {name: cell.strip() for name, cell in zip(names, row, strict=True)}
    kind_name, value = fields.pop("signal_type"), fields.pop("signal_str")
    kind = kind_of_type(kind_name)
    if not kind:
        yield draft.place.problem(_no_media(kind_name))
        return
    draft.add(kind, value)
    collab, category = fields.pop("collab", ""), fields.get("category", "")
    for name, cell in fields.items():
        draft.keep(name, cell)
    votes = (Vote(collab or "ThreatExchange", OPINIONS.get(category.upper(), "unsure")),) if category else ()
    yield from draft.finish(value_id(kind_name, value.lower()), votes=votes, source=collab)


def _no_media(kind_name: str) -> str:
    return f"{kind_name[:100]!r} is no signal of a picture or video that is known here; it was passed over"


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


def read_json(source: Source, columns: Mapping[str, str], junk: Junk) -> Iterator[Entry | Problem]:
    """Reads saved pages of `threat_updates`; see the module."""
    stream = JsonStream(source.text())
    for _ in stream.documents():
        source.place.more = ""
        for key in stream.members():
            if key.lower() in {"data", "threat_updates"} and stream.peek() == "[":
                for _ in stream.elements():
                    yield from _update(stream, source, junk)
            elif key.lower() == "paging":
                source.place.more = _following(stream)
            else:
                if stream.peek() in {"[", "{"}:
                    yield source.place.unread(key)
                stream.skip()


def _following(stream: JsonStream) -> str:
    """How the page says that another follows; the address holds the asker's key and is not repeated."""
    try:
        paging = stream.value()
    except BadValue:
        return ""
    follows = isinstance(paging, dict) and paging.get("next")
    return "another page follows this one (paging/next): load it with this one" if follows else ""


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
    entry_id = as_text(update.get("id") or (value_id(kind_name, value) if value else ""))
    if not entry_id:
        yield draft.place.problem("the record has neither id nor indicator; it was passed over")
        return
    kind = kind_of_type(kind_name)
    if kind:
        draft.add(kind, value)
        draft.keep("type", "" if kind_name == type_of(kind) else kind_name)
    elif kind_name:  # nothing here can have come from it; without a type it may still recall what has its id
        yield draft.place.problem(_no_media(kind_name))
        return
    opinions = update.get("descriptors")
    data = opinions.get("data") if isinstance(opinions, dict) else opinions
    descriptors = [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []
    for key, field in update.items():
        if key not in _READ:
            draft.keep(key, field)
    deleted = update.get("should_delete") is True or as_text(update.get("should_delete")).lower() == "true"
    yield from draft.finish(
        entry_id,
        votes=_votes(descriptors),
        source="ThreatExchange",
        recalled=deleted or not descriptors,
        updated=unix_moment(update.get("last_updated")),
    )


def _votes(descriptors: list[dict[str, Any]]) -> tuple[Vote, ...]:
    votes: dict[str, Vote] = {}
    for descriptor in descriptors:
        owner = descriptor.get("owner")
        who = as_text(owner.get("name") or owner.get("id") or "") if isinstance(owner, dict) else ""
        if who:
            status = as_text(descriptor.get("status") or "")
            opinion, moment = OPINIONS.get(status, "unsure"), unix_moment(descriptor.get("last_updated"))
            at, before = written(moment) if moment else "", votes.get(who)
            if before and before.opinion != opinion:
                opinion, status = "unsure", f"{before.reason or before.opinion}; {status}"
            reason = status[:MAX_ID] if opinion == "unsure" else ""
            votes[who] = Vote(who, opinion, at=max(at, before.at if before else ""), reason=reason)
    return tuple(votes.values())
