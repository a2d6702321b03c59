r"""Plain text: one value a line.

A line is one of

- a bare value: 32 hexadecimal digits are MD5, 40 SHA-1, a multiple of 80 the frames of a video (`vpdq`). 64 may be
  SHA-256 or PDQ: say which (see below);
- `kind:value` or `kind=value`, for any kind of `records.KINDS`; a `vpdq` may be ThreatExchange's list of frames;
- a line of `md5sum`, `sha1sum` or `sha256sum`: `value  name` or `value *name`, or with `--tag`,
  `SHA256 (name) = value`; the name is kept in `extra`.

`#` begins a comment; `# kind: pdq` sets the kind of all bare values that follow. Without it the kind comes
from `columns={"hash": "pdq"}`, or from the file's name (`SHA256SUMS`, `stolen.pdq`, `list.pdq.txt`).

Of addresses, domains, keywords and wallets the kind is told, never guessed; then a line is one value, whatever it looks
like, and a comment has a space behind its `#`. A keyword is digested as it is read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vaern.formats.draft import Draft
from vaern.formats.lines import TOO_LONG, lines
from vaern.formats.source import HEAD, FormatError
from vaern.records import ALL_KINDS, FRAME_BYTES, KINDS, VALUE_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vaern.formats.signals import Junk
    from vaern.formats.source import Source
    from vaern.records import Entry, Problem

KIND_OF_LENGTH = {32: "md5", 40: "sha1"}
"""Kinds that a length in hexadecimal digits tells for sure. 64 is SHA-256 or PDQ, so it tells nothing."""

_FRAME = 2 * FRAME_BYTES
_BARE = re.compile(r"[0-9a-fA-F]+\Z")
_LONE = re.compile(r"(?:[0-9a-fA-F]{32}(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{32})?|(?:[0-9a-fA-F]{80})+)\Z")
_SUM = re.compile(r"\\?([0-9a-fA-F]{32,64})(?:  | \*)(.+)\Z")
_TAGGED = re.compile(r"(MD5|SHA1|SHA256) \((.+)\) = ([0-9a-fA-F]+)\Z")
_NAMED = re.compile(rf"({'|'.join(KINDS)})\s*[:=]\s*(\S+|\[.*\])\Z", re.IGNORECASE)
_NAMED_VALUE = re.compile(rf"({'|'.join(VALUE_KINDS)})\s*[:=]\s*(\S.*)\Z", re.IGNORECASE)
_FRAMES = re.compile(r'vpdq\s*[:=]\s*\[\s*"', re.IGNORECASE)  # a line that may be longer than the head
DIRECTIVE = re.compile(r"#\s*kind\s*[:=]\s*(\w+)\s*\Z", re.IGNORECASE)
"""Of which kind the bare values are that follow."""

_SUM_KINDS = {**KIND_OF_LENGTH, 64: "sha256"}  # sha256sum writes names, and nothing writes PDQ so


def read(source: Source, columns: Mapping[str, str], junk: Junk) -> Iterator[Entry | Problem]:
    """Reads a list of plain text; see the module."""
    kind = _kind_hint(source, columns)
    _refuse_ambiguity(source, kind)
    return _entries(source, kind, junk)


def looks_like(head: str) -> bool:
    """Whether some line near the start is one that this reader knows."""
    usable = [line.strip() for line in head.splitlines()[:1000]]
    if len(head) >= HEAD and _BARE.match(usable[-1]):  # a long video, of which the head holds a part only
        usable[-1] = usable[-1][: len(usable[-1]) // _FRAME * _FRAME]
    shapes = (_NAMED, _SUM, _TAGGED, _LONE, _FRAMES)
    told = (directive[1].lower() for line in usable if (directive := DIRECTIVE.match(line)))
    return any(kind in VALUE_KINDS for kind in told) or any(shape.match(line) for line in usable for shape in shapes)


def told_kind(columns: Mapping[str, str], first: Sequence[str] = ()) -> str:
    """The kind of `VALUE_KINDS` of which a file was said to be (`--kind domain`); empty where none was.

    Args:
        columns: the mapping; `{"hash": kind}` says it.
        first: a table's first row, in which `hash` may be a column's name.
    """
    kind = columns.get("hash", "") if len(columns) == 1 and "hash" not in (name.lower() for name in first) else ""
    return kind if kind in VALUE_KINDS else ""


def kind_of_name(name: str) -> str | None:
    """The kind that a file's name tells: `sha256sums`, `x.pdq`, `hash_pdq.csv`, `video_md5`; else nothing."""
    words = re.findall(r"[a-z]+\d*", name.lower())
    told = {word.removesuffix("sums").removesuffix("sum") for word in words} & set(KINDS)
    return told.pop() if len(told) == 1 else None


def _kind_hint(source: Source, columns: Mapping[str, str]) -> str | None:
    if unknown := set(columns) - {"hash"}:
        raise FormatError(f"{source.path}: plain text has one column, 'hash', and no {sorted(unknown)}")
    kind = columns.get("hash") or kind_of_name(source.name)
    if kind is not None and kind not in ALL_KINDS:
        raise FormatError(f"{source.path}: {kind!r} is no kind of signal; use one of {', '.join(ALL_KINDS)}")
    return kind


def _refuse_ambiguity(source: Source, kind: str | None) -> None:
    """Says at once that nothing tells SHA-256 from PDQ, rather than once for each of a million lines."""
    if kind is not None:
        return
    doubtful = []
    for line in (text.strip() for text in source.head_text().splitlines()):
        if DIRECTIVE.match(line):
            return
        if len(line) == 64 and _BARE.match(line):
            doubtful.append(int(line, 16).bit_count() == 128)
    if doubtful:
        raise FormatError(
            f"{source.path}: a value of 64 hexadecimal digits is SHA-256 or PDQ, and nothing says which. "
            "Begin the file with the line '# kind: pdq' or '# kind: sha256', or give --kind (in Python "
            f"columns={{'hash': 'pdq'}}). (Of the first {len(doubtful)} such values {sum(doubtful)} have exactly "
            "128 ones, as all genuine PDQ values and one SHA-256 in twenty do.)"
        )


def _entries(source: Source, kind: str | None, junk: Junk) -> Iterator[Entry | Problem]:
    place = source.place
    for place.line, raw in enumerate(lines(source.text()), start=1):
        if raw is None:
            yield place.problem(TOO_LONG)
            continue
        line = raw.strip()
        if directive := DIRECTIVE.match(line):
            kind = directive[1].lower()
            if kind not in ALL_KINDS:
                yield place.problem(f"{kind!r} is no kind of signal; bare values go by their length again")
                kind = None
        if not line or _is_comment(line, kind):
            continue
        parts = _split(line, kind)
        if parts is None:
            yield place.problem(_why_not(line))
            continue
        draft = Draft(place, junk)
        draft.add(parts[0], parts[1])
        draft.keep("name", parts[2])
        yield from draft.finish(str(place.line))


def _is_comment(line: str, kind: str | None) -> bool:
    """Whether a line is one; a keyword may begin with the sign of comments."""
    return line.startswith("#") and (kind not in VALUE_KINDS or not line[1:2].strip() or bool(DIRECTIVE.match(line)))


def _split(line: str, kind: str | None) -> tuple[str, str, str] | None:
    """Kind, value and file name of a line; nothing where it is not such a line."""
    if kind in VALUE_KINDS:
        return kind, line, ""
    if _BARE.match(line):
        its_kind = kind or KIND_OF_LENGTH.get(len(line)) or ("vpdq" if len(line) % _FRAME == 0 else None)
        return (its_kind, line, "") if its_kind else None
    if named := _NAMED.match(line) or _NAMED_VALUE.match(line):
        return named[1].lower(), named[2], ""
    return sum_of(line) or ((kind, line, "") if kind and " " not in line else None)


def sum_of(line: str) -> tuple[str, str, str] | None:
    """Kind, value and file name of a line of `md5sum`, `sha1sum` or `sha256sum`; nothing where it is none."""
    if (summed := _SUM.match(line)) and len(summed[1]) in _SUM_KINDS:
        return _SUM_KINDS[len(summed[1])], summed[1], summed[2]
    if tagged := _TAGGED.match(line):
        return tagged[1].lower(), tagged[3], tagged[2]
    return None


def _why_not(line: str) -> str:
    if _BARE.match(line):
        if len(line) == 64:
            return "64 hexadecimal digits are SHA-256 or PDQ, and nothing says which; it was not loaded"
        return f"{len(line)} hexadecimal digits: no digest has that length (MD5 32, SHA-1 40)"
    return "no value: expected hexadecimal digits, 'kind:value', or a line of md5sum, sha1sum or sha256sum"
