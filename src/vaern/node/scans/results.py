"""From what an examiner's `vaern scan` wrote to what a node keeps. The names of files are dropped here, unread.

Also dropped: its measures and every remark. Of what is harmless or no media, the signals and traits too
(`rules.WITHOUT_SIGNALS`). Of the name only its shape comes here, and of the folder a digest: the engine made both.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from django.utils.translation import gettext as _

from vaern.formats import findings
from vaern.node.casework.matches import class_of, kept
from vaern.node.casework.standing import fallen_of
from vaern.node.scans.rules import LONGEST_TRAIT, LONGEST_VALUE, MOST_SIGNALS, WITHOUT_SIGNALS
from vaern.node.web import strict_json
from vaern.node.web.problems import Problem
from vaern.records import DIGEST_KINDS, FRAME_BYTES, LATEST_FRAME, PDQ_BYTES, VERDICTS, Match, Traits
from vaern.shapes import shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vaern.records import Finding, Signal

LONGEST_LINE = 2_000_000
LONGEST_TEXT = 200
LARGEST = 2**63 - 1
MOST_LISTS = 100
MIME = re.compile(r"[a-z0-9][a-z0-9.+-]{0,48}/[a-z0-9][a-z0-9.+-]{0,48}\Z")
_TAKEN = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_FOLDER = re.compile(r"([0-9a-f]{64})?", re.ASCII)
_WHERE = re.compile(r" - at `\$([\w.\[\]]*)`\Z")


class ResultsError(ValueError):
    """Results that cannot be taken. The message says what and where, and repeats nothing of them.

    Attributes:
        what: a sentence in the reader's language.
        line: of the findings, 1 is the first; 0 for what has no lines.
    """

    def __init__(self, what: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {what}" if line else what)
        self.what = what
        self.line = line


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A finding as the node keeps it; see `models.Finding`."""

    number: int
    verdict: str
    mime: str = ""
    size: int = 0
    md5: bytes | None = None
    sha1: bytes | None = None
    sha256: bytes | None = None
    perceptual: tuple[dict[str, Any], ...] = ()
    matched_kind: str = ""
    frame_of: str = ""
    seconds: float | None = None
    distance: int | None = None
    list: str = ""
    release: str = ""
    entry: str = ""
    class_given: str = ""
    checked_at: datetime | None = None
    matches: tuple[Match, ...] = ()
    more: int = 0
    fallen: str = ""
    taken: str = ""
    traits: Traits = Traits()


class UsedList(msgspec.Struct, frozen=True):
    """A list that was matched against; as in `run.json`."""

    name: str
    release: str
    purpose: str = ""
    entries: int = 0
    checksum: str = ""
    checked: str = ""
    last_release: str = ""
    last_checked: str = ""


class Header(msgspec.Struct, frozen=True):
    """What is known of the scan as a whole. Fields of `run.json` that are not here are not taken: paths among them."""

    run: str = ""
    engine: str = ""
    synthetic: bool = False
    started_at: datetime | None = None
    finished_at: datetime | None = None
    lists: tuple[UsedList, ...] = ()


class _Run(msgspec.Struct):
    """The part of `run.json` that is looked at (`scanning.record.Run`)."""

    format: int
    run: str
    started: datetime
    finished: datetime | None = None
    synthetic: bool = False
    versions: dict[str, str] = {}
    lists: list[UsedList] = []


def read_run(body: bytes) -> Header:
    """Return what a `run.json` says.

    Raises:
        ResultsError: it is not one.
    """
    try:
        strict_json.read(body)
        run = msgspec.json.decode(body, type=_Run)
    except Problem as problem:
        raise ResultsError(problem.detail) from None
    except (msgspec.MsgspecError, ValueError) as error:
        raise ResultsError(_("This is not the run.json of a scan.") + _where(error)) from None
    if run.format != 1:
        raise ResultsError(_("This run.json is of a newer program than the node knows."))
    header = Header(
        run=run.run,
        engine=run.versions.get("vaern", ""),
        synthetic=run.synthetic,
        started_at=run.started,
        finished_at=run.finished,
        lists=tuple(run.lists),
    )
    return checked(header)


def checked(header: Header) -> Header:
    """Return the header if the node can keep it.

    Raises:
        ResultsError: why not.
    """
    for moment in (header.started_at, header.finished_at):
        if moment is not None and moment.tzinfo is None:
            raise ResultsError(_("A moment needs an offset from UTC."))
        if moment is not None and not 1990 <= moment.year < 2200:
            raise ResultsError(_("A scan takes place between 1990 and 2200."))
    if header.started_at and header.finished_at and header.finished_at < header.started_at:
        raise ResultsError(_("A scan does not finish before it starts."))
    if len(header.lists) > MOST_LISTS:
        raise ResultsError(_("A scan uses at most %(most)s lists.") % {"most": MOST_LISTS})
    for text, longest in ((header.run, 64), (header.engine, 40)):
        _check_text(text, "run.json", longest)
    for used in header.lists:
        _check_list(used)
    return header


def _check_list(used: UsedList) -> None:
    for text in (used.name, used.release, used.last_release):
        _check_text(text, "lists", 200)
    for text, longest in ((used.purpose, 40), (used.checksum, 128)):
        _check_text(text, "lists", longest)
    for moment in (used.checked, used.last_checked):
        moment_of(moment)
    if not 0 <= used.entries <= LARGEST:
        raise ResultsError(_("The entries of a list are a number."))


def read_lines(body: bytes, first: int = 1) -> list[Row]:
    """Return the findings of `findings.jsonl`, or of a part of it.

    Args:
        body: whole lines.
        first: the number of the first of them in the examiner's file.

    Raises:
        ResultsError: a line is not a finding; it has the line's number.
    """
    return [_row_of_line(line, number) for number, line in enumerate(body.splitlines(), first) if line.strip()]


def _row_of_line(line: bytes, number: int) -> Row:
    if len(line) > LONGEST_LINE:
        raise ResultsError(_("A line has at most %(most)s bytes.") % {"most": LONGEST_LINE}, number)
    try:
        strict_json.read(line)
        return row(findings.decode(line), number)
    except Problem as problem:
        raise ResultsError(problem.detail, number) from None
    except ResultsError as error:
        raise ResultsError(error.what, number) from None
    except ValueError as error:
        raise ResultsError(_("This is not a finding as vaern scan writes it.") + _where(error), number) from None


def row(finding: Finding, number: int) -> Row:
    """Return what is kept of a finding.

    Raises:
        ResultsError: it holds something that no scan writes.
    """
    media = finding.media
    if not 1 <= number < 2**31:
        raise ResultsError(_("A finding has the number of its line: 1 is the first."))
    if finding.verdict not in VERDICTS:
        raise ResultsError(_("The verdict is none that vaern scan gives."))
    if not MIME.match(media.mime):
        raise ResultsError(_("The MIME type is not one."))
    if not 0 <= media.size <= LARGEST:
        raise ResultsError(_("The size is a number of bytes."))
    if finding.verdict in WITHOUT_SIGNALS:
        return Row(number=number, verdict=finding.verdict, mime=media.mime, size=media.size)
    taken, traits = media.taken or "", media.traits or Traits()
    if problem := problem_with_traits(taken, traits):
        raise ResultsError(problem)
    return Row(
        number=number,
        verdict=finding.verdict,
        mime=media.mime,
        size=media.size,
        taken=taken,
        traits=traits,
        checked_at=moment_of(finding.age),
        **_digests(media.signals),
        **_matches(finding),
    )


def problem_with_signal(kind: str, value: bytes) -> str:
    """Return why these bytes are not a signal of this kind, or ""."""
    if kind not in {*DIGEST_KINDS, "pdq", "vpdq"}:
        return _("Only MD5, SHA-1, SHA-256, PDQ and vPDQ are taken.")
    if kind == "vpdq":
        whole = len(value) % FRAME_BYTES == 0 and 0 < len(value) <= LONGEST_VALUE
        return "" if whole else _("A vPDQ has %(count)s bytes a frame.") % {"count": FRAME_BYTES}
    expected = PDQ_BYTES if kind == "pdq" else DIGEST_KINDS[kind]
    if len(value) == expected:
        return ""
    return _("A signal “%(kind)s” has %(count)s bytes.") % {"kind": kind, "count": expected}


def problem_with_traits(taken: str, traits: Traits) -> str:
    """Return why these are not traits as the engine finds them, or ""."""
    for text in (traits.make, traits.model, traits.serial, traits.lens, traits.lens_serial):
        if len(text) > LONGEST_TRAIT or not text.isprintable():
            return _("A trait is printable and has at most %(most)s characters.") % {"most": LONGEST_TRAIT}
    if not _TAKEN.fullmatch(taken):
        return _("“taken” is a date and time, with or without an offset from UTC.")
    if traits.place is not None and not (abs(traits.place[0]) <= 90 and abs(traits.place[1]) <= 180):
        return _("A place has degrees north and east.")
    if len(traits.name) > LONGEST_TRAIT or shape(traits.name) != traits.name:
        return _("Of a name only its shape is taken.")
    if not _FOLDER.fullmatch(traits.folder):
        return _("Of a folder only the SHA-256 is taken.")
    return ""


def rows_are_once(rows: Iterable[Row]) -> None:
    """Refuse two findings of one number.

    Raises:
        ResultsError: there are two.
    """
    seen: set[int] = set()
    for found in rows:
        if found.number in seen:
            raise ResultsError(_("Two findings have one number."), found.number)
        seen.add(found.number)


def moment_of(text: str) -> datetime | None:
    """Return when a list was compared with its source, as the engine writes it; None where it says nothing.

    Raises:
        ResultsError: it is no moment with an offset from UTC.
    """
    if not text:
        return None
    found: datetime | None = None
    with suppress(ValueError):
        found = datetime.fromisoformat(text)
    if found is None or found.tzinfo is None or not 1990 <= found.year < 2200:
        raise ResultsError(_("“checked” is a date and time with an offset from UTC."))
    return found


def _digests(signals: Sequence[Signal]) -> dict[str, Any]:
    if len(signals) > MOST_SIGNALS:
        raise ResultsError(_("A finding has at most %(most)s signals.") % {"most": MOST_SIGNALS})
    kept: dict[str, Any] = {}
    perceptual = []
    for signal in signals:
        if problem := problem_with_signal(signal.kind, signal.value):
            raise ResultsError(problem)
        if signal.kind in DIGEST_KINDS:
            kept[signal.kind] = signal.value
            continue
        plain = msgspec.to_builtins(signal, builtin_types=(bytes,))
        perceptual.append({**plain, "value": signal.value.hex()})
    return {**kept, "perceptual": tuple(perceptual)}


def _matches(finding: Finding) -> dict[str, Any]:
    """Return the columns of the nearest match, and every match that is kept."""
    if not 0 <= finding.more < 2**31:
        raise ResultsError(_("How many more matches there are is a number."))
    if not finding.matches:
        return {}
    for match in finding.matches:
        if not 0 <= match.distance <= 256:
            raise ResultsError(_("A distance is 0 to 256 bits."))
        if match.seconds is not None and not 0 <= match.seconds < LATEST_FRAME:
            raise ResultsError(_("When a frame is shown is a number of seconds."))
        for text, longest in ((match.kind, 10), (match.list, 200), (match.release, 200), (match.entry, 200)):
            _check_text(text, "matches", longest)
        _check_text(f"{match.scheme or ''} {match.classification or ''}".strip(), "matches", 200)
    nearest, (matches, more) = finding.matches[0], kept(finding.matches, finding.more)
    return {
        "matched_kind": nearest.kind,
        "frame_of": nearest.frame_of,
        "seconds": nearest.seconds,
        "distance": nearest.distance,
        "list": nearest.list,
        "release": nearest.release,
        "entry": nearest.entry,
        "class_given": class_of(nearest),
        "fallen": fallen_of(nearest),
        "matches": matches,
        "more": more,
    }


def _check_text(text: str, where: str, longest: int) -> None:
    if len(text) > longest or not text.isprintable():
        raise ResultsError(
            _("A text in “%(where)s” is printable and has at most %(most)s characters.")
            % {"where": where, "most": longest}
        )


def _where(error: Exception) -> str:
    """The place that msgspec names, which is ours, as a sentence; its words may repeat what was sent."""
    found = _WHERE.search(str(error))
    place = found[1].strip(".") if found else ""
    return " " + _("Look at “%(place)s”.") % {"place": place} if place else ""
