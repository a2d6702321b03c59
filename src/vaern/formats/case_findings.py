"""CASE/UCO out: the findings of a scan as JSON-LD of CASE 1.5.0, for the tools of police and laboratories.

A file is an observable with its path, times and hashes, never its bytes. What lists said of it is an analysis whose
result names each entry that was met; the verdict is a classification, and so is a class, where an exact digest met an
entry that nobody disputes: a near hit is another file, and grades nothing. The scan is the action that all came of.
Identifiers follow from the run and the file's name, so that writing twice gives the same document.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaern.formats import findings
from vaern.formats.case_uco import CONTEXT, METHODS, NAMESPACE, Graph, Node, hexadecimal, moment
from vaern.formats.left import Left
from vaern.formats.moments import moment_of
from vaern.formats.vics_findings import OTHER_VERDICT, exif_of, is_the_files_own
from vaern.records import DIGEST_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import datetime
    from pathlib import Path

    from vaern.records import Finding, Match, Media

USUAL = ("known", "near")
"""Verdicts whose files are written unless others are asked for."""

TURNED = "hashes of a picture turned, without its border, or of a later frame"
NO_ZONE = "time of which nobody knows the zone"
LENGTH = "length of a video or an animation"
MORE_HITS = "hits beyond those that the findings name"


@dataclass(frozen=True)
class About:
    """What is said of the scan.

    Attributes:
        run: its identifier.
        program: name and version of what scanned.
        started, ended: with zone; `None` where nobody knows.
        case: number of the case that it belongs to; "" for none.
        synthetic: nothing of it is real.
    """

    run: str
    program: tuple[str, str]
    started: datetime | None = None
    ended: datetime | None = None
    case: str = ""
    synthetic: bool = False


def write(
    path: Path,
    about: About,
    left: Left | None = None,
    *,
    verdicts: Collection[str] = USUAL,
    on_finding: Callable[[], None] = lambda: None,
) -> Iterator[bytes]:
    """A document of the findings of a scan, in pieces; memory grows by an identifier a file.

    Args:
        path: `findings.jsonl` of a results folder.
        about: the scan.
        left: what was left out.
        verdicts: whose files are written.
        on_finding: called for each finding, for a progress bar.

    Raises:
        FindingsError: the file is not findings; the message says where.
    """
    left = left or Left()
    graph = _Findings(uuid.uuid5(NAMESPACE, about.run), left)
    graph.begin(about)
    yield b'{"@context": ' + _json(CONTEXT) + b', "@graph": [\n'
    for finding in findings.read(path, on_finding):
        if finding.verdict in verdicts:
            graph.finding(finding)
            yield from graph.taken()
        else:
            left.entry(OTHER_VERDICT)
    graph.end(about)
    yield from graph.taken()
    yield b"\n]}\n"


def _json(node: object) -> bytes:
    return json.dumps(node, ensure_ascii=False).encode("utf-8", "replace")


class _Findings(Graph):
    """The nodes of a document, given away as they come."""

    def __init__(self, of: uuid.UUID, left: Left) -> None:
        super().__init__(of)
        self._left = left
        self._begun = False
        self._tool: Node = {}
        self._files: list[Node] = []
        self._on_disk: dict[str, Node] = {}
        self._held: list[tuple[str, Node, str]] = []
        self._results: list[Node] = []

    def taken(self) -> Iterator[bytes]:
        """The nodes that were made since the last call, as JSON."""
        for node in self.nodes:
            yield b",\n" + _json(node) if self._begun else _json(node)
            self._begun = True
        self.nodes.clear()

    def begin(self, about: About) -> None:
        """What scanned."""
        name, version = about.program
        self._tool = self.add("tool", "uco-tool:Tool", {"uco-core:name": name, "uco-tool:version": version})

    def finding(self, finding: Finding) -> None:
        """A file, and what lists said of it."""
        media = finding.media
        # Two members of an archive may bear one name, and one archive may have been two while it was scanned.
        place = "/".join(("file", media.archive_state, ".".join(map(str, media.member)), media.name))
        file = self.observable(place, "File", self._facets(place, media))
        self.nodes[-1] |= {"uco-core:description": finding.reason}
        self._files.append(file)
        if media.archive:
            self._held.append((place, file, media.archive))
        else:
            self._on_disk[media.name] = file
        if finding.matches:
            self._analysis(f"{place}/analysis", finding, file)
        self._left.field(MORE_HITS, finding.more)
        self._left.written += 1

    def end(self, about: About) -> None:
        """What lies in what, the scan that all came of, and the case."""
        for place, file, archive in self._held:
            if archive in self._on_disk:
                self.relation(f"{place}/within", file, self._on_disk[archive], "Contained_Within", None)
        action: Node = {
            "uco-core:name": "Scan for known child sexual abuse material",
            "uco-core:description": "Synthetic: nothing of it is real" if about.synthetic else None,
            "uco-action:startTime": moment(about.started),
            "uco-action:endTime": moment(about.ended),
            "uco-action:instrument": self._tool,
            "uco-action:object": self._files,
            "uco-action:result": self._results,
        }
        scan = self.add("scan", "uco-action:Action", action)
        if about.case:
            scan = self.add(
                "case",
                "case-investigation:Investigation",
                {"uco-core:name": about.case, "uco-core:object": [scan]},
            )
        name = f"Findings of scan {about.run}"
        self.add("bundle", "uco-core:Bundle", {"uco-core:name": name, "uco-core:object": [scan]})

    def _facets(self, place: str, media: Media) -> Iterator[tuple[str, Node]]:
        modified = moment_of(media.modified or "")
        self._left.field(NO_ZONE, media.modified and modified is None)
        self._left.field(LENGTH, media.duration)
        yield (
            "FileFacet",
            {
                "uco-observable:fileName": media.name.rpartition("/")[2],
                "uco-observable:filePath": media.name,
                "uco-observable:sizeInBytes": media.size,
                "uco-observable:modifiedTime": moment(modified),
            },
        )
        yield (
            "ContentDataFacet",
            {
                "uco-observable:mimeType": media.mime,
                "uco-observable:sizeInBytes": media.size,
                "uco-observable:hash": self._hashes(place, media),
            },
        )
        if media.width and media.height and media.mime.startswith("image/"):
            yield (
                "RasterPictureFacet",
                {"uco-observable:pictureWidth": media.width, "uco-observable:pictureHeight": media.height},
            )
        if said := exif_of(media):
            entries = [
                self.node(
                    f"{place}/exif/{n}",
                    "uco-types:ControlledDictionaryEntry",
                    {"uco-types:key": one["PropertyName"], "uco-types:value": one["PropertyValue"]},
                )
                for n, one in enumerate(said)
            ]
            held = self.node(f"{place}/exif", "uco-types:ControlledDictionary", {"uco-types:entry": entries})
            yield "EXIFFacet", {"uco-observable:exifData": [held]}

    def _hashes(self, place: str, media: Media) -> list[Node]:
        own = [signal for signal in media.signals if is_the_files_own(signal.orientation, signal)]
        self._left.field(TURNED, len(own) < len(media.signals))
        return [
            self.node(
                f"{place}/hash/{n}",
                "uco-types:Hash",
                {"uco-types:hashMethod": METHODS[signal.kind], "uco-types:hashValue": hexadecimal(signal)},
            )
            for n, signal in enumerate(own)
        ]

    def _analysis(self, place: str, finding: Finding, file: Node) -> None:
        classes = [f"vaern:{finding.verdict}", *dict.fromkeys(filter(None, map(_class, finding.matches)))]
        made = [
            self.node(f"{place}/class/{n}", "uco-analysis:ArtifactClassification", {"uco-analysis:class": one})
            for n, one in enumerate(classes)
        ]
        facet = self.node(
            f"{place}/facet", "uco-analysis:ArtifactClassificationResultFacet", {"uco-analysis:classification": made}
        )
        entries = [
            self.node(
                f"{place}/entry/{n}",
                "uco-core:ExternalReference",
                {"uco-core:definingContext": _list(match), "uco-core:externalIdentifier": match.entry},
            )
            for n, match in enumerate(finding.matches)
        ]
        result = self.add(
            f"{place}/result",
            "uco-analysis:AnalyticResult",
            {
                "uco-core:description": finding.reason,
                "uco-core:externalReference": entries,
                "uco-core:hasFacet": [facet],
            },
        )
        self._results.append(result)
        self.add(
            place,
            "uco-analysis:Analysis",
            {
                "uco-core:name": "Comparison with hash lists",
                "uco-action:instrument": self._tool,
                "uco-action:object": [file],
                "uco-action:result": [result],
            },
        )


def _class(match: Match) -> str:
    """The class of an entry that is the same file; empty for what is only alike, or disputed."""
    same = match.kind in DIGEST_KINDS and not match.disputed
    return f"{match.scheme or ''}:{match.classification}" if same and match.classification else ""


def _list(match: Match) -> str:
    how = "the same digest" if match.kind in DIGEST_KINDS else f"{match.distance} bits away"
    frame = {"": "", "file": ", by its own frame", "entry": ", a frame of the entry's video"}[match.frame_of]
    disputed = ", disputed" if match.disputed else ""
    return f"hash list {match.list}, release {match.release}: {match.kind}, {how}{frame}{disputed}"
