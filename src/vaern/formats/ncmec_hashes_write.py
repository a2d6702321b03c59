"""NCMEC hash sharing, version 2, out: pages of entries, and the other answers of the service; a client's feedback in.

The source is the same as of the reader, `ncmec_hashes`; what it reads out of a page this writes again. An entry's id
is `member/entry`: the first part becomes the member, so that a deletion by one member touches no other's entry. A
class goes out only where it is of NCMEC's scheme; a vote that is neither for nor against has no form there.
"""

from __future__ import annotations

import hashlib
import json
import re
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from lxml import etree

from vaern.arrivals import Fault
from vaern.formats.cybertipline_write_parts import possible
from vaern.formats.draft import TO_FETCH
from vaern.formats.left import Left
from vaern.formats.moments import moment_of, written
from vaern.formats.ncmec_hashes import FINGERPRINTS
from vaern.formats.safe_xml import root_of
from vaern.formats.signals import render
from vaern.formats.spellings import spellings, without_spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vaern.records import Entry, Vote

NAMESPACE = "https://hashsharing.ncmec.org/hashsharing/v2"

NAMES = {
    "md5": "md5",
    "sha1": "sha1",
    "sha256": "sha256",
    "pdna": "pdna",
    "pdq": "pdq",
    "netclean": "netclean",
    "videntifier": "videntifier",
    "tmk": "tmk-pdqf",
    "ssvh": "ssvh-pdna",
}
"""Elements by kind, as the service names them."""

TYPES = {
    "md5": "MD5",
    "sha1": "SHA1",
    "pdna": "PDNA",
    "pdq": "PDQ",
    "netclean": "NETCLEAN",
    "videntifier": "VIDENTIFIER",
    "tmk": "TMK_PDQF",
    "ssvh": "SSVH_PDNA",
}
"""Words for a fingerprint in addresses and in feedback, by kind."""

UNSURE = "votes that are neither for nor against"

_ELEMENT = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*\Z")
_OURS = frozenset({"type", "timestamp", "feedback", "ssvh is"})


class Member(NamedTuple):
    """An organisation of the exchange."""

    id: str
    name: str


class Reason(NamedTuple):
    """Why a member may say no to a fingerprint."""

    guid: str
    name: str


class Feedback(NamedTuple):
    """What a client submits of one fingerprint of an entry: for it, or against it with reasons."""

    affirmative: bool
    reasons: tuple[str, ...] = ()


def query_result(
    entries: Iterable[Entry],
    *,
    member: Member,
    following: str = "",
    until: str = "1970-01-01T00:00:00Z",
    left: Left | None = None,
) -> bytes:
    """One page of entries, recalled ones as deleted.

    Args:
        entries: of the page.
        member: to whom an entry belongs whose id names no member; its id is a number.
        following: the address of the next page behind the service's base, beginning with `/v2/`; empty for the last.
        until: the latest moment of the page where no entry says when it was changed.
        left: what the format could not hold.
    """
    left = left or Left()
    root = _root("queryResult")
    groups: dict[str, list[etree._Element]] = {"images": [], "videos": []}
    latest: dict[str, str] = {"images": "", "videos": ""}
    for entry in entries:
        record = _record(entry, member, left)
        group = "videos" if record.tag.lower().endswith("video") else "images"
        groups[group].append(record)
        latest[group] = max(latest[group], _timestamp(entry))
        left.written += 1
    for group, records in groups.items():
        if records:
            attributes = {"count": str(len(records)), "maxTimestamp": _to_the_second(latest[group] or until)}
            etree.SubElement(root, group, attributes).extend(records)
    if following:
        etree.SubElement(etree.SubElement(root, "paging"), "next").text = following
    return _written(root)


def status(member: Member, user: str, address: str) -> bytes:
    """Who asks: `GET /v2/status`."""
    root = _root("status")
    etree.SubElement(root, "ipAddress").text = possible(address)
    etree.SubElement(root, "username").text = possible(user)
    _member(root, member)
    return _written(root)


def members(all_of_them: Iterable[Member]) -> bytes:
    """Every member: `GET /v2/members`."""
    root = _root("members")
    for one in all_of_them:
        _member(root, one)
    return _written(root)


def feedback_reasons(kind: str, reasons: Iterable[Reason]) -> bytes:
    """Why one may say no to a fingerprint of a type: `GET /v2/feedback/TYPE/reasons`.

    The reasons stand in the root, as NCMEC writes them, and again in an element of the root's name within it, where
    `threatexchange` 1.2.17 looks for them.
    """
    root = _root("availableFeedbackReasons")
    every = [{"guid": possible(one.guid), "name": possible(one.name), "type": kind} for one in reasons]
    for reason in every:
        etree.SubElement(root, "reason", reason)
    again = etree.SubElement(root, "availableFeedbackReasons")
    for reason in every:
        etree.SubElement(again, "reason", reason)
    return _written(root)


def submission_result() -> bytes:
    """That feedback was taken; what NCMEC itself answers is not documented."""
    return _written(_root("submissionResult"))


def read_members(data: bytes) -> tuple[Member, ...]:
    """The members of an answer: of `members` all, of `status` the one that asked.

    Raises:
        ValueError: it is neither; the text says why.
    """
    root = _root_of(data, {"members", "status"})
    found = [one for one in root.iter() if _local(one) == "member"]
    return tuple(Member(one.get("id", ""), (one.text or "").strip()) for one in found)


def read_reasons(data: bytes) -> tuple[Reason, ...]:
    """The reasons of an answer, each once.

    Raises:
        ValueError: it is none of reasons; the text says why.
    """
    root = _root_of(data, {"availablefeedbackreasons"})
    found = (Reason(one.get("guid", ""), one.get("name", "")) for one in root.iter() if one.get("guid"))
    return tuple(dict.fromkeys(found))


def _root_of(data: bytes, names: set[str]) -> etree._Element:
    root = root_of(data)
    if isinstance(root, Fault):
        raise ValueError(str(root.what))  # noqa: TRY004 - the document is wrong, not its type
    if _local(root) not in names:
        raise ValueError(f"the document is {_local(root)[:40]!r}, and {' or '.join(sorted(names))} was expected")
    return root


def read_feedback(data: bytes) -> Feedback:
    """The body of `PUT /v2/entries/MEMBER/ENTRY/TYPE/feedback`.

    Raises:
        ValueError: it is none; the text says why.
    """
    root = _root_of(data, {"feedbacksubmission"})
    said = [_local(child) for child in root]
    if said not in (["affirmative"], ["negative"]):
        raise ValueError("a feedbackSubmission with one affirmative or negative was expected")
    if said == ["affirmative"]:
        return Feedback(affirmative=True)
    guids = [(one.text or "").strip() for one in root.iter() if _local(one) == "guid"]
    if not all(guids):
        raise ValueError("a reason has no guid")
    return Feedback(affirmative=False, reasons=tuple(dict.fromkeys(guids)))


def feedback_submission(feedback: Feedback) -> bytes:
    """The same, as a client writes it."""
    root = _root("feedbackSubmission")
    if feedback.affirmative:
        etree.SubElement(root, "affirmative")
        return _written(root)
    reasons = etree.SubElement(etree.SubElement(root, "negative"), "reasonIds")
    for guid in feedback.reasons:
        etree.SubElement(reasons, "guid").text = possible(guid)
    return _written(root)


def _root(name: str) -> etree._Element:
    return etree.Element(name, nsmap={None: NAMESPACE})  # type: ignore[dict-item]


def _written(root: etree._Element) -> bytes:
    for element in root.iter():
        if isinstance(element.tag, str) and "}" not in element.tag:
            element.tag = f"{{{NAMESPACE}}}{element.tag}"
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _member(parent: etree._Element, member: Member) -> None:
    etree.SubElement(parent, "member", id=possible(member.id)).text = possible(member.name)


def _timestamp(entry: Entry) -> str:
    return entry.extra.get("timestamp", "") or entry.updated


def _to_the_second(text: str) -> str:
    moment = moment_of(text)
    return written(moment.replace(microsecond=0)) if moment else text


def _record(entry: Entry, member: Member, left: Left) -> etree._Element:
    owner, slash, entry_id = entry.id.partition("/")
    if not slash:
        owner, entry_id = member.id, entry.id
    kinds = {signal.kind for signal in entry.signals}
    what = entry.extra.get("type", "") or ("video" if kinds & {"vpdq", "tmk"} else "image")
    what = what if what in {"image", "video"} else "image"
    record = etree.Element(f"deleted{what.title()}" if entry.recalled else what)
    _member(record, Member(owner, (entry.source if slash else entry.source or member.name) or owner))
    if when := _timestamp(entry):
        etree.SubElement(record, "timestamp").text = possible(when)
    etree.SubElement(record, "id").text = possible(entry_id)
    if entry.classification is not None:
        if entry.scheme == "NCMEC":
            etree.SubElement(record, "classification").text = possible(entry.classification)
        else:
            left.field(f"Class, {entry.scheme}")
    _fingerprints(record, entry, left)
    _feedback(record, entry, left)
    _further(record, entry, left)
    for field in ("series", "jurisdiction", "basis", "licence", "viewed_by", "ends"):
        left.field(field, getattr(entry, field))
    for field in ("victim_identified", "offender_identified", "distributed"):
        left.field(field, getattr(entry, field) is not None)
    return record


def _fingerprints(record: etree._Element, entry: Entry, left: Left) -> None:
    fingerprints = etree.Element("fingerprints")
    spelled = spellings(entry)
    named = [text for name, text in entry.extra.items() if re.fullmatch(r"ssvh is(?: \(\d+\))?", name)]
    for signal in entry.signals:
        if signal.kind not in NAMES:
            left.field(f"{signal.kind}: no fingerprint there")
            continue
        name = named.pop(0) if signal.kind == "ssvh" and named else NAMES[signal.kind]
        text = render(signal, spelled.get(signal, ""))
        etree.SubElement(fingerprints, name if _ELEMENT.match(name) else NAMES[signal.kind]).text = possible(text)
    for name, text in entry.extra.items():
        fetched, other = name.removeprefix(TO_FETCH), name.removeprefix("fingerprint ")
        if fetched != name and _ELEMENT.match(fetched):
            etree.SubElement(fingerprints, fetched, rel="self", href=possible(text))
        elif other != name and _ELEMENT.match(other):
            fingerprints.append(_element(other, text))
    if len(fingerprints):
        record.append(fingerprints)


def _element(name: str, text: str) -> etree._Element:
    """An element that was kept as text, or as XML where it held more than text."""
    if text.startswith("<"):
        whole = root_of(text.encode())
        if not isinstance(whole, Fault) and _local(whole) == name.lower():
            return whole
    element = etree.Element(name)
    element.text = possible(text)
    return element


def _further(record: etree._Element, entry: Entry, left: Left) -> None:
    """What only NCMEC's own records hold; of other sources it has no place here."""
    for name, text in without_spellings(entry.extra).items():
        if name in _OURS or name.startswith((TO_FETCH, "fingerprint ", "feedback ", "ssvh is")):
            continue
        if "type" in entry.extra and _ELEMENT.match(name) and name.lower() not in FINGERPRINTS:
            record.append(_element(name, text))
        else:
            left.field("further values")


def _feedback(record: etree._Element, entry: Entry, left: Left) -> None:
    """What members say of each fingerprint: as the source had it, else each vote on the first fingerprint."""
    said = _told(entry.extra.get("feedback", "")) or _of_votes(entry, left)
    if not said:
        return
    latest = max((one.get("at", "") for one in said), default="")
    feedback = etree.SubElement(record, "feedback", {"lastUpdateTimestamp": latest} if latest else {})
    for (vote, kind, when), rows in groupby(said, key=_what):
        attributes = {"type": kind} | ({"lastUpdateTimestamp": when} if when else {})
        at = {"timestamp": when} if when else {}
        if vote == "positive":
            group = etree.SubElement(etree.SubElement(feedback, "affirmativeFeedback", attributes), "members", at)
            for row in rows:
                _member(group, Member(row.get("member", ""), row.get("name", "")))
            continue
        reasons = etree.SubElement(etree.SubElement(feedback, "negativeFeedback", attributes), "reasons")
        for (guid, reason), same in groupby(rows, key=_reason):  # a reason before each group, also where none was given
            etree.SubElement(reasons, "reason", guid=possible(guid), name=possible(reason), type=kind)
            group = etree.SubElement(reasons, "members", at)
            for row in same:
                _member(group, Member(row.get("member", ""), row.get("name", "")))


def _what(row: Mapping[str, str]) -> tuple[str, str, str]:
    return row["vote"], row.get("type", ""), row.get("at", "")


def _reason(row: Mapping[str, str]) -> tuple[str, str]:
    said = row.get("reason", "")
    return row.get("guid", "") or said, said


def _told(text: str) -> list[dict[str, str]]:
    """The feedback that the reader kept."""
    try:
        found: Any = json.loads(text) if text else []
    except ValueError:
        return []
    rows = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    right = all(
        one.get("vote") in {"positive", "negative"} and all(isinstance(v, str) for v in one.values()) for one in rows
    )
    return rows if right and all("name" in one for one in rows) else []


def _of_votes(entry: Entry, left: Left) -> list[dict[str, str]]:
    kind = next((TYPES[signal.kind] for signal in entry.signals if signal.kind in TYPES), "")
    if not kind:
        left.field("votes", entry.votes)
        return []
    found = []
    for vote in entry.votes:
        if vote.opinion == "unsure":
            left.field(UNSURE)
        else:
            found.append(_row(vote, kind))
    return found


def number_of(name: str) -> str:
    """A number made from a name, 31 bits: protocols give members and lists numbers, and clients read nothing else."""
    return str(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest()) & 0x7FFFFFFF)


def _row(vote: Vote, kind: str) -> dict[str, str]:
    reason = vote.reason if vote.opinion == "negative" else ""
    row = {"member": number_of(vote.organisation), "name": vote.organisation, "vote": vote.opinion, "type": kind}
    return row | ({"reason": reason} if reason else {}) | ({"at": vote.at} if vote.at else {})
