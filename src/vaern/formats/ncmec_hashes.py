"""NCMEC hash sharing, version 2: the XML of `GET /v2/entries`, one saved page.

Source: facebook/ThreatExchange `clients/ncmec/hash_api.py` and its samples (NCMEC's own document was not
read; research: `formats.md`, (c)). The id is `member/entry`, because two members may list the same entry id
and a deletion by one must not touch the other's. `deletedImage` and `deletedVideo` are recalled entries.
Feedback becomes votes by member, with their time and reason; a member that affirms one fingerprint and rejects
another is `unsure`, and the whole feedback stays in `extra`. Whether a member viewed the file nobody says.
`timestamp` is when the entry was last changed: of two versions the later one counts (`Entry.updated`). A page that
names a next one, or counts more records than it holds, says so at the end. Elements are known in any case.
Fingerprints given by address only (`@href`) are kept as `to be fetched: …`, unknown ones as `fingerprint …`.

No DTD is read, no entity is expanded, nothing is fetched; libxml2 stops at 256 levels.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from vaern.formats.draft import MAX_ID, TO_FETCH, Draft, as_text
from vaern.formats.moments import moment_of, written
from vaern.formats.source import Torn
from vaern.records import Vote

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vaern.formats.signals import Junk
    from vaern.formats.source import Place, Source
    from vaern.records import Entry, Opinion, Problem

FINGERPRINTS = {
    "md5": "md5",
    "sha1": "sha1",
    "sha256": "sha256",
    "pdq": "pdq",
    "pdna": "pdna",
    "netclean": "netclean",
    "videntifier": "videntifier",
    "tmkpdqf": "tmk",
    "ssvhpdna": "ssvh",
    "ssvhsaferhash": "ssvh",
}
"""Kinds by the name of a `fingerprints` child, in lower case without signs."""

MAX_RECORD = 1 << 22
"""Bytes from the end of one record to the end of the next."""

_OPINIONS: dict[str, Opinion] = {"affirmativefeedback": "positive", "negativefeedback": "negative"}
_RECORDS = frozenset({"image", "video", "deletedimage", "deletedvideo"})
_GROUPS = frozenset({"images", "videos"})
_DECLARED = re.compile(r"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9_.-]+)""")


def read(source: Source, columns: Mapping[str, str], junk: Junk) -> Iterator[Entry | Problem]:
    """Reads one page of entries; see the module."""
    stream, encoding = _stream(source)
    events = etree.iterparse(
        stream,
        events=("start", "end"),
        encoding=encoding,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    page = _Page(source.place)
    inside = 0  # depth within a record: nothing may be cleared there
    try:
        for event, element in events:
            _refuse_dtd(element)
            is_record = _name(element) in _RECORDS
            if event == "start":
                inside += is_record
                page.begin(element)
                continue
            if is_record:
                inside -= 1
                if not inside:
                    source.place.line += 1
                    yield from _entry(element, Draft(source.place, junk))
                    stream.since = 0
            if not inside:
                page.end(element)
                _forget(element)
    except etree.XMLSyntaxError as error:
        source.place.line += 1
        raise Torn(f"no valid XML after record {source.place.line - 1} ({error.msg})") from error


class _Page:
    """What a page says of its own size, and of the page after it."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._before = 0  # records before the group that is read

    def begin(self, element: etree._Element) -> None:
        if _name(element) in _GROUPS:
            self._before = self._place.line

    def end(self, element: etree._Element) -> None:
        if _name(element) in _GROUPS:
            told, found = element.get("count", ""), self._place.line - self._before
            if told.isascii() and told.isdigit() and int(told[:18]) != found:
                self._place.lacks(f"the page says that it holds {told[:18]} {_name(element)}; it holds {found}")
        elif _name(element) == "next" and (address := _text(element)):
            self._place.following = address
            self._place.more = f"another page follows this one ({address[:200]}): load it with this one"


class _Bounded:
    """The document's bytes; refuses a record that is longer than any could be, before it is built."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self.since = 0

    def read(self, _size: int = -1, /) -> bytes:
        if self.since > MAX_RECORD:
            raise Torn(f"a record of more than {MAX_RECORD} bytes")
        chunk = next((chunk for chunk in self._chunks if chunk), b"")
        self.since += len(chunk)
        return chunk


def _stream(source: Source) -> tuple[_Bounded, str | None]:
    """The bytes for the parser. UTF-8 is cleaned of invalid bytes: one bad name must not end the list."""
    declared = _DECLARED.match(source.head_text().lstrip())
    if declared and not declared[1].lower().startswith("utf"):
        return _Bounded(source.chunks()), None
    return _Bounded(text.encode("utf-8", "replace") for text in source.text()), "utf-8"


def _refuse_dtd(element: etree._Element) -> None:
    if element.getparent() is None and element.getroottree().docinfo.internalDTD is not None:
        raise Torn("the document has a DTD, which no hash list has and which is never read")


def _forget(element: etree._Element) -> None:
    """Frees an element and those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _spelled(element: etree._Element) -> str:
    """An element's name without its namespace, as the document has it."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _name(element: etree._Element) -> str:
    """An element's name as this reader compares it."""
    return _spelled(element).lower()


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if _name(child) == name)


def _text(element: etree._Element | None) -> str:
    return "" if element is None else (element.text or "").strip()


def _entry(record: etree._Element, draft: Draft) -> Iterator[Entry | Problem]:
    member = next(_children(record, "member"), None)
    member_id = "" if member is None else member.get("id", "").strip()
    entry_id = _text(next(_children(record, "id"), None))
    if not member_id or not entry_id:
        draft.complain("a record without member id and entry id cannot be told from others; it was not loaded")
        yield from draft.problems
        return
    name = _name(record)
    recalled = name.startswith("deleted")
    draft.keep("type", name.removeprefix("deleted"))
    votes: tuple[Vote, ...] = ()
    for child in record:
        match _name(child):
            case "fingerprints":
                for fingerprint in child:
                    _fingerprint(fingerprint, draft)
            case "feedback":
                votes = _votes(child, draft)
            case "member" | "id" | "classification" | "":
                pass
            case _:
                draft.keep(_spelled(child), _text(child) or _inner(child))
    classification = _text(next(_children(record, "classification"), None)) or None
    changed = _text(next(_children(record, "timestamp"), None))
    updated = moment_of(changed)
    if changed and not updated:
        draft.complain("its timestamp is no moment with a zone; another version of the entry would stand beside it")
    yield from draft.finish(
        f"{member_id}/{entry_id}",
        classification=classification,
        scheme="NCMEC",
        votes=votes,
        source=_text(member) or member_id,
        recalled=recalled,
        updated=updated,
    )


def _fingerprint(element: etree._Element, draft: Draft) -> None:
    name, text = _spelled(element), _text(element)
    kind = FINGERPRINTS.get(re.sub(r"[^a-z0-9]", "", name.lower()))
    if href := element.get("href"):
        draft.keep(TO_FETCH + name, href)
    elif kind and text:
        draft.add(kind, text)
        if kind == "ssvh":
            draft.keep("ssvh is", name)
    elif name:
        draft.keep(f"fingerprint {name}", text or _inner(element))


def _votes(feedback: etree._Element, draft: Draft) -> tuple[Vote, ...]:
    """One vote a member, with the time of its latest feedback; the detail (which fingerprint, why, when) is kept."""
    votes: dict[str, Vote] = {}
    detail: list[dict[str, str]] = []
    for opinion in feedback:
        said = _OPINIONS.get(_name(opinion))
        if said is None:
            draft.keep(f"feedback {_spelled(opinion)}", _inner(opinion))
            continue
        of_all = opinion.get("lastUpdateTimestamp", "") or feedback.get("lastUpdateTimestamp", "")
        for member, why, when in _members(opinion, of_all):
            who = as_text(_text(member) or member.get("id", ""))
            moment = moment_of(when)
            vote = Vote(who, said, at=written(moment) if moment else "", reason=as_text(why.get("reason", ""))[:MAX_ID])
            votes[who] = _with(votes[who], vote) if who in votes else vote
            one = {"member": member.get("id", ""), "name": who, "vote": said, "type": opinion.get("type", ""), **why}
            detail.append(one | ({"at": when} if when else {}))
    if detail:
        draft.keep("feedback", detail)
    return tuple(votes.values())


def _members(opinion: etree._Element, of_all: str) -> Iterator[tuple[etree._Element, dict[str, str], str]]:
    """Each member, the reason that stands before it with its identifier, and when the member said so."""
    why: dict[str, str] = {}
    when = of_all
    for element in opinion.iter():
        match _name(element):
            case "reasons":
                why = {}
            case "reason":
                name, guid = element.get("name", ""), element.get("guid", "")
                said = {"reason": name or guid, "guid": guid if guid != name and name else ""}
                why = {key: text for key, text in said.items() if text}
            case "members":
                when = element.get("timestamp", "") or of_all
            case "member":
                yield element, why, when


def _with(before: Vote, later: Vote) -> Vote:
    """Two votes of one member: one opinion, or `unsure`; the later time and every reason."""
    reasons = dict.fromkeys(filter(None, (*before.reason.split("; "), later.reason)))
    return Vote(
        before.organisation,
        before.opinion if before.opinion == later.opinion else "unsure",
        at=max(before.at, later.at),
        reason="; ".join(reasons)[:MAX_ID],
    )


def _inner(element: etree._Element) -> str:
    """What an unknown element holds, as XML without its namespace declarations."""
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    return re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", text)
